//! Cuts an archive's messages and memories to their maximum lengths, while they are read and before anything copies
//! them, and counts the cut ones for the report.

use crate::{
    conversations::LONGEST_MESSAGE,
    files::MOST_PER_MESSAGE,
    memory::statement::{LONGEST_STATEMENT, LONGEST_SUBJECT},
    transfer::format::{ArchivedMemory, ArchivedMessage},
};
use hearth_types::Speaker;

/// Maximum characters of an answer: twice those of a person's message, and more than a model writes in a context window
/// of 32,000 tokens.
const LONGEST_ANSWER: usize = 200_000;

/// Maximum characters of a model's reasoning before an answer.
const LONGEST_THOUGHTS: usize = 200_000;

/// Maximum characters of a person's, model's or file's name.
const LONGEST_NAME: usize = 400;

/// Maximum number of a memory's source messages.
const MOST_SOURCES: usize = 200;

/// Bytes and messages from which a batch is full.
const BATCH_BYTES: usize = 1 << 20;
const BATCH: usize = 50;

/// A message, ready to store.
#[derive(Debug)]
pub(super) struct Trimmed {
    pub message: ArchivedMessage,
    /// Whether its text or reasoning was cut.
    pub shortened: bool,
    /// Number of attachments over the maximum of a message.
    pub attachments_left_out: usize,
}

/// Cuts a message to the maximum lengths.
pub(super) fn message(mut message: ArchivedMessage) -> Trimmed {
    let longest = match message.said_by {
        Speaker::Person => LONGEST_MESSAGE,
        Speaker::Model => LONGEST_ANSWER,
    };
    let mut shortened = cut(&mut message.text, longest);
    if let Some(thinking) = &mut message.thinking {
        shortened |= cut(thinking, LONGEST_THOUGHTS);
    }
    if let Some(name) = &mut message.by {
        cut(name, LONGEST_NAME);
    }
    if let Some(answer) = &mut message.answer {
        answer.cut_off |= shortened;
        cut(&mut answer.model, LONGEST_NAME);
    }
    let attachments_left_out = message.attachments.len().saturating_sub(MOST_PER_MESSAGE);
    message.attachments.truncate(MOST_PER_MESSAGE);
    message.attachments.shrink_to_fit();
    for file in &mut message.attachments {
        cut(&mut file.name, LONGEST_NAME);
    }
    Trimmed {
        message,
        shortened,
        attachments_left_out,
    }
}

/// Cuts a memory to the maximum lengths. A statement that is too long stays too long by one character, so that the
/// check of statements refuses it.
pub(super) fn memory(mut memory: ArchivedMemory) -> ArchivedMemory {
    cut(&mut memory.subject, LONGEST_SUBJECT);
    cut(&mut memory.statement, LONGEST_STATEMENT + 1);
    memory.sources.truncate(MOST_SOURCES);
    memory.sources.shrink_to_fit();
    memory
}

/// Cuts a text after so many characters; returns whether anything was cut.
fn cut(text: &mut String, longest: usize) -> bool {
    // A text of fewer bytes has fewer characters too.
    let end = (text.len() > longest).then(|| text.char_indices().nth(longest));
    if let Some((end, _)) = end.flatten() {
        text.truncate(end);
        text.shrink_to_fit();
        return true;
    }
    false
}

/// Collects messages to store until they are many or large.
#[derive(Default)]
pub(super) struct Batch {
    messages: Vec<Trimmed>,
    bytes: usize,
}

impl Batch {
    /// Adds a message; returns the batch when it is full.
    pub fn add(&mut self, message: Trimmed) -> Option<Vec<Trimmed>> {
        self.bytes += message.message.text.len() + message.message.thinking.as_ref().map_or(0, String::len);
        self.messages.push(message);
        (self.bytes >= BATCH_BYTES || self.messages.len() >= BATCH).then(|| self.take())
    }

    /// Takes the messages out, full or not.
    pub fn take(&mut self) -> Vec<Trimmed> {
        self.bytes = 0;
        std::mem::take(&mut self.messages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(by: &str, text: &str) -> ArchivedMessage {
        serde_json::from_value(serde_json::json!({
            "id": uuid::Uuid::new_v4(), "said_by": by, "said_at": "2026-05-03T18:05:00Z", "text": text,
            "attachments": vec![serde_json::json!({ "name": "n", "kind": "text" }); 12],
        }))
        .unwrap()
    }

    #[test]
    fn texts_that_are_too_long_are_cut_at_a_character_and_counted() {
        let whole = message(said("person", &"长".repeat(LONGEST_MESSAGE)));
        assert!(!whole.shortened);
        assert_eq!(whole.attachments_left_out, 2);
        let cut = message(said("person", &"长".repeat(LONGEST_MESSAGE + 1)));
        assert!(cut.shortened);
        assert_eq!(cut.message.text.chars().count(), LONGEST_MESSAGE);
        let answer = message(said("model", &"x".repeat(4 * LONGEST_ANSWER)));
        assert!(answer.shortened);
        assert_eq!(answer.message.text.len(), LONGEST_ANSWER);
        assert_eq!(
            answer.message.text.capacity(),
            LONGEST_ANSWER,
            "the memory is released"
        );
    }

    #[test]
    fn a_batch_is_full_by_its_bytes_or_by_its_number() {
        let (mut batch, mut sizes) = (Batch::default(), Vec::new());
        for _ in 0..20 {
            let full = batch.add(message(said("model", &"x".repeat(LONGEST_ANSWER))));
            sizes.extend(full.map(|messages| messages.len()));
        }
        assert_eq!(sizes, [6, 6, 6]);
        assert_eq!(batch.take().len(), 2);
        let full = (0..BATCH).filter_map(|_| batch.add(message(said("person", "Hi"))));
        assert_eq!(full.map(|messages| messages.len()).collect::<Vec<_>>(), [BATCH]);
    }
}
