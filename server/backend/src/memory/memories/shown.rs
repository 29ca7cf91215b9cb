//! What stands under an answer: the memories that were used for it, and what Hearth told about its memory.

use crate::{Result, conversations::send::clip, storage::UserTransaction};
use hearth_types::{
    ConversationId, MemoryId, MemoryNote, MemorySource, MessageId, NoteItem, NoteKind, PassageId, UsedMemory,
};
use uuid::Uuid;

/// Characters of a memory or a passage in a conversation.
const EXCERPT: usize = 200;

/// The memories that were put before the model for an answer, as far as they still exist.
pub(crate) async fn used(transaction: &mut UserTransaction, answer: Uuid) -> Result<Vec<UsedMemory>> {
    let rows = sqlx::query!(
        r#"select m.id as "memory: MemoryId", m.statement, m.created_at,
                  s.conversation_id as "conversation?: ConversationId", s.id as "message?: MessageId",
                  s.created_at as "said_at?"
         from answer_memories a join memories m on m.id = a.memory_id
         left join lateral (
            select q.conversation_id, q.id, q.created_at
            from memory_sources f join messages q on q.id = f.message_id
            where f.memory_id = m.id order by q.created_at desc limit 1
         ) s on true
         where a.answer_id = $1 and not a.not_relevant order by a.position"#,
        answer
    )
    .fetch_all(&mut **transaction)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| UsedMemory {
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
        })
        .collect())
}

/// What Hearth told under an answer, one note per kind.
pub(crate) async fn notes(transaction: &mut UserTransaction, answer: Uuid) -> Result<Vec<MemoryNote>> {
    let rows = sqlx::query!(
        r#"select n.kind as "kind: NoteKind", n.memory_id as "memory: MemoryId", n.passage_id as "passage: PassageId",
                  coalesce(m.statement, p.text) as text
         from memory_notes n left join memories m on m.id = n.memory_id left join passages p on p.id = n.passage_id
         where n.answer_id = $1 order by n.created_at, n.id"#,
        answer
    )
    .fetch_all(&mut **transaction)
    .await?;
    let mut notes: Vec<MemoryNote> = Vec::new();
    for row in rows {
        let item = row.text.map(|text| NoteItem {
            memory: row.memory,
            passage: row.passage,
            text: clip(&text, EXCERPT),
        });
        match notes.iter_mut().find(|note| note.kind == row.kind) {
            Some(note) => note.items.extend(item),
            None => notes.push(MemoryNote {
                kind: row.kind,
                items: item.into_iter().collect(),
            }),
        }
    }
    // Before others: what one of them keeps is not theirs to see.
    notes.retain(|note| {
        !note.items.is_empty()
            || matches!(
                note.kind,
                NoteKind::Forgotten | NoteKind::NothingFound | NoteKind::MemoryOff
            )
    });
    Ok(notes)
}
