//! Sign-in, the account, its devices and preferences.

pub(crate) use super::en::account::*;

use hearth_types::AccountNoticeKind;

/// "Your password was reset by Anna, 3 May."; `by` is empty when it was done at the command line.
pub fn notice(kind: AccountNoticeKind, by: &str, when: &str) -> String {
    match (kind, by.is_empty()) {
        (AccountNoticeKind::PasswordReset, false) => password_reset_by(by, when),
        (AccountNoticeKind::PasswordReset, true) => password_reset_here(when),
        (AccountNoticeKind::Disabled, false) => disabled_by(by, when),
        (AccountNoticeKind::Disabled, true) => disabled_here(when),
        (AccountNoticeKind::Enabled, false) => enabled_by(by, when),
        (AccountNoticeKind::Enabled, true) => enabled_here(when),
        (AccountNoticeKind::RoleChanged, false) => role_changed_by(by, when),
        (AccountNoticeKind::RoleChanged, true) => role_changed_here(when),
    }
}
