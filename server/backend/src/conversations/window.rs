//! The context window of a conversation: its first message, and the summary of the messages before.

use crate::{Result, UserBackend, storage::UserTransaction};
use hearth_types::{ConversationId, Event, MessageId, SeenWindow, SpaceId};
use uuid::Uuid;

/// The part of the branch ending in `leaf` that the model sees; none while it sees all of it.
pub(crate) async fn seen_window(
    transaction: &mut UserTransaction,
    conversation: ConversationId,
    leaf: Uuid,
) -> Result<Option<SeenWindow>> {
    // The window of the newest started answer of the branch.
    let row = sqlx::query!(
        r#"select a.window_first as "first: MessageId" from branch($1, $2) b join answers a on a.id = b.id
         where a.num_ctx is not null order by b.depth limit 1"#,
        conversation.0,
        leaf,
    )
    .fetch_optional(&mut **transaction)
    .await?;
    let Some(first) = row.and_then(|row| row.first) else {
        return Ok(None);
    };
    let row = sqlx::query!(
        r#"with above as (
            select id, depth from branch($1, $2) where depth > 1
         ), known as (
            select s.text, s.messages from above join summaries s on s.message_id = above.id order by above.depth limit 1
         )
         select (select count(*) from above) as "left_out!", (select text from known) as summary,
                (select messages from known) as summarised"#,
        conversation.0,
        first.0,
    )
    .fetch_one(&mut **transaction)
    .await?;
    Ok(Some(SeenWindow {
        first,
        left_out: u32::try_from(row.left_out).unwrap_or(u32::MAX),
        summarised: row.summarised.unwrap_or(0).unsigned_abs(),
        summary: row.summary,
    }))
}

impl UserBackend {
    /// Publishes to this person what the model sees of a conversation, if it does not see all.
    pub(super) async fn notify_self_window(&self, conversation: ConversationId) -> Result<()> {
        if let Some((_, moved)) = self.window_moved(conversation).await? {
            self.backend.inner.events.publish(self.user, moved);
        }
        Ok(())
    }

    /// Publishes to all members what the model sees of a conversation, if it does not see all.
    pub(crate) async fn notify_window(&self, conversation: ConversationId) -> Result<()> {
        if let Some((space, moved)) = self.window_moved(conversation).await? {
            self.notify_members(space, moved).await;
        }
        Ok(())
    }

    async fn window_moved(&self, conversation: ConversationId) -> Result<Option<(SpaceId, Event)>> {
        let mut transaction = self.begin().await?;
        let head = sqlx::query!(
            r#"select space_id as "space: SpaceId", active_leaf from conversations where id = $1"#,
            conversation.0
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let Some((space, leaf)) = head.and_then(|head| Some((head.space, head.active_leaf?))) else {
            return Ok(None);
        };
        let window = seen_window(&mut transaction, conversation, leaf).await?;
        Ok(window.map(|window| {
            let window = Box::new(window);
            (space, Event::WindowMoved { conversation, window })
        }))
    }
}
