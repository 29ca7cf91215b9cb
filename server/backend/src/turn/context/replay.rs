//! Rebuilds history as it was sent: each question with the time and the notes of its own prompt.
//!
//! This holds between two trims. A trim changes the beginning of the prompt, so the model must read all of it again. The
//! notes of earlier questions are then left out to save tokens; recall finds them again for later questions.

use super::{
    super::{history::SentQuestion, load::Turn, notes::NoteOf},
    Material,
    phrases::{self, Clock},
};
use hearth_inference::{ChatMessage, Role};
use hearth_types::{MemoryId, MessageId, PassageId, Speaker};

/// The history part of a prompt.
pub(super) struct Replayed {
    pub messages: Vec<ChatMessage>,
    /// The clock after the last question of the history.
    pub clock: Clock,
    /// Passages and memories in these messages.
    pub passages: Vec<PassageId>,
    pub memories: Vec<MemoryId>,
}

/// The history from index `first` on, in a window that begins with the message `window_first` (none: with the
/// conversation).
pub(super) fn replay(
    turn: &Turn,
    material: &Material,
    first: usize,
    window_first: Option<MessageId>,
) -> Replayed {
    let mut replayed = Replayed {
        messages: Vec::new(),
        clock: Clock::new(turn.time_zone),
        passages: Vec::new(),
        memories: Vec::new(),
    };
    for (at, said) in turn.history.said.iter().enumerate().skip(first) {
        let text = material.text(at, said);
        let sent = said
            .sent
            .as_ref()
            .filter(|sent| sent.window_first == window_first);
        let content = match sent {
            None => text.to_owned(),
            Some(sent) => replayed.question(turn, text, sent),
        };
        replayed.messages.push(ChatMessage::new(role(said.by), content));
    }
    replayed
}

impl Replayed {
    fn question(&mut self, turn: &Turn, text: &str, sent: &SentQuestion) -> String {
        for note in &sent.notes {
            match note.of {
                NoteOf::Passage { id, .. } => self.passages.push(id),
                NoteOf::Memory { id, .. } => self.memories.push(id),
            }
        }
        let clock = self.clock.line(sent.at).unwrap_or_default();
        phrases::question(turn, &sent.notes, &clock, text)
    }
}

const fn role(by: Speaker) -> Role {
    match by {
        Speaker::Person => Role::User,
        Speaker::Model => Role::Assistant,
    }
}
