//! One error per cause, told apart for good: pages say something different for each, and a retry makes
//! sense for some of them only.

use std::time::Duration;

use crate::Foreign;

/// Why a model server did not do what it was asked.
///
/// Cloneable, so that one failure can be told to every open tab. What people read is chosen by
/// [`InferenceError::kind`]. It can be logged in every form: text that is not Hearth's own is [`Foreign`], which prints
/// as its length.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InferenceError {
    /// Nothing answers at this address. `detail` is the system's own sentence; the address has no credentials.
    #[error("no model server answers at {url}: {detail}")]
    Unreachable { url: String, detail: String },
    /// The server does not have this model.
    #[error("the model server does not have the model {model}")]
    ModelNotFound { model: Foreign },
    /// The server's queue is full, or it is still loading (503, 429).
    #[error("the model server is busy")]
    Busy,
    /// No byte came for this long.
    #[error("the model server was silent for {} s", after.as_secs_f32())]
    Stalled { after: Duration },
    /// The server declined the request with this status.
    #[error("the model server refused with status {status}: {message}")]
    Refused { status: u16, message: Foreign },
    /// The server failed while it was answering: an error line under status 200.
    #[error("the model server failed: {message}")]
    ServerFault { message: Foreign },
    /// The answer stopped without its end: the server or the connection broke down.
    #[error("the answer ended before it was complete")]
    EndedEarly,
    /// The server sent something that is not its protocol. `detail` never quotes the content.
    #[error("the model server sent something unreadable: {detail}")]
    Garbage { detail: String },
    /// Prompt or text is longer than the model's window.
    #[error("the input is longer than the model's context window: {message}")]
    ContextOverflow { message: Foreign },
    /// This server, or this model, cannot do that.
    #[error("not supported by this model server: {what}")]
    Unsupported { what: Foreign },
    /// Embeddings of one call differ in length, or are empty.
    #[error("embeddings of {found} dimensions among embeddings of {expected}")]
    DimensionMismatch { expected: usize, found: usize },
}

/// [`InferenceError`] without its details: stable, for storage, metrics and the choice of words.
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
    /// The stable name, as it is stored.
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
    /// Which of the causes this is.
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

    /// Whether the same request may succeed later without anybody changing anything.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Busy | Self::Stalled { .. } | Self::EndedEarly => true,
            Self::ServerFault { .. } | Self::Garbage { .. } => true,
            Self::Refused { status, .. } => *status >= 500,
            Self::ModelNotFound { .. } | Self::ContextOverflow { .. } => false,
            Self::Unsupported { .. } | Self::DimensionMismatch { .. } => false,
        }
    }

    /// Unreadable JSON, described by place and class only: serde's own text would quote the content.
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
