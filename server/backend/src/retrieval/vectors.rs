//! What the jobs that make vectors have in common: their errors and outcomes.

use crate::{Backend, Result, work::jobs::Outcome};
use hearth_inference::InferenceError;
use std::time::Duration;

/// Why passages could not be embedded.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    #[error(transparent)]
    Backend(#[from] crate::Error),
    #[error(transparent)]
    ModelServer(#[from] InferenceError),
}

/// The result of embedding a message, a section or a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Embedded {
    All,
    NoModel,
}

/// The outcome of a job that makes vectors.
pub(super) fn outcome(backend: &Backend, ended: Result<Embedded, EmbedError>) -> Outcome {
    match ended {
        Ok(Embedded::All) => Outcome::Done,
        // A server that was too slow to list its models may list them in a moment; one without an embedder stays so.
        Ok(Embedded::NoModel) if !backend.models().has_reached_server() => {
            Outcome::Later(Duration::from_secs(5))
        }
        Ok(Embedded::NoModel) => Outcome::Later(Duration::from_secs(60)),
        Err(EmbedError::ModelServer(error)) if error.retryable() => Outcome::Later(Duration::from_secs(20)),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}
