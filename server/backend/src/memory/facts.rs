//! Extracts facts from a person's messages: selects their own sentences, asks the model, and checks its answer.
//!
//! Small models invent, so the model only selects and classifies. [`own_words`] gives it nothing but the person's own
//! statements, [`prompt`] asks for one line per statement under a JSON schema, and [`believe`] accepts only notes whose
//! words occur in those statements, almost literally, with every word that their truth depends on ([`faithful`]).
//! Sensitive facts wait for the person's consent ([`super::sensitive`]). Documents, quotations, tasks, questions and a model's
//! messages are never read.

pub(crate) mod believe;
pub(crate) mod extraction;
pub(crate) mod faithful;
pub(crate) mod own_words;
pub(crate) mod prompt;
