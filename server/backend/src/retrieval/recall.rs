//! Recall: finds the passages and memories that are relevant to a question and not in the context window. Often
//! there are none.
//!
//! ```text
//! candidates  every passage, if the asker's spaces hold only a few thousand; else the best of two searches: by
//!             words (joined with OR; measured, AND finds a sixth of it) and by vector
//! load        their text, and the passages directly before and after each, which become candidates too
//! memories    their words and vectors become keys to the passages that they came from
//! rank        one score from many signals: meaning, words, words of the neighbours, speaker, time, density of the
//!             conversation. Scores are fused, not ranks: each is normalised to 0…1 over the candidates and weighted
//! feedback    the words of the best passages are searched for in turn (pseudo-relevance feedback)
//! threshold   absolute measures decide whether a candidate is relevant at all: the best of a bad set is still bad
//! repetition  drops passages that repeat a better one or the question
//! rerank      a reranker reorders the best, where one is configured; memories join that say what no passage says
//! ```

mod bm25;
mod candidates;
mod feedback;
mod load;
mod memories;
mod rank;
mod repetition;
mod rerank;
mod speaker;
mod threshold;
mod wording;

pub(in crate::retrieval) use candidates::ALL;
pub(crate) use rerank::rerank;
pub(crate) use threshold::is_about_self;
pub use wording::Wording;

use super::passages::{Attribution, Source};
use crate::{Result, storage::UserTransaction};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use hearth_types::{ConversationId, MemoryId, MessageId, PassageId, SpaceId, UserId};

/// Parameters of recall; the defaults were tuned by hand with `hearth bench recall`.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Maximum number of candidates from each search.
    pub candidates: usize,
    pub weights: Weights,
    /// Factor on the score of a passage that a model wrote; one by a person or from a document has 1.
    pub model_weight: f32,
    /// Minimum relevance of a recalled passage (module `threshold`). The bench of the ranking sets it to −∞, so that
    /// every candidate is returned.
    pub threshold: f32,
    /// Maximum number of recalled passages.
    pub most: usize,
}

/// Weight of each signal in a passage's score. The signals are between 0 and 1.
#[derive(Clone, Copy, Debug)]
pub struct Weights {
    /// Cosine of the passage and the question.
    pub vector: f32,
    /// The higher cosine of its two neighbours in the conversation.
    pub around: f32,
    /// BM25 of the question's words in the passage.
    pub words: f32,
    /// BM25 over the passage and its neighbours.
    pub window: f32,
    /// The speaker is the person that the question names.
    pub person: f32,
    /// The passage's time is the one that the question names.
    pub date: f32,
    /// Length: longer passages contain more facts.
    pub length: f32,
    /// Relevance of the whole conversation to the question.
    pub conversation: f32,
    /// Subtracted from a passage that ends in a question mark: it asks and does not inform.
    pub question: f32,
    /// The passage names a time, if the question asks "when".
    pub time: f32,
    /// Pseudo-relevance feedback: the passage has the words of those that rank best without it.
    pub feedback: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            candidates: 100,
            weights: Weights::default(),
            model_weight: 0.7,
            threshold: threshold::THRESHOLD,
            most: 8,
        }
    }
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            vector: 0.5,
            around: 0.1,
            words: 0.2,
            window: 0.25,
            person: 0.15,
            date: 0.3,
            length: 0.15,
            conversation: 0.15,
            question: 0.08,
            time: 0.1,
            feedback: 0.2,
        }
    }
}

impl Weights {
    /// Sets one weight by its name; none when there is no such weight.
    pub fn set(&mut self, name: &str, value: f32) -> Option<()> {
        *match name {
            "vector" => &mut self.vector,
            "around" => &mut self.around,
            "words" => &mut self.words,
            "window" => &mut self.window,
            "person" => &mut self.person,
            "date" => &mut self.date,
            "length" => &mut self.length,
            "conversation" => &mut self.conversation,
            "question" => &mut self.question,
            "time" => &mut self.time,
            "feedback" => &mut self.feedback,
            _ => return None,
        } = value;
        Some(())
    }
}

/// A question's vector, the model that made it, and that model's floor: the cosine that unrelated sentences reach.
#[derive(Clone, Debug)]
pub struct QuestionVector {
    pub model: String,
    pub vector: Vec<f32>,
    pub floor: f32,
}

/// The question to recall for.
pub struct Question<'a> {
    pub wording: &'a Wording,
    pub vector: Option<&'a QuestionVector>,
    pub spaces: &'a [SpaceId],
    /// The question's own conversation. Its messages are in the context window already and are not recalled,
    pub conversation: ConversationId,
    /// except these messages of its branch, which no longer fit into the window.
    pub unseen: &'a [MessageId],
    /// Asker, time and time zone: they resolve "I" and "last month".
    pub asked_by: UserId,
    pub asked_at: DateTime<Utc>,
    pub time_zone: Tz,
}

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
}

/// Searches inside the person's transaction. [`rerank`] then selects what the model receives.
pub(crate) async fn recall(
    transaction: &mut UserTransaction,
    question: &Question<'_>,
    settings: &Settings,
) -> Result<Recall> {
    let people = speaker::people(transaction, question).await?;
    let words = candidates::words_to_find(&question.wording.words, &people);
    let mut memories = memories::load(transaction, question, &words).await?;
    let (terms, candidates) = if candidates::is_small(transaction, question).await? {
        let mut candidates = load::load_all(transaction, question, &words).await?;
        memories::add_keys(&memories, &mut candidates);
        let terms = candidates::terms(&words, &candidates);
        memories::weigh(&mut memories, question, &terms);
        (terms, candidates)
    } else {
        let mut found = candidates::search(transaction, question, &words, settings).await?;
        memories::weigh(&mut memories, question, &found.terms);
        found.messages = memories::sources_of_best(&memories, settings.candidates);
        let mut candidates = load::load_near(transaction, question, &words, &found).await?;
        memories::add_keys(&memories, &mut candidates);
        (found.terms, candidates)
    };
    let ranked = rank::rank(candidates, question, &terms, &people, settings);
    let of_messages = memories::relevance_of_messages(&memories);
    let relevant = threshold::keep_relevant(ranked, question, &terms, &of_messages, settings.threshold);
    let passages = repetition::without_repetition(relevant, settings.most, &question.wording.words);
    let memories = memories::relevant(memories, settings.threshold);
    Ok(Recall { passages, memories })
}

/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
pub(super) const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("retrieval::recall::threshold::is_about_self", |text| { std::hint::black_box(is_about_self(text)); }),
    ("retrieval::recall::Wording", |text| { std::hint::black_box(Wording::of(text)); }),
    ("retrieval::recall::speaker::says_i", |text| { std::hint::black_box(speaker::says_i(text)); }),
];
