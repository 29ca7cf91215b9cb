//! Memories: recalled themselves, and used as further keys to the passages they came from.
//!
//! A memory says in a few plain words what a passage mentions in passing, so a question that misses the passage still
//! matches the memory. A memory whose validity has ended ranks lower and is still found: "where did I live before?" So
//! does one that has not been told or used for long. A memory that stands for others has their sources too.

use super::{
    bm25::{Term, Text, by_words},
    candidate::Candidate,
    question::Question,
    recalled::{Recalled, RecalledMemory},
    scores::{normalised, vote_factor},
    threshold,
    wording::Wording,
};
use crate::{
    Result,
    storage::{TsVector, UserTransaction},
};
use hearth_text::words::{self, share};
use hearth_types::{MemoryId, PassageId, SpaceId};
use pgvector::HalfVector;
use std::collections::HashMap;
use uuid::Uuid;

/// Maximum number of memories that are loaded: the nearest by vector.
const MOST: i64 = 2_000;

/// Maximum number of recalled memories.
const RECALLED: usize = 4;

/// Maximum number of memories that are compared with the passages, best first.
const COMPARED: usize = 200;

/// Factor on the score of a memory whose validity has ended.
const ENDED: f32 = 0.8;

/// Factor on the score of a memory of which nothing is retained. As for one that has ended: a memory with the words of
/// the question still comes before those that only have a part of them.
const FORGOTTEN: f32 = 0.8;

/// From this share of a memory's words on, a passage says the same as the memory.
const SAID_ALREADY: f32 = 0.8;

/// Weight of meaning (cosine) in a memory's score; the rest is words.
const MEANING: f32 = 0.6;

/// A memory that may be relevant to the question.
pub(super) struct MemoryCandidate {
    pub memory: RecalledMemory,
    /// The messages that it came from.
    pub sources: Vec<Uuid>,
    /// The memory that ended it.
    pub superseded_by: Option<MemoryId>,
    text: Text,
    cosine: Option<f32>,
    /// See [`vote_factor`].
    votes: f32,
    /// How well it is retained, 0 to 1 (migration 0032).
    retention: f32,
}

