//! The page on which administrators look after the people of the house.

use super::{filled, text};

text! {
    PEOPLE = "People" / "成员";
    ADMINISTRATOR = "Administrator" / "管理员";
    MEMBER = "Member" / "成员";
    DISABLED = "disabled" / "已停用";
    YOU = "you" / "你";
    LAST_SEEN = "last here" / "上次来：";
    NEVER_SEEN = "not been here yet" / "还没有来过";
    INVITE_TITLE = "Invite somebody" / "邀请一个人";
    INVITE_TEXT = "They get a link that works once. You never see what they write." / "对方会得到一个一次性链接。你看不到对方写的内容。";
    INVITE_NAME = "Name (they can change it)" / "名字（对方可以改）";
    INVITE = "Make an invitation link" / "生成邀请链接";
    NEW_LINK = "Your new link" / "新链接";
    NEW_LINK_TEXT = "It is shown only now and works once. Send it, or let them point their phone's camera at the square." / "只在这里显示一次，也只能用一次。发给对方，或让对方用手机扫码。";
    LOCAL_LINK = "You opened Hearth by a name that only this machine knows, so the link works only here. Open Hearth by its network name and make the link there." / "你打开 Hearth 用的名称只有本机认识，所以链接只能在本机使用。请用它在网络上的名称打开 Hearth，再生成链接。";
    QR = "The link as a QR code" / "链接的二维码";
    OPEN_LINKS = "Links that nobody has used yet" / "还没有用过的链接";
    INVITATION = "Invitation" / "邀请";
    PASSWORD_RESET = "New password" / "重设密码";
    GOOD_UNTIL = "good until" / "有效至：";
    REVOKE = "Take it back" / "收回";
    DISABLE = "Disable" / "停用";
    DISABLE_TEXT = "They are signed out at once and cannot sign in; their conversations stay theirs." / "对方会立即退出且无法登录；对话仍归对方所有。";
    ENABLE = "Enable again" / "重新启用";
    MAKE_ADMINISTRATOR = "Make administrator" / "设为管理员";
    MAKE_MEMBER = "Make member" / "设为普通成员";
    RESET_LINK = "Link for a new password" / "生成重设密码链接";
    RESET_LINK_TEXT = "They are told at their next sign-in that you did this." / "对方下次登录时会被告知是你做的。";
}

/// "More about Anna".
pub fn manage(name: &str) -> String {
    text! { MANAGE = "Change something for {}" / "管理 {}"; }
    filled(MANAGE, name)
}
