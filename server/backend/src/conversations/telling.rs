//! Telling everybody who has a conversation what happened in it.
//!
//! What happened is stored already: a list of members that cannot be read now is logged, and the tabs see it
//! when they look next.

use crate::{Result, UserBackend, spaces};
use hearth_types::{AnswerId, AnswerStatus, Event, Message, Sent, SpaceId, UserId};

impl UserBackend {
    /// Tells the tabs of everybody in a space of this person's.
    pub(crate) async fn tell_members(&self, space: SpaceId, event: Event) {
        let members = self.members(space).await;
        self.backend.inner.events.publish_to(&members, event);
    }

    /// A message is there and its answer begins; others read who wrote it.
    pub(super) async fn tell_added(&self, space: SpaceId, sent: &Sent, message: Message) {
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

    /// Tells how an answer ended, from what is stored: each member as they see it, because what it drew from
    /// may be for one of them only.
    pub(crate) async fn tell_ended(&self, id: AnswerId) -> Result<()> {
        let Some(space) = self.space_of_answer(id).await? else {
            return Ok(());
        };
        for member in spaces::members(self.backend.inner.storage.pool(), self.user, space).await? {
            self.backend.for_user(member).tell_me_ended(id).await?;
        }
        Ok(())
    }

    /// Tells everybody who has the conversation that an answer waits once more.
    pub(crate) async fn tell_waiting(&self, id: AnswerId) -> Result<()> {
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
            self.tell_members(space, waits).await;
        }
        Ok(())
    }

    async fn tell_me_ended(&self, id: AnswerId) -> Result<()> {
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
            self.tell_me_window(conversation).await?;
        }
        Ok(())
    }

    /// Where an answer of a conversation that this person has is; none when there is none.
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

    /// Everybody in a space of this person's; at least themself.
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
