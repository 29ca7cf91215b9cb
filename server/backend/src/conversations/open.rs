//! Opens a conversation at one part of its shown branch.
//!
//! Every part is a range of ordinals in one index, and the data of its messages are loaded by one query for each kind:
//! the newest page costs the same in a conversation of five messages and of five thousand. Only an abandoned branch is
//! found by walking up from a message.

use super::{messages, window};
use crate::{Error, Result, UserBackend, spaces, storage::UserTransaction};
use hearth_types::{AnswerId, Conversation, ConversationId, Message, MessageId, Part, SpaceId, SpaceRole};
use uuid::Uuid;

/// Maximum number of messages of a part.
const PAGE: usize = 60;

/// Number of them before the message that a link points to.
const BEFORE_NAMED: usize = 20;

/// The ids of a part's messages, oldest first, and whether there are earlier and later ones.
struct Range {
    ids: Vec<Uuid>,
    earlier: bool,
    later: bool,
}

impl UserBackend {
    /// The conversation with one part of its shown branch. [`Part::From`] a message that was deleted or is no longer
    /// shown has no messages.
    ///
    /// # Errors
    /// Not found, if this person has no such conversation or message.
    pub async fn open_conversation(&self, id: ConversationId, part: impl Into<Part>) -> Result<Conversation> {
        let mut transaction = self.begin().await?;
        let head = sqlx::query!(
            r#"select c.title, c.memory, c.temporary, c.model, c.pinned, c.archived, c.active_leaf, m.space_id as "space: SpaceId",
                    m.role as "role: SpaceRole"
             from conversations c join space_members m on m.space_id = c.space_id and m.user_id = $2
             where c.id = $1"#,
            id.0,
            self.user.0,
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Error::NOT_FOUND)?;
        let range = range(&mut transaction, id, part.into()).await?;
        let messages = messages::load(&mut transaction, self.user, &range.ids).await?;
        let shared = spaces::shared(&mut transaction, self.user, [head.space].into_iter())
            .await?
            .remove(&head.space);
        let window = match head.active_leaf {
            Some(leaf) => window::seen_window(&mut transaction, id, leaf).await?,
            None => None,
        };
        transaction.commit().await?;
        let own = head.role == SpaceRole::Owner;
        Ok(Conversation {
            id,
            title: head.title,
            role: head.role,
            shared,
            memory: head.memory,
            temporary: head.temporary,
            model: head.model,
            pinned: head.pinned && own,
            archived: head.archived && own,
            messages,
            earlier: range.earlier,
            later: range.later,
            window,
        })
    }

    /// The source text of a message: an answer's Markdown, or a person's text as typed.
    pub async fn message_source(&self, message: MessageId) -> Result<String> {
        let mut transaction = self.begin().await?;
        sqlx::query_scalar!(
            "select p.text from message_parts p join space_members m on m.space_id = p.space_id and m.user_id = $2
             where p.message_id = $1 and p.kind = 'text'",
            message.0,
            self.user.0,
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Error::NOT_FOUND)
    }

    /// The message of an answer and its conversation; none if the person may not see it.
    pub(crate) async fn answer_message(&self, answer: AnswerId) -> Result<Option<(ConversationId, Message)>> {
        let mut transaction = self.begin().await?;
        let conversation = sqlx::query_scalar!(
            r#"select m.conversation_id as "id: ConversationId"
             from messages m join space_members s on s.space_id = m.space_id and s.user_id = $2 where m.id = $1"#,
            answer.0,
            self.user.0,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let message = messages::load(&mut transaction, self.user, &[answer.0])
            .await?
            .pop();
        transaction.commit().await?;
        Ok(conversation.zip(message))
    }
}

async fn range(transaction: &mut UserTransaction, id: ConversationId, part: Part) -> Result<Range> {
    let (Part::Before(named) | Part::Around(named) | Part::From(named)) = part else {
        return newest(transaction, id, i64::MAX, PAGE, false).await;
    };
    let place = sqlx::query!(
        "select ordinal, abandoned, parent_id from messages where id = $1 and conversation_id = $2",
        named.0,
        id.0
    )
    .fetch_optional(&mut **transaction)
    .await?;
    match (part, place) {
        (Part::From(_), None) => Ok(Range {
            ids: Vec::new(),
            earlier: true,
            later: true,
        }),
        (Part::From(_), Some(place)) if place.abandoned => Ok(Range {
            ids: Vec::new(),
            earlier: true,
            later: true,
        }),
        (_, None) => Err(Error::NOT_FOUND),
        (Part::Before(_), Some(place)) if place.abandoned => {
            abandoned(transaction, id, place.parent_id).await
        }
        (Part::Around(_), Some(place)) if place.abandoned => abandoned(transaction, id, Some(named.0)).await,
        (Part::Before(_), Some(place)) => newest(transaction, id, place.ordinal, PAGE, true).await,
        (Part::Around(_), Some(place)) => around(transaction, id, place.ordinal).await,
        (_, Some(place)) => from(transaction, id, place.ordinal, PAGE).await,
    }
}

/// The last messages before an ordinal.
async fn newest(
    transaction: &mut UserTransaction,
    id: ConversationId,
    before: i64,
    most: usize,
    later: bool,
) -> Result<Range> {
    let mut ids = sqlx::query_scalar!(
        "select id from messages where conversation_id = $1 and not abandoned and ordinal < $2
         order by ordinal desc limit $3",
        id.0,
        before,
        one_more(most),
    )
    .fetch_all(&mut **transaction)
    .await?;
    let earlier = ids.len() > most;
    ids.truncate(most);
    ids.reverse();
    Ok(Range { ids, earlier, later })
}

/// The first messages from an ordinal on.
async fn from(
    transaction: &mut UserTransaction,
    id: ConversationId,
    ordinal: i64,
    most: usize,
) -> Result<Range> {
    let mut ids = sqlx::query_scalar!(
        "select id from messages where conversation_id = $1 and not abandoned and ordinal >= $2
         order by ordinal limit $3",
        id.0,
        ordinal,
        one_more(most),
    )
    .fetch_all(&mut **transaction)
    .await?;
    let later = ids.len() > most;
    ids.truncate(most);
    Ok(Range {
        ids,
        earlier: true,
        later,
    })
}

/// A part around a message. Near the end it is the newest part, so that the conversation can be continued there.
async fn around(transaction: &mut UserTransaction, id: ConversationId, ordinal: i64) -> Result<Range> {
    let after = from(transaction, id, ordinal, PAGE - BEFORE_NAMED).await?;
    if !after.later {
        return newest(transaction, id, i64::MAX, PAGE, false).await;
    }
    let before = newest(transaction, id, ordinal, BEFORE_NAMED, true).await?;
    Ok(Range {
        ids: [before.ids, after.ids].concat(),
        earlier: before.earlier,
        later: true,
    })
}

/// The last messages of an abandoned branch down to this message.
async fn abandoned(
    transaction: &mut UserTransaction,
    id: ConversationId,
    last: Option<Uuid>,
) -> Result<Range> {
    let mut ids = sqlx::query_scalar!(
        r#"select id as "id!" from branch($1, $2, $3) order by depth"#,
        id.0,
        last,
        i32::try_from(one_more(PAGE)).unwrap_or(i32::MAX),
    )
    .fetch_all(&mut **transaction)
    .await?;
    let earlier = ids.len() > PAGE;
    ids.truncate(PAGE);
    ids.reverse();
    Ok(Range {
        ids,
        earlier,
        later: true,
    })
}

fn one_more(most: usize) -> i64 {
    i64::try_from(most).map_or(i64::MAX, |most| most + 1)
}
