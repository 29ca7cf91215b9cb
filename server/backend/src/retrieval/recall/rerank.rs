//! Reorders the best passages by a reranker, where one is configured (`HEARTH_RERANKER_URL`; off by default).
//!
//! The reranker decides the order and nothing else: irrelevant passages are dropped before, and when it does not
//! answer in time, the order stays. It is called outside of the transaction, because it takes seconds.

use super::{
    memories,
    recalled::{Recall, Recalled},
    settings::Settings,
    wording::Wording,
};
use crate::{Backend, retrieval::source::Attribution};
use hearth_inference::Reranker;

/// Maximum number of passages that are reranked.
const RERANKED: usize = 30;

/// Maximum characters of each passage that the reranker receives; passages are seldom longer.
const LONGEST: usize = 1_200;

impl Settings {
    /// With a reranker, recalls as many passages as it reorders.
    pub(crate) fn before_rerank(self, backend: &Backend) -> Self {
        Self {
            most: match backend.inner.config.reranker {
                Some(_) => self.most.max(RERANKED),
                None => self.most,
            },
            ..self
        }
    }
}

/// Puts the passages in the reranker's order, keeps at most `most` of them, and those memories that say what the
/// passages do not.
pub(crate) async fn rerank(backend: &Backend, question: &Wording, found: Recall, most: usize) -> Recall {
    let mut passages = match &backend.inner.config.reranker {
        Some(reranker) => reordered(reranker.as_ref(), &question.text, found.passages).await,
        None => found.passages,
    };
    passages.truncate(most);
    let said = memories::said_by_passages(&found.memories, &passages);
    let memories = memories::not_said_already(found.memories, &passages, question);
    Recall {
        passages,
        memories,
        said,
    }
}

/// By the reranker's score, but people's passages before models' passages; unchanged when it does not answer.
async fn reordered(reranker: &dyn Reranker, question: &str, mut passages: Vec<Recalled>) -> Vec<Recalled> {
    let rest = passages.split_off(passages.len().min(RERANKED));
    let texts: Vec<String> = passages.iter().map(as_text).collect();
    match reranker.rerank(question, &texts).await {
        Ok(scores) => {
            let mut judged: Vec<(f32, Recalled)> = scores.into_iter().zip(passages).collect();
            judged.sort_by(|(a, one), (b, other)| {
                let by_model = one.is_by_model().cmp(&other.is_by_model());
                by_model.then(b.total_cmp(a))
            });
            passages = judged.into_iter().map(|(_, recalled)| recalled).collect();
        }
        Err(error) => tracing::warn!(%error, "the reranker did not answer; the order is unchanged"),
    }
    passages.extend(rest);
    passages
}

/// Speaker and date stand before the text: they matter for relevance as much as the words.
fn as_text(recalled: &Recalled) -> String {
    let text: String = recalled.text.chars().take(LONGEST).collect();
    let at = recalled.said_at.format("%-d %B %Y");
    match &recalled.from {
        Attribution::Person { name, .. } => format!("{name}, {at}: {text}"),
        Attribution::Model => format!(", {at}: {text}"),
        Attribution::Document { title, locator } => format!("{title}, {locator}: {text}"),
    }
}
