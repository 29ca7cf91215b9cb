//! One picture or file that goes with the next message.

use hearth_types::Attachment;
use leptos::prelude::*;

/// A picture or file, from the moment it was chosen.
#[derive(Clone)]
pub struct AttachedFile {
    pub key: u32,
    pub name: String,
    /// The stored attachment; none while it is being uploaded.
    pub done: RwSignal<Option<Attachment>>,
    pub percent: RwSignal<u32>,
    /// Why the upload failed; empty when it did not.
    pub problem: RwSignal<String>,
    /// Whether a retry could help: the file itself was not the problem.
    pub can_retry: RwSignal<bool>,
}

impl AttachedFile {
    pub fn new(key: u32, name: String, done: Option<Attachment>) -> Self {
        Self {
            key,
            name,
            done: RwSignal::new(done),
            percent: RwSignal::new(0),
            problem: RwSignal::new(String::new()),
            can_retry: RwSignal::new(false),
        }
    }
}
