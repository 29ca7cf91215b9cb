//! Opening a conversation: its active branch, newest part first fetched, rendered.

use super::summaries;
use crate::{
    Error, Result, UserBackend, attachments, markdown, memory::memories, models::trouble, spaces,
    storage::UserTransaction,
};
use chrono::{DateTime, Utc};
use hearth_types::{
    Answer, AnswerId, AnswerStatus, Conversation, ConversationId, CutFile, LeftOut, Message, MessageId,
    PassageId, RecalledPassage, SpaceId, SpaceRole, Speaker, Thought, UserId,
};
use sqlx::types::Json;
use uuid::Uuid;

/// Messages of a page; older ones come on request.
const PAGE: i64 = 60;

/// Characters of a recalled passage under an answer.
const EXCERPT: usize = 200;

/// A message with its answer, as the database has it.
struct Row {
    id: MessageId,
    conversation_id: ConversationId,
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
    thought_ms: Option<i32>,
    answered_now: Option<bool>,
    left_out_pictures: Option<i32>,
    cut_files: Option<Json<Vec<CutFile>>>,
}

impl UserBackend {
    /// The conversation with the newest part of its active branch, or the part before `before`.
    pub async fn open_conversation(
        &self,
        id: ConversationId,
        before: Option<MessageId>,
    ) -> Result<Conversation> {
        let mut transaction = self.begin().await?;
        let head = sqlx::query!(
            r#"select c.title, c.memory, c.model, c.active_leaf, m.space_id as "space: SpaceId",
                    m.role as "role: SpaceRole"
             from conversations c join space_members m on m.space_id = c.space_id and m.user_id = $2
             where c.id = $1"#,
            id.0,
            self.user.0,
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Error::NOT_FOUND)?;
        let leaf = match before {
            Some(message) => parent_of(&mut transaction, id, message).await?,
            None => head.active_leaf,
        };
        let mut rows = match leaf {
            Some(leaf) => branch(&mut transaction, self.user, id, leaf, PAGE + 1).await?,
            None => Vec::new(),
        };
        let earlier = rows.len() > PAGE as usize;
        if earlier {
            rows.remove(0);
        }
        let mut messages = Vec::with_capacity(rows.len());
        for row in rows {
            messages.push(self.render(&mut transaction, row).await?);
        }
        let shared = spaces::shared(&mut transaction, self.user, [head.space].into_iter())
            .await?
            .remove(&head.space);
        let ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
        let mut attached = attachments::of_messages(&mut transaction, &ids).await?;
        for message in &mut messages {
            message.attachments = attached.remove(&message.id).unwrap_or_default();
        }
        let window = match head.active_leaf {
            Some(leaf) => summaries::seen_window(&mut transaction, id, leaf).await?,
            None => None,
        };
        transaction.commit().await?;
        Ok(Conversation {
            id,
            title: head.title,
            role: head.role,
            shared,
            memory: head.memory,
            model: head.model,
            messages,
            earlier,
            window,
        })
    }

    /// The message of one answer with the conversation it is in; none when it is not this person's.
    pub(crate) async fn answer_message(&self, answer: AnswerId) -> Result<Option<(ConversationId, Message)>> {
        let mut transaction = self.begin().await?;
        let Some(row) = one(&mut transaction, self.user, answer.0).await? else {
            return Ok(None);
        };
        let conversation = row.conversation_id;
        let message = self.render(&mut transaction, row).await?;
        transaction.commit().await?;
        Ok(Some((conversation, message)))
    }

    async fn render(&self, transaction: &mut UserTransaction, row: Row) -> Result<Message> {
        let html = match (row.said_by, row.html) {
            (Speaker::Person, _) => String::new(),
            (Speaker::Model, Some(html)) => html,
            (Speaker::Model, None) => {
                self.render_and_keep(transaction, &row.id, &row.text, row.status)
                    .await?
            }
        };
        let answer = match row.status {
            None => None,
            Some(status) => Some(Answer {
                id: AnswerId(row.id.0),
                status,
                model: row.model.unwrap_or_default(),
                trouble: row.trouble.as_deref().map(trouble::from_text),
                recalled: recalled(transaction, self.user, row.id.0).await?,
                memories: memories::used(transaction, row.id.0).await?,
                notes: memories::notes(transaction, row.id.0).await?,
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
            }),
        };
        Ok(Message {
            id: row.id,
            said_by: row.said_by,
            by: row.by,
            text: row.text,
            html,
            said_at: row.created_at.timestamp_millis(),
            attachments: Vec::new(),
            answer,
        })
    }

    /// Renders an answer whose HTML is not there or of another renderer; kept when the answer has ended.
    async fn render_and_keep(
        &self,
        transaction: &mut UserTransaction,
        id: &MessageId,
        text: &str,
        status: Option<AnswerStatus>,
    ) -> Result<String> {
        let html = markdown::render_apart(text.to_owned(), id.0).await;
        if status.is_some_and(AnswerStatus::is_final) {
            keep_html(transaction, *id, self.user, &html).await?;
        }
        Ok(html)
    }
}

