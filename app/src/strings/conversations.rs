//! The list of conversations.

use super::text;

text! {
    CONVERSATIONS = "Conversations" / "对话";
    ALL_CONVERSATIONS = "All conversations" / "全部对话";
    EARLIER = "Earlier conversations" / "更早的对话";
    RENAME = "Rename" / "重命名";
    TITLE = "Title" / "标题";
    DELETE = "Delete" / "删除";
    DELETE_SURE = "Delete this conversation with everything in it? What Hearth remembers from it goes too. This cannot be undone." / "删除这个对话和其中的一切？Hearth 从中记住的也会一起删除，无法恢复。";
    DELETE_FOR_GOOD = "Delete for good" / "彻底删除";
    EMPTY_TITLE = "Nothing here yet" / "这里还没有对话";
    EMPTY_TEXT = "Whatever you ask stays in this house. You could begin with one of these:" / "你问的一切都不出家门。可以从下面任意一句开始：";
    MORE_FOR = "Rename or delete" / "重命名或删除";
}
