//! Sending: one transaction stores the message, its empty answer, and the answer's queue entry.
//!
//! The response has the answer's id. Everything after the commit works from ids alone, so a crash loses nothing. An
//! idempotency key makes repeated requests of one press of the button store one message.

use super::branches;
use crate::{
    Error, Result, UserBackend, files,
    memory::{self, commands::Command, facts::extraction::FACTS},
    retrieval::{
        passages::{self, NewPassages, Pieces},
        source::Source,
    },
    spaces::{self, Audience, Circumstances, Scope},
    storage::UserTransaction,
    text,
    work::queue::{self, MOST_WAITING},
};
use chrono::{DateTime, Utc};
use hearth_text::cut::{clip, is_longer};
use hearth_types::{
    AnswerId, Attachment, ConversationId, Field, InvalidReason, MemoryUse, Message, MessageId, Problem,
    SendMessage, Sent, SpaceId, SpaceRole, Speaker, has_something_to_read,
};
use uuid::Uuid;

/// Maximum characters of a message; a longer text belongs into a file.
pub const LONGEST_MESSAGE: usize = 100_000;

/// Maximum characters of the first title, which a conversation has until the model makes one.
const FIRST_TITLE: usize = 60;

impl UserBackend {
    /// Stores a message and queues its answer.
    ///
    /// # Errors
    /// The text is empty or too long, the person has no such conversation, or the database fails.
    pub async fn send(&self, message: SendMessage) -> Result<Sent> {
        check(&message)?;
        self.require_quota().await?;
        let read = self.read(&message.text).await?;
        match self.store(&message, read).await {
            Err(Error::Database(error)) if is_repetition(&error) => {
                self.sent_before(&message).await?.ok_or(Error::Database(error))
            }
            // A repeated request stores nothing, so it may succeed although the queue is full.
            Err(full @ Error::Problem(Problem::TooManyWaiting { .. })) => {
                self.sent_before(&message).await?.ok_or(full)
            }
            Err(error) => Err(error),
            Ok((Place { space, sent, .. }, shown)) => {
                self.backend.inner.queue.wake();
                match message.edits {
                    Some(_) => self.leave_branch(space, sent.conversation, None).await?,
                    None => self.notify_added(space, &sent, shown).await,
                }
                Ok(sent)
            }
        }
    }

    /// Analyses the text before the transaction begins, because a long text takes a while.
    async fn read(&self, text: &str) -> Result<Read> {
        let (bytes, text) = (text.len(), text.to_owned());
        let read = move || Read {
            command: memory::commands::command(&text),
            pieces: Pieces::of(&text),
        };
        text::apart(self.user, bytes, read).await
    }

    /// Stores everything in one transaction. The constraint of the idempotency key detects a repeated request, so that
    /// the first request needs no look-up.
    async fn store(&self, message: &SendMessage, read: Read) -> Result<(Place, Message)> {
        let mut transaction = self.begin().await?;
        let place = match message.conversation {
            Some(id) => self.extend(&mut transaction, id, message).await?,
            None => self.begin_conversation(&mut transaction, message).await?,
        };
        let said_at = self.insert_turn(&mut transaction, &place, message).await?;
        let attachments = self.attach_to(&mut transaction, &place, message).await?;
        if message.edits.is_some() {
            branches::show(&mut transaction, place.sent.conversation, place.sent.answer.0).await?;
        }
        // A command to forget something gets no passages, or they would keep what it names.
        if !place.temporary && !matches!(read.command, Some(Command::Forget(_) | Command::ForgetUnclear)) {
            let new = NewPassages {
                space: place.space,
                source: Source::Message {
                    conversation: place.sent.conversation,
                    message: place.sent.message,
                },
                author: Some(self.user),
                by: Some(Speaker::Person),
                at: said_at,
                pieces: &read.pieces,
            };
            passages::store(&mut transaction, &new).await?;
        }
        if let Some(command) = read.command {
            self.obey(&mut transaction, &command, &place.scope, &place.sent, said_at)
                .await?;
        }
        transaction.commit().await?;
        self.note_stored(message.text.len() as u64).ok();
        let shown = Message {
            id: place.sent.message,
            said_by: Speaker::Person,
            by: None,
            text: message.text.clone(),
            html: String::new(),
            said_at: said_at.timestamp_millis(),
            attachments,
            answer: None,
            siblings: None,
        };
        Ok((place, shown))
    }

