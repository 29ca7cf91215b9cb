//! The branch that leads to a question: its messages, and how each earlier question was sent to the model.
//!
//! A question is sent to the model with the time and the recalled notes. The model's prefix cache only helps when later
//! prompts repeat that message exactly. The message is not stored as text, because deleted content must disappear from
//! here too: it is rebuilt from the trace of its answer.

use super::notes::{Note, NoteOf};
use crate::{Result, retrieval::source::Quoted, storage::UserTransaction};
use chrono::{DateTime, Utc};
use hearth_types::{
    ConversationId, DocumentId, MemoryId, MessageId, PassageId, SectionId, SpaceId, Speaker, UserId,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Replaces the text of a forgotten message in a prompt.
const FORGOTTEN: &str = "[Hearth has forgotten this message, because the person asked for it.]";

/// Maximum messages of the branch that are read; a window holds fewer.
const DEEPEST: i32 = 400;

/// The branch before a question, oldest first.
#[derive(Default)]
pub(super) struct History {
    /// Messages beyond [`DEEPEST`], whose text is not read.
    pub older: Vec<MessageId>,
    pub said: Vec<HistoryMessage>,
}

/// A message of the branch.
pub(super) struct HistoryMessage {
    pub id: MessageId,
    pub by: Speaker,
    /// The name of the person who wrote it.
    pub author: Option<String>,
    pub text: String,
    /// How a person's message was sent to the model; none for a model's message, and before an answer started.
    pub sent: Option<SentQuestion>,
}

/// How a question was sent to the model.
pub(super) struct SentQuestion {
    pub at: DateTime<Utc>,
    pub model: String,
    pub num_ctx: u32,
    /// The first message inside the window; none when the window held the whole branch.
    pub window_first: Option<MessageId>,
    /// The recalled notes sent with it.
    pub notes: Vec<Note>,
}

struct Row {
    id: Uuid,
    by: Speaker,
    author: Option<String>,
    /// None beyond [`DEEPEST`].
    text: Option<String>,
    started_at: Option<DateTime<Utc>>,
    model: Option<String>,
    num_ctx: Option<i32>,
    window_first: Option<Uuid>,
}

impl History {
    /// The branch that ends in the message `leaf`. Recalled notes are repeated only from `spaces`, because another
    /// person may have joined since.
    pub async fn load(
        transaction: &mut UserTransaction,
        conversation: ConversationId,
        leaf: Uuid,
        spaces: &[SpaceId],
    ) -> Result<Self> {
        let rows = branch(transaction, conversation, leaf).await?;
        let answers: Vec<Uuid> = rows
            .iter()
            .filter(|row| row.started_at.is_some())
            .map(|row| row.id)
            .collect();
        let mut notes = notes(transaction, &answers, spaces).await?;
        let mut history = Self::default();
        for row in rows {
            let id = MessageId(row.id);
            let Some(text) = row.text else {
                history.older.push(id);
                continue;
            };
            if let (Some(at), Some(num_ctx), Some(question)) =
                (row.started_at, row.num_ctx, history.said.last_mut())
            {
                question.sent = Some(SentQuestion {
                    at,
                    model: row.model.unwrap_or_default(),
                    num_ctx: num_ctx.unsigned_abs(),
                    window_first: row.window_first.map(MessageId),
                    notes: notes.remove(&row.id).unwrap_or_default(),
                });
            }
            history.said.push(HistoryMessage {
                id,
                by: row.by,
                author: row.author,
                text,
                sent: None,
            });
        }
        Ok(history)
    }

    pub const fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    /// How the latest answered question of the branch was sent to the model.
    pub fn last_sent(&self) -> Option<&SentQuestion> {
        self.said.iter().rev().find_map(|said| said.sent.as_ref())
    }

    /// All messages before the one at index `first`, oldest first.
    pub fn before(&self, first: usize) -> Vec<MessageId> {
        let said = self.said[..first].iter().map(|said| said.id);
        self.older.iter().copied().chain(said).collect()
    }
}

/// The whole branch, oldest first; only the newest [`DEEPEST`] messages have their text.
async fn branch(
    transaction: &mut UserTransaction,
    conversation: ConversationId,
    leaf: Uuid,
) -> Result<Vec<Row>> {
    let mut rows = sqlx::query_as!(
        Row,
        r#"select b.id as "id!", m.said_by as "by!: Speaker", coalesce(u.name, m.author_name) as author,
                -- A forgotten message is still there for its person to read; the model reads that it is gone.
                case when p.text is not null and b.depth > 1 and coalesce(m.forgotten_at, asked.forgotten_at) is not null
                     then $4 else p.text end as "text?",
                a.started_at as "started_at?", a.model as "model?", a.num_ctx as "num_ctx?",
                a.window_first as "window_first?"
         from branch($1, $2) b join messages m on m.id = b.id
         left join message_parts p on p.message_id = b.id and p.kind = 'text' and b.depth <= $3
         left join answers a on a.id = b.id and b.depth <= $3
         left join users u on u.id = m.author_id left join messages asked on asked.id = m.parent_id
         order by b.depth"#,
        conversation.0,
        leaf,
        DEEPEST,
        FORGOTTEN,
    )
    .fetch_all(&mut **transaction)
    .await?;
    rows.reverse();
    Ok(rows)
}

/// The notes recalled for each of these answers, in prompt order: passages, then memories.
async fn notes(
    transaction: &mut UserTransaction,
    answers: &[Uuid],
    spaces: &[SpaceId],
) -> Result<HashMap<Uuid, Vec<Note>>> {
    let mut notes: HashMap<Uuid, Vec<Note>> = HashMap::new();
    if answers.is_empty() {
        return Ok(notes);
    }
    let spaces: Vec<Uuid> = spaces.iter().map(|space| space.0).collect();
    let passages = sqlx::query!(
        r#"select r.answer_id, p.id as "passage!: PassageId", p.conversation_id as "conversation: ConversationId",
                  p.message_id as "message: MessageId", p.said_by as "said_by: Speaker", p.said_at as "said_at!",
                  p.text as "text!", p.author_id as "author: UserId", p.author_name,
                  p.document_id as "document: DocumentId", p.section_id as "section: SectionId",
                  p.document_title as title, p.locator
         from answer_recalls r join quoted_passages p on p.id = r.passage_id
         where r.answer_id = any ($1) and p.space_id = any ($2) order by r.answer_id, r.position"#,
        answers,
        &spaces,
    );
    for row in passages.fetch_all(&mut **transaction).await? {
        notes.entry(row.answer_id).or_default().push(Note {
            of: NoteOf::Passage {
                id: row.passage,
                from: Quoted {
                    conversation: row.conversation,
                    message: row.message,
                    said_by: row.said_by,
                    author: row.author,
                    author_name: row.author_name,
                    document: row.document,
                    section: row.section,
                    title: row.title,
                    locator: row.locator,
                }
                .attribution(),
            },
            at: row.said_at,
            text: row.text,
        });
    }
    let memories = sqlx::query!(
        r#"select a.answer_id, m.id as "memory: MemoryId", m.statement, m.valid_to,
                  coalesce(m.valid_from, m.created_at) as "told_at!"
         from answer_memories a join memories m on m.id = a.memory_id
         where a.answer_id = any ($1) and m.space_id = any ($2) and m.state = 'kept'
         order by a.answer_id, a.position"#,
        answers,
        &spaces,
    );
    for row in memories.fetch_all(&mut **transaction).await? {
        notes.entry(row.answer_id).or_default().push(Note {
            of: NoteOf::Memory {
                id: row.memory,
                ended_at: row.valid_to,
            },
            at: row.told_at,
            text: row.statement,
        });
    }
    Ok(notes)
}
