//! Searching conversations and memories.

use super::text;

text! {
    SEARCH = "Search" / "搜索";
    WORDS = "Words to look for" / "要搜索的内容";
    SEARCH_BUTTON = "Search" / "搜索";
    NARROW = "Narrow it down" / "缩小范围";
    FROM = "From" / "开始日期";
    TO = "To" / "结束日期";
    WHO = "Said by" / "谁说的";
    ANYBODY = "Anybody" / "所有人";
    ME = "Me" / "我";
    HEARTH = "Hearth" / "Hearth";
    OTHERS = "Others, in shared conversations" / "共享对话里的其他人";
    WHERE = "In" / "搜索范围";
    EVERYWHERE = "Conversations and memories" / "对话和记忆";
    CONVERSATIONS = "Conversations" / "对话";
    MEMORIES = "Memories" / "记忆";
    ARCHIVED = "Also in the archive" / "包括归档";
    EMPTY_TITLE = "Find something again" / "找回说过的话";
    EMPTY_TEXT = "Search looks through your conversations, those that are shared with you, and your memories: for words, and for what means something alike." / "搜索会查看你的对话、与你共享的对话和你的记忆，既找相同的字词，也找意思相近的内容。";
    TIP_PHRASE = "Put quotation marks around words that must stand together: “apple pie”." / "必须连在一起的词，请加上引号，例如“苹果派”。";
    TIP_BEGINNING = "The beginning of the last word is enough." / "最后一个英文单词只写开头也可以。";
    TIP_GONE = "What was forgotten, and temporary conversations, are never found." / "已忘记的内容和临时对话不会被找到。";
    RESULTS = "What was found" / "搜索结果";
    NOTHING_FOUND = "Nothing was found." / "没有找到。";
    TRY_OTHER_WORDS = "Try fewer words, or others that mean the same." / "可以少写几个词，或者换个说法。";
    TRY_WITHOUT_MARKS = "Try it without quotation marks." / "可以去掉引号再试。";
    TRY_EVERYWHERE = "Search everywhere and at any time" / "不限范围和时间再搜索";
    TRY_ARCHIVE = "Search the archive as well" / "也搜索归档";
    MORE = "More results" / "更多结果";
    CUT = "More fits than is shown here: these are the newest. With dates you come to the others." / "符合的内容太多，这里只有最新的。用日期可以找到其余的。";
    LATE = "Only the words were looked for: the model for what means something alike did not answer in time." / "这次只搜索了字词：判断意思相近的模型没有及时回应。";
    SIMILAR = "means something alike" / "意思相近";
    ABANDONED = "in an earlier version" / "在较早的版本里";
    TITLE = "title of a conversation" / "对话标题";
    MEMORY = "Memory" / "记忆";
    WAITS = "waits for your yes" / "等待你的同意";
}
