//! How bringing words from another Hearth went.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// A person's last import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    pub state: ImportState,
    /// Why nothing more was taken; what was taken before that is kept.
    pub trouble: Option<ArchiveTrouble>,
    /// Conversations that were looked at, of so many in the archive.
    pub looked_at: u32,
    pub total: u32,
    pub conversations: u32,
    /// Conversations that were there already.
    pub conversations_known: u32,
    pub memories: u32,
    /// Memories that were there already.
    pub memories_known: u32,
    pub pictures: u32,
    pub files: u32,
    /// Messages that were longer than Hearth keeps; their beginning was taken.
    pub shortened: u32,
    /// Files of the archive that could not be read.
    pub unreadable: u32,
    /// The first of their names.
    pub unreadable_names: Vec<String>,
    pub started_at: Timestamp,
    /// When it was last heard of; its end, when it has ended.
    pub updated_at: Timestamp,
}

impl ImportReport {
    /// Whether more may come.
    pub const fn is_running(&self) -> bool {
        matches!(self.state, ImportState::Running)
    }
}

/// Where an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    Running,
    Done,
    /// It ended early; see the trouble.
    Failed,
    /// Hearth stopped meanwhile.
    Interrupted,
}

/// Why an archive was not taken; one plain sentence each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArchiveTrouble {
    /// The form came without one.
    NoFile,
    /// More bytes than an archive may have.
    TooLarge,
    /// No zip file, or a damaged one.
    Broken,
    /// A zip file of something else.
    NotHearths,
    /// Made by a newer Hearth.
    Newer,
    /// It needs a password.
    Protected,
    /// Unpacked it would be more than is reasonable.
    TooMuch,
    /// Another import of this person's runs.
    Running,
    /// The disk of the box is full.
    DiskFull,
    /// What the person has stored takes all the room that one person has.
    QuotaFull,
    /// Something inside failed.
    Internal,
}
