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
//! outdated    what is no longer true stays out, or brings along what replaced it
//! rerank      a reranker reorders the best, where one is configured; memories join that say what no passage says
//! ```

mod bm25;
mod candidate;
mod candidates;
mod feedback;
mod load;
mod memories;
mod outdated;
mod question;
mod rank;
mod recalled;
mod repetition;
mod rerank;
mod scores;
mod settings;
mod speaker;
mod threshold;
mod wording;

pub(in crate::retrieval) use bm25::rarity;
pub use question::Question;
pub use recalled::{Recall, Recalled, RecalledMemory};
pub(crate) use rerank::rerank;
pub use settings::{Settings, Weights};
pub use wording::Wording;
pub(crate) use wording::is_about_self;

use crate::{Result, storage::UserTransaction};

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
    let found = Recall {
        passages,
        memories: memories::relevant(&memories, settings.threshold),
        said: Vec::new(),
    };
    Ok(outdated::with_successors(found, &memories, question))
}

/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
pub(super) const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("retrieval::recall::threshold::is_about_self", |text| { std::hint::black_box(is_about_self(text)); }),
    ("retrieval::recall::Wording", |text| { std::hint::black_box(Wording::of(text)); }),
    ("retrieval::recall::speaker::says_i", |text| { std::hint::black_box(wording::says_i(text)); }),
];