/// Loads the memories of the searched spaces.
///
/// A memory is excluded if every source of it is excluded: said in a conversation whose memory is off, forgotten, no
/// longer shared with the asker, or in the context window already.
pub(super) async fn load(
    transaction: &mut UserTransaction,
    question: &Question<'_>,
    words: &[String],
) -> Result<Vec<MemoryCandidate>> {
    let spaces: Vec<Uuid> = question.spaces.iter().map(|s| s.0).collect();
    let vector = question.vector.map(|v| HalfVector::from_f32_slice(&v.vector));
    let unseen: Vec<Uuid> = question.unseen.iter().map(|message| message.0).collect();
    let rows = sqlx::query!(
        r#"select m.id as "id: MemoryId", m.space_id as "space: SpaceId", m.statement, m.words as "words: TsVector",
                coalesce(m.valid_from, m.created_at) as "told_at!", m.valid_to,
                coalesce((select n.consolidated_into from memories n where n.id = m.superseded_by), m.superseded_by)
                    as "superseded_by: MemoryId",
                m.not_relevant, -(e.embedding <#> $2) as cosine, g.sources as "sources!", g.retention as "retention!"
         from memories m join memory_groups g on g.id = m.id
         left join memory_embeddings e on e.memory_id = m.id and e.model = $3
         where m.space_id = any ($1) and m.state = 'kept'
           and (g.sources = '{}'
                or exists (select from memory_group_sources s join messages q on q.id = s.message_id
                           join conversations c on c.id = q.conversation_id
                           where s.group_id = m.id and c.memory and (c.id <> $4 or q.id = any ($6))
                             and q.forgotten_at is null))
         order by e.embedding <#> $2, m.created_at desc limit $5"#,
        &spaces,
        vector as Option<HalfVector>,
        question.vector.map_or("", |v| v.model.as_str()),
        question.conversation.0,
        MOST,
        &unseen,
    )
    .fetch_all(&mut **transaction)
    .await?;
    #[expect(clippy::cast_possible_truncation, reason = "scores need no more than f32")]
    Ok(rows
        .into_iter()
        .map(|row| MemoryCandidate {
            sources: row.sources,
            superseded_by: row.superseded_by,
            text: Text::of(&row.words, words),
            cosine: row.cosine.map(|cosine| cosine as f32),
            votes: vote_factor(row.not_relevant),
            retention: row.retention as f32,
            memory: RecalledMemory {
                memory: row.id,
                space: row.space,
                statement: row.statement,
                since: row.told_at,
                ended_at: row.valid_to,
                corrects: false,
                score: 0.0,
                relevance: 0.0,
            },
        })
        .collect())
}

/// Makes memories keys to the passages of the messages they came from: their words count as the passage's own, and
/// the passage's meaning is the mean of its own cosine and the best of theirs.
pub(super) fn add_keys(memories: &[MemoryCandidate], candidates: &mut [Candidate]) {
    let mut of_message: HashMap<Uuid, Vec<&MemoryCandidate>> = HashMap::new();
    for memory in memories {
        for source in &memory.sources {
            of_message.entry(*source).or_default().push(memory);
        }
    }
    for candidate in candidates {
        let Some(memories) = of_message.get(&candidate.recalled.source.id()) else {
            continue;
        };
        for memory in memories {
            candidate.keys.add(&memory.text);
        }
        let best = memories
            .iter()
            .filter_map(|memory| memory.cosine)
            .reduce(f32::max);
        candidate.meaning = match (candidate.cosine, best) {
            (Some(own), Some(best)) => Some(f32::midpoint(own, best)),
            (own, best) => own.or(best),
        };
    }
}

/// Scores the memories and sorts them, best first.
pub(super) fn weigh(memories: &mut [MemoryCandidate], question: &Question<'_>, terms: &[Term]) {
    let meaning = normalised(memories.iter().map(|candidate| candidate.cosine).collect());
    let words = by_words(memories.iter().map(|candidate| &candidate.text), terms);
    for (at, candidate) in memories.iter_mut().enumerate() {
        let ended = candidate.memory.ended_at.is_some();
        let validity = if ended { ENDED } else { 1.0 };
        let fused = MEANING * meaning[at] + (1.0 - MEANING) * words[at];
        let freshness = FORGOTTEN + (1.0 - FORGOTTEN) * candidate.retention;
        candidate.memory.score = validity * freshness * candidate.votes * fused;
        let share = candidate.text.share(terms);
        candidate.memory.relevance =
            candidate.votes * threshold::relevance(question, candidate.cosine, share);
    }
    memories.sort_by(|a, b| b.memory.score.total_cmp(&a.memory.score));
}

/// The messages that the best memories came from; the searches may miss them.
pub(super) fn sources_of_best(memories: &[MemoryCandidate], most: usize) -> Vec<Uuid> {
    let sources = memories
        .iter()
        .flat_map(|candidate| candidate.sources.iter().copied());
    sources.take(most).collect()
}

/// The relevance of the best memory of each message, as [`threshold`] measures it.
pub(super) fn relevance_of_messages(memories: &[MemoryCandidate]) -> HashMap<Uuid, f32> {
    let mut best: HashMap<Uuid, f32> = HashMap::new();
    for candidate in memories {
        for source in &candidate.sources {
            let relevance = best.entry(*source).or_insert(f32::MIN);
            *relevance = relevance.max(candidate.memory.relevance);
        }
    }
    best
}

/// The memories that are relevant to the question, best first.
pub(super) fn relevant(memories: &[MemoryCandidate], threshold: f32) -> Vec<RecalledMemory> {
    memories
        .iter()
        .map(|candidate| candidate.memory.clone())
        .filter(|memory| memory.relevance >= threshold)
        .collect()
}

/// The best memories whose statement a recalled passage contains, each with that passage.
pub(super) fn said_by_passages(
    relevant: &[RecalledMemory],
    passages: &[Recalled],
) -> Vec<(MemoryId, PassageId)> {
    let said: Vec<_> = passages
        .iter()
        .map(|passage| (passage.passage, words::of_question(&passage.text)))
        .collect();
    let by_passage = |memory: &RecalledMemory| {
        let has = words::of_question(&memory.statement);
        let mut said = said.iter();
        let found = said.find(|(_, said)| share(&has, said) >= SAID_ALREADY)?;
        Some((memory.memory, found.0))
    };
    relevant
        .iter()
        .take(COMPARED)
        .filter_map(by_passage)
        .take(RECALLED)
        .collect()
}

/// The memories whose statement neither a recalled passage nor the question contains already.
pub(super) fn not_said_already(
    relevant: Vec<RecalledMemory>,
    passages: &[Recalled],
    question: &Wording,
) -> Vec<RecalledMemory> {
    let mut said: Vec<_> = passages
        .iter()
        .map(|passage| words::of_question(&passage.text))
        .collect();
    said.push(question.words.clone());
    let is_new = |memory: &RecalledMemory| {
        let has = words::of_question(&memory.statement);
        let said = if memory.corrects {
            &said[..passages.len()]
        } else {
            &said
        };
        !said.iter().any(|said| share(&has, said) >= SAID_ALREADY)
    };
    let compared = relevant.into_iter().take(COMPARED);
    compared.filter(is_new).take(RECALLED).collect()
}

#[cfg(test)]
mod tests {
    use super::{RECALLED, not_said_already};
    use crate::retrieval::recall::{Recalled, RecalledMemory, Wording};
    use crate::retrieval::source::{Attribution, Source};
    use chrono::Utc;
    use hearth_types::{ConversationId, MemoryId, MessageId, PassageId, SpaceId};
    use uuid::Uuid;

    fn memory(statement: &str) -> RecalledMemory {
        RecalledMemory {
            memory: MemoryId(Uuid::nil()),
            space: SpaceId(Uuid::nil()),
            statement: statement.to_owned(),
            since: Utc::now(),
            ended_at: None,
            corrects: false,
            score: 0.5,
            relevance: 0.5,
        }
    }

    fn passage(text: &str) -> Recalled {
        Recalled {
            passage: PassageId(Uuid::nil()),
            space: SpaceId(Uuid::nil()),
            source: Source::Message {
                conversation: ConversationId(Uuid::nil()),
                message: MessageId(Uuid::nil()),
            },
            from: Attribution::Person {
                id: None,
                name: String::new(),
            },
            said_at: Utc::now(),
            text: text.to_owned(),
            score: 0.5,
            relevance: 0.5,
        }
    }

    #[test]
    fn a_memory_is_recalled_only_if_neither_a_recalled_passage_nor_the_question_says_it() {
        let recalled = |said: &[Recalled], question: &str| {
            not_said_already(
                vec![memory("Biscuit is allergic to chicken")],
                said,
                &Wording::of(question),
            )
            .len()
        };
        let asked = "What may the dog eat?";
        assert_eq!(recalled(&[], asked), 1);
        assert_eq!(recalled(&[passage("Biscuit sleeps in the kitchen.")], asked), 1);
        assert_eq!(
            recalled(&[passage("Our Biscuit is allergic to chicken, sadly.")], asked),
            0
        );
        assert_eq!(recalled(&[], "Is Biscuit allergic to chicken?"), 0);
    }

    #[test]
    fn only_the_few_most_relevant_memories_are_recalled() {
        let many = (0..9)
            .map(|number| memory(&format!("Locker number {number}")))
            .collect();
        let recalled = not_said_already(many, &[], &Wording::of("Lockers?"));
        assert_eq!(recalled.len(), RECALLED);
        assert_eq!(recalled[0].statement, "Locker number 0");
    }
}
