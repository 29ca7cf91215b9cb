//! A conversation that took place elsewhere, stored with its passages like one of this installation.

use crate::{
    Result, UserBackend,
    retrieval::{
        passages::{self, NewPassages, Pieces},
        source::{Source, speaker_name},
    },
    storage::UserTransaction,
};
use chrono::{DateTime, Utc};
use hearth_types::{ConversationId, MessageId, SpaceId, Speaker, UserId};
use uuid::Uuid;

/// A conversation, the oldest message first.
pub struct Recorded<'a> {
    /// The space that keeps it; the person must be a member.
    pub space: SpaceId,
    pub title: &'a str,
    pub messages: &'a [RecordedMessage],
}

/// One of its messages.
pub struct RecordedMessage {
    /// None for a model's message.
    pub author: Option<UserId>,
    pub at: DateTime<Utc>,
    pub text: String,
}

impl RecordedMessage {
    const fn said_by(&self) -> Speaker {
        match self.author {
            Some(_) => Speaker::Person,
            None => Speaker::Model,
        }
    }
}

impl UserBackend {
    /// Stores the conversation in one transaction and returns the ids of its messages, in order. Jobs make the vectors.
    ///
    /// # Errors
    /// A space that is not this person's, or the database.
    pub async fn record_conversation(&self, recorded: &Recorded<'_>) -> Result<Vec<MessageId>> {
        let conversation = ConversationId(Uuid::now_v7());
        let ids: Vec<MessageId> = recorded
            .messages
            .iter()
            .map(|_| MessageId(Uuid::now_v7()))
            .collect();
        let mut transaction = self.begin().await?;
        self.insert_recorded(&mut transaction, conversation, recorded, &ids)
            .await?;
        for (id, message) in ids.iter().zip(recorded.messages) {
            let new = NewPassages {
                space: recorded.space,
                source: Source::Message {
                    conversation,
                    message: *id,
                },
                author: message.author,
                by: Some(message.said_by()),
                at: message.at,
                pieces: &Pieces::of(&message.text),
            };
            passages::store(&mut transaction, &new).await?;
        }
        transaction.commit().await?;
        Ok(ids)
    }

    async fn insert_recorded(
        &self,
        transaction: &mut UserTransaction,
        conversation: ConversationId,
        recorded: &Recorded<'_>,
        ids: &[MessageId],
    ) -> Result<()> {
        let messages = recorded.messages;
        let parents: Vec<Option<Uuid>> = std::iter::once(None)
            .chain(ids.iter().map(|id| Some(id.0)))
            .take(ids.len())
            .collect();
        let authors: Vec<Option<Uuid>> = messages.iter().map(|m| m.author.map(|a| a.0)).collect();
        let speakers: Vec<String> = messages
            .iter()
            .map(|m| speaker_name(m.said_by()).to_owned())
            .collect();
        let times: Vec<DateTime<Utc>> = messages.iter().map(|m| m.at).collect();
        let texts: Vec<String> = messages.iter().map(|m| m.text.clone()).collect();
        sqlx::query!(
            "with conversation as (
                insert into conversations (id, space_id, author_id, title, titled_by_hand, memory, active_leaf, next_ordinal)
                values ($1, $2, $3, $4, true, true, $5, $6)
             ), message as (
                insert into messages (id, space_id, conversation_id, parent_id, ordinal, said_by, author_id, created_at)
                select m.id, $2, $1, m.parent, m.ordinal, m.said_by, m.author, m.at
                from unnest($7::uuid[], $8::uuid[], $9::text[], $10::uuid[], $11::timestamptz[]) with ordinality
                     as m (id, parent, said_by, author, at, ordinal)
             )
             insert into message_parts (message_id, space_id, position, kind, text)
             select part.id, $2, 0, 'text', part.text from unnest($7::uuid[], $12::text[]) as part (id, text)",
            conversation.0,
            recorded.space.0,
            self.user.0,
            recorded.title,
            ids.last().map(|id| id.0),
            i64::try_from(ids.len() + 1).unwrap_or(i64::MAX),
            &ids.iter().map(|id| id.0).collect::<Vec<_>>(),
            &parents as &[Option<Uuid>],
            &speakers,
            &authors as &[Option<Uuid>],
            &times,
            &texts,
        )
        .execute(&mut **transaction)
        .await?;
        Ok(())
    }
}
