//! The result of importing an archive of another installation.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// A person's latest import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    pub state: ImportState,
    /// Why the import stopped; what was imported before that is kept.
    pub trouble: Option<ArchiveTrouble>,
    /// Number of conversations processed, of `total` in the archive.
    pub looked_at: u32,
    pub total: u32,
    pub conversations: u32,
    /// Conversations that existed already.
    pub conversations_known: u32,
    pub memories: u32,
    /// Memories that existed already.
    pub memories_known: u32,
    pub pictures: u32,
    pub files: u32,
    /// Messages longer than the limit; their beginning was imported.
    pub shortened: u32,
    /// Files of the archive that could not be read.
    pub unreadable: u32,
    /// Names of the first unreadable files.
    pub unreadable_names: Vec<String>,
    pub started_at: Timestamp,
    /// Time of the last progress, or of its end.
    pub updated_at: Timestamp,
}

impl ImportReport {
    /// Whether the import is still running.
    pub const fn is_running(&self) -> bool {
        matches!(self.state, ImportState::Running)
    }
}

/// State of an import.
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
    /// It ended early; see `trouble`.
    Failed,
    /// The server stopped during the import.
    Interrupted,
}

/// Why an archive was refused; the page has one sentence for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArchiveTrouble {
    /// The form was sent without a file.
    NoFile,
    /// Larger than an archive may be.
    TooLarge,
    /// No zip file, or a damaged one.
    Broken,
    /// A zip file that is no export of Hearth.
    NotHearths,
    /// Exported by a newer version.
    Newer,
    /// The zip file is encrypted.
    Protected,
    /// Unpacked it would be too large.
    TooMuch,
    /// Another import of this person is running.
    Running,
    /// The server's disk is full.
    DiskFull,
    /// The person's storage quota is used up.
    QuotaFull,
    /// An internal error.
    Internal,
}
