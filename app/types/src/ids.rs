//! Ids: uuid v7, one type per kind of thing, so that a conversation's id cannot be used as a message's.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

id! {
    /// A person with an account.
    UserId,
    /// A space: its members see the texts in it. A private space has its person's id.
    SpaceId,
    /// A conversation.
    ConversationId,
    /// A message of a conversation, a person's or a model's.
    MessageId,
    /// An answer: the model's message and the details of its generation. Equal to its message's id.
    AnswerId,
    /// A picture or a file of a message.
    AttachmentId,
    /// A file or a page that a person added.
    DocumentId,
    /// A part of a document with a locator.
    SectionId,
    /// A searchable piece of a message or of a section.
    PassageId,
    /// A model server.
    EndpointId,
    /// A statement about a person or their world that is kept.
    MemoryId,
    /// A signed-in device, as its owner sees it; not the cookie's value.
    SessionId,
    /// An invitation or password-reset link, as administrators see it; not the link's secret.
    LinkId,
    /// Chosen by the browser for one press of "Send", so that a repeated request stores one message.
    IdempotencyKey,
}
