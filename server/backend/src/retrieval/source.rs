//! Where a passage comes from: a message or a section of a document, and who or what it is quoted from.

use hearth_types::{ConversationId, DocumentId, MessageId, SectionId, Speaker, UserId};
use uuid::Uuid;

/// The origin of a passage: a message or a document's section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Message {
        conversation: ConversationId,
        message: MessageId,
    },
    Section {
        document: DocumentId,
        section: SectionId,
    },
}

impl Source {
    /// The id of the message or section.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Message { message, .. } => message.0,
            Self::Section { section, .. } => section.0,
        }
    }

    /// The id of the conversation or document; neighbouring passages share it.
    pub const fn whole(self) -> Uuid {
        match self {
            Self::Message { conversation, .. } => conversation.0,
            Self::Section { document, .. } => document.0,
        }
    }
}

/// Who or what a passage is quoted from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribution {
    /// A person. One from an import has a name and no account.
    Person {
        id: Option<UserId>,
        name: String,
    },
    Model,
    /// A section of a document: "Boiler manual, page 12".
    Document {
        title: String,
        locator: String,
    },
}

impl Attribution {
    /// The author's account, if there is one.
    pub const fn author(&self) -> Option<UserId> {
        match self {
            Self::Person { id, .. } => *id,
            Self::Model | Self::Document { .. } => None,
        }
    }
}

/// Where a stored passage comes from: the columns of the view `quoted_passages`.
pub(crate) struct Quoted {
    pub conversation: Option<ConversationId>,
    pub message: Option<MessageId>,
    pub said_by: Option<Speaker>,
    pub author: Option<UserId>,
    pub author_name: Option<String>,
    pub document: Option<DocumentId>,
    pub section: Option<SectionId>,
    pub title: Option<String>,
    pub locator: Option<String>,
}

impl Quoted {
    /// The message or the section; a constraint of the table guarantees one.
    pub fn source(&self) -> Option<Source> {
        match (
            self.conversation.zip(self.message),
            self.document.zip(self.section),
        ) {
            (Some((conversation, message)), _) => Some(Source::Message {
                conversation,
                message,
            }),
            (None, Some((document, section))) => Some(Source::Section { document, section }),
            (None, None) => None,
        }
    }

    pub fn attribution(self) -> Attribution {
        match (self.said_by, self.title) {
            (None, title) => Attribution::Document {
                title: title.unwrap_or_default(),
                locator: self.locator.unwrap_or_default(),
            },
            (Some(Speaker::Model), _) => Attribution::Model,
            (Some(Speaker::Person), _) => Attribution::Person {
                id: self.author,
                name: self.author_name.unwrap_or_default(),
            },
        }
    }
}

/// The speaker as the database stores it.
pub(crate) const fn speaker_name(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::Person => "person",
        Speaker::Model => "model",
    }
}