    /// The message's attachments: those uploaded for it, or those of the message that it edits.
    async fn attach_to(
        &self,
        transaction: &mut UserTransaction,
        place: &Place,
        message: &SendMessage,
    ) -> Result<Vec<Attachment>> {
        let to = place.sent.message;
        let attached = match message.edits {
            Some(edited) if message.attachments.is_empty() => {
                files::copy(transaction, edited, place.space, to).await?
            }
            _ => files::claim(transaction, self.user, place.space, to, &message.attachments).await?,
        };
        if attached.is_empty() && !has_something_to_read(&message.text) {
            return Err(Error::invalid(Field::Text, InvalidReason::Empty));
        }
        Ok(attached)
    }

    async fn begin_conversation(
        &self,
        transaction: &mut UserTransaction,
        message: &SendMessage,
    ) -> Result<Place> {
        let space = spaces::private_space(self.user);
        let conversation = ConversationId(Uuid::now_v7());
        let temporary = message.memory == Some(MemoryUse::Temporary);
        let answer = AnswerId(Uuid::now_v7());
        let memory = sqlx::query_scalar!(
            "insert into conversations (id, space_id, author_id, title, model, memory, temporary, active_leaf, next_ordinal)
             select $1, $2, u.id, $4, $5, coalesce($6, u.memory <> 'off'), $8, $7, 3 from users u where u.id = $3
             returning memory",
            conversation.0,
            space.0,
            self.user.0,
            first_title(&message.text),
            message.model,
            message.memory.map(|memory| memory == MemoryUse::On),
            answer.0,
            temporary,
        )
        .fetch_one(&mut **transaction)
        .await?;
        let scope = Scope::of(Circumstances {
            user: self.user,
            space,
            role: SpaceRole::Owner,
            members: 1,
            own_spaces: &[space],
            memory,
        });
        let mut place = Place::new(space, scope, conversation, None, 1);
        place.sent.answer = answer;
        place.temporary = temporary;
        Ok(place)
    }

    /// Locks the conversation and the membership: ending the sharing waits until the message is stored, or the sender
    /// does not find the conversation.
    async fn extend(
        &self,
        transaction: &mut UserTransaction,
        id: ConversationId,
        message: &SendMessage,
    ) -> Result<Place> {
        let answer = AnswerId(Uuid::now_v7());
        let row = sqlx::query!(
            r#"update conversations c
             set active_leaf = $3, next_ordinal = c.next_ordinal + 2, updated_at = now(), archived = false,
                 model = coalesce($4, c.model)
             from (select c.id, c.space_id, c.active_leaf, c.next_ordinal, c.temporary
                   from conversations c join space_members m on m.space_id = c.space_id and m.user_id = $2
                   where c.id = $1 and m.role <> 'reader' for update of c for share of m) before
             where c.id = before.id
             returning before.space_id as "space_id: SpaceId", before.active_leaf, before.next_ordinal, before.temporary"#,
            id.0,
            self.user.0,
            answer.0,
            message.model,
        )
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(Error::NOT_FOUND)?;
        let parent = match message.edits {
            Some(edited) => branches::parent_of_said(transaction, id, edited).await?,
            None => row.active_leaf,
        };
        let scope = Scope::of_conversation(transaction, self.user, id).await?;
        let mut place = Place::new(row.space_id, scope, id, parent, row.next_ordinal);
        place.sent.answer = answer;
        place.temporary = row.temporary;
        Ok(place)
    }

