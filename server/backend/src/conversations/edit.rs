//! Renames, pins, archives and deletes a conversation, and changes its settings.

use crate::{
    Error, Result, UserBackend, spaces,
    storage::UserTransaction,
    work::{
        jobs,
        queue::{self, Dropped},
    },
};
use hearth_types::{ConversationId, Event, Field, InvalidReason, SpaceId, has_something_to_read};

/// Maximum characters of a title.
const LONGEST_TITLE: usize = 200;

impl UserBackend {
    /// Sets the title; from then on the model does not change it.
    pub async fn rename_conversation(&self, id: ConversationId, title: &str) -> Result<()> {
        let title = title.trim();
        if !has_something_to_read(title) {
            return Err(Error::invalid(Field::Title, InvalidReason::Empty));
        }
        if title.chars().count() > LONGEST_TITLE {
            return Err(Error::invalid(Field::Title, InvalidReason::TooLong));
        }
        if title.contains('\0') {
            return Err(Error::invalid(Field::Title, InvalidReason::Wrong));
        }
        let mut transaction = self.begin().await?;
        let space = self.lock_own(&mut transaction, id).await?;
        let renamed = sqlx::query!(
            "update conversations set title = $3, titled_by_hand = true where id = $1 and space_id = $2",
            id.0,
            space.0,
            title,
        )
        .execute(&mut *transaction)
        .await?;
        found(renamed.rows_affected())?;
        transaction.commit().await?;
        let titled = Event::ConversationTitled {
            conversation: id,
            title: title.to_owned(),
        };
        self.notify_members(space, titled).await;
        Ok(())
    }

    /// Pins or unpins a conversation; pinning takes it out of the archive.
    pub async fn set_pinned(&self, id: ConversationId, pinned: bool) -> Result<()> {
        self.mark(id, Some(pinned), pinned.then_some(false)).await
    }

    /// Puts a conversation into the archive, which unpins it, or takes it out.
    pub async fn set_archived(&self, id: ConversationId, archived: bool) -> Result<()> {
        self.mark(id, archived.then_some(false), Some(archived)).await
    }

    async fn mark(&self, id: ConversationId, pinned: Option<bool>, archived: Option<bool>) -> Result<()> {
        let mut transaction = self.begin().await?;
        let space = self.lock_own(&mut transaction, id).await?;
        let now = sqlx::query!(
            "update conversations set pinned = coalesce($3, pinned), archived = coalesce($4, archived)
             where id = $1 and space_id = $2 and not temporary returning pinned, archived",
            id.0,
            space.0,
            pinned,
            archived,
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Error::NOT_FOUND)?;
        transaction.commit().await?;
        let marked = Event::ConversationMarked {
            conversation: id,
            pinned: now.pinned,
            archived: now.archived,
        };
        self.backend.inner.events.publish(self.user, marked);
        Ok(())
    }

    /// Deletes a conversation with its messages, passages and vectors, and the memories that have no other source; a
    /// running answer is stopped.
    pub async fn delete_conversation(&self, id: ConversationId) -> Result<()> {
        let mut transaction = self.begin().await?;
        let space = self.lock_own(&mut transaction, id).await?;
        self.forget_what_came_from(&mut transaction, id).await?;
        let deleted = sqlx::query!(
            "delete from conversations where id = $1 and space_id = $2",
            id.0,
            space.0
        )
        .execute(&mut *transaction)
        .await?;
        found(deleted.rows_affected())?;
        jobs::drop_orphans(&mut transaction, self.user).await?;
        let queued = queue::drop(&mut transaction, Dropped::Conversation(id)).await?;
        let members = spaces::members(&mut *transaction, self.user, space).await?;
        // The space of a shared conversation contains nothing else.
        sqlx::query!("delete from spaces where id = $1 and kind = 'shared'", space.0)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        self.backend.inner.queue.advance();
        for answer in queued {
            self.backend.inner.queue.cancel_here(answer);
        }
        self.backend.inner.files_freed.notify_one();
        let deleted = Event::ConversationDeleted { conversation: id };
        self.backend.inner.events.publish_to(&members, deleted);
        Ok(())
    }

    /// Turns recall in this conversation, and recall of it in others, on or off.
    ///
    /// # Errors
    /// Not found, if the conversation is not this person's own, or is temporary and so has no memory.
    pub async fn set_memory(&self, id: ConversationId, memory: bool) -> Result<()> {
        let mut transaction = self.begin().await?;
        let space = self.lock_own(&mut transaction, id).await?;
        let updated = sqlx::query!(
            "update conversations set memory = $3 where id = $1 and space_id = $2 and not temporary",
            id.0,
            space.0,
            memory
        )
        .execute(&mut *transaction)
        .await?;
        found(updated.rows_affected())?;
        Ok(transaction.commit().await?)
    }

    /// Sets the model of this conversation; `None` selects the server's default.
    pub async fn set_model(&self, id: ConversationId, model: Option<String>) -> Result<()> {
        if let Some(model) = &model {
            self.backend.models().require_chat_model(model).await?;
        }
        let mut transaction = self.begin().await?;
        let space = self.lock_own(&mut transaction, id).await?;
        let updated = sqlx::query!(
            "update conversations set model = $3 where id = $1 and space_id = $2",
            id.0,
            space.0,
            model
        )
        .execute(&mut *transaction)
        .await?;
        found(updated.rows_affected())?;
        Ok(transaction.commit().await?)
    }

    /// Locks a conversation of this person's own until the transaction ends; returns its space.
    pub(super) async fn lock_own(
        &self,
        transaction: &mut UserTransaction,
        id: ConversationId,
    ) -> Result<SpaceId> {
        spaces::hold_conversation(transaction, self.user, id)
            .await?
            .to_own()
    }
}

const fn found(rows: u64) -> Result<()> {
    if rows == 0 { Err(Error::NOT_FOUND) } else { Ok(()) }
}
