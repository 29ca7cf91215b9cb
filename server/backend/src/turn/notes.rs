//! Recalled passages and memories as the model reads them.

use crate::retrieval::{
    recall::{Recalled, RecalledMemory},
    source::Attribution,
};
use chrono::{DateTime, Utc};
use hearth_types::{MemoryId, PassageId};

/// A recalled passage or memory, sent to the model with a question.
pub(super) struct Note {
    pub of: NoteOf,
    /// The time of the passage; for a memory, the time since which it is true.
    pub at: DateTime<Utc>,
    pub text: String,
}

/// The content of a note.
pub(super) enum NoteOf {
    /// A quotation of a passage.
    Passage { id: PassageId, from: Attribution },
    /// A statement of the person, true until the given time.
    Memory {
        id: MemoryId,
        ended_at: Option<DateTime<Utc>>,
    },
}

impl From<&Recalled> for Note {
    fn from(recalled: &Recalled) -> Self {
        Self {
            of: NoteOf::Passage {
                id: recalled.passage,
                from: recalled.from.clone(),
            },
            at: recalled.said_at,
            text: recalled.text.clone(),
        }
    }
}

impl From<&RecalledMemory> for Note {
    fn from(recalled: &RecalledMemory) -> Self {
        Self {
            of: NoteOf::Memory {
                id: recalled.memory,
                ended_at: recalled.ended_at,
            },
            at: recalled.since,
            text: recalled.statement.clone(),
        }
    }
}
