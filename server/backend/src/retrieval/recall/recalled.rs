//! The result of recall: passages and memories that are relevant to a question.

use crate::retrieval::source::{Attribution, Source};
use chrono::{DateTime, Utc};
use hearth_types::{MemoryId, PassageId, SpaceId};

/// A passage that is relevant to the question.
#[derive(Clone, Debug)]
pub struct Recalled {
    pub passage: PassageId,
    pub space: SpaceId,
    pub source: Source,
    pub from: Attribution,
    /// The message's time; for a section, the document's upload.
    pub said_at: DateTime<Utc>,
    pub text: String,
    /// Fused score for the order; at most about 1.
    pub score: f32,
    /// Absolute relevance to the question, independent of other passages; at least [`Settings::threshold`].
    pub relevance: f32,
}

impl Recalled {
    /// Whether a model wrote it: it counts less than a person's message or a document.
    pub fn is_by_model(&self) -> bool {
        self.from == Attribution::Model
    }
}

/// A memory that is relevant to the question and says what no recalled passage says.
#[derive(Clone, Debug)]
pub struct RecalledMemory {
    pub memory: MemoryId,
    pub space: SpaceId,
    pub statement: String,
    /// Start of its validity, or when it was stored.
    pub since: DateTime<Utc>,
    /// End of its validity; none while it is valid.
    pub ended_at: Option<DateTime<Utc>>,
    pub score: f32,
    pub relevance: f32,
}

/// The result of recall, each list best first.
#[derive(Clone, Debug, Default)]
pub struct Recall {
    pub passages: Vec<Recalled>,
    pub memories: Vec<RecalledMemory>,
    /// Relevant memories that are left out because a recalled passage says the same, each with that passage.
    pub said: Vec<(MemoryId, PassageId)>,
}
