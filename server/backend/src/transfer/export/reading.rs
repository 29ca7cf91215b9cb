//! Conversations and memories as Markdown, for people to read.

use super::phrases::Phrases;
use crate::transfer::{
    format::{ArchivedFile, ArchivedMemory, ArchivedMessage, ConversationHead},
    names,
};
use hearth_types::{AttachmentKind, Speaker};
use std::fmt::Write;

/// The title and the line above the messages.
pub(super) fn head(phrases: &Phrases, head: &ConversationHead) -> String {
    let title = if head.title.trim().is_empty() {
        phrases.untitled().to_owned()
    } else {
        one_line(&head.title)
    };
    format!("# {title}\n\n{}\n", phrases.about(head))
}

/// A message with its speaker and time. A person's text is quoted, so that no character in it counts as markup of the
/// page; an answer is Markdown already.
pub(super) fn message(phrases: &Phrases, message: &ArchivedMessage) -> String {
    let speaker = match (message.said_by, &message.by, &message.answer) {
        (Speaker::Person, Some(name), _) => one_line(name),
        (Speaker::Person, None, _) => phrases.owner().to_owned(),
        (Speaker::Model, _, Some(answer)) if !answer.model.is_empty() => one_line(&answer.model),
        (Speaker::Model, ..) => phrases.the_model().to_owned(),
    };
    let mut text = format!("\n## {speaker} · {}\n\n", phrases.time_of(message.said_at));
    match message.said_by {
        Speaker::Person => {
            for line in message.text.lines() {
                text += &format!("> {line}\n");
            }
        }
        Speaker::Model => {
            text += message.text.trim_end();
            text.push('\n');
        }
    }
    for file in &message.attachments {
        text += &attached(phrases, file);
    }
    if let Some(answer) = &message.answer
        && let Some(note) = phrases.ended(answer.status)
    {
        let _ = write!(text, "\n*{note}*\n");
    }
    if message.forgotten_at.is_some() {
        let _ = write!(text, "\n*{}*\n", phrases.forgotten());
    }
    text
}

fn attached(phrases: &Phrases, file: &ArchivedFile) -> String {
    let name = in_brackets(&file.name);
    match (&file.path, file.kind) {
        (None, _) => format!("\n{name} ({})\n", phrases.missing()),
        (Some(path), AttachmentKind::Picture) => format!("\n![{name}](../{})\n", names::as_link(path)),
        (Some(path), _) => format!("\n[{name}](../{})\n", names::as_link(path)),
    }
}

/// One memory, on one line.
pub(super) fn memory(phrases: &Phrases, memory: &ArchivedMemory) -> String {
    let notes = phrases.about_memory(memory);
    format!("- {} ({notes})\n", one_line(&memory.statement))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn in_brackets(text: &str) -> String {
    one_line(text)
        .replace('\\', "\\\\")
        .replace('[', "\\[")
        .replace(']', "\\]")
}
