//! One error per cause: pages explain each cause differently, and only some of them are worth a retry.

use std::time::Duration;

use crate::Foreign;

/// Why a request to a model server failed.
///
/// Cloneable, so that one failure can be sent to every open tab. Pages choose their text by [`InferenceError::kind`].
/// Every form of this error can be logged: text from a server is [`Foreign`], which prints as its length.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InferenceError {
    /// Connecting failed. `detail` is the operating system's message; `url` contains no credentials.
    #[error("no model server answers at {url}: {detail}")]
    Unreachable { url: String, detail: String },
    /// The server does not have this model.
    #[error("the model server does not have the model {model}")]
    ModelNotFound { model: Foreign },
    /// The server's queue is full, or it is still loading (status 503 or 429).
    #[error("the model server is busy")]
    Busy,
    /// No byte arrived for this long.
    #[error("the model server was silent for {} s", after.as_secs_f32())]
    Stalled { after: Duration },
    /// The server rejected the request with this status.
    #[error("the model server refused with status {status}: {message}")]
    Refused { status: u16, message: Foreign },
    /// The server failed during the answer: an error line under status 200.
    #[error("the model server failed: {message}")]
    ServerFault { message: Foreign },
    /// The answer stopped without an end mark: the server or the connection failed.
    #[error("the answer ended before it was complete")]
    EndedEarly,
    /// The server sent something outside its protocol. `detail` never quotes the content.
    #[error("the model server sent something unreadable: {detail}")]
    Garbage { detail: String },
    /// Prompt or text is longer than the model's context window.
    #[error("the input is longer than the model's context window: {message}")]
    ContextOverflow { message: Foreign },
    /// This server or this model lacks the feature.
    #[error("not supported by this model server: {what}")]
    Unsupported { what: Foreign },
    /// Embeddings of one call differ in length or are empty.
    #[error("embeddings of {found} dimensions among embeddings of {expected}")]
    DimensionMismatch { expected: usize, found: usize },
}

/// [`InferenceError`] without details: stable names for storage, metrics and the choice of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    Unreachable,
    ModelNotFound,
    Busy,
    Stalled,
    Refused,
    ServerFault,
    EndedEarly,
    Garbage,
    ContextOverflow,
    Unsupported,
    DimensionMismatch,
}

impl FaultKind {
    /// The stable name, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::ModelNotFound => "model_not_found",
            Self::Busy => "busy",
            Self::Stalled => "stalled",
            Self::Refused => "refused",
            Self::ServerFault => "server_fault",
            Self::EndedEarly => "ended_early",
            Self::Garbage => "garbage",
            Self::ContextOverflow => "context_overflow",
            Self::Unsupported => "unsupported",
            Self::DimensionMismatch => "dimension_mismatch",
        }
    }
}

impl InferenceError {
    /// The cause of this error.
    pub fn kind(&self) -> FaultKind {
        match self {
            Self::Unreachable { .. } => FaultKind::Unreachable,
            Self::ModelNotFound { .. } => FaultKind::ModelNotFound,
            Self::Busy => FaultKind::Busy,
            Self::Stalled { .. } => FaultKind::Stalled,
            Self::Refused { .. } => FaultKind::Refused,
            Self::ServerFault { .. } => FaultKind::ServerFault,
            Self::EndedEarly => FaultKind::EndedEarly,
            Self::Garbage { .. } => FaultKind::Garbage,
            Self::ContextOverflow { .. } => FaultKind::ContextOverflow,
            Self::Unsupported { .. } => FaultKind::Unsupported,
            Self::DimensionMismatch { .. } => FaultKind::DimensionMismatch,
        }
    }

    /// Whether the same request may succeed later without any change.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Busy | Self::Stalled { .. } | Self::EndedEarly => true,
            Self::ServerFault { .. } | Self::Garbage { .. } => true,
            Self::Refused { status, .. } => *status >= 500,
            Self::ModelNotFound { .. } | Self::ContextOverflow { .. } => false,
            Self::Unsupported { .. } | Self::DimensionMismatch { .. } => false,
        }
    }

    /// An error for unreadable JSON, with position and category only: serde's own message would quote the content.
    pub(crate) fn garbage(what: &str, length: usize, error: &serde_json::Error) -> Self {
        let class = match error.classify() {
            serde_json::error::Category::Eof => "cut off",
            serde_json::error::Category::Data => "unexpected shape",
            _ => "not JSON",
        };
        Self::Garbage {
            detail: format!("{what} of {length} bytes: {class} at byte {}", error.column()),
        }
    }
}
