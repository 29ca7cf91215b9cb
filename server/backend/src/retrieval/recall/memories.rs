//! What is known: memories, recalled themselves and as further keys to the passages they came from.
//!
//! A memory says in a few plain words what a passage tells in passing, so a question that misses the passage still
//! meets the memory. What has ended ranks lower and is still found: "where did I live before?"

use super::{
    Question, Recalled, RecalledMemory, Wording,
    bm25::{Text, by_words},
    candidates::Term,
    load::Candidate,
    rank::{liking, normalised},
    threshold,
};
use crate::{
    Result,
    storage::{TsVector, UserTransaction},
};
use hearth_text::words::{self, share};
use hearth_types::{MemoryId, SpaceId};
use pgvector::HalfVector;
use std::collections::HashMap;
use uuid::Uuid;

/// Memories that are weighed: the nearest.
const MOST: i64 = 2_000;

/// Memories that are recalled at most.
const RECALLED: usize = 4;

/// Memories that are held against the passages, best first.
const LOOKED_AT: usize = 200;

/// What ended counts so much.
const ENDED: f32 = 0.8;

/// Share of a memory's words that a passage has which says the same.
const SAID_ALREADY: f32 = 0.8;

/// How much of a memory's score is meaning; the rest is words.
const MEANING: f32 = 0.6;

/// A memory that may bear on the question.
pub(super) struct Known {
    pub memory: RecalledMemory,
    sources: Vec<Uuid>,
    text: Text,
    cosine: Option<f32>,
    liking: f32,
}

