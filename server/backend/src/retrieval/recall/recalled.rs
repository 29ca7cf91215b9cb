//! The result of recall: passages and memories that are relevant to a question.

use crate::retrieval::source::{Attribution, Source};
use chrono::{DateTime, Utc};
use hearth_types::{MemoryId, PassageId, SpaceId};
use unicode_segmentation::UnicodeSegmentation;

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
    /// Its place before or behind others of any score; `share` is the share of the question's words that it has.
    pub(super) fn standing(&self, share: f32) -> Standing {
        if self.is_by_model() {
            Standing::Model
        } else if share >= ASKS_THE_SAME && is_only_a_question(&self.text) {
            Standing::Question
        } else {
            Standing::Statement
        }
    }

    /// Whether a model wrote it: it counts less than a person's message or a document.
    pub fn is_by_model(&self) -> bool {
        self.from == Attribution::Model
    }
}

/// What a passage is, in the order of recall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    Statement,
    /// A person asked the same and said nothing.
    Question,
    Model,
}

/// The share of a question's words from which on an earlier question asks the same. Put behind all statements, every
/// question cost 0.2 points of recall@10: people also tell by asking.
const ASKS_THE_SAME: f32 = 0.5;

/// Whether every sentence of a text ends in a question mark.
fn is_only_a_question(text: &str) -> bool {
    let is_asked = |sentence: &str| sentence.trim_end().ends_with(['?', '？']);
    let mut sentences = text
        .split_sentence_bounds()
        .filter(|sentence| !sentence.trim().is_empty());
    text.trim_end().ends_with(['?', '？']) && sentences.all(is_asked)
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
    /// Whether it comes along with what it corrects; then it is recalled although the question has its words.
    pub corrects: bool,
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
