//! Stores a conversation of an archive in one transaction.

use super::{
    Job,
    plan::{Place, Plan, plain},
    trim::{self, Trimmed},
    within,
    zip::Entry,
};
use crate::{
    Error, Result,
    memory::commands::{self, Command},
    models::trouble,
    retrieval::{
        passages::{self, NewPassages, Pieces},
        source::{Source, speaker_name},
    },
    spaces,
    storage::UserTransaction,
    text,
    transfer::format::{ArchivedAnswer, ArchivedMessage},
    work::jobs::Class,
};
use chrono::{DateTime, Utc};
use hearth_types::{AnswerStatus, ConversationId, MessageId, Speaker};
use tokio::sync::mpsc;
use uuid::Uuid;

/// Maximum characters of an author's name.
const LONGEST_NAME: usize = 64;

impl Job {
    /// Whether the conversation exists already: made here, or imported before.
    pub(super) async fn knows_conversation(&self, origin: Uuid) -> Result<bool> {
        let mut transaction = self.person.begin().await?;
        Ok(sqlx::query_scalar!(
            r#"select exists (
                select from conversations c join space_members m on m.space_id = c.space_id
                where m.user_id = $1 and m.role = 'owner'
                  and ((c.id = $2 and c.origin_id is null) or (c.author_id = $1 and c.origin_id = $2))
             ) as "known!""#,
            self.person.user.0,
            origin
        )
        .fetch_one(&mut *transaction)
        .await?)
    }

    /// Stores a validated conversation.
    pub(super) async fn store_conversation(&mut self, entry: Entry, plan: Plan) -> Result<()> {
        let conversation = ConversationId(Uuid::now_v7());
        let model = self.known_model(&plan).await;
        // The commit of the final report syncs to the disk, and with it all earlier commits.
        let storage = &self.person.backend.inner.storage;
        let mut transaction = storage.begin_import_as(self.person.user).await?;
        self.insert_conversation(&mut transaction, conversation, &plan, model)
            .await?;
        let mut batches = self.messages_of(entry);
        let mut stored = 0;
        while let Some(messages) = batches.recv().await {
            self.person.backend.require_room()?;
            let places = plan.messages.get(stored..stored + messages.len());
            let places =
                places.ok_or_else(|| Error::Internal("an archive changed while it was read".into()))?;
            let batch = Batch {
                conversation,
                plan: &plan,
                places,
                messages: &messages,
                now: self.now,
            };
            self.store_batch(&mut transaction, &batch, stored).await?;
            stored += messages.len();
            self.person.note_stored(bytes_of(&messages))?;
        }
        if stored != plan.messages.len() {
            return Err(Error::Internal("an archive changed while it was read".into()));
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Reads the messages a second time, in a thread of its own, while others are stored. Memory holds at most three
    /// batches: one that is read, one that waits and one that is stored.
    fn messages_of(&self, entry: Entry) -> mpsc::Receiver<Vec<Trimmed>> {
        let (sender, receiver) = mpsc::channel(1);
        let zip = self.zip.clone();
        tokio::task::spawn_blocking(move || {
            let Ok(content) = zip.read(entry) else { return };
            let mut batch = trim::Batch::default();
            let pass_on = |message| match batch.add(trim::message(message)) {
                Some(full) => sender.blocking_send(full).map_err(|error| error.to_string()),
                None => Ok(()),
            };
            // It was read before, so it fails only when the receiver is dropped, or when the file has changed; then the
            // number of messages is too small.
            if super::document::conversation(content, pass_on).is_ok() {
                sender.blocking_send(batch.take()).ok();
            }
        });
        receiver
    }

    /// The conversation's model, if this server has it.
    async fn known_model<'a>(&self, plan: &'a Plan) -> Option<&'a str> {
        let model = plan.model.as_deref()?;
        let models = self.person.backend.models();
        models.require_chat_model(model).await.is_ok().then_some(model)
    }

    async fn insert_conversation(
        &self,
        transaction: &mut UserTransaction,
        id: ConversationId,
        plan: &Plan,
        model: Option<&str>,
    ) -> Result<()> {
        let messages = i64::try_from(plan.messages.len()).unwrap_or(i64::MAX);
        sqlx::query!(
            "insert into conversations (id, space_id, author_id, title, titled_by_hand, model, memory, pinned, archived,
                                        active_leaf, next_ordinal, facts_until, created_at, updated_at, origin_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::int8 + 1, $11, $12, $13, $14)",
            id.0,
            spaces::private_space(self.person.user).0,
            self.person.user.0,
            plan.title,
            plan.titled_by_hand,
            model,
            plan.memory,
            plan.pinned,
            plan.archived,
            plan.leaf,
            // The facts of the conversation come with the archive's memories.
            messages,
            plan.created_at,
            plan.updated_at,
            plan.origin,
        )
        .execute(&mut **transaction)
        .await?;
        Ok(())
    }

    async fn store_batch(
        &mut self,
        transaction: &mut UserTransaction,
        batch: &Batch<'_>,
        before: usize,
    ) -> Result<()> {
        if batch.messages.is_empty() {
            return Ok(());
        }
        self.insert_messages(transaction, batch, before).await?;
        self.insert_answers(transaction, batch).await?;
        for (place, trimmed) in batch.places.iter().zip(batch.messages) {
            self.store_passages(transaction, batch, place, &trimmed.message)
                .await?;
            self.store_attachments(transaction, place, trimmed).await?;
            self.taken.shortened += usize::from(trimmed.shortened);
        }
        Ok(())
    }

    async fn insert_messages(
        &self,
        transaction: &mut UserTransaction,
        batch: &Batch<'_>,
        before: usize,
    ) -> Result<()> {
        let parents: Vec<Option<Uuid>> = batch
            .places
            .iter()
            .map(|place| batch.plan.parent_of(place))
            .collect();
        let said_by = batch.all(|message| speaker_name(message.said_by).to_owned());
        let texts = batch.all(|message| without_nul(&message.text));
        let thoughts = batch.all(|message| message.thinking.as_deref().map(without_nul));
        let names = batch.all(author_name);
        let times = batch.all(|message| within(message.said_at, batch.now));
        let forgotten = batch.all(|message| message.forgotten_at.map(|at| within(at, batch.now)));
        sqlx::query!(
            "with said as (
                select * from unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::timestamptz[], $9::bool[],
                                     $10::timestamptz[], $11::uuid[], $12::text[], $13::text[]) with ordinality
                     as m (id, parent, said_by, author_name, said_at, shown, forgotten_at, origin, text, thinking, place)
             ), message as (
                insert into messages (id, space_id, conversation_id, parent_id, ordinal, said_by, author_id, author_name,
                                      created_at, abandoned, forgotten_at, origin_id)
                select m.id, $2, $1, m.parent, $14 + m.place, m.said_by,
                       case when m.said_by = 'person' and m.author_name is null then $3::uuid end, m.author_name,
                       m.said_at, not m.shown, m.forgotten_at, m.origin
                from said m
             ), thoughts as (
                insert into message_parts (message_id, space_id, position, kind, text, only_for)
                select m.id, $2, 1, 'thinking', m.thinking, $3 from said m where m.thinking is not null
             )
             insert into message_parts (message_id, space_id, position, kind, text)
             select m.id, $2, 0, 'text', m.text from said m",
            batch.conversation.0,
            spaces::private_space(self.person.user).0,
            self.person.user.0,
            &batch.ids(),
            &parents as &[Option<Uuid>],
            &said_by,
            &names as &[Option<String>],
            &times,
            &batch.places.iter().map(|place| place.shown).collect::<Vec<_>>(),
            &forgotten as &[Option<DateTime<Utc>>],
            &batch.all(|message| message.id),
            &texts,
            &thoughts as &[Option<String>],
            i64::try_from(before).unwrap_or(i64::MAX),
        )
        .execute(&mut **transaction)
        .await?;
        Ok(())
    }

    async fn insert_answers(&self, transaction: &mut UserTransaction, batch: &Batch<'_>) -> Result<()> {
        for (place, Trimmed { message, .. }) in batch.places.iter().zip(batch.messages) {
            let Some(answer) = message
                .answer
                .as_ref()
                .filter(|_| message.said_by == Speaker::Model)
            else {
                continue;
            };
            // No job works on an imported answer.
            let status = if answer.status.is_final() {
                answer.status
            } else {
                AnswerStatus::Interrupted
            };
            let at = |time: Option<DateTime<Utc>>| time.map(|time| within(time, batch.now));
            let count = |count: Option<i32>| count.map(|count| count.max(0));
            sqlx::query!(
                "insert into answers (id, space_id, conversation_id, status, model, trouble, cut_off, thought_ms,
                                      answered_now, prompt_tokens, completion_tokens, queued_at, started_at,
                                      first_token_at, ended_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
                place.id,
                spaces::private_space(self.person.user).0,
                batch.conversation.0,
                status as AnswerStatus,
                plain(&answer.model, 200),
                answer.trouble.map(trouble::as_text),
                answer.cut_off,
                count(answer.thought_ms),
                answer.answered_now,
                count(answer.prompt_tokens),
                count(answer.completion_tokens),
                within(answer.queued_at, batch.now),
                at(answer.started_at),
                at(answer.first_token_at),
                at(answer.ended_at),
            )
            .execute(&mut **transaction)
            .await?;
        }
        Ok(())
    }

    /// Stores passages by the same rules as sending and answering: not for a command to forget, nor for an incomplete
    /// answer.
    async fn store_passages(
        &self,
        transaction: &mut UserTransaction,
        batch: &Batch<'_>,
        place: &Place,
        message: &ArchivedMessage,
    ) -> Result<()> {
        let answer = message.answer.as_ref();
        let is_incomplete = |answer: &ArchivedAnswer| answer.status != AnswerStatus::Done;
        if message.said_by == Speaker::Model && answer.is_some_and(is_incomplete) {
            return Ok(());
        }
        let (text, by) = (without_nul(&message.text), message.said_by);
        let read = move || {
            let forgets = matches!(
                commands::command(&text),
                Some(Command::Forget(_) | Command::ForgetUnclear)
            );
            (by == Speaker::Model || !forgets).then(|| Pieces::of(&text))
        };
        let Some(pieces) = text::apart(self.person.user, message.text.len(), read).await? else {
            return Ok(());
        };
        let ended = answer.and_then(|answer| answer.ended_at);
        let own = message.said_by == Speaker::Person && author_name(message).is_none();
        let new = NewPassages {
            space: spaces::private_space(self.person.user),
            source: Source::Message {
                conversation: batch.conversation,
                message: MessageId(place.id),
            },
            author: own.then_some(self.person.user),
            by: Some(message.said_by),
            at: within(ended.unwrap_or(message.said_at), batch.now),
            pieces: &pieces,
        };
        passages::store_in(transaction, &new, Class::Import).await
    }
}

