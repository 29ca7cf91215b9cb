//! Sign-in, the account, its devices and preferences.

use super::{filled, language, t, text};
use hearth_types::{AccountNoticeKind, Language};

text! {
    SIGN_IN = "Sign in" / "登录";
    SIGN_OUT = "Sign out" / "退出登录";
    NAME = "Name" / "名字";
    PASSWORD = "Password" / "密码";
    REMEMBER = "Remember this device" / "记住这台设备";
    REMEMBER_HINT = "For your own phone or laptop, not for a shared one." / "适合你自己的手机或电脑，不要在共用设备上勾选。";
    FORGOT = "Forgot your password? An administrator of this house can give you a link for a new one." / "忘了密码？请向管理员要一个重设链接。";
    SETTINGS = "Settings" / "设置";
    ACCOUNT = "Account" / "账户";
    CURRENT_PASSWORD = "Current password" / "当前密码";
    NEW_PASSWORD = "New password" / "新密码";
    PASSWORD_HINT = "At least 8 characters; a few words in a row are good." / "至少 8 个字符，几个词连在一起就很好。";
    CHANGE_PASSWORD = "Change password" / "更改密码";
    PASSWORD_CHANGED = "Your password was changed. All other devices were signed out." / "密码已更改，其他设备都已退出登录。";
    CHANGE_PASSWORD_NOTE = "Changing it signs out all your other devices." / "更改后，你的其他设备都会退出登录。";
    DEVICES = "Devices" / "设备";
    THIS_DEVICE = "this device" / "当前设备";
    UNKNOWN_DEVICE = "Another device" / "其他设备";
    LAST_USED = "last used" / "上次使用：";
    END = "Sign it out" / "让它退出";
    END_OTHERS = "Sign out all other devices" / "让其他设备全部退出";
    PREFERENCES = "How pages look" / "页面外观";
    THEME = "Light or dark" / "明暗";
    THEME_DEVICE = "As the device says" / "跟随设备";
    THEME_LIGHT = "Light" / "浅色";
    THEME_DARK = "Dark" / "深色";
    TIME_ZONE = "Time zone" / "时区";
    READING_FONT = "Letters of answers" / "回答的字体";
    FONT_SERIF = "A book's letters" / "书本字体（宋体）";
    FONT_SANS = "The device's plain letters" / "系统字体（黑体）";
    MEMORY_CHOICE = "What Hearth remembers of you" / "Hearth 怎样记住你的事";
    MEMORY_ON = "It remembers what I tell it" / "记住我告诉它的事";
    MEMORY_ASK = "It asks me before it keeps a fact" / "记下之前先问我";
    MEMORY_OFF = "Nothing, unless I turn it on in a conversation" / "什么都不记，除非我在某个对话里打开";
    MEMORY_CHOICE_HINT = "Memory can be turned on and off in any single conversation, too." / "任何一个对话里也可以单独打开或关闭记忆。";
    JOIN_TITLE = "You are invited" / "你收到了邀请";
    JOIN_TEXT = "Choose a name and a password. What you write here is yours alone; nobody else in the house can read it." / "取个名字，设个密码。你写的内容只属于你，家里其他人都看不到。";
    JOIN = "Create my account" / "创建我的账户";
    RESET_TEXT = "Choose a new password. All your devices are signed out then; your conversations stay as they are." / "设一个新密码。之后你的所有设备都会退出登录，对话不受影响。";
    SET_PASSWORD = "Set the password" / "设置密码";
    BY_COMMAND_LINE = "at the box itself" / "（在主机上操作）";
}

/// "A new password for Anna".
pub fn reset_title(name: &str) -> String {
    text! { TITLE = "A new password for {}" / "为 {} 设置新密码"; }
    filled(TITLE, name)
}

/// "Your password was reset by Anna on 3 May"; `by` is empty when it was done at the command line.
pub fn notice(kind: AccountNoticeKind, by: &str, when: &str) -> String {
    text! {
        RESET = "Your password was reset" / "重设了你的密码";
        DISABLED = "Your account was disabled" / "停用了你的账户";
        ENABLED = "Your account was enabled again" / "重新启用了你的账户";
        ROLE = "Your role was changed" / "更改了你的角色";
    }
    let what = t(match kind {
        AccountNoticeKind::PasswordReset => RESET,
        AccountNoticeKind::Disabled => DISABLED,
        AccountNoticeKind::Enabled => ENABLED,
        AccountNoticeKind::RoleChanged => ROLE,
    });
    match (language(), by.is_empty()) {
        (Language::English, false) => format!("{what} by {by}, {when}."),
        (Language::English, true) => format!("{what} {}, {when}.", BY_COMMAND_LINE.en),
        (Language::SimplifiedChinese, false) => format!("{by} 于{when}{what}。"),
        (Language::SimplifiedChinese, true) => format!("有人于{when}{what}{}。", BY_COMMAND_LINE.zh),
    }
}
