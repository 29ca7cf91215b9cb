//! Loads messages for pages: rendered, with the details of answers, attachments and siblings.
//!
//! There is one query for each kind of data, whatever the number of messages.

use crate::{Result, files, memory::memories, models::trouble, storage::UserTransaction};
use chrono::{DateTime, Utc};
use hearth_text::{cut::clip, markdown};
use hearth_types::{
    Answer, AnswerId, AnswerStatus, Attachment, ConversationId, CutFile, LeftOut, MemoryNote, Message,
    MessageId, ModelTrouble, PassageId, RecalledPassage, Siblings, Speaker, Thought, UsedMemory, UserId,
};
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

/// Maximum characters of a recalled passage under an answer.
const EXCERPT: usize = 200;

/// A message with its answer's columns.
struct Row {
    id: Uuid,
    conversation_id: Uuid,
    parent_id: Option<Uuid>,
    said_by: Speaker,
    by: Option<String>,
    created_at: DateTime<Utc>,
    text: String,
    html: Option<String>,
    status: Option<AnswerStatus>,
    model: Option<String>,
    trouble: Option<String>,
    left_out_messages: Option<i32>,
    left_out_passages: Option<i32>,
    cut_off: Option<bool>,
    thought_ms: Option<i32>,
    answered_now: Option<bool>,
    left_out_pictures: Option<i32>,
    cut_files: Option<Json<Vec<CutFile>>>,
}

/// These messages, in the order of their ordinals.
pub(super) async fn load(
    transaction: &mut UserTransaction,
    user: UserId,
    ids: &[Uuid],
) -> Result<Vec<Message>> {
    let mut rows = sqlx::query_as!(
        Row,
        r#"select m.id, m.conversation_id, m.parent_id, m.said_by as "said_by: Speaker",
                  coalesce(u.name, m.author_name) as by, m.created_at,
                  p.text, h.html as "html?", a.status as "status?: AnswerStatus", a.model as "model?", a.trouble,
                  a.left_out_messages as "left_out_messages?", a.left_out_passages as "left_out_passages?",
                  a.cut_off as "cut_off?", case when t.message_id is not null then a.thought_ms end as "thought_ms?", a.answered_now as "answered_now?",
                  a.left_out_pictures as "left_out_pictures?", a.cut_files as "cut_files?: Json<Vec<CutFile>>"
         from messages m
         join message_parts p on p.message_id = m.id and p.kind = 'text'
         left join message_parts t on t.message_id = m.id and t.kind = 'thinking'
         left join message_html h on h.message_id = m.id and h.renderer = $2
         left join answers a on a.id = m.id
         left join users u on u.id = m.author_id and u.id <> $3
         where m.id = any ($1) order by m.ordinal"#,
        ids,
        markdown::RENDERER,
        user.0,
    )
    .fetch_all(&mut **transaction)
    .await?;
    render_missing(transaction, user, &mut rows).await?;
    let answers: Vec<Uuid> = rows
        .iter()
        .filter(|row| row.status.is_some())
        .map(|row| row.id)
        .collect();
    let mut recalled = recalled(transaction, user, &answers).await?;
    let mut memories = memories::used(transaction, user, &answers).await?;
    let mut notes = memories::notes(transaction, user, &answers).await?;
    let siblings = siblings(transaction, &rows).await?;
    let shown: Vec<MessageId> = rows.iter().map(|row| MessageId(row.id)).collect();
    let mut attached = files::of_messages(transaction, &shown).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let memory = FromMemory {
                recalled: recalled.remove(&row.id).unwrap_or_default(),
                memories: memories.remove(&row.id).unwrap_or_default(),
                notes: notes.remove(&row.id).unwrap_or_default(),
            };
            let siblings = siblings.get(&row.id).copied();
            let attached = attached.remove(&MessageId(row.id)).unwrap_or_default();
            message(row, memory, siblings, attached)
        })
        .collect())
}

/// What was recalled for an answer, and the notes about memories under it. Only the person who asked for the answer
/// sees them; empty for others.
struct FromMemory {
    recalled: Vec<RecalledPassage>,
    memories: Vec<UsedMemory>,
    notes: Vec<MemoryNote>,
}

fn message(
    row: Row,
    memory: FromMemory,
    siblings: Option<Siblings>,
    attachments: Vec<Attachment>,
) -> Message {
    let answer = row.status.map(|status| Answer {
        id: AnswerId(row.id),
        status,
        model: row.model.unwrap_or_default(),
        trouble: row.trouble.as_deref().map(trouble::from_text),
        recalled: memory.recalled,
        memories: memory.memories,
        notes: memory.notes,
        left_out: LeftOut {
            messages: row.left_out_messages.unwrap_or(0).unsigned_abs(),
            passages: row.left_out_passages.unwrap_or(0).unsigned_abs(),
            pictures: row.left_out_pictures.unwrap_or(0).unsigned_abs(),
        },
        cut_files: row.cut_files.map(|files| files.0).unwrap_or_default(),
        thought: row.thought_ms.map(|ms| Thought {
            seconds: ms.unsigned_abs().div_ceil(1000),
            cut_short: row.answered_now.unwrap_or(false),
        }),
        cut_off: row.cut_off.unwrap_or(false),
        can_continue: !row.text.trim().is_empty()
            && status.is_final()
            // A model that repeated itself would continue to do so.
            && row.trouble.as_deref() != Some(trouble::as_text(ModelTrouble::Repeating))
            && (status != AnswerStatus::Done || row.cut_off.unwrap_or(false)),
    });
    Message {
        id: MessageId(row.id),
        said_by: row.said_by,
        by: row.by,
        text: row.text,
        html: row.html.unwrap_or_default(),
        said_at: row.created_at.timestamp_millis(),
        attachments,
        answer,
        siblings,
    }
}

