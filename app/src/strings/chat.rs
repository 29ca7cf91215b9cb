//! The conversation page and its islands.

use super::{counted, filled, language, t, text};
use hearth_types::Language;

text! {
    NEW_CONVERSATION = "New conversation" / "新对话";
    MESSAGE = "Message" / "消息";
    WRITE_HERE = "Write a message" / "写消息";
    SEND = "Send" / "发送";
    STOP = "Stop" / "停止";
    RETRY = "Try again" / "重试";
    COPY = "Copy" / "复制";
    COPIED = "Copied" / "已复制";
    NOT_COPIED = "Could not be copied" / "无法复制";
    COPY_MARKDOWN = "Copy as Markdown" / "复制为 Markdown";
    EDIT = "Edit" / "编辑";
    EDIT_MESSAGE = "Edit the message" / "编辑消息";
    MORE = "More" / "更多";
    ANSWER_AGAIN = "Answer again" / "重新回答";
    ANSWER_WITH = "Another answer, by" / "另外回答，使用";
    ANSWER_THIS = "Answer this" / "回答这条";
    NO_ANSWER = "This message has no answer." / "这条消息没有回答。";
    CONTINUE = "Go on" / "继续写";
    CUT_OFF = "The answer had become as long as one may be." / "这个回答已达到长度上限。";
    VERSIONS = "Versions" / "版本";
    PREVIOUS_VERSION = "Previous version" / "上一个版本";
    NEXT_VERSION = "Next version" / "下一个版本";
    DELETE_FROM_HERE = "Delete from here on" / "从这里开始删除";
    DELETE_FROM_HERE_SURE = "Delete this message with everything that follows it, other versions below it included? What Hearth remembers from it goes too. If it is all there is, the conversation goes. This cannot be undone." / "删除这条消息和它后面的一切，包括其下的其他版本？Hearth 从中记住的也会一起删除。如果这是全部内容，整个对话会被删除。无法恢复。";
    YOU = "You" / "你";
    THE_MODEL = "The model" / "模型";
    MODEL = "Model" / "模型";
    HOUSE_DEFAULT = "House model" / "默认模型";
    MEMORY = "Memory" / "记忆";
    MEMORY_ON = "With memory" / "使用记忆";
    MEMORY_OFF = "Without memory" / "不用记忆";
    TEMPORARY = "Temporary: nothing stays" / "临时对话：不留痕迹";
    TEMPORARY_TEXT = "A temporary conversation. It is in no list, nothing of it is remembered, and it is deleted when you end it, or by itself twelve hours after the last word." / "这是临时对话：不出现在列表里，不会被记住；由你结束时删除，或在最后一句话的十二小时后自动删除。";
    END_TEMPORARY = "End and delete" / "结束并删除";
    CHANGE = "Change" / "更改";
    OPTIONS = "Options" / "选项";
    THINKING = "The model is thinking" / "模型在思考";
    WAITING = "Waiting for the model" / "正在等待模型";
    YOU_ARE_NEXT = "You are next" / "下一个就是你";
    MODEL_AWAY = "The model on this box is not reachable. Your message is kept, and the answer comes by itself when it is back." / "现在连不上这台机器上的模型。你的消息已保存，模型恢复后会自动回答。";
    CONNECTION_LOST = "Hearth is not reachable right now. What was answered is kept; this page goes on by itself." / "暂时连不上 Hearth。已有的回答不会丢，恢复后页面会自动继续。";
    NOT_SENT = "Not sent: Hearth is not reachable. What you wrote is still here; press Send again in a moment." / "没有发出：暂时连不上 Hearth。你写的内容还在，稍后再按“发送”。";
    STOPPED = "Stopped. What was written is kept." / "已停止。写出的部分已保留。";
    SESSION_ENDED = "You have been signed out. What you wrote here is kept on this device until you sign in again." / "你已退出登录。你写的内容会留在这台设备上，等你再次登录。";
    SUMMARY_BY_MODEL = "The model took these notes by itself. What was really said stays above." / "这些笔记是模型自己做的；原话都还在上面。";
    EARLIER_MESSAGES = "Earlier messages" / "更早的消息";
    GREETING = "What is on your mind?" / "想聊点什么？";
    ANSWER_NOW = "Answer now" / "直接回答";
    NEW_TEXT_BELOW = "New text below" / "下面有新内容";
    SHOW_THOUGHTS = "Show what it thought" / "看看它想了什么";
    TO_NEWEST = "To the newest words" / "到最新处";
    SAID_BY_YOU = "You said" / "你说过";
    SAID_BY_MODEL = "I said" / "我说过";
    USED_OTHERS_WORDS = "Used something said in a shared conversation" / "用到了共享对话里说过的话";
    USED_OWN_WORDS = "Used something I said earlier" / "用到了我之前说过的话";
    WOKEN = "A wake-up was sent. The computer needs about a minute; the answer then comes by itself." / "已发出唤醒信号。电脑大约需要一分钟，之后会自动回答。";
    STOPPING = "Stopping" / "正在停止";
    WRITING = "The answer is being written" / "正在写回答";
    COMPLETE = "The answer is complete" / "回答已完成";
    SHOW_NEWER = "The answer is being written. Reload the page to see how far it is." / "正在写回答。刷新页面可以看到最新内容。";
    IDEA_LETTER = "Help me write a friendly letter to my landlord about the broken heating." / "帮我给房东写一封客气的信，说暖气坏了。";
    IDEA_DINNER = "What can I cook tonight with rice, eggs and leeks?" / "家里有米饭、鸡蛋和葱，今晚能做什么？";
    IDEA_REMEMBER = "Please remember: my dog is called Biscuit and is allergic to chicken." / "请记住：我的狗叫饼干，对鸡肉过敏。";
}