/// Messages that are stored together.
struct Batch<'a> {
    conversation: ConversationId,
    plan: &'a Plan,
    places: &'a [Place],
    messages: &'a [Trimmed],
    now: DateTime<Utc>,
}

impl Batch<'_> {
    fn ids(&self) -> Vec<Uuid> {
        self.places.iter().map(|place| place.id).collect()
    }

    fn all<T>(&self, of: impl Fn(&ArchivedMessage) -> T) -> Vec<T> {
        self.messages.iter().map(|trimmed| of(&trimmed.message)).collect()
    }
}

/// Bytes of messages, for the person's quota.
fn bytes_of(messages: &[Trimmed]) -> u64 {
    let bytes = messages.iter().map(|Trimmed { message, .. }| {
        message.text.len() as u64 + message.thinking.as_ref().map_or(0, |text| text.len() as u64)
    });
    bytes.sum()
}

/// The name of another author. It is only text, and never linked to a person of this server.
fn author_name(message: &ArchivedMessage) -> Option<String> {
    let name = message
        .by
        .as_ref()
        .filter(|_| message.said_by == Speaker::Person)?;
    Some(plain(name, LONGEST_NAME)).filter(|name| !name.is_empty())
}

fn without_nul(text: &str) -> String {
    text.replace('\0', "")
}
