//! A second look at the best, by a reranker, where the house has one (`HEARTH_RERANKER_URL`; off by default).
//!
//! It decides the order and nothing else: what does not bear on the question is out before it is asked, and when it
//! does not answer in time, recall stays as it was. It is asked outside of the transaction, because it takes seconds.

use super::{Recall, Recalled, Settings, Wording, memories};
use crate::{Backend, retrieval::passages::Attribution};
use hearth_inference::Reranker;

/// Passages that are looked at again.
const LOOKED_AT: usize = 30;

/// Characters of each that are read; passages are seldom longer.
const LONGEST: usize = 1_200;

impl Settings {
    /// As many passages as a second look wants, where there will be one.
    pub(crate) fn before_second_look(self, backend: &Backend) -> Self {
        Self {
            most: match backend.inner.config.reranker {
                Some(_) => self.most.max(LOOKED_AT),
                None => self.most,
            },
            ..self
        }
    }
}

/// Puts the passages in the reranker's order, keeps at most `most` of them, and of the memories those that tell what
/// these do not.
pub(crate) async fn look_again(backend: &Backend, question: &Wording, found: Recall, most: usize) -> Recall {
    let mut passages = match &backend.inner.config.reranker {
        Some(reranker) => reordered(reranker.as_ref(), &question.text, found.passages).await,
        None => found.passages,
    };
    passages.truncate(most);
    let memories = memories::worth_telling(found.memories, &passages, question);
    Recall { passages, memories }
}

/// By the reranker's judgement, what people said before what models said; as they were where it does not answer.
async fn reordered(reranker: &dyn Reranker, question: &str, mut passages: Vec<Recalled>) -> Vec<Recalled> {
    let rest = passages.split_off(passages.len().min(LOOKED_AT));
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
        Err(error) => tracing::warn!(%error, "the reranker did not answer; the order stays"),
    }
    passages.extend(rest);
    passages
}

/// Who spoke and when tells as much as the words do.
fn as_text(recalled: &Recalled) -> String {
    let text: String = recalled.text.chars().take(LONGEST).collect();
    let at = recalled.said_at.format("%-d %B %Y");
    match &recalled.from {
        Attribution::Person { name, .. } => format!("{name}, {at}: {text}"),
        Attribution::Model => format!(", {at}: {text}"),
        Attribution::Document { title, locator } => format!("{title}, {locator}: {text}"),
    }
}
