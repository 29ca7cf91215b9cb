//! Conversations that several people of the house have.

use crate::UserId;
use serde::{Deserialize, Serialize};

/// What a person is in a space, and so in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum SpaceRole {
    /// Whose it is: may do everything, sharing it included.
    Owner,
    /// Joined: reads and writes.
    Writer,
    /// Reads.
    Reader,
}

impl SpaceRole {
    /// Whether messages may be sent.
    pub const fn may_write(self) -> bool {
        !matches!(self, Self::Reader)
    }
}

/// Who has a conversation, as one of them sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// What the person who looks is in it.
    pub role: SpaceRole,
    /// Whose conversation it is, by name.
    pub owner: String,
    /// Everybody else who has it, by name: neither the owner nor the person who looks.
    pub others: Vec<String>,
}

/// What the owner of a conversation sees of its sharing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharing {
    /// Who has it.
    pub with: Vec<SharedWith>,
    /// Who could have it: people of the house by name, nobody who is disabled.
    pub offered: Vec<Housemate>,
}

/// Somebody who has a conversation of another's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedWith {
    pub person: UserId,
    pub name: String,
    pub role: SpaceRole,
}

/// A person of the house as everybody in it may know them: by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Housemate {
    pub person: UserId,
    pub name: String,
}
