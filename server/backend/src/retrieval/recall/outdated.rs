//! What is no longer true: "I live in Lisbon", after "I moved to Porto".
//!
//! A memory that has ended names its successor. A passage that says little more than such a memory stays out, unless the
//! question asks for the past. One that says more is recalled, and its successor with it; so is the successor of an
//! ended memory that is recalled. Where nothing replaced it, the ended memory itself comes along: the prompt says until
//! when it was true.

use super::{
    memories::MemoryCandidate,
    question::Question,
    recalled::{Recall, Recalled, RecalledMemory},
};
use hearth_text::words;
use hearth_types::MemoryId;
use std::collections::{BTreeSet, HashMap};

/// From this share of a passage's words on, the ended memories say all of it.
const SAYS_NO_MORE: f32 = 0.6;

/// From this share of a memory's words on, a model's passage repeats it.
const REPEATS: f32 = 0.99;

/// Successors that are followed: what changed twice is two steps from what is true now.
const MOST_STEPS: usize = 8;

/// Leaves out outdated passages and adds what is true now. Memories that come along stand first, so that they are not
/// cut off.
pub(super) fn with_successors(
    found: Recall,
    memories: &[MemoryCandidate],
    question: &Question<'_>,
) -> Recall {
    let has_ended =
        |memory: &MemoryCandidate| memory.memory.ended_at.is_some_and(|end| end <= question.asked_at);
    let by_id: HashMap<MemoryId, &MemoryCandidate> = memories
        .iter()
        .map(|candidate| (candidate.memory.memory, candidate))
        .collect();
    let mut along: Vec<RecalledMemory> = Vec::new();
    let mut add = |ended: &MemoryCandidate| {
        let now = successor(ended, &by_id).unwrap_or(ended);
        if !along.iter().any(|other| other.memory == now.memory.memory) {
            along.push(RecalledMemory {
                corrects: true,
                ..now.memory.clone()
            });
        }
    };
    let mut passages = Vec::with_capacity(found.passages.len());
    for passage in found.passages {
        let of_it = memories
            .iter()
            .filter(|memory| has_ended(memory) && is_of(memory, &passage));
        let ended: Vec<&MemoryCandidate> = of_it.collect();
        ended.iter().for_each(|ended| add(ended));
        if ended.is_empty() || question.wording.asks_for_the_past || says_more(&passage, &ended) {
            passages.push(passage);
        }
    }
    for recalled in &found.memories {
        if let Some(ended) = by_id.get(&recalled.memory).filter(|memory| has_ended(memory)) {
            add(ended);
        }
    }
    let is_along = |memory: &RecalledMemory| along.iter().any(|other| other.memory == memory.memory);
    let others: Vec<RecalledMemory> = found
        .memories
        .into_iter()
        .filter(|memory| !is_along(memory))
        .collect();
    along.extend(others);
    Recall {
        passages,
        memories: along,
        said: found.said,
    }
}

/// Whether a passage says what the memory says: the memory came from its message, or a model repeated it.
fn is_of(memory: &MemoryCandidate, passage: &Recalled) -> bool {
    if !passage.is_by_model() {
        return memory.sources.contains(&passage.source.id());
    }
    let statement = words::of_question(&memory.memory.statement);
    words::share(&statement, &words::of_question(&passage.text)) >= REPEATS
}

/// The memory that is true instead of an ended one; none when nothing replaced it, or the asker may not read it.
fn successor<'a>(
    ended: &MemoryCandidate,
    by_id: &HashMap<MemoryId, &'a MemoryCandidate>,
) -> Option<&'a MemoryCandidate> {
    let mut now = None;
    let mut next = ended.superseded_by;
    for _ in 0..MOST_STEPS {
        let Some(found) = next.and_then(|id| by_id.get(&id).copied()) else {
            break;
        };
        now = Some(found);
        next = found.superseded_by;
    }
    now
}

/// Whether a passage says more than the ended memories that came from it.
fn says_more(passage: &Recalled, ended: &[&MemoryCandidate]) -> bool {
    let said = words::of_question(&passage.text);
    let statements = ended
        .iter()
        .map(|memory| words::of_question(&memory.memory.statement));
    let covered: BTreeSet<String> = statements.flatten().collect();
    words::share(&said, &covered) < SAYS_NO_MORE
}
