//! What Hearth keeps about a person: the memory page, and notes in conversations.

use super::{Text, counted, filled, t, text};

text! {
    MEMORY = "Memory" / "记忆";
    INTRO = "Everything Hearth keeps about you, in your own words. Nobody else in this house can see it." / "Hearth 记住的关于你的一切，都是你自己的话。家里其他人都看不到。";
    SEARCH = "Search your memories" / "搜索记忆";
    SEARCH_BUTTON = "Search" / "搜索";
    KIND = "Kind" / "类别";
    ANY_KIND = "Every kind" / "全部类别";
    PROFILE = "About you" / "关于你";
    PREFERENCE = "What you like" / "你的喜好";
    FACT = "Your world" / "你身边的事";
    EPISODE = "What happened" / "发生过的事";
    TIME = "Time" / "时间";
    ANY_TIME = "Any time" / "任何时间";
    WEEK = "The last 7 days" / "最近 7 天";
    MONTH = "The last 30 days" / "最近 30 天";
    YEAR = "The last 12 months" / "最近 12 个月";
    ADD = "Add something" / "添加一条";
    ADD_LABEL = "What should Hearth remember?" / "要 Hearth 记住什么？";
    ADD_BUTTON = "Remember this" / "记住";
    ADD_HINT = "Write it as you would say it: I take my coffee black." / "像平时说话那样写，例如：我喝咖啡不加糖。";
    WAITING = "Shall Hearth keep these?" / "要记住这些吗？";
    WAITING_HINT = "They are private, or you asked to be asked first. Until you say yes they are used for nothing." / "这些内容比较私密，或者你要求先问你。在你同意之前，不会用到它们。";
    YES = "Yes, keep it" / "记住";
    NO = "No" / "不用";
    KEPT = "What is kept" / "已记住的";
    EARLIER = "Older memories" / "更早的记忆";
    EMPTY_TITLE = "Nothing is kept yet" / "还没有记住什么";
    EMPTY_TEXT = "When you tell Hearth about yourself in a conversation, what may be useful later appears here. You can also say “Remember that …”, or write something down below." / "你在对话里说到自己时，以后可能用得上的会出现在这里。你也可以说“记住……”，或者在下面写一条。";
    NOTHING_FOUND = "Nothing that is kept fits this." / "没有找到符合的记忆。";
    SHOW_ALL = "Show everything" / "显示全部";
    BY_HAND = "written down by you" / "你写下的";
    IMPORTED = "brought from another Hearth" / "从另一个 Hearth 带来的";
    SOURCE_GONE = "from a conversation that is no longer there" / "来自已删除的对话";
    PINNED = "always in mind" / "始终记着";
    ACTIONS = "Change or forget" / "修改或忘记";
    EDIT = "Correct it" / "改正";
    STATEMENT = "What is remembered" / "记住的内容";
    CHANGED = "This changed" / "情况变了";
    CHANGED_LABEL = "What holds now" / "现在的情况";
    CHANGED_HINT = "Hearth keeps what was so before, and knows that it no longer is." / "Hearth 会保留以前的情况，并知道现在不同了。";
    PIN = "Always keep in mind" / "始终记着";
    UNPIN = "No longer always" / "不再始终记着";
    FORGET = "Forget" / "忘记";
    FORGET_SURE = "Hearth forgets this for good. What you said stays in your conversation for you to read, but Hearth no longer uses it, not even there." / "Hearth 会彻底忘记这件事。你说过的话仍留在对话里供你查看，但 Hearth 不会再用到它，在那个对话里也不会。";
    FORGET_FOR_GOOD = "Forget this" / "忘记这件事";
    FORGET_ALL = "Forget everything" / "全部忘记";
    FORGET_ALL_SURE = "Hearth forgets every memory on this page for good, and no longer uses the messages they came from. Your conversations stay for you to read; delete them to remove those words too." / "Hearth 会彻底忘记本页的全部记忆，也不再使用它们所来自的消息。对话仍留给你查看；要连这些话也删掉，请删除对话。";
    DONE_KEPT = "Remembered." / "记住了。";
    DONE_SAVED = "Saved." / "已保存。";
    DONE_FORGOTTEN = "Forgotten. What you said stays in your conversations for you to read; Hearth no longer uses it." / "已忘记。你说过的话仍留在对话里供你查看，Hearth 不会再用到它。";
    WHY_HEALTH = "about health" / "与健康有关";
    WHY_SEXUALITY = "about love and sexuality" / "与感情和性有关";
    WHY_MONEY = "about money" / "与钱有关";
    WHY_BELIEFS = "about beliefs" / "与信仰或政治有关";
    WHY_THIRD_PERSON = "about somebody else" / "与别人有关";
    NOTED = "Noted:" / "记下了：";
    REMEMBERED = "Remembered:" / "记住了：";
    MAY_I = "Shall Hearth keep this?" / "要记住这个吗？";
    UNDO = "Undo" / "撤销";
    WHICH = "Which of these should be forgotten?" / "要忘记哪一个？";
    FOUND_NOTHING = "There was nothing like that to forget." / "没有找到要忘记的内容。";
    MEMORY_IS_OFF = "Memory is off in this conversation, so nothing was kept." / "这个对话没有开启记忆，所以什么都没有记下。";
    TOO_LONG_TO_FORGET = "Nothing was forgotten: that is too long to look for. Say in one sentence what to forget." / "内容太长，无法查找，所以什么都没有忘记。请用一句话说明要忘记什么。";
    NOT_RELEVANT = "Not relevant" / "与问题无关";
}

/// "You said this on 3 May"; the date is put in by the page.
pub fn you_said_this(when: &str) -> String {
    text! { SAID = "you said this {}" / "你{}说过"; }
    filled(SAID, when)
}

/// "written down by you, 3 May": how it came to be kept, and when.
pub fn kept(how: Text, when: &str) -> String {
    text! { WHEN = ", {}" / "，{}"; }
    format!("{}{}", t(how), filled(WHEN, when))
}

/// "until 3 May".
pub fn until(when: &str) -> String {
    text! { UNTIL = "until {}" / "直到{}"; }
    filled(UNTIL, when)
}

/// "since 3 May".
pub fn since(when: &str) -> String {
    text! { SINCE = "since {}" / "从{}起"; }
    filled(SINCE, when)
}

/// "Now: We moved to Lisbon".
pub fn now(statement: &str) -> String {
    text! { NOW = "now: {}" / "现在：{}"; }
    filled(NOW, statement)
}

/// "12 memories".
pub fn total(n: u64) -> String {
    counted(n, "1 memory", "{n} memories", "共 {n} 条")
}
