//! Text that a server wrote. It may quote a prompt, and it may hold whatever a log must not.

use std::fmt;

/// The longest text kept, in characters.
const LONGEST: usize = 500;

/// Text of somebody else's: readable only through [`Foreign::reveal`]; printing it, in any format, gives its length. So
/// no error that holds one can carry it into a log.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Foreign(String);

impl Foreign {
    /// Keeps the first 500 characters.
    pub fn new(text: &str) -> Self {
        Self(text.trim().chars().take(LONGEST).collect())
    }

    /// The text itself: to be judged by, never to be logged.
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
    fn foreign_text_is_in_no_printed_form_of_an_error() {
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
