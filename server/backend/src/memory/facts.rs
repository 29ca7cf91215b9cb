//! Facts out of what a person said: which sentences are theirs, what the model is asked, and what of its answer
//! is believed.
//!
//! Small models invent, so the model only picks and puts in order: [`own_words`] leaves it nothing to read but
//! the person's own statements, [`prompt`] asks for one line per statement under a JSON schema, and [`believe`]
//! keeps what stands in those statements word for word, or nearly, with every word that its truth depends on
//! ([`qualifiers`]). What is private waits for a yes
//! ([`private`]). Documents, quotations, tasks, questions and what a model said never come this far.

pub(crate) mod believe;
pub(crate) mod extraction;
pub(crate) mod own_words;
pub(crate) mod private;
pub(crate) mod prompt;
pub(crate) mod qualifiers;
