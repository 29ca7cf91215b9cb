//! Publishes events of a conversation to all of its members.
//!
//! The change itself is stored before: if the list of members cannot be read, that is logged, and the tabs see the
//! change when they load the conversation next.

use crate::{Result, UserBackend, spaces};
use hearth_types::{AnswerId, AnswerStatus, Event, Message, Sent, SpaceId, UserId};

impl UserBackend {
    /// Publishes an event to all members of a space of this person's.
    pub(crate) async fn notify_members(&self, space: SpaceId, event: Event) {
        let members = self.members(space).await;
        self.backend.inner.events.publish_to(&members, event);
    }

    /// Publishes a new message and its waiting answer; other members receive the author's name too.
    pub(super) async fn notify_added(&self, space: SpaceId, sent: &Sent, message: Message) {
        let added = |message| Event::MessageAdded {
            conversation: sent.conversation,
            message: Box::new(message),
            answer: sent.answer,
        };
        let mut others = self.members(space).await;
        others.retain(|member| *member != self.user);
        if !others.is_empty() {
            let mut theirs = message.clone();
            theirs.by = self.name().await.ok();
            self.backend.inner.events.publish_to(&others, added(theirs));
        }
        self.backend.inner.events.publish(self.user, added(message));
    }

    /// Publishes the end of an answer from the stored rows. Each member receives it as they may see it, because what
    /// was recalled for it may be visible to one of them only.
    pub(crate) async fn notify_ended(&self, id: AnswerId) -> Result<()> {
        let Some(space) = self.space_of_answer(id).await? else {
            return Ok(());
        };
        for member in spaces::members(self.backend.inner.storage.pool(), self.user, space).await? {
            self.backend.for_user(member).notify_self_ended(id).await?;
        }
        Ok(())
    }

    /// Publishes that an answer waits again.
    pub(crate) async fn notify_waiting(&self, id: AnswerId) -> Result<()> {
        if let Some(space) = self.space_of_answer(id).await?
            && let Some((conversation, _)) = self.answer_message(id).await?
        {
            let waits = Event::AnswerSnapshot {
                conversation,
                answer: id,
                revision: 0,
                status: AnswerStatus::Waiting,
                first_block: 0,
                blocks: Vec::new(),
                tail: String::new(),
            };
            self.notify_members(space, waits).await;
        }
        Ok(())
    }

    async fn notify_self_ended(&self, id: AnswerId) -> Result<()> {
        if let Some((conversation, message)) = self.answer_message(id).await?
            && let Some(detail) = message.answer
            && detail.status.is_final()
        {
            let ended = Event::AnswerEnded {
                conversation,
                answer: id,
                revision: u64::MAX,
                html: message.html,
                detail: Box::new(detail),
            };
            self.backend.inner.events.publish(self.user, ended);
            self.notify_self_window(conversation).await?;
        }
        Ok(())
    }

    /// The space of an answer in a conversation that this person has.
    pub(crate) async fn space_of_answer(&self, id: AnswerId) -> Result<Option<SpaceId>> {
        let mut transaction = self.begin().await?;
        Ok(sqlx::query_scalar!(
            r#"select a.space_id as "space: SpaceId"
             from answers a join space_members m on m.space_id = a.space_id and m.user_id = $2 where a.id = $1"#,
            id.0,
            self.user.0
        )
        .fetch_optional(&mut *transaction)
        .await?)
    }

    /// All members of a space; only this person if they cannot be read.
    async fn members(&self, space: SpaceId) -> Vec<UserId> {
        spaces::members(self.backend.inner.storage.pool(), self.user, space)
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(%error, "the members of a space could not be read");
                vec![self.user]
            })
    }

    async fn name(&self) -> Result<String> {
        Ok(
            sqlx::query_scalar!("select name from users where id = $1", self.user.0)
                .fetch_one(self.backend.inner.storage.pool())
                .await?,
        )
    }
}
