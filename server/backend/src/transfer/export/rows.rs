//! The queries of an export, a page at a time, all in one snapshot.

use crate::{
    Result,
    models::trouble,
    storage::UserTransaction,
    transfer::format::{ArchivedAnswer, ArchivedMemory, ArchivedMessage, ConversationHead},
};
use chrono::{DateTime, Utc};
use hearth_types::{
    AnswerStatus, AttachmentKind, Language, MemoryKind, MemoryOrigin, MemoryState, Sensitive, Speaker, UserId,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Rows of a page of messages or memories.
const PAGE: i64 = 50;

/// Maximum bytes of a page's messages, not counting the last one.
const PAGE_BYTES: i64 = 2 << 20;

/// Rows of a page of conversations, which are short.
const HEADS: i64 = 500;

/// The exporting person, and the size of the export.
pub(super) struct Owner {
    pub name: String,
    pub language: Language,
    pub time_zone: String,
    pub conversations: i64,
    pub memories: i64,
    /// Number of conversations that other people shared with them.
    pub of_others: i64,
}

pub(super) async fn owner(transaction: &mut UserTransaction, user: UserId) -> Result<Owner> {
    Ok(sqlx::query_as!(
        Owner,
        r#"select u.name, u.language as "language: Language", u.time_zone,
                  (select count(*) from conversations c join space_members m on m.space_id = c.space_id
                   where m.user_id = u.id and m.role = 'owner' and not c.temporary) as "conversations!",
                  (select count(*) from memories where space_id = u.id and not gathered) as "memories!",
                  (select count(*) from conversations c join space_members m on m.space_id = c.space_id
                   where m.user_id = u.id and m.role <> 'owner') as "of_others!"
         from users u where u.id = $1"#,
        user.0
    )
    .fetch_one(&mut **transaction)
    .await?)
}

/// A conversation with its id in the database.
pub(super) struct Conversation {
    pub id: Uuid,
    pub head: ConversationHead,
}

/// The person's own conversations after this position, oldest first.
pub(super) async fn conversations(
    transaction: &mut UserTransaction,
    user: UserId,
    after: Option<(DateTime<Utc>, Uuid)>,
) -> Result<Vec<Conversation>> {
    let (time, id) = after.unwrap_or((DateTime::UNIX_EPOCH, Uuid::nil()));
    let rows = sqlx::query!(
        r#"select c.id, coalesce(c.origin_id, c.id) as "name!", c.title, c.titled_by_hand, c.model, c.memory, c.pinned,
                  c.archived, c.created_at, c.updated_at,
                  (select coalesce(l.origin_id, l.id) from messages l where l.id = c.active_leaf) as shown,
                  array(select u.name from space_members o join users u on u.id = o.user_id
                        where o.space_id = c.space_id and o.user_id <> $1 order by u.name) as "shared_with!"
         from space_members m join conversations c on c.space_id = m.space_id
         where m.user_id = $1 and m.role = 'owner' and not c.temporary and (c.created_at, c.id) > ($2, $3)
         order by c.created_at, c.id limit $4"#,
        user.0,
        time,
        id,
        HEADS
    )
    .fetch_all(&mut **transaction)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Conversation {
            id: row.id,
            head: ConversationHead {
                id: row.name,
                title: row.title,
                titled_by_hand: row.titled_by_hand,
                model: row.model,
                memory: row.memory,
                pinned: row.pinned,
                archived: row.archived,
                created_at: row.created_at,
                updated_at: row.updated_at,
                shown: row.shown,
                shared_with: row.shared_with,
            },
        })
        .collect())
}

/// A message with its id and position in the database.
pub(super) struct Message {
    pub id: Uuid,
    pub ordinal: i64,
    /// Whether it is not on the shown branch.
    pub abandoned: bool,
    pub message: ArchivedMessage,
}

