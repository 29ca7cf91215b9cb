//! What a turn needs, read from ids alone.

use super::{Ended, context::Context};
use crate::{
    Backend, Result, UserBackend,
    events::LiveAnswer,
    queue::{self, Claim},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use hearth_types::{ConversationId, Event, Language, SpaceId, Speaker, UserId};
use std::{sync::Arc, time::Instant};
use uuid::Uuid;

/// Messages of the branch that are read at most; a window holds fewer.
const DEEPEST: i32 = 400;

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
    /// As the conversation has it; none means the house's default.
    pub model: Option<String>,
    /// The branch up to the question, oldest first; the question is not in it.
    pub history: Vec<Said>,
    pub question: String,
    /// The person's spaces.
    pub spaces: Vec<SpaceId>,
    pub live: Arc<LiveAnswer>,
    pub claimed: Instant,
}

/// A message of the branch.
pub(super) struct Said {
    pub by: Speaker,
    pub text: String,
}

struct Head {
    name: String,
    language: Language,
    time_zone: String,
    memory: bool,
    model: Option<String>,
    parent_id: Option<Uuid>,
    spaces: Vec<Uuid>,
}

impl Turn {
    /// None when the conversation was deleted meanwhile.
    pub async fn load(backend: &Backend, claim: &Claim) -> Result<Option<Self>> {
        let claimed = Instant::now();
        let person = backend.for_user(claim.user);
        let mut transaction = person.begin().await?;
        let head = sqlx::query_as!(
            Head,
            r#"select u.name, u.language as "language: Language", u.time_zone, c.memory, c.model, m.parent_id,
                      my_spaces() as "spaces!"
             from messages m join conversations c on c.id = m.conversation_id join users u on u.id = $2
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
        let mut history = match head.parent_id {
            Some(asked) => branch(&mut transaction, claim.conversation, asked).await?,
            None => Vec::new(),
        };
        // Ends when it is dropped; nobody waits for that.
        drop(transaction);
        let question = history.pop().map(|said| said.text).unwrap_or_default();
        let live = LiveAnswer::new(claim.user, claim.conversation, claim.answer);
        Ok(Some(Self {
            backend: backend.clone(),
            person,
            claim: *claim,
            name: head.name,
            language: head.language,
            time_zone: head.time_zone.parse().unwrap_or(Tz::UTC),
            memory: head.memory,
            model: head.model,
            history,
            question,
            spaces: head.spaces.into_iter().map(SpaceId).collect(),
            live: backend.inner.events.begin(live),
            claimed,
        }))
    }

    pub const fn user(&self) -> UserId {
        self.claim.user
    }

    pub fn publish(&self, event: Event) {
        self.backend.inner.events.publish(self.user(), event);
    }

    /// Marks the answer as running, with what it will draw on. No durable commit: a crash repeats it.
    pub async fn begin(&self, context: &Context) -> Result<()> {
        let mut transaction = self.backend.inner.storage.begin_relaxed_as(self.user()).await?;
        let begun = sqlx::query!(
            "with mine as (select answer_id from answer_queue where answer_id = $1 and runner = $7 for share)
             update answers set status = 'running', started_at = now(), model = $2, num_ctx = $3,
                    estimated_prompt_tokens = $4, left_out_messages = $5, left_out_passages = $6
             from mine where id = mine.answer_id",
            self.claim.answer.0,
            context.model,
            i32::try_from(context.num_ctx).unwrap_or(i32::MAX),
            i32::try_from(context.estimated_tokens).unwrap_or(i32::MAX),
            i32::try_from(context.left_out.messages).unwrap_or(i32::MAX),
            i32::try_from(context.left_out.passages).unwrap_or(i32::MAX),
            self.claim.runner,
        )
        .execute(&mut *transaction)
        .await?;
        // A claim that is lost changes nothing; the end will notice.
        if begun.rows_affected() == 0 {
            return Ok(());
        }
        if !context.recalled.is_empty() {
            context.store_recalled(&mut transaction, &self.claim).await?;
        }
        transaction.commit().await?;
        self.publish(self.live.snapshot(0));
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

async fn branch(
    transaction: &mut crate::storage::UserTransaction,
    conversation: ConversationId,
    leaf: Uuid,
) -> Result<Vec<Said>> {
    let mut said = sqlx::query_as!(
        Said,
        r#"with recursive branch as (
            select id, parent_id, 1 as depth from messages where id = $2 and conversation_id = $1
            union all
            select m.id, m.parent_id, b.depth + 1 from messages m join branch b on m.id = b.parent_id
            where b.depth < $3
         )
         select m.said_by as "by: Speaker", p.text
         from branch b join messages m on m.id = b.id
         join message_parts p on p.message_id = m.id and p.kind = 'text'
         order by b.depth"#,
        conversation.0,
        leaf,
        DEEPEST,
    )
    .fetch_all(&mut **transaction)
    .await?;
    said.reverse();
    Ok(said)
}
