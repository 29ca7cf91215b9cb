//! Conversations that several people share.

use crate::UserId;
use serde::{Deserialize, Serialize};

/// A person's role in a space, and so in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum SpaceRole {
    /// Owns the conversation: may do everything, including sharing it.
    Owner,
    /// Reads and writes.
    Writer,
    /// Reads only.
    Reader,
}

impl SpaceRole {
    /// Whether messages may be sent.
    pub const fn may_write(self) -> bool {
        !matches!(self, Self::Reader)
    }
}

/// The members of a conversation, as one of them sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// The reader's role.
    pub role: SpaceRole,
    /// The owner's name.
    pub owner: String,
    /// Names of the members besides the owner and the reader.
    pub others: Vec<String>,
}

/// Sharing of a conversation, as its owner sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharing {
    /// The other members.
    pub with: Vec<SharedWith>,
    /// Whom it could be shared with: people by name, without disabled accounts.
    pub offered: Vec<NamedPerson>,
}

/// A member of another person's conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedWith {
    pub person: UserId,
    pub name: String,
    pub role: SpaceRole,
}

/// A person as all others may know them: by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedPerson {
    pub person: UserId,
    pub name: String,
}
