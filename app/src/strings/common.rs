//! Words that many pages use.

use super::{counted, t, text};

text! {
    HEARTH = "Hearth" / "Hearth";
    SAVE = "Save" / "保存";
    SAVED = "Saved." / "已保存。";
    CANCEL = "Cancel" / "取消";
    CLOSE = "Close" / "关闭";
    OPEN_MENU = "Open the list" / "打开列表";
    NAVIGATION = "Conversations and pages" / "对话与页面";
    SKIP_TO_CONTENT = "Skip to the content" / "跳到正文";
    LANGUAGE = "Language" / "语言";
    ENGLISH = "English" / "English";
    CHINESE = "简体中文" / "简体中文";
    SOURCE_CODE = "Source code" / "源代码";
    STAYS_HERE = "Stays in this house" / "不出家门";
    NOTED = "I have read this" / "我知道了";
    HOME = "Back to your conversations" / "回到你的对话";
    SIGNED_IN_AS = "Signed in as" / "登录身份：";
    /// Between a word and what it introduces; a full-width colon needs none.
    GAP = " " / "";
    RELOAD = "Try again" / "再试一次";
    NOT_FOUND_TITLE = "There is nothing here" / "这里什么也没有";
    NOT_FOUND_TEXT = "This page does not exist, or it is not yours to see." / "这个页面不存在，或者不归你看。";
    ERROR_TITLE = "That did not work" / "没有成功";
    WRONG_HOST_TITLE = "Hearth does not know this address" / "Hearth 不认识这个地址";
    WRONG_HOST_TEXT = "For safety Hearth answers only to names it was told about. Whoever runs this box can add this one:" / "为了安全，Hearth 只回应它认识的名称。管理这台机器的人可以把它加上：";
    TODAY = "Today" / "今天";
    YESTERDAY_HEADING = "Yesterday" / "昨天";
    LAST_WEEK = "Previous 7 days" / "过去 7 天";
    JUST_NOW = "just now" / "刚刚";
}

/// "5 minutes ago".
pub fn minutes_ago(n: u64) -> String {
    counted(n, "1 minute ago", "{n} minutes ago", "{n} 分钟前")
}

/// "yesterday evening", by the hour of the day.
pub fn yesterday(hour: u8) -> &'static str {
    text! {
        NIGHT = "yesterday night" / "昨天凌晨";
        MORNING = "yesterday morning" / "昨天上午";
        AFTERNOON = "yesterday afternoon" / "昨天下午";
        EVENING = "yesterday evening" / "昨天晚上";
    }
    t(match hour {
        0..5 => NIGHT,
        5..12 => MORNING,
        12..18 => AFTERNOON,
        _ => EVENING,
    })
}
