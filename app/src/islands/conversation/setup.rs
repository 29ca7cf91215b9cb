//! What a page hands to the composer.

use hearth_types::{
    Attachment, ChatModelChoice, ConversationId, Draft, IdempotencyKey, Problem, SpaceRole, UserId,
};
use serde::{Deserialize, Serialize};

/// The composer's initial state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ComposerSetup {
    pub person: UserId,
    pub conversation: Option<ConversationId>,
    /// The person's role in the conversation.
    pub role: SpaceRole,
    /// For the plain form; a hydrated composer makes its own keys.
    pub key: IdempotencyKey,
    /// Offered for a new conversation; an existing one has its own choice.
    pub models: Vec<ChatModelChoice>,
    /// Whether a new conversation would use memory.
    pub memory: bool,
    /// Number of the suggestion to start with.
    pub suggestion: Option<u8>,
    pub attachments: AttachmentSetup,
    /// Whether the installation has a speech server.
    pub speech: bool,
    /// The unsent text, from any device.
    pub draft: Option<Draft>,
    /// Why the plain form failed.
    pub problem: Option<Problem>,
}

/// The composer's initial state for pictures and files.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct AttachmentSetup {
    /// Uploaded here before and not sent.
    pub unsent: Vec<Attachment>,
    /// The model that answers when no other is picked.
    pub default_model: String,
    /// Models with vision.
    pub vision_models: Vec<String>,
    /// The model to pull when none has vision.
    pub recommended: String,
}
