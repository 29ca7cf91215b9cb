//! The sheet of keys.

use super::text;

text! {
    SHORTCUTS = "Keys" / "快捷键";
    SHORTCUTS_TEXT = "They work while you are not writing." / "不在输入文字时可用。";
    SINGLE_KEYS = "Use these keys on this device" / "在这台设备上使用这些快捷键";
    SHOW_SHEET = "Show this sheet" / "显示这张表";
    NEW = "New conversation" / "新对话";
    WRITE = "Write a message" / "写消息";
    NEXT = "Next conversation" / "下一个对话";
    PREVIOUS = "Previous conversation" / "上一个对话";
    ALL = "All conversations" / "全部对话";
    SEARCH = "Search" / "搜索";
    STOP = "Stop the answer" / "停止回答";
    COPY = "Copy the newest answer" / "复制最新的回答";
    NEWEST = "To the newest words" / "到最新处";
    IN_COMPOSER = "While you write" / "写消息时";
    SEND = "Send" / "发送";
    NEW_LINE = "New line" / "换行";
    LEAVE = "Leave the text field" / "离开输入框";
    ENTER = "Enter" / "Enter";
    SHIFT_ENTER = "Shift + Enter" / "Shift + Enter";
    ESCAPE = "Esc" / "Esc";
}
