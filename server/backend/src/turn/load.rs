//! What a turn needs, read from ids alone.

use super::{
    Ended,
    attached::Attached,
    context::Context,
    history::{History, Said},
};
use crate::{
    Backend, Result, UserBackend,
    events::LiveAnswer,
    memory::{
        memories,
        profile::{self, ProfileLine},
    },
    spaces,
    storage::UserTransaction,
    work::queue::{self, Claim},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use hearth_text::fence;
use hearth_types::{Event, Language, MessageId, NoteKind, SpaceId, UserId};
use std::{sync::Arc, time::Instant};
use uuid::Uuid;

/// A turn under way: who asks, what was said, and where the answer goes.
pub(super) struct Turn {
    pub backend: Backend,
    pub person: UserBackend,
    pub claim: Claim,
    pub name: String,
    pub language: Language,
    pub time_zone: Tz,
    /// Whether recall runs.
    pub memory: bool,
    /// Whether nothing is to be made of what is said.
    pub temporary: bool,
    /// As the conversation has it; none means the house's default.
    pub model: Option<String>,
    /// The branch up to the question, which is not in it.
    pub history: History,
    /// As the model reads it, with what is attached to it, and finds it again in the next turn's history.
    pub question: String,
    /// The question's own words: what is embedded, and what recall looks for.
    pub asked: String,
    /// The question's message.
    pub question_id: MessageId,
    /// Pictures and files of the branch.
    pub attached: Attached,
    /// The beginning of the answer that the model goes on with; empty unless somebody asked it to continue.
    pub begun: String,
    /// What recall may look through. Alone, the spaces that are the person's own, so that nothing stays of what
    /// somebody shared with them; before others only what all of them see.
    pub spaces: Vec<SpaceId>,
    /// Whoever speaks in the conversation, by name, when it is more than one.
    pub speakers: Vec<String>,
    /// What the person told about themselves; empty without memory.
    pub profile: Vec<ProfileLine>,
    /// What was done because this message asked the memory for it.
    pub done: Vec<NoteKind>,
    pub live: Arc<LiveAnswer>,
    pub claimed: Instant,
}

/// Where several people speak, each message begins with the name of who wrote it.
fn name_author(said: &mut Said) {
    if let Some(author) = &said.author {
        said.text = spoken(author, &said.text);
    }
}

/// Somebody else's words are as foreign as a document's.
fn spoken(author: &str, text: &str) -> String {
    format!("{}: {}", fence::line(author), fence::block(text))
}

struct Head {
    name: String,
    language: Language,
    time_zone: String,
    memory: bool,
    temporary: bool,
    model: Option<String>,
    begun_with: Option<String>,
    parent_id: Option<Uuid>,
    begun: String,
    own_spaces: Vec<Uuid>,
    writers: Vec<String>,
    readers: i64,
}

impl Head {
    fn spaces(&self, space: SpaceId) -> Vec<SpaceId> {
        let alone = self.writers.len() == 1 && self.readers == 0;
        if alone {
            self.own_spaces.iter().copied().map(SpaceId).collect()
        } else {
            vec![space]
        }
    }
}

impl Turn {
    /// None when the conversation was deleted meanwhile.
    pub async fn load(backend: &Backend, claim: &Claim) -> Result<Option<Self>> {
        let claimed = Instant::now();
        let person = backend.for_user(claim.user);
        let mut transaction = person.begin().await?;
        let head = sqlx::query_as!(
            Head,
            r#"select u.name, u.language as "language: Language", u.time_zone, c.memory, c.temporary,
                      coalesce(a.wanted_model, c.model) as model, c.begun_with, m.parent_id,
                      case when a.continues then p.text else '' end as "begun!",
                      array(select space_id from space_members where user_id = $2 and role = 'owner') as "own_spaces!",
                      array(select w.name from space_members o join users w on w.id = o.user_id
                            where o.space_id = $3 and o.role <> 'reader' order by o.role, w.name) as "writers!",
                      (select count(*) from space_members where space_id = $3 and role = 'reader') as "readers!"
             from messages m join conversations c on c.id = m.conversation_id join users u on u.id = $2
             join answers a on a.id = m.id join message_parts p on p.message_id = m.id and p.kind = 'text'
             where m.id = $1 and m.space_id = $3"#,
            claim.answer.0,
            claim.user.0,
            claim.space.0,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(head) = head else {
            sqlx::query!("delete from answer_queue where answer_id = $1", claim.answer.0)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            return Ok(None);
        };
        let spaces = head.spaces(claim.space);
        let mut history = match head.parent_id {
            Some(asked) => History::load(&mut transaction, claim.conversation, asked, &spaces).await?,
            None => History::default(),
        };
        let ids: Vec<MessageId> = history.said.iter().map(|said| said.id).collect();
        let attached = Attached::load(&mut transaction, &ids).await?;
        // Before others nobody is told what one of them keeps to themselves.
        let alone = claim.space == spaces::private_space(claim.user);
        let profile = if head.memory && alone {
            profile::profile(&mut transaction).await?
        } else {
            Vec::new()
        };
        let notes = memories::notes(&mut transaction, claim.user, &[claim.answer.0])
            .await?
            .remove(&claim.answer.0)
            .unwrap_or_default();
        // Ends when it is dropped; nobody waits for that.
        drop(transaction);
        let speakers = speakers(&head.writers, &history.said);
        let asked = history.said.pop();
        let question_id = asked.as_ref().map_or(MessageId(claim.answer.0), |said| said.id);
        let (asked_by, asked) = asked.map(|said| (said.author, said.text)).unwrap_or_default();
        let mut question = asked.clone();
        if !speakers.is_empty() {
            history.said.iter_mut().for_each(name_author);
            // Somebody else may ask for its answer once more.
            question = spoken(asked_by.as_deref().unwrap_or(&head.name), &asked);
        }
        let model = backend
            .models()
            .of_conversation(head.model, head.begun_with)
            .await;
        let live = LiveAnswer::begun(claim.conversation, claim.answer, &head.begun);
        let live = backend.inner.events.begin(live);
        let turn = Self {
            backend: backend.clone(),
            person,
            claim: *claim,
            name: head.name.clone(),
            language: head.language,
            time_zone: head.time_zone.parse().unwrap_or(Tz::UTC),
            memory: head.memory,
            temporary: head.temporary,
            spaces,
            model,
            history,
            asked,
            question,
            question_id,
            attached,
            begun: head.begun,
            speakers,
            profile,
            done: notes.into_iter().map(|note| note.kind).collect(),
            live,
            claimed,
        };
        let members = spaces::members(turn.backend.inner.storage.pool(), claim.user, claim.space).await?;
        turn.live.seat(&members);
        Ok(Some(turn))
    }

    pub const fn user(&self) -> UserId {
        self.claim.user
    }

    pub fn publish(&self, event: Event) {
        self.backend.inner.events.publish_to(&self.live.people(), event);
    }

    /// Marks the answer as running, with what it will draw on. No durable commit: a crash repeats it.
    pub async fn begin(&self, context: &Context) -> Result<()> {
        let mut transaction = self.backend.inner.storage.begin_relaxed_as(self.user()).await?;
        let begun = sqlx::query!(
            "with mine as (select answer_id from answer_queue where answer_id = $1 and runner = $7 for share)
             update answers set status = 'running', started_at = $10, model = $2, num_ctx = $3,
                    estimated_prompt_tokens = $4, left_out_messages = $5, left_out_passages = $6,
                    left_out_pictures = $8, cut_files = $9, window_first = $11
             from mine where id = mine.answer_id",
            self.claim.answer.0,
            context.model,
            i32::try_from(context.num_ctx).unwrap_or(i32::MAX),
            i32::try_from(context.estimated_tokens).unwrap_or(i32::MAX),
            i32::try_from(context.left_out.messages).unwrap_or(i32::MAX),
            i32::try_from(context.left_out.passages).unwrap_or(i32::MAX),
            self.claim.runner,
            i32::try_from(context.left_out.pictures).unwrap_or(i32::MAX),
            serde_json::to_value(&context.cut_files).unwrap_or_default(),
            context.now,
            context.window_first.map(|first| first.0),
        )
        .execute(&mut *transaction)
        .await?;
        // A claim that is lost changes nothing; the end will notice.
        if begun.rows_affected() == 0 {
            return Ok(());
        }
        if self.model.is_none() {
            self.note_model(&mut transaction, &context.model).await?;
        }
        context.store_recalled(&mut transaction, &self.claim).await?;
        transaction.commit().await?;
        self.publish(self.live.snapshot(0));
        Ok(())
    }

    /// The default that answers here first goes on answering here when another model becomes the default.
    async fn note_model(&self, transaction: &mut UserTransaction, model: &str) -> Result<()> {
        sqlx::query!(
            "update conversations set begun_with = $2 where id = $1 and begun_with is distinct from $2",
            self.claim.conversation.0,
            model
        )
        .execute(&mut **transaction)
        .await?;
        Ok(())
    }

    /// The model server is away before a word came: the answer waits in its place.
    pub async fn wait_for_server(&self) -> Result<Ended> {
        self.back_to_waiting().await?;
        let models = self.backend.models();
        self.publish(Event::ModelServerAway {
            answer: self.claim.answer,
            can_wake: models.can_wake(),
        });
        models.server_is_away();
        models.wake_for_a_message();
        Ok(Ended::ServerAway)
    }

    /// Hearth stops before a word came: the answer is begun after the next start.
    pub async fn wait_for_next_start(&self) -> Result<Ended> {
        self.back_to_waiting().await?;
        Ok(Ended::NotBegun)
    }

    async fn back_to_waiting(&self) -> Result<()> {
        let mut transaction = self.backend.inner.storage.begin_relaxed_as(self.user()).await?;
        if self.claim.holds(&mut transaction).await? {
            queue::reset(&mut transaction, self.claim.answer).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// A moment as this person's clock shows it.
    pub fn local(&self, moment: DateTime<Utc>) -> DateTime<Tz> {
        moment.with_timezone(&self.time_zone)
    }
}

/// However a turn ends, nobody is shown it as being written any longer.
impl Drop for Turn {
    fn drop(&mut self) {
        self.backend.inner.events.end(&self.live);
    }
}

/// Whoever may write now, and whoever wrote once; nobody when that is one person, who needs no name.
fn speakers(writers: &[String], history: &[Said]) -> Vec<String> {
    let mut speakers = writers.to_vec();
    for author in history.iter().filter_map(|said| said.author.as_ref()) {
        if !speakers.contains(author) {
            speakers.push(author.clone());
        }
    }
    if speakers.len() > 1 { speakers } else { Vec::new() }
}
