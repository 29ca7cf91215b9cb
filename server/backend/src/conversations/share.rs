//! Sharing a conversation with people of the house, and taking it back.
//!
//! Spaces carry it. With the first person it is shared with, a conversation moves from its owner's private space
//! into one of its own; who has it are that space's members. Taking it back is deleting a member: from that
//! moment the database shows them nothing of it, and as nothing of it was ever in a space of theirs, their memory
//! keeps nothing either. A conversation that nobody else has any longer stays in its space, its owner's alone:
//! recall looks through it as through all that is theirs.
//!
//! While the owner is alone, an answer may draw on everything they ever said. So nobody is let in before the
//! answers that wait or run have ended.

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
    /// Who has a conversation of this person's, and who could have it.
    ///
    /// # Errors
    /// Not found unless it is this person's own.
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

    /// Lets somebody of the house read a conversation, or join it; again with another role changes that.
    ///
    /// # Errors
    /// Not found: a conversation that is not this person's own or is temporary, or nobody to share with. A conflict
    /// while it is being answered for its owner alone.
    pub async fn share_conversation(&self, id: ConversationId, with: UserId, role: SpaceRole) -> Result<()> {
        if role == SpaceRole::Owner {
            return Err(Problem::BadRequest.into());
        }
        let mut transaction = self.begin().await?;
        let mut space = self.hold_own(&mut transaction, id).await?;
        check_stays(&mut transaction, id).await?;
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
        self.to_its_end(async move {
            transaction.commit().await?;
            owner.backend.inner.events.add_member(id, with);
            owner.tell_dropped(&dropped).await?;
            owner.tell_shared(id).await
        })
        .await
    }

    /// Takes a conversation back from somebody, at once: what they asked in it and was not answered yet is
    /// dropped, and their tabs are told.
    ///
    /// # Errors
    /// Not found: a conversation that is not this person's own, or nobody who has it.
    pub async fn unshare_conversation(&self, id: ConversationId, from: UserId) -> Result<()> {
        let mut transaction = self.begin().await?;
        let space = self.hold_own(&mut transaction, id).await?;
        self.part(transaction, id, space, from).await
    }

    /// Gives back a conversation that somebody else shared.
    ///
    /// # Errors
    /// Not found: no conversation that this person has, or one of their own.
    pub async fn leave_conversation(&self, id: ConversationId) -> Result<()> {
        let mut transaction = self.begin().await?;
        let membership = spaces::of_conversation(&mut transaction, self.user, id).await?;
        // A reader has no answers that could wait here, and may not lock what they may not change.
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
        owner.part(transaction, id, space, self.user).await
    }

    /// The conversation in a space of its own. Everything that hangs on it follows by its keys.
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

    /// Ends somebody's membership. `self` is a member who stays.
    async fn part(
        &self,
        mut transaction: UserTransaction,
        id: ConversationId,
        space: SpaceId,
        who: UserId,
    ) -> Result<()> {
        let dropped = drop_answers(&mut transaction, id, who).await?;
        let parted = sqlx::query!(
            "delete from space_members where space_id = $1 and user_id = $2 and role <> 'owner'",
            space.0,
            who.0
        )
        .execute(&mut *transaction)
        .await?;
        if parted.rows_affected() == 0 {
            return Err(Error::NOT_FOUND);
        }
        skip_facts_when_alone(&mut transaction, id).await?;
        let stays = self.clone();
        self.to_its_end(async move {
            transaction.commit().await?;
            stays.backend.inner.events.remove_member(id, who);
            stays.tell_dropped(&dropped).await?;
            stays.tell_shared(id).await
        })
        .await
    }

    /// In a task of its own: a page that hears what happened goes elsewhere, which ends the request that it came
    /// from, and whoever else has the conversation must still be told.
    async fn to_its_end(&self, act: impl Future<Output = Result<()>> + Send + 'static) -> Result<()> {
        let task = self.backend.inner.tasks.spawn(act);
        task.await.map_err(Error::from)?
    }

    async fn tell_dropped(&self, dropped: &[AnswerId]) -> Result<()> {
        for answer in dropped {
            self.backend.inner.queue.cancel_here(*answer);
            self.tell_ended(*answer).await?;
        }
        if !dropped.is_empty() {
            self.backend.inner.queue.wake();
        }
        Ok(())
    }

    /// Tells everybody who has the conversation who has it now.
    async fn tell_shared(&self, id: ConversationId) -> Result<()> {
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
        // Deleted meanwhile: everybody was told that.
        let Some(head) = head else { return Ok(()) };
        for member in spaces::members(&mut *transaction, self.user, head.space).await? {
            let shared = spaces::shared(&mut transaction, member, [head.space].into_iter())
                .await?
                .remove(&head.space);
            let told = Event::ConversationShared {
                conversation: id,
                title: head.title.clone(),
                shared,
            };
            self.backend.inner.events.publish(member, told);
        }
        Ok(())
    }
}

/// A conversation that was taken back from everybody: what was said while others read is no fact (see
/// [`spaces::Scope`]).
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

/// What leaves nothing is nobody else's to read.
async fn check_stays(transaction: &mut UserTransaction, id: ConversationId) -> Result<()> {
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

/// The conversation is locked: nothing new is queued until the transaction ends.
async fn check_settled(transaction: &mut UserTransaction, id: ConversationId) -> Result<()> {
    if queue::has_answers_of(transaction, id).await? {
        let reason = ConflictReason::AnswerRunning;
        return Err(Problem::Conflict { reason }.into());
    }
    Ok(())
}

/// Stops what somebody asked in a conversation and was not answered yet; its text so far is kept.
async fn drop_answers(
    transaction: &mut UserTransaction,
    id: ConversationId,
    who: UserId,
) -> Result<Vec<AnswerId>> {
    let dropped = queue::drop(transaction, Dropped::AskedBy(id, who)).await?;
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