/// Caches an answer's HTML under the renderer's version, in the space that the answer is in; whoever only reads
/// there leaves the cache alone.
pub(crate) async fn keep_html(
    transaction: &mut UserTransaction,
    message: MessageId,
    user: UserId,
    html: &str,
) -> Result<()> {
    sqlx::query!(
        "insert into message_html (message_id, space_id, renderer, html)
         select a.id, a.space_id, $3, $4
         from messages a join space_members m on m.space_id = a.space_id and m.user_id = $2 and m.role <> 'reader'
         where a.id = $1
         on conflict (message_id) do update set renderer = excluded.renderer, html = excluded.html",
        message.0,
        user.0,
        markdown::RENDERER,
        html,
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn parent_of(
    transaction: &mut UserTransaction,
    conversation: ConversationId,
    message: MessageId,
) -> Result<Option<Uuid>> {
    sqlx::query_scalar!(
        "select parent_id from messages where id = $1 and conversation_id = $2",
        message.0,
        conversation.0
    )
    .fetch_optional(&mut **transaction)
    .await?
    .ok_or(Error::NOT_FOUND)
}

/// The branch that ends in `leaf`, oldest first, at most `limit` messages of it.
async fn branch(
    transaction: &mut UserTransaction,
    user: UserId,
    conversation: ConversationId,
    leaf: Uuid,
    limit: i64,
) -> Result<Vec<Row>> {
    let mut rows = sqlx::query_as!(
        Row,
        r#"with recursive branch as (
            select id, parent_id, 1 as depth from messages where id = $2 and conversation_id = $1
            union all
            select m.id, m.parent_id, b.depth + 1 from messages m join branch b on m.id = b.parent_id
            where b.depth < $3
         )
         select m.id as "id: MessageId", m.conversation_id as "conversation_id: ConversationId",
                m.said_by as "said_by: Speaker", u.name as "by?", m.created_at,
                p.text, h.html as "html?", a.status as "status?: AnswerStatus", a.model as "model?",
                a.trouble, a.left_out_messages as "left_out_messages?", a.left_out_passages as "left_out_passages?",
                a.thought_ms as "thought_ms?", a.answered_now as "answered_now?",
                a.left_out_pictures as "left_out_pictures?", a.cut_files as "cut_files?: Json<Vec<CutFile>>"
         from branch b
         join messages m on m.id = b.id
         join message_parts p on p.message_id = m.id and p.kind = 'text'
         left join message_html h on h.message_id = m.id and h.renderer = $4
         left join answers a on a.id = m.id
         left join users u on u.id = m.author_id and u.id <> $5
         order by b.depth"#,
        conversation.0,
        leaf,
        i32::try_from(limit).unwrap_or(i32::MAX),
        markdown::RENDERER,
        user.0,
    )
    .fetch_all(&mut **transaction)
    .await?;
    rows.reverse();
    Ok(rows)
}

async fn one(transaction: &mut UserTransaction, user: UserId, message: Uuid) -> Result<Option<Row>> {
    let conversation = sqlx::query_scalar!(
        "select m.conversation_id
         from messages m join space_members s on s.space_id = m.space_id and s.user_id = $2
         where m.id = $1",
        message,
        user.0
    )
    .fetch_optional(&mut **transaction)
    .await?;
    match conversation {
        Some(conversation) => Ok(
            branch(transaction, user, ConversationId(conversation), message, 1)
                .await?
                .pop(),
        ),
        None => Ok(None),
    }
}

/// What was put before the model for this answer, as far as it still exists.
pub(crate) async fn recalled(
    transaction: &mut UserTransaction,
    user: UserId,
    answer: Uuid,
) -> Result<Vec<RecalledPassage>> {
    let rows = sqlx::query!(
        r#"select p.id as "passage: PassageId", p.conversation_id as "conversation: ConversationId",
                  p.message_id as "message: MessageId", p.said_by as "said_by: Speaker", u.name as "by?", p.said_at,
                  p.text, r.score
         from answer_recalls r join passages p on p.id = r.passage_id
         left join users u on u.id = p.author_id and u.id <> $2
         where r.answer_id = $1 and not r.not_relevant order by r.position"#,
        answer,
        user.0,
    )
    .fetch_all(&mut **transaction)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| RecalledPassage {
            passage: row.passage,
            conversation: row.conversation,
            message: row.message,
            said_by: row.said_by,
            by: row.by,
            excerpt: super::send::clip(&row.text, EXCERPT),
            said_at: row.said_at.timestamp_millis(),
            score: row.score,
        })
        .collect())
}
