//! Shares a conversation with other people of the server, and ends sharing.
//!
//! Sharing is based on spaces. When it is shared for the first time, a conversation moves from its owner's private
//! space into a space of its own, whose members have access. Ending sharing deletes a member: from then on the
//! row-level policies show that person nothing of it, and because nothing of it was ever in a space of theirs, their
//! memory has nothing of it either. A conversation without other members stays in its space, and recall reads it like
//! the owner's other conversations.
//!
//! While the owner is the only member, an answer may use everything they ever said. So a member can be added only after
//! the answers that wait or run have ended.

use crate::{
    Error, Result, UserBackend, spaces,
    storage::UserTransaction,
    work::queue::{self, Dropped},
};
use hearth_types::{
    AnswerId, ConflictReason, ConversationId, Event, NamedPerson, Problem, SharedWith, Sharing, SpaceId,
    SpaceRole, UserId,
};
use uuid::Uuid;

impl UserBackend {
    /// The people with whom a conversation is shared, and those with whom it could be.
    ///
    /// # Errors
    /// Not found, unless the conversation is this person's own.
    pub async fn sharing(&self, id: ConversationId) -> Result<Sharing> {
        let mut transaction = self.begin().await?;
        let space = spaces::of_conversation(&mut transaction, self.user, id)
            .await?
            .to_own()?;
        let with = sqlx::query_as!(
            SharedWith,
            r#"select m.user_id as "person: UserId", u.name, m.role as "role: SpaceRole"
             from space_members m join users u on u.id = m.user_id
             where m.space_id = $1 and m.role <> 'owner' order by u.name"#,
            space.0
        )
        .fetch_all(&mut *transaction)
        .await?;
        let offered = sqlx::query_as!(
            NamedPerson,
            r#"select u.id as "person: UserId", u.name from users u
             where u.disabled_at is null
               and not exists (select from space_members m where m.user_id = u.id and m.space_id = $1)
             order by u.name"#,
            space.0
        )
        .fetch_all(&mut *transaction)
        .await?;
        Ok(Sharing { with, offered })
    }

    /// Shares a conversation with a person as a reader or writer, or changes the role of a member.
    ///
    /// # Errors
    /// Not found, if the conversation is temporary or not this person's own, or if there is no such person. A conflict
    /// while an answer runs that may use everything of the owner.
    pub async fn share_conversation(&self, id: ConversationId, with: UserId, role: SpaceRole) -> Result<()> {
        if role == SpaceRole::Owner {
            return Err(Problem::BadRequest.into());
        }
        let mut transaction = self.begin().await?;
        let mut space = self.lock_own(&mut transaction, id).await?;
        check_not_temporary(&mut transaction, id).await?;
        self.check_recipient(&mut transaction, with).await?;
        if is_alone(&mut transaction, space).await? {
            check_settled(&mut transaction, id).await?;
        }
        if space == spaces::private_space(self.user) {
            space = self.move_out(&mut transaction, id).await?;
        }
        sqlx::query!(
            "insert into space_members (space_id, user_id, role) values ($1, $2, $3)
             on conflict (user_id, space_id) do update set role = excluded.role",
            space.0,
            with.0,
            role as SpaceRole
        )
        .execute(&mut *transaction)
        .await?;
        let dropped = if role.may_write() {
            Vec::new()
        } else {
            drop_answers(&mut transaction, id, with).await?
        };
        let owner = self.clone();
        self.run_to_completion(async move {
            transaction.commit().await?;
            owner.backend.inner.events.add_member(id, with);
            owner.notify_dropped(&dropped).await?;
            owner.notify_shared(id).await
        })
        .await
    }

    /// Ends sharing with a person, at once: their answers that wait or run are dropped, and their tabs are notified.
    ///
    /// # Errors
    /// Not found, if the conversation is not this person's own, or is not shared with that person.
    pub async fn unshare_conversation(&self, id: ConversationId, from: UserId) -> Result<()> {
        let mut transaction = self.begin().await?;
        let space = self.lock_own(&mut transaction, id).await?;
        self.end_membership(transaction, id, space, from).await
    }

    /// Leaves a conversation that another person shared.
    ///
    /// # Errors
    /// Not found, if the person has no such conversation, or owns it.
    pub async fn leave_conversation(&self, id: ConversationId) -> Result<()> {
        let mut transaction = self.begin().await?;
        let membership = spaces::of_conversation(&mut transaction, self.user, id).await?;
        // A reader has no waiting answers here, and may not lock rows that they may not change.
        if membership.to_write().is_ok() {
            spaces::hold_conversation(&mut transaction, self.user, id).await?;
        }
        let space = membership.to_read();
        let owner = sqlx::query_scalar!(
            r#"select user_id as "owner: UserId" from space_members where space_id = $1 and role = 'owner'"#,
            space.0
        )
        .fetch_one(&mut *transaction)
        .await?;
        let owner = self.backend.for_user(owner);
        owner.end_membership(transaction, id, space, self.user).await
    }

    /// Moves the conversation into a space of its own. The rows that belong to it follow by their foreign keys.
    async fn move_out(&self, transaction: &mut UserTransaction, id: ConversationId) -> Result<SpaceId> {
        let space = spaces::create_shared(transaction, self.user).await?;
        sqlx::query!(
            "update conversations set space_id = $3 where id = $1 and space_id = $2",
            id.0,
            spaces::private_space(self.user).0,
            space.0
        )
        .execute(&mut **transaction)
        .await?;
        Ok(space)
    }