/// Memories of the spaces that are searched.
///
/// One whose every source is shut out is shut out as well: said where memory is off, forgotten, no longer shared with
/// the asker, or in what is in the context already.
pub(super) async fn load(
    transaction: &mut UserTransaction,
    question: &Question<'_>,
    words: &[String],
) -> Result<Vec<Known>> {
    let spaces: Vec<Uuid> = question.spaces.iter().map(|s| s.0).collect();
    let vector = question.vector.map(|v| HalfVector::from_f32_slice(&v.vector));
    let unseen: Vec<Uuid> = question.unseen.iter().map(|message| message.0).collect();
    let rows = sqlx::query!(
        r#"select m.id as "id: MemoryId", m.space_id as "space: SpaceId", m.statement, m.words as "words: TsVector",
                coalesce(m.valid_from, m.created_at) as "told_at!", m.valid_to, m.not_relevant, -(e.embedding <#> $2) as cosine,
                array(select s.message_id from memory_sources s where s.memory_id = m.id) as "sources!"
         from memories m left join memory_embeddings e on e.memory_id = m.id and e.model = $3
         where m.space_id = any ($1) and m.state = 'kept'
           and (not exists (select from memory_sources s where s.memory_id = m.id)
                or exists (select from memory_sources s join messages q on q.id = s.message_id
                           join conversations c on c.id = q.conversation_id
                           where s.memory_id = m.id and c.memory and (c.id <> $4 or q.id = any ($6))
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
        .map(|row| Known {
            sources: row.sources,
            text: Text::of(&row.words, words),
            cosine: row.cosine.map(|cosine| cosine as f32),
            liking: liking(row.not_relevant),
            memory: RecalledMemory {
                memory: row.id,
                space: row.space,
                statement: row.statement,
                told_at: row.told_at,
                ended_at: row.valid_to,
                score: 0.0,
                relevance: 0.0,
            },
        })
        .collect())
}

/// Makes memories keys to the passages of the messages they came from: their words count as the passage's own, and
/// of its meaning the best of theirs is half.
pub(super) fn add_keys(known: &[Known], candidates: &mut [Candidate]) {
    let mut of_message: HashMap<Uuid, Vec<&Known>> = HashMap::new();
    for known in known {
        for source in &known.sources {
            of_message.entry(*source).or_default().push(known);
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

/// Scores them, best first.
pub(super) fn weigh(known: &mut [Known], question: &Question<'_>, terms: &[Term]) {
    let meaning = normalised(known.iter().map(|k| k.cosine).collect());
    let words = by_words(known.iter().map(|k| &k.text), terms);
    for (at, known) in known.iter_mut().enumerate() {
        let holds = if known.memory.ended_at.is_some() {
            ENDED
        } else {
            1.0
        };
        known.memory.score = holds * known.liking * (MEANING * meaning[at] + (1.0 - MEANING) * words[at]);
        known.memory.relevance =
            known.liking * threshold::relevance(question, known.cosine, known.text.share(terms));
    }
    known.sort_by(|a, b| b.memory.score.total_cmp(&a.memory.score));
}

/// Messages that the best of them came from, which may be found by nothing else.
pub(super) fn sources_of_best(known: &[Known], most: usize) -> Vec<Uuid> {
    let sources = known.iter().flat_map(|known| known.sources.iter().copied());
    sources.take(most).collect()
}

/// How much the best memory of each message bears on the question, as [`super::silence`] measures it.
pub(super) fn relevance_of_messages(known: &[Known]) -> HashMap<Uuid, f32> {
    let mut best: HashMap<Uuid, f32> = HashMap::new();
    for known in known {
        for source in &known.sources {
            let relevance = best.entry(*source).or_insert(f32::MIN);
            *relevance = relevance.max(known.memory.relevance);
        }
    }
    best
}

/// The memories that bear on the question, best first.
pub(super) fn relevant(known: Vec<Known>, threshold: f32) -> Vec<RecalledMemory> {
    known
        .into_iter()
        .map(|known| known.memory)
        .filter(|memory| memory.relevance >= threshold)
        .collect()
}

/// Those of them that tell more than the passages that are recalled with them, and than the question.
pub(super) fn worth_telling(
    relevant: Vec<RecalledMemory>,
    said: &[Recalled],
    question: &Wording,
) -> Vec<RecalledMemory> {
    let mut told: Vec<_> = said.iter().map(|said| words::of_question(&said.text)).collect();
    told.push(question.words.clone());
    let tells_more = |memory: &RecalledMemory| {
        let has = words::of_question(&memory.statement);
        !told.iter().any(|told| share(&has, told) >= SAID_ALREADY)
    };
    let looked_at = relevant.into_iter().take(LOOKED_AT);
    looked_at.filter(tells_more).take(RECALLED).collect()
}

#[cfg(test)]
mod tests {
    use super::{RECALLED, worth_telling};
    use crate::retrieval::passages::{Attribution, Source};
    use crate::retrieval::recall::{Recalled, RecalledMemory, Wording};
    use chrono::Utc;
    use hearth_types::{ConversationId, MemoryId, MessageId, PassageId, SpaceId};
    use uuid::Uuid;

    fn memory(statement: &str) -> RecalledMemory {
        RecalledMemory {
            memory: MemoryId(Uuid::nil()),
            space: SpaceId(Uuid::nil()),
            statement: statement.to_owned(),
            told_at: Utc::now(),
            ended_at: None,
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
    fn a_memory_is_told_only_where_no_passage_beside_it_and_not_the_question_says_it() {
        let told = |said: &[Recalled], question: &str| {
            worth_telling(
                vec![memory("Biscuit is allergic to chicken")],
                said,
                &Wording::of(question),
            )
            .len()
        };
        let asked = "What may the dog eat?";
        assert_eq!(told(&[], asked), 1);
        assert_eq!(told(&[passage("Biscuit sleeps in the kitchen.")], asked), 1);
        assert_eq!(
            told(&[passage("Our Biscuit is allergic to chicken, sadly.")], asked),
            0
        );
        assert_eq!(told(&[], "Is Biscuit allergic to chicken?"), 0);
    }

    #[test]
    fn few_memories_are_told_and_those_first_that_bear_most_on_the_question() {
        let many = (0..9)
            .map(|number| memory(&format!("Locker number {number}")))
            .collect();
        let told = worth_telling(many, &[], &Wording::of("Lockers?"));
        assert_eq!(told.len(), RECALLED);
        assert_eq!(told[0].statement, "Locker number 0");
    }
}
