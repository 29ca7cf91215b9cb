//! Errors of the model server, as the cases that pages can show.

use hearth_inference::InferenceError;
use hearth_types::{ModelTrouble, Problem};

/// The case to show to a person.
pub fn trouble(error: &InferenceError) -> ModelTrouble {
    match error {
        InferenceError::Unreachable { .. } => ModelTrouble::Unreachable,
        InferenceError::ModelNotFound { .. } => ModelTrouble::ModelMissing,
        InferenceError::Busy => ModelTrouble::Busy,
        InferenceError::Stalled { .. } => ModelTrouble::Stalled,
        InferenceError::ServerFault { .. } => ModelTrouble::Failed,
        InferenceError::EndedEarly => ModelTrouble::EndedEarly,
        InferenceError::Garbage { .. } | InferenceError::DimensionMismatch { .. } => ModelTrouble::Garbage,
        InferenceError::ContextOverflow { .. } => ModelTrouble::TooLong,
        InferenceError::Refused { .. } | InferenceError::Unsupported { .. } => ModelTrouble::Refused,
    }
}

/// The same as a backend error.
pub(crate) fn problem(error: &InferenceError) -> crate::Error {
    Problem::ModelServer {
        trouble: trouble(error),
    }
    .into()
}

/// The stored form of a case.
pub fn as_text(trouble: ModelTrouble) -> &'static str {
    match trouble {
        ModelTrouble::Unreachable => "unreachable",
        ModelTrouble::ModelMissing => "model_missing",
        ModelTrouble::Busy => "busy",
        ModelTrouble::Stalled => "stalled",
        ModelTrouble::Failed => "failed",
        ModelTrouble::EndedEarly => "ended_early",
        ModelTrouble::Garbage => "garbage",
        ModelTrouble::SaidNothing => "said_nothing",
        ModelTrouble::Withheld => "withheld",
        ModelTrouble::Repeating => "repeating",
        ModelTrouble::TooLong => "too_long",
        ModelTrouble::Refused => "refused",
        ModelTrouble::Interrupted => "interrupted",
        ModelTrouble::NoModel => "no_model",
    }
}

/// Parses a stored case. An unknown one, of a newer version, is read as [`ModelTrouble::Failed`].
pub fn from_text(text: &str) -> ModelTrouble {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).unwrap_or(ModelTrouble::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_is_stored_and_read_back() {
        use ModelTrouble::*;
        for case in [
            Unreachable,
            ModelMissing,
            Busy,
            Stalled,
            Failed,
            EndedEarly,
            Garbage,
            SaidNothing,
            Withheld,
            Repeating,
            TooLong,
            Refused,
            Interrupted,
            NoModel,
        ] {
            assert_eq!(from_text(as_text(case)), case);
        }
        assert_eq!(from_text("of the future"), Failed);
    }
}
