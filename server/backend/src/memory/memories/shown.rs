//! The notes under an answer: the memories used for it, and the changes of the memory. Both are shown only to the person
//! who asked, also in a shared conversation.

use crate::{Result, storage::UserTransaction};
use hearth_text::cut::clip;
use hearth_types::{
    AnswerId, ConversationId, MemoryId, MemoryNote, MemorySource, MessageId, NoteItem, NoteKind, PassageId,
    UsedMemory, UserId,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Maximum characters of a memory or passage shown in a conversation.
const EXCERPT: usize = 200;

/// The memories that were in the prompt of an answer, as far as they still exist.
pub(crate) async fn used(
    transaction: &mut UserTransaction,
    user: UserId,
    answers: &[Uuid],
) -> Result<HashMap<Uuid, Vec<UsedMemory>>> {
    let rows = sqlx::query!(
        r#"select a.answer_id, m.id as "memory: MemoryId", m.statement, m.created_at,
                  s.conversation_id as "conversation?: ConversationId", s.id as "message?: MessageId",
                  s.created_at as "said_at?"
         from answer_memories a join memories m on m.id = a.memory_id
         left join lateral (
            select q.conversation_id, q.id, q.created_at
            from memory_group_sources f join messages q on q.id = f.message_id
            where f.group_id = m.id order by q.created_at desc limit 1
         ) s on true
         where a.answer_id = any ($1) and a.only_for = $2 and not a.not_relevant order by a.position"#,
        answers,
        user.0,
    )
    .fetch_all(&mut **transaction)
    .await?;
    let mut used: HashMap<Uuid, Vec<UsedMemory>> = HashMap::new();
    for row in rows {
        used.entry(row.answer_id).or_default().push(UsedMemory {
            memory: row.memory,
            statement: clip(&row.statement, EXCERPT),
            created_at: row.created_at.timestamp_millis(),
            source: match (row.conversation, row.message, row.said_at) {
                (Some(conversation), Some(message), Some(said_at)) => Some(MemorySource {
                    conversation,
                    message,
                    said_at: said_at.timestamp_millis(),
                }),
                _ => None,
            },
        });
    }
    Ok(used)
}

/// The changes of the memory that a message asked for.
pub(crate) async fn done_for(
    transaction: &mut UserTransaction,
    user: UserId,
    answer: AnswerId,
) -> Result<Vec<NoteKind>> {
    let notes = notes(transaction, user, &[answer.0]).await?.remove(&answer.0);
    Ok(notes.into_iter().flatten().map(|note| note.kind).collect())
}

/// The notes about the memory under an answer, one per kind.
pub(crate) async fn notes(
    transaction: &mut UserTransaction,
    user: UserId,
    answers: &[Uuid],
) -> Result<HashMap<Uuid, Vec<MemoryNote>>> {
    let rows = sqlx::query!(
        r#"select n.answer_id, n.kind as "kind: NoteKind", n.memory_id as "memory: MemoryId", n.passage_id as "passage: PassageId",
                  coalesce(m.statement, p.text) as text
         from memory_notes n left join memories m on m.id = n.memory_id left join passages p on p.id = n.passage_id
         where n.answer_id = any ($1) and n.only_for = $2 order by n.created_at, n.id"#,
        answers,
        user.0,
    )
    .fetch_all(&mut **transaction)
    .await?;
    let mut by_answer: HashMap<Uuid, Vec<MemoryNote>> = HashMap::new();
    for row in rows {
        let item = row.text.map(|text| NoteItem {
            memory: row.memory,
            passage: row.passage,
            text: clip(&text, EXCERPT),
        });
        let notes = by_answer.entry(row.answer_id).or_default();
        match notes.iter_mut().find(|note| note.kind == row.kind) {
            Some(note) => note.items.extend(item),
            None => notes.push(MemoryNote {
                kind: row.kind,
                items: item.into_iter().collect(),
            }),
        }
    }
    // A note is dropped when all its memories and passages are deleted or not visible to this person.
    let stays = |note: &MemoryNote| {
        !note.items.is_empty()
            || matches!(
                note.kind,
                NoteKind::Forgotten | NoteKind::NothingFound | NoteKind::MemoryOff | NoteKind::TooLong
            )
    };
    by_answer.values_mut().for_each(|notes| notes.retain(stays));
    Ok(by_answer)
}
