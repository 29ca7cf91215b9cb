//! Conversations that several people have.

pub(crate) use super::en::sharing::*;

use super::{common::all_of, t};
use hearth_types::{Shared, SpaceRole};

/// "shared with Ben", "from Anna", "from Anna, with Carl".
pub fn mark(shared: &Shared) -> String {
    let others = all_of(&shared.others);
    match (shared.role, others.is_empty()) {
        (SpaceRole::Owner, true) => String::new(),
        (SpaceRole::Owner, false) => shared_with(&others),
        (_, true) => shared_by(&shared.owner),
        (_, false) => shared_by_with(&shared.owner, &others),
    }
}

/// What a role may do.
pub fn may(role: SpaceRole) -> &'static str {
    t(if role.may_write() { JOIN } else { READ })
}