/// The messages of a conversation after this position, in the order in which they were written.
pub(super) async fn messages(
    transaction: &mut UserTransaction,
    user: UserId,
    conversation: Uuid,
    after: i64,
    shown_only: bool,
) -> Result<Vec<Message>> {
    let rows = sqlx::query!(
        r#"with next as (
                select id, ordinal from messages
                where conversation_id = $1 and ordinal > $3 and not (abandoned and $4) order by ordinal limit $5
             ), sized as (
                select next.id, (sum(size) over (order by next.ordinal) - size)::bigint as before
                from next cross join lateral (
                    select coalesce(sum(octet_length(p.text)), 0) as size from message_parts p
                    where p.message_id = next.id) parts
             )
             select m.id, m.ordinal, m.abandoned, coalesce(m.origin_id, m.id) as "name!",
                  (select coalesce(q.origin_id, q.id) from messages q where q.id = m.parent_id) as parent,
                  m.said_by as "said_by: Speaker", coalesce(u.name, m.author_name) as by, m.created_at, m.forgotten_at,
                  coalesce(p.text, '') as "text!", t.text as "thinking?", a.status as "status?: AnswerStatus",
                  a.model as "model?", a.trouble, a.cut_off as "cut_off?", a.thought_ms,
                  a.answered_now as "answered_now?", a.prompt_tokens, a.completion_tokens,
                  a.queued_at as "queued_at?", a.started_at, a.first_token_at, a.ended_at
         from sized join messages m on m.id = sized.id
         left join message_parts p on p.message_id = m.id and p.kind = 'text'
         left join message_parts t on t.message_id = m.id and t.kind = 'thinking'
         left join answers a on a.id = m.id
         left join users u on u.id = m.author_id and u.id <> $2
         where sized.before < $6
         order by m.ordinal"#,
        conversation,
        user.0,
        after,
        shown_only,
        PAGE,
        PAGE_BYTES,
    )
    .fetch_all(&mut **transaction)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Message {
            id: row.id,
            ordinal: row.ordinal,
            abandoned: row.abandoned,
            message: ArchivedMessage {
                id: row.name,
                parent: row.parent,
                said_by: row.said_by,
                by: row.by,
                said_at: row.created_at,
                text: row.text,
                thinking: row.thinking,
                forgotten_at: row.forgotten_at,
                attachments: Vec::new(),
                answer: row
                    .status
                    .zip(row.queued_at)
                    .map(|(status, queued_at)| ArchivedAnswer {
                        model: row.model.unwrap_or_default(),
                        // An answer that is being written is interrupted in the archive.
                        status: if status.is_final() {
                            status
                        } else {
                            AnswerStatus::Interrupted
                        },
                        trouble: row.trouble.as_deref().map(trouble::from_text),
                        cut_off: row.cut_off.unwrap_or_default(),
                        thought_ms: row.thought_ms,
                        answered_now: row.answered_now.unwrap_or_default(),
                        prompt_tokens: row.prompt_tokens,
                        completion_tokens: row.completion_tokens,
                        queued_at,
                        started_at: row.started_at,
                        first_token_at: row.first_token_at,
                        ended_at: row.ended_at,
                    }),
            },
        })
        .collect())
}

/// An attachment and the location of its bytes.
pub(super) struct Attached {
    pub message: Uuid,
    pub kind: AttachmentKind,
    pub name: String,
    pub media_type: String,
    pub folder: Uuid,
    pub hash: Vec<u8>,
}

/// The attachments of a conversation, in order by message.
pub(super) async fn attached(transaction: &mut UserTransaction, conversation: Uuid) -> Result<Vec<Attached>> {
    Ok(sqlx::query_as!(
        Attached,
        r#"select a.message_id as "message!", a.kind as "kind: AttachmentKind", a.name, a.media_type, a.folder, a.hash
         from messages m join attachments a on a.message_id = m.id
         where m.conversation_id = $1 order by m.ordinal, a.position, a.id"#,
        conversation
    )
    .fetch_all(&mut **transaction)
    .await?)
}

/// The end of a page of memories.
pub(super) type MemoryPlace = (DateTime<Utc>, Uuid);

/// The memories after this position, oldest first, and the end of the page.
pub(super) async fn memories(
    transaction: &mut UserTransaction,
    user: UserId,
    after: Option<MemoryPlace>,
) -> Result<(Vec<ArchivedMemory>, Option<MemoryPlace>)> {
    let (time, id) = after.unwrap_or((DateTime::UNIX_EPOCH, Uuid::nil()));
    let rows = sqlx::query!(
        r#"select m.id, coalesce(m.origin_id, m.id) as "name!", m.kind as "kind: MemoryKind", m.subject, m.statement,
                  m.state as "state: MemoryState", m.origin as "origin: MemoryOrigin",
                  m.sensitive as "sensitive: Sensitive", m.pinned, m.valid_from, m.valid_to,
                  coalesce(n.origin_id, n.id) as superseded_by, m.created_at, m.updated_at, m.uses,
                  m.last_used_at, m.kept_apart
         from memories m left join memories n on n.id = m.superseded_by
         where m.space_id = $1 and (m.created_at, m.id) > ($2, $3) and not m.gathered
         order by m.created_at, m.id limit $4"#,
        user.0,
        time,
        id,
        PAGE
    )
    .fetch_all(&mut **transaction)
    .await?;
    let place = rows.last().map(|row| (row.created_at, row.id));
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut sources = sources(transaction, &ids).await?;
    let memories = rows
        .into_iter()
        .map(|row| ArchivedMemory {
            id: row.name,
            kind: row.kind,
            subject: row.subject,
            statement: row.statement,
            state: row.state,
            origin: row.origin,
            sensitive: row.sensitive,
            pinned: row.pinned,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            superseded_by: row.superseded_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
            uses: row.uses,
            last_used_at: row.last_used_at,
            kept_apart: row.kept_apart,
            sources: sources.remove(&row.id).unwrap_or_default(),
        })
        .collect();
    Ok((memories, place))
}

async fn sources(transaction: &mut UserTransaction, memories: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    let rows = sqlx::query!(
        r#"select s.memory_id, coalesce(m.origin_id, m.id) as "source!"
         from memory_sources s join messages m on m.id = s.message_id
         where s.memory_id = any ($1) order by m.created_at, m.id"#,
        memories
    )
    .fetch_all(&mut **transaction)
    .await?;
    let mut sources: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for row in rows {
        sources.entry(row.memory_id).or_default().push(row.source);
    }
    Ok(sources)
}