/// One of three realistic questions, by its number from 1.
pub fn suggestion(number: Option<u8>) -> &'static str {
    match number {
        Some(1) => t(IDEA_DINNER),
        Some(2) => t(IDEA_LETTER),
        Some(3) => t(IDEA_REMEMBER),
        _ => "",
    }
}

/// "Ben said", in a conversation that was shared with Ben.
pub fn said_by(name: &str) -> String {
    text! { SAID = "{} said" / "{}说过"; }
    filled(SAID, name)
}

/// "2 of 3".
pub fn number_of(number: u32, count: u32) -> String {
    match language() {
        Language::English => format!("{number} of {count}"),
        Language::SimplifiedChinese => format!("第 {number} 个，共 {count} 个"),
    }
}

/// "Used 2 things you told me".
pub fn used_things(n: u64) -> String {
    counted(
        n,
        "Used 1 thing you told me",
        "Used {n} things you told me",
        "用到了你告诉过我的 {n} 件事",
    )
}

/// "2 before you, about 40 seconds".
pub fn before_you(before: u32, seconds: Option<u32>) -> String {
    let place = counted(
        before.into(),
        "{n} before you",
        "{n} before you",
        "前面还有 {n} 人",
    );
    match seconds {
        Some(seconds) => {
            let comma = if language() == Language::SimplifiedChinese {
                "，"
            } else {
                ", "
            };
            format!("{place}{comma}{}", about(seconds))
        }
        None => place,
    }
}

/// "about 40 seconds", "about 3 minutes".
pub fn about(seconds: u32) -> String {
    if seconds < 90 {
        counted(
            seconds.max(1).into(),
            "about 1 second",
            "about {n} seconds",
            "约 {n} 秒",
        )
    } else {
        counted(
            (u64::from(seconds) + 30) / 60,
            "about 1 minute",
            "about {n} minutes",
            "约 {n} 分钟",
        )
    }
}

/// "40 s", "2 min 5 s".
pub fn duration(seconds: u64) -> String {
    let (minutes, rest) = (seconds / 60, seconds % 60);
    match (language(), minutes) {
        (Language::English, 0) => format!("{rest} s"),
        (Language::English, _) => format!("{minutes} min {rest} s"),
        (Language::SimplifiedChinese, 0) => format!("{rest} 秒"),
        (Language::SimplifiedChinese, _) => format!("{minutes} 分 {rest} 秒"),
    }
}

/// "Thinking, 40 s".
pub fn thinking_for(seconds: u64) -> String {
    text! { THINKING_FOR = "Thinking, {}" / "正在思考，{}"; }
    filled(THINKING_FOR, &duration(seconds))
}

/// "Thought for 40 s".
pub fn thought_for(seconds: u64, cut_short: bool) -> String {
    text! {
        TO_ITS_END = "Thought for {}" / "思考了 {}";
        CUT_SHORT = "Thought for {}, then answered at once" / "思考了 {}，然后直接回答";
    }
    filled(if cut_short { CUT_SHORT } else { TO_ITS_END }, &duration(seconds))
}

/// "Loading qwen3:4b"; the seconds stand behind it.
pub fn loading(model: &str) -> String {
    text! { LOADING = "Loading {}" / "正在载入模型 {}"; }
    filled(LOADING, model)
}

/// "The model no longer sees the 34 messages above this line; it has a summary of them."
pub fn no_longer_sees(messages: u32, summarised: u32) -> String {
    let unseen = counted(
        messages.into(),
        "The model no longer sees the message above this line; ",
        "The model no longer sees the {n} messages above this line; ",
        "这条线以上的 {n} 条消息，模型已经看不到了；",
    );
    let known = if summarised == 0 {
        counted(
            messages.into(),
            "there is no summary of it yet.",
            "there is no summary of them yet.",
            "摘要还没有写好。",
        )
    } else if summarised < messages {
        counted(
            summarised.into(),
            "so far it has a summary of the first one.",
            "so far it has a summary of the first {n}.",
            "目前它有前 {n} 条的摘要。",
        )
    } else {
        counted(
            messages.into(),
            "it has a summary of it.",
            "it has a summary of them.",
            "它有一份摘要。",
        )
    };
    unseen + &known
}

/// What the model did not see, or nothing when it saw everything.
pub fn left_out(messages: u32, passages: u32) -> Option<String> {
    let older = (messages > 0).then(|| {
        counted(
            messages.into(),
            "1 older message no longer fitted the model's window",
            "{n} older messages no longer fitted the model's window",
            "有 {n} 条较早的消息超出了模型能看到的范围",
        )
    });
    let recalled = (passages > 0).then(|| {
        counted(
            passages.into(),
            "1 memory did not fit",
            "{n} memories did not fit",
            "有 {n} 条记忆放不下",
        )
    });
    match (older, recalled) {
        (Some(a), Some(b)) if language() == Language::SimplifiedChinese => Some(format!("{a}；{b}")),
        (Some(a), Some(b)) => Some(format!("{a}; {b}")),
        (a, b) => a.or(b),
    }
}

/// ", 12 s; the last time it took 20 s", behind the sentence that something is being loaded.
pub fn counting(seconds: u32, usual: Option<u32>) -> String {
    match (language(), usual) {
        (Language::English, None) => format!(", {seconds} s"),
        (Language::English, Some(usual)) => format!(", {seconds} s; the last time it took {usual} s"),
        (Language::SimplifiedChinese, None) => format!("，{seconds} 秒"),
        (Language::SimplifiedChinese, Some(usual)) => format!("，{seconds} 秒；上次用了 {usual} 秒"),
    }
}
