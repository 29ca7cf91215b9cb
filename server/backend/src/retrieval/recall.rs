//! Recall: what bears on a question of what the person said where the model does not see it now; often nothing.
//!
//! ```text
//! gather   candidates: every passage of a person who has a few thousand; else those of two searches over the
//!          person's spaces: by words (joined with OR; measured, AND finds a sixth of it) and by vector
//! load     their text, with what was said just before and just after each, which become candidates as well
//! known    memories: their words and their meaning become keys to the passages that they came from
//! rank     one score out of many views: meaning, words, words of the surroundings, who spoke, when, how dense the
//!          conversation is. Scores are fused, not ranks: each is brought to 0…1 over the candidates and weighted
//! feedback the words of those that rank best are looked for in turn
//! silence  whether a candidate bears on the question at all is decided on absolute measures: the best of a bad lot
//!          is still bad
//! without  what says the same again, or only repeats the question
//! rerank   a second look at the best, where the house has a model for it; memories join that say what no passage does
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
pub(crate) use rerank::look_again;
pub(crate) use threshold::is_of_oneself;
pub use wording::Wording;

use super::passages::{Attribution, Source};
use crate::{Result, storage::UserTransaction};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use hearth_types::{ConversationId, MemoryId, MessageId, PassageId, SpaceId, UserId};

/// How recall weighs; the defaults were set by hand with `hearth bench recall`.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Candidates of each search.
    pub candidates: usize,
    pub weights: Weights,
    /// What a model said counts less than what the person said.
    pub model_weight: f32,
    /// Relevance from which a passage is recalled (see [`silence`]). The bench of the order recalls whatever was
    /// found.
    pub silence: f32,
    /// Passages at most.
    pub most: usize,
}

/// What each view of a passage weighs beside the others.
#[derive(Clone, Copy, Debug)]
pub struct Weights {
    /// Cosine to the question.
    pub vector: f32,
    /// The same of what was said just before or just after.
    pub around: f32,
    /// The question's words in the passage (BM25).
    pub words: f32,
    /// The same over the passage with its neighbours.
    pub window: f32,
    /// Said by the person whom the question names.
    pub person: f32,
    /// Said in the time that the question names.
    pub date: f32,
    /// Longer passages tell more.
    pub length: f32,
    /// How much its conversation has to say to the question.
    pub conversation: f32,
    /// Taken off what ends in a question mark: it asks and does not tell.
    pub question: f32,
    /// A question that begins with "when" looks for passages that name a time.
    pub time: f32,
    /// Has the words of what ranks best without this.
    pub echo: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            candidates: 100,
            weights: Weights::default(),
            model_weight: 0.7,
            silence: threshold::THRESHOLD,
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
            echo: 0.2,
        }
    }
}

impl Weights {
    /// Sets one by its name; none when there is no such weight.
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
            "echo" => &mut self.echo,
            _ => return None,
        } = value;
        Some(())
    }
}

/// A question's vector, by which model, and what that model's unrelated sentences reach.
#[derive(Clone, Debug)]
pub struct QuestionVector {
    pub model: String,
    pub vector: Vec<f32>,
    pub floor: f32,
}

/// What to recall for.
pub struct Question<'a> {
    pub wording: &'a Wording,
    pub vector: Option<&'a QuestionVector>,
    pub spaces: &'a [SpaceId],
    /// Its own conversation is in the context already,
    pub conversation: ConversationId,
    /// but for these messages of its branch, which no longer fit there: they count like any other.
    pub unseen: &'a [MessageId],
    /// Who asks, when and where: "I", "last month".
    pub asked_by: UserId,
    pub asked_at: DateTime<Utc>,
    pub time_zone: Tz,
}

/// A passage that bears on the question, best first.
#[derive(Clone, Debug)]
pub struct Recalled {
    pub passage: PassageId,
    pub space: SpaceId,
    pub source: Source,
    pub from: Attribution,
    /// When it was said; for a section, when the document was brought.
    pub said_at: DateTime<Utc>,
    pub text: String,
    /// Fused, for the order; at most about 1.
    pub score: f32,
    /// How much it bears on the question, whatever else there is; above [`Settings::silence`].
    pub relevance: f32,
}

impl Recalled {
    /// Whether a model said it: it counts less than what a person said or a document says.
    pub fn is_by_model(&self) -> bool {
        self.from == Attribution::Model
    }
}

/// A memory that bears on the question and says what no recalled passage says.
#[derive(Clone, Debug)]
pub struct RecalledMemory {
    pub memory: MemoryId,
    pub space: SpaceId,
    pub statement: String,
    /// Since when it holds, or when it was kept.
    pub told_at: DateTime<Utc>,
    /// Since then it no longer holds.
    pub ended_at: Option<DateTime<Utc>>,
    pub score: f32,
    pub relevance: f32,
}

/// What bears on a question, each best first.
#[derive(Clone, Debug, Default)]
pub struct Recall {
    pub passages: Vec<Recalled>,
    pub memories: Vec<RecalledMemory>,
}

/// Searches inside the person's transaction; [`look_again`] makes of what it finds what the model is told.
pub(crate) async fn recall(
    transaction: &mut UserTransaction,
    question: &Question<'_>,
    settings: &Settings,
) -> Result<Recall> {
    let people = speaker::people(transaction, question).await?;
    let words = candidates::words_to_find(&question.wording.words, &people);
    let mut known = memories::load(transaction, question, &words).await?;
    let (terms, candidates) = if candidates::is_small(transaction, question).await? {
        let mut candidates = load::load_all(transaction, question, &words).await?;
        memories::add_keys(&known, &mut candidates);
        let terms = candidates::terms(&words, &candidates);
        memories::weigh(&mut known, question, &terms);
        (terms, candidates)
    } else {
        let mut found = candidates::search(transaction, question, &words, settings).await?;
        memories::weigh(&mut known, question, &found.terms);
        found.messages = memories::sources_of_best(&known, settings.candidates);
        let mut candidates = load::load_near(transaction, question, &words, &found).await?;
        memories::add_keys(&known, &mut candidates);
        (found.terms, candidates)
    };
    let ranked = rank::rank(candidates, question, &terms, &people, settings);
    let bearing = memories::relevance_of_messages(&known);
    let relevant = threshold::keep_relevant(ranked, question, &terms, &bearing, settings.silence);
    let passages = repetition::without_repetition(relevant, settings.most, &question.wording.words);
    let memories = memories::relevant(known, settings.silence);
    Ok(Recall { passages, memories })
}

/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
pub(super) const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("retrieval::recall::threshold::is_of_oneself", |text| { std::hint::black_box(is_of_oneself(text)); }),
    ("retrieval::recall::Wording", |text| { std::hint::black_box(Wording::of(text)); }),
    ("retrieval::recall::speaker::speaks_of_oneself", |text| { std::hint::black_box(speaker::speaks_of_oneself(text)); }),
];