/// Renders answers that have no cached HTML by this renderer, and caches those that have ended.
async fn render_missing(transaction: &mut UserTransaction, user: UserId, rows: &mut [Row]) -> Result<()> {
    let mut ended = (Vec::new(), Vec::new());
    for row in rows
        .iter_mut()
        .filter(|row| row.said_by == Speaker::Model && row.html.is_none())
    {
        let html = crate::text::render_apart(user, row.text.clone(), row.id).await;
        if row.status.is_some_and(AnswerStatus::is_final) {
            ended.0.push(row.id);
            ended.1.push(html.clone());
        }
        row.html = Some(html);
    }
    if ended.0.is_empty() {
        return Ok(());
    }
    cache(transaction, user, &ended.0, &ended.1).await
}

/// Caches answers' HTML under the renderer's version, in the space of each answer; readers of a space do not change the
/// cache.
async fn cache(transaction: &mut UserTransaction, user: UserId, ids: &[Uuid], html: &[String]) -> Result<()> {
    sqlx::query!(
        "insert into message_html (message_id, space_id, renderer, html)
         select a.id, a.space_id, $3, rendered.html
         from unnest($1::uuid[], $4::text[]) as rendered (id, html) join messages a on a.id = rendered.id
         join space_members m on m.space_id = a.space_id and m.user_id = $2 and m.role <> 'reader'
         on conflict (message_id) do update set renderer = excluded.renderer, html = excluded.html",
        ids,
        user.0,
        markdown::RENDERER,
        html,
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Caches the HTML of one answer.
pub(crate) async fn cache_html(
    transaction: &mut UserTransaction,
    message: MessageId,
    user: UserId,
    html: &str,
) -> Result<()> {
    cache(transaction, user, &[message.0], &[html.to_owned()]).await
}

/// The passages recalled for each answer that this person asked for, as far as they still exist.
async fn recalled(
    transaction: &mut UserTransaction,
    user: UserId,
    answers: &[Uuid],
) -> Result<HashMap<Uuid, Vec<RecalledPassage>>> {
    let rows = sqlx::query!(
        r#"select r.answer_id, p.id as "passage: PassageId", p.conversation_id as "conversation!: ConversationId",
                  p.message_id as "message!: MessageId", p.said_by as "said_by!: Speaker", coalesce(u.name, p.author_name) as by, p.said_at,
                  p.text, r.score
         from answer_recalls r join passages p on p.id = r.passage_id
         left join users u on u.id = p.author_id and u.id <> $2
         where r.answer_id = any ($1) and r.only_for = $2 and not r.not_relevant and p.message_id is not null order by r.answer_id, r.position"#,
        answers,
        user.0,
    )
    .fetch_all(&mut **transaction)
    .await?;
    let mut recalled: HashMap<Uuid, Vec<RecalledPassage>> = HashMap::new();
    for row in rows {
        recalled.entry(row.answer_id).or_default().push(RecalledPassage {
            passage: row.passage,
            conversation: row.conversation,
            message: row.message,
            said_by: row.said_by,
            by: row.by,
            excerpt: clip(&row.text, EXCERPT),
            said_at: row.said_at.timestamp_millis(),
            score: row.score,
        });
    }
    Ok(recalled)
}

/// The position of each message among its siblings; messages without siblings are left out.
async fn siblings(transaction: &mut UserTransaction, rows: &[Row]) -> Result<HashMap<Uuid, Siblings>> {
    let parents: Vec<Uuid> = rows.iter().filter_map(|row| row.parent_id).collect();
    let root = rows.iter().find(|row| row.parent_id.is_none());
    let family = sqlx::query!(
        r#"select id as "id!: MessageId", parent_id from (
            select id, parent_id, ordinal from messages where parent_id = any ($1)
            union all
            select id, parent_id, ordinal from messages where conversation_id = $2 and parent_id is null
         ) family order by ordinal"#,
        &parents,
        root.map(|row| row.conversation_id),
    )
    .fetch_all(&mut **transaction)
    .await?;
    let mut children: HashMap<Option<Uuid>, Vec<MessageId>> = HashMap::new();
    for row in family {
        children.entry(row.parent_id).or_default().push(row.id);
    }
    let place = |row: &Row| {
        let all = children.get(&row.parent_id).filter(|all| all.len() > 1)?;
        let at = all.iter().position(|id| id.0 == row.id)?;
        Some(Siblings {
            number: u32::try_from(at + 1).ok()?,
            count: u32::try_from(all.len()).ok()?,
            previous: at.checked_sub(1).map(|before| all[before]),
            next: all.get(at + 1).copied(),
        })
    };
    Ok(rows
        .iter()
        .filter_map(|row| Some((row.id, place(row)?)))
        .collect())
}
