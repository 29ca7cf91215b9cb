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
    MORE_FOR = "Rename, pin, archive or delete" / "重命名、置顶、归档或删除";
    PINNED = "Pinned" / "置顶";
    PIN = "Pin" / "置顶";
    UNPIN = "No longer pin" / "取消置顶";
    ARCHIVE = "Put into the archive" / "放入归档";
    UNARCHIVE = "Take out of the archive" / "移出归档";
    THE_ARCHIVE = "Archive" / "归档";
    ARCHIVE_EMPTY = "Nothing is in the archive. What you put there leaves the list and is remembered as before." / "归档里没有内容。放进来的对话会离开列表，Hearth 仍然记得它们。";
    BACK_TO_LIST = "All conversations" / "全部对话";
    MORE_ROWS = "More conversations" / "更多对话";
}