    async fn check_recipient(&self, transaction: &mut UserTransaction, with: UserId) -> Result<()> {
        let there = sqlx::query_scalar!(
            "select true from users where id = $1 and id <> $2 and disabled_at is null",
            with.0,
            self.user.0
        )
        .fetch_optional(&mut **transaction)
        .await?;
        there.flatten().map(|_| ()).ok_or(Error::NOT_FOUND)
    }

    /// Ends a person's membership. `self` is a member who stays.
    async fn end_membership(
        &self,
        mut transaction: UserTransaction,
        id: ConversationId,
        space: SpaceId,
        person: UserId,
    ) -> Result<()> {
        let dropped = drop_answers(&mut transaction, id, person).await?;
        let removed = sqlx::query!(
            "delete from space_members where space_id = $1 and user_id = $2 and role <> 'owner'",
            space.0,
            person.0
        )
        .execute(&mut *transaction)
        .await?;
        if removed.rows_affected() == 0 {
            return Err(Error::NOT_FOUND);
        }
        skip_facts_when_alone(&mut transaction, id).await?;
        let member = self.clone();
        self.run_to_completion(async move {
            transaction.commit().await?;
            member.backend.inner.events.remove_member(id, person);
            member.notify_dropped(&dropped).await?;
            member.notify_shared(id).await
        })
        .await
    }

    /// Runs the commit and the notifications in a task of their own: the first notification makes the person's page
    /// navigate, which cancels its request, and the other members must still be notified.
    async fn run_to_completion(&self, act: impl Future<Output = Result<()>> + Send + 'static) -> Result<()> {
        let task = self.backend.inner.tasks.spawn(act);
        task.await.map_err(Error::from)?
    }

    async fn notify_dropped(&self, dropped: &[AnswerId]) -> Result<()> {
        for answer in dropped {
            self.backend.inner.queue.cancel_here(*answer);
            self.notify_ended(*answer).await?;
        }
        if !dropped.is_empty() {
            self.backend.inner.queue.wake();
        }
        Ok(())
    }

    /// Publishes to all members with whom the conversation is shared now.
    async fn notify_shared(&self, id: ConversationId) -> Result<()> {
        let mut transaction = self.begin().await?;
        let head = sqlx::query!(
            r#"select c.title, c.space_id as "space: SpaceId"
             from conversations c join space_members m on m.space_id = c.space_id and m.user_id = $2
             where c.id = $1"#,
            id.0,
            self.user.0
        )
        .fetch_optional(&mut *transaction)
        .await?;
        // Deleted in the meantime; the deletion was published.
        let Some(head) = head else { return Ok(()) };
        for member in spaces::members(&mut *transaction, self.user, head.space).await? {
            let shared = spaces::shared(&mut transaction, member, [head.space].into_iter())
                .await?
                .remove(&head.space);
            let event = Event::ConversationShared {
                conversation: id,
                title: head.title.clone(),
                shared,
            };
            self.backend.inner.events.publish(member, event);
        }
        Ok(())
    }
}

/// If the owner is the only member again, skips the messages up to now: what was said while others could read is not
/// made a fact (see [`spaces::Scope`]).
async fn skip_facts_when_alone(transaction: &mut UserTransaction, id: ConversationId) -> Result<()> {
    sqlx::query!(
        "update conversations c set facts_until = c.next_ordinal - 1
         where c.id = $1 and (select count(*) from space_members m where m.space_id = c.space_id) = 1",
        id.0
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// A temporary conversation cannot be shared.
async fn check_not_temporary(transaction: &mut UserTransaction, id: ConversationId) -> Result<()> {
    let temporary = sqlx::query_scalar!("select temporary from conversations where id = $1", id.0)
        .fetch_one(&mut **transaction)
        .await?;
    if temporary { Err(Error::NOT_FOUND) } else { Ok(()) }
}

async fn is_alone(transaction: &mut UserTransaction, space: SpaceId) -> Result<bool> {
    let members = sqlx::query_scalar!(
        r#"select count(*) as "members!" from space_members where space_id = $1"#,
        space.0
    )
    .fetch_one(&mut **transaction)
    .await?;
    Ok(members == 1)
}

/// Checks that no answer waits or runs. The caller has locked the conversation, so none is queued until the transaction
/// ends.
async fn check_settled(transaction: &mut UserTransaction, id: ConversationId) -> Result<()> {
    if queue::has_answers_of(transaction, id).await? {
        let reason = ConflictReason::AnswerRunning;
        return Err(Problem::Conflict { reason }.into());
    }
    Ok(())
}

/// Stops the waiting and running answers that a person asked for in a conversation; their partial texts are kept.
async fn drop_answers(
    transaction: &mut UserTransaction,
    id: ConversationId,
    person: UserId,
) -> Result<Vec<AnswerId>> {
    let dropped = queue::drop(transaction, Dropped::AskedBy(id, person)).await?;
    let ids: Vec<Uuid> = dropped.iter().map(|answer| answer.0).collect();
    sqlx::query!(
        "update answers set status = 'stopped', ended_at = now()
         where id = any ($1) and status in ('waiting', 'running')",
        &ids
    )
    .execute(&mut **transaction)
    .await?;
    Ok(dropped)
}