    /// Inserts message, answer, queue entry and the job for facts, and clears the draft, in one statement: one round
    /// trip while the person waits.
    async fn insert_turn(
        &self,
        transaction: &mut UserTransaction,
        place: &Place,
        message: &SendMessage,
    ) -> Result<DateTime<Utc>> {
        let asked = sqlx::query!(
            r#"with asked as (
                insert into messages (id, space_id, conversation_id, parent_id, ordinal, said_by, author_id, idempotency_key)
                values ($1, $2, $3, $4, $5, 'person', $6, $7) returning created_at
             ), words as (
                insert into message_parts (message_id, space_id, position, kind, text) values ($1, $2, 0, 'text', $8)
             ), answered as (
                insert into messages (id, space_id, conversation_id, parent_id, ordinal, said_by)
                values ($9, $2, $3, $1, $5 + 1, 'model')
             ), silence as (
                insert into message_parts (message_id, space_id, position, kind) values ($9, $2, 0, 'text')
             ), answer as (
                insert into answers (id, space_id, conversation_id, status, model) values ($9, $2, $3, 'waiting', '')
             ), no_longer_a_draft as (
                update drafts set text = '', written_at = now()
                where space_id = $10 and conversation_id is not distinct from $11 and not $12
             )
             select asked.created_at as "created_at!", enqueue_answer($9, $6, $2, $3, c.model, $13) as queued,
                    case when $14 then enqueue_job($15, $16, $6, $3, make_interval(secs => $17), again => true) end as facts
             from asked, conversations c where c.id = $3"#,
            place.sent.message.0,
            place.space.0,
            place.sent.conversation.0,
            place.parent,
            place.ordinal,
            self.user.0,
            message.idempotency_key.0,
            message.text,
            place.sent.answer.0,
            spaces::private_space(self.user).0,
            message.conversation.map(|id| id.0),
            message.edits.is_some(),
            MOST_WAITING.cast_signed(),
            !place.temporary && place.scope.audience == Audience::Alone,
            FACTS.name,
            FACTS.class as i32,
            self.backend.inner.config.facts_after.as_secs_f64(),
        )
        .fetch_one(&mut **transaction)
        .await
        .map_err(queue::refused)?;
        Ok(asked.created_at)
    }

    async fn sent_before(&self, message: &SendMessage) -> Result<Option<Sent>> {
        let mut transaction = self.begin().await?;
        let row = sqlx::query!(
            r#"select m.conversation_id as "conversation: ConversationId", m.id as "message: MessageId",
                      a.id as "answer: AnswerId"
             from messages m join messages a on a.parent_id = m.id and a.space_id = m.space_id
             where m.space_id in (select space_id from space_members where user_id = $1)
               and m.author_id = $1 and m.idempotency_key = $2
             order by a.ordinal limit 1"#,
            self.user.0,
            message.idempotency_key.0,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        Ok(row.map(|row| Sent {
            conversation: row.conversation,
            message: row.message,
            answer: row.answer,
        }))
    }
}

/// The analysis of a message's text.
struct Read {
    command: Option<Command>,
    pieces: Pieces,
}

/// Where a new message and its answer belong.
struct Place {
    space: SpaceId,
    sent: Sent,
    parent: Option<Uuid>,
    ordinal: i64,
    /// Whether the conversation is temporary: nothing is derived from it.
    temporary: bool,
    scope: Scope,
}

impl Place {
    fn new(
        space: SpaceId,
        scope: Scope,
        conversation: ConversationId,
        parent: Option<Uuid>,
        ordinal: i64,
    ) -> Self {
        let sent = Sent {
            conversation,
            message: MessageId(Uuid::now_v7()),
            answer: AnswerId(Uuid::now_v7()),
        };
        Self {
            space,
            sent,
            parent,
            ordinal,
            temporary: false,
            scope,
        }
    }
}

fn check(message: &SendMessage) -> Result<()> {
    // An edited message may have no text: it keeps the attachments of the original.
    if !has_something_to_read(&message.text) && message.attachments.is_empty() && message.edits.is_none() {
        return Err(Error::invalid(Field::Text, InvalidReason::Empty));
    }
    // PostgreSQL's type text cannot hold NUL.
    if message.text.contains('\0') {
        return Err(Error::invalid(Field::Text, InvalidReason::Wrong));
    }
    if is_longer(&message.text, LONGEST_MESSAGE) {
        return Err(Error::invalid(Field::Text, InvalidReason::TooLong));
    }
    if message.edits.is_some() && message.conversation.is_none() {
        return Err(Error::NOT_FOUND);
    }
    if message
        .model
        .as_ref()
        .is_some_and(|model| model.len() > 200 || model.contains('\0'))
    {
        return Err(Error::invalid(Field::Model, InvalidReason::Unknown));
    }
    Ok(())
}

/// Whether a request with the same idempotency key has stored the message.
fn is_repetition(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|e| e.constraint()) == Some("messages_idempotency")
}

/// The first non-empty line of the message, clipped between words where possible.
pub(crate) fn first_title(text: &str) -> String {
    let line = text.lines().find(|line| has_something_to_read(line));
    clip(line.unwrap_or_default(), FIRST_TITLE)
}
