//! Loads what a turn needs, from ids alone.

use super::{
    attached::Attached,
    history::{History, HistoryMessage},
};
use crate::{
    Backend, Result, UserBackend,
    events::LiveAnswer,
    memory::{
        memories,
        profile::{self, ProfileLine},
    },
    spaces::{self, Circumstances, Scope},
    storage::UserTransaction,
    work::queue::{self, Claim, Dropped, Ended},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use hearth_text::fence;
use hearth_types::{Eagerness, Event, Language, MessageId, NoteKind, SpaceId, SpaceRole, UserId};
use std::{sync::Arc, time::Instant};
use uuid::Uuid;

/// A turn in progress: the person who asks, the conversation, and the destination of the answer. It does not change
/// after it was loaded.
pub(super) struct Turn {
    pub backend: Backend,
    pub person: UserBackend,
    pub claim: Claim,
    pub name: String,
    pub language: Language,
    pub time_zone: Tz,
    /// How readily something is recalled for this person.
    pub eagerness: Eagerness,
    /// What may be read and stored, and who sees the answer.
    pub scope: Scope,
    /// A temporary conversation leaves no trace: no passages, title, summaries or measurements.
    pub temporary: bool,
    /// The model chosen for the answer or the conversation; none for the default.
    pub model: Option<String>,
    /// The branch before the question.
    pub history: History,
    pub question: Question,
    /// Pictures and files of the branch.
    pub attached: Attached,
    /// The beginning of the answer that the model continues; empty for a new answer.
    pub prefix: String,
    /// Names of the people who speak in the conversation, when there are several.
    pub speakers: Vec<String>,
    /// Statements of the person about themselves; empty where the scope has no profile.
    pub profile: Vec<ProfileLine>,
    /// Changes of the memory that this message asked for.
    pub done: Vec<NoteKind>,
    pub live: Arc<LiveAnswer>,
    pub claimed: Instant,
}

/// The message that is answered.
pub(super) struct Question {
    pub id: MessageId,
    /// As the person wrote it: embedded, and searched for by recall.
    pub own_words: String,
    /// With the name of the speaker where several people speak. Files are added by the context.
    pub for_the_model: String,
}

/// The row of an answer with its conversation and the person who asked.
struct Head {
    name: String,
    language: Language,
    time_zone: String,
    recall: Eagerness,
    memory: bool,
    temporary: bool,
    wanted_model: Option<String>,
    first_model: Option<String>,
    parent_id: Option<Uuid>,
    prefix: String,
    role: SpaceRole,
    own_spaces: Vec<SpaceId>,
    writers: Vec<String>,
    members: i64,
}

impl Head {
    /// None when the conversation was deleted, or the person is no longer a member.
    async fn load(transaction: &mut UserTransaction, claim: &Claim) -> Result<Option<Self>> {
        Ok(sqlx::query_as!(
            Self,
            r#"select u.name, u.language as "language: Language", u.time_zone, u.recall as "recall: Eagerness", c.memory,
                      c.temporary, coalesce(a.wanted_model, c.model) as wanted_model, c.first_model, m.parent_id,
                      case when a.continues then p.text else '' end as "prefix!", s.role as "role: SpaceRole",
                      array(select space_id from space_members where user_id = $2 and role = 'owner')
                          as "own_spaces!: Vec<SpaceId>",
                      array(select w.name from space_members o join users w on w.id = o.user_id
                            where o.space_id = $3 and o.role <> 'reader' order by o.role, w.name) as "writers!",
                      (select count(*) from space_members where space_id = $3) as "members!"
             from messages m join conversations c on c.id = m.conversation_id join users u on u.id = $2
             join space_members s on s.space_id = m.space_id and s.user_id = $2
             join answers a on a.id = m.id join message_parts p on p.message_id = m.id and p.kind = 'text'
             where m.id = $1 and m.space_id = $3"#,
            claim.answer.0,
            claim.user.0,
            claim.space.0,
        )
        .fetch_optional(&mut **transaction)
        .await?)
    }

    fn scope(&self, claim: &Claim) -> Scope {
        Scope::of(Circumstances {
            user: claim.user,
            space: claim.space,
            role: self.role,
            members: self.members,
            own_spaces: &self.own_spaces,
            memory: self.memory,
        })
    }
}

impl Question {
    /// Takes the question, the last message of the branch, out of it. Where several people speak, each message gets the
    /// name of its author; an answer may be asked for again by another person than wrote the question.
    fn take(history: &mut History, speakers: &[String], asker: &str, answer: MessageId) -> Self {
        let asked = history.said.pop();
        let id = asked.as_ref().map_or(answer, |said| said.id);
        let (author, own_words) = asked.map(|said| (said.author, said.text)).unwrap_or_default();
        let mut for_the_model = own_words.clone();
        if !speakers.is_empty() {
            for said in &mut history.said {
                if let Some(author) = &said.author {
                    said.text = spoken(author, &said.text);
                }
            }
            for_the_model = spoken(author.as_deref().unwrap_or(asker), &own_words);
        }
        Self {
            id,
            own_words,
            for_the_model,
        }
    }
}

/// A message with its author's name. It is fenced, because another person's words are as untrusted as a document.
fn spoken(author: &str, text: &str) -> String {
    format!("{}: {}", fence::line(author), fence::block(text))
}

impl Turn {
    /// None when the conversation was deleted meanwhile.
    pub async fn load(backend: &Backend, claim: &Claim) -> Result<Option<Self>> {
        let claimed = Instant::now();
        let person = backend.for_user(claim.user);
        let mut transaction = person.begin().await?;
        let Some(head) = Head::load(&mut transaction, claim).await? else {
            queue::drop(&mut transaction, Dropped::Answers(&[claim.answer.0])).await?;
            transaction.commit().await?;
            return Ok(None);
        };
        let scope = head.scope(claim);
        let mut history = match head.parent_id {
            Some(asked) => History::load(&mut transaction, claim.conversation, asked, &scope.reads).await?,
            None => History::default(),
        };
        let ids: Vec<MessageId> = history.said.iter().map(|said| said.id).collect();
        let attached = Attached::load(&mut transaction, &ids).await?;
        let profile = profile::load(&mut transaction, &scope).await?;
        let done = memories::done_for(&mut transaction, claim.user, claim.answer).await?;
        // The read-only transaction ends when it is dropped, which costs no round trip.
        drop(transaction);
        let speakers = speakers(&head.writers, &history.said);
        let question = Question::take(&mut history, &speakers, &head.name, claim.answer.0.into());
        let models = backend.models();
        let model = models.of_conversation(head.wanted_model, head.first_model).await;
        let live = LiveAnswer::new(claim.conversation, claim.answer, &head.prefix);
        let turn = Self {
            backend: backend.clone(),
            person,
            claim: *claim,
            name: head.name,
            language: head.language,
            eagerness: head.recall,
            time_zone: head.time_zone.parse().unwrap_or(Tz::UTC),
            temporary: head.temporary,
            scope,
            model,
            history,
            question,
            attached,
            prefix: head.prefix,
            speakers,
            profile,
            done,
            live: backend.inner.events.begin(live),
            claimed,
        };
        let members = spaces::members(backend.inner.storage.pool(), claim.user, claim.space).await?;
        turn.live.add_members(&members);
        Ok(Some(turn))
    }

    /// Whether recall has something to look for and may read anything.
    pub fn may_recall(&self) -> bool {
        !self.scope.reads.is_empty() && !self.question.own_words.trim().is_empty() && !self.asks_to_forget()
    }

    /// Whether the message asks to forget something: recall would put that very thing before the model.
    fn asks_to_forget(&self) -> bool {
        self.done.iter().any(|kind| {
            matches!(
                kind,
                NoteKind::Forgotten | NoteKind::Which | NoteKind::NothingFound | NoteKind::TooLong
            )
        })
    }

    pub const fn user(&self) -> UserId {
        self.claim.user
    }

    pub fn publish(&self, event: Event) {
        self.backend.inner.events.publish_to(&self.live.people(), event);
    }

    /// The model server went away before any text arrived: the answer keeps its place in the queue.
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

    /// Hearth shuts down before any text arrived: the answer starts after the next start.
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

    /// A time in this person's time zone.
    pub fn local(&self, moment: DateTime<Utc>) -> DateTime<Tz> {
        moment.with_timezone(&self.time_zone)
    }
}

/// At every end of a turn, its answer is no longer shown as being written.
impl Drop for Turn {
    fn drop(&mut self) {
        self.backend.inner.events.end(&self.live);
    }
}

/// Names of the people who may write here or wrote here earlier; empty for a single person, who needs no name.
fn speakers(writers: &[String], history: &[HistoryMessage]) -> Vec<String> {
    let mut speakers = writers.to_vec();
    for author in history.iter().filter_map(|said| said.author.as_ref()) {
        if !speakers.contains(author) {
            speakers.push(author.clone());
        }
    }
    if speakers.len() > 1 { speakers } else { Vec::new() }
}
