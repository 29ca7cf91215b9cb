//! Conversations that several people have.

use super::{Text, filled, language, t, text};
use hearth_types::{Language, Shared, SpaceRole};

text! {
    SHARE = "Share" / "共享";
    WITH_WHOM = "With" / "和谁";
    THEY_MAY = "They may" / "对方可以";
    READ = "read" / "阅读";
    JOIN = "read and write" / "阅读和发言";
    WHAT_THEY_SEE = "Whoever you share this with sees everything in it, also what came before. You can take it back at any time; their memory keeps nothing of it." / "对方会看到这里的一切，包括之前的内容。你可以随时收回，对方的记忆里不会留下任何内容。";
    WHAT_IS_USED = "While others have it, Hearth uses nobody's memory here." / "与他人共享时，Hearth 在这里不使用任何人的记忆。";
    TAKE_BACK = "Take back" / "收回";
    NOBODY_LEFT = "There is nobody else in this house to share it with." / "家里没有其他人可以共享。";
    LEAVE = "Leave this conversation" / "退出这个对话";
    LEAVE_SURE = "You will no longer see it. Whoever shared it can share it with you again." / "退出后你将看不到它。对方可以再次与你共享。";
    LEAVE_NOW = "Leave" / "退出";
}

/// "Take back from Ben", for a button that stands beside the name.
pub fn take_back_from(name: &str) -> String {
    text! { FROM = "Take back from {}" / "从{}收回"; }
    filled(FROM, name)
}

/// What a reader sees where a composer would be.
pub fn only_to_read(owner: &str) -> String {
    text! { TO_READ = "{} shared this with you to read." / "{}与你共享了这个对话，供你阅读。"; }
    filled(TO_READ, owner)
}

/// "shared with Ben", "from Anna", "from Anna, with Carl".
pub fn mark(shared: &Shared) -> String {
    text! {
        SHARED_WITH = "shared with {}" / "与{}共享";
        FROM = "from {}" / "来自{}";
        TOO = ", with {}" / "，还有{}";
    }
    let others = (!shared.others.is_empty()).then(|| names(&shared.others));
    if shared.role == SpaceRole::Owner {
        return others
            .map(|others| filled(SHARED_WITH, &others))
            .unwrap_or_default();
    }
    let from = filled(FROM, &shared.owner);
    match others {
        Some(others) => from + &filled(TOO, &others),
        None => from,
    }
}

/// "Ben", "Ben and Carl", "Ben, Carl and Dora".
fn names(names: &[String]) -> String {
    let (comma, and) = match language() {
        Language::English => (", ", " and "),
        Language::SimplifiedChinese => ("、", "和"),
    };
    match names {
        [first @ .., before, last] => {
            let mut list: String = first.iter().map(|name| format!("{name}{comma}")).collect();
            list.push_str(before);
            list + and + last
        }
        [one] => one.clone(),
        [] => String::new(),
    }
}

/// What somebody may do, as words.
pub fn may(role: SpaceRole) -> &'static str {
    let words: Text = if role.may_write() { JOIN } else { READ };
    t(words)
}
