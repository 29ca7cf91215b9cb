//! Text from a model server. It may quote a prompt or contain anything else that must not be logged.

use std::fmt;

/// Maximum length kept, in characters.
const MAX_CHARACTERS: usize = 500;

/// Text from another program, readable only through [`Foreign::reveal`]. Every format prints its length instead, so an
/// error that contains one never leaks it into a log.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Foreign(String);

impl Foreign {
    /// Keeps the first 500 characters.
    pub fn new(text: &str) -> Self {
        Self(text.trim().chars().take(MAX_CHARACTERS).collect())
    }

    /// The text itself, for classification. Never log it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "[{} characters]", self.0.chars().count())
    }
}

impl fmt::Debug for Foreign {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InferenceError;

    #[test]
    fn no_printed_form_of_an_error_contains_foreign_text() {
        let message = Foreign::new("secret\nWARN forged");
        assert_eq!(message.reveal(), "secret\nWARN forged");
        for error in [
            InferenceError::Refused {
                status: 400,
                message: message.clone(),
            },
            InferenceError::ServerFault {
                message: message.clone(),
            },
            InferenceError::ContextOverflow {
                message: message.clone(),
            },
            InferenceError::Unsupported {
                what: message.clone(),
            },
            InferenceError::ModelNotFound { model: message },
        ] {
            let printed = format!("{error} {error:?} {error:#?}");
            assert!(
                !printed.contains("secret") && !printed.contains("forged"),
                "{printed}"
            );
            assert!(printed.contains("[18 characters]"), "{printed}");
        }
    }
}
