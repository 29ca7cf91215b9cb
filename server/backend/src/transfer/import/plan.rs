//! Validates a conversation of an archive before anything of it is stored: checks that its messages are a tree, finds
//! the shown branch, and assigns each message its new id.

use super::{
    document::{self, Head},
    within,
};
use crate::transfer::format::ArchivedMessage;
use chrono::{DateTime, Utc};
use hearth_types::{Speaker, has_something_to_read};
use std::{collections::HashMap, io::Read};
use uuid::Uuid;

/// Maximum number of messages of one conversation.
const MOST_MESSAGES: usize = 200_000;

/// Maximum characters of a title, and of a model's name.
const LONGEST_TITLE: usize = 200;

/// A validated conversation.
#[derive(Debug)]
pub(super) struct Plan {
    /// The conversation's id in the archive.
    pub origin: Uuid,
    pub title: String,
    pub titled_by_hand: bool,
    pub model: Option<String>,
    pub memory: bool,
    pub pinned: bool,
    pub archived: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// In the archive's order: each after its parent.
    pub messages: Vec<Place>,
    /// The last message of the shown branch.
    pub leaf: Uuid,
}

/// A message's place in the tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub id: Uuid,
    parent: Option<u32>,
    /// Its newest child.
    newest: Option<u32>,
    pub shown: bool,
    said_by: Speaker,
}

impl Plan {
    /// The new id of a message's parent.
    pub fn parent_of(&self, place: &Place) -> Option<Uuid> {
        place.parent.map(|at| self.messages[at as usize].id)
    }

    /// Reads and validates a conversation. The error is for the log and does not quote the archive.
    pub fn read(source: impl Read, now: DateTime<Utc>) -> Result<Self, String> {
        Self::read_each(source, now, drop)
    }

    /// Like [`Self::read`], and passes each message to `look`.
    pub fn read_each(
        source: impl Read,
        now: DateTime<Utc>,
        mut look: impl FnMut(ArchivedMessage),
    ) -> Result<Self, String> {
        let mut tree = Tree::default();
        let add = |message: ArchivedMessage| {
            tree.add(&message)?;
            look(message);
            Ok(())
        };
        let head = document::conversation(source, add).map_err(without_quotes)?;
        tree.finish(head, now)
    }
}

/// The category and line of an error, without a quote from the archive.
fn without_quotes(error: serde_json::Error) -> String {
    format!("{:?} at line {}", error.classify(), error.line())
}

#[derive(Default)]
struct Tree {
    messages: Vec<Place>,
    known: HashMap<Uuid, u32>,
}

impl Tree {
    fn add(&mut self, message: &ArchivedMessage) -> Result<(), String> {
        let at = u32::try_from(self.messages.len()).unwrap_or(u32::MAX);
        if self.messages.len() == MOST_MESSAGES {
            return Err("too many messages".into());
        }
        // A parent stands before its children, so there is no cycle.
        let parent = match message.parent {
            Some(parent) => Some(*self.known.get(&parent).ok_or("unknown parent")?),
            None => None,
        };
        let asked = parent.map(|parent| self.messages[parent as usize].said_by);
        if message.said_by == Speaker::Model && asked != Some(Speaker::Person) {
            return Err("an answer without a question".into());
        }
        if self.known.insert(message.id, at).is_some() {
            return Err("two messages with the same id".into());
        }
        if let Some(parent) = parent {
            self.messages[parent as usize].newest = Some(at);
        }
        self.messages.push(Place {
            id: Uuid::now_v7(),
            parent,
            newest: None,
            shown: false,
            said_by: message.said_by,
        });
        Ok(())
    }

    fn finish(mut self, head: Head, now: DateTime<Utc>) -> Result<Plan, String> {
        let last = self.messages.len().checked_sub(1).ok_or("no messages")?;
        let named = head.shown.and_then(|shown| self.known.get(&shown));
        let mut leaf = named.map_or(last, |at| *at as usize);
        // The shown branch ends at a message without children.
        while let Some(newer) = self.messages[leaf].newest {
            leaf = newer as usize;
        }
        let mut up = Some(leaf);
        while let Some(at) = up {
            self.messages[at].shown = true;
            up = self.messages[at].parent.map(|parent| parent as usize);
        }
        let created_at = head.created_at.map_or(now, |at| within(at, now));
        Ok(Plan {
            origin: head.id.ok_or("no id")?,
            title: Some(plain(&head.title, LONGEST_TITLE))
                .filter(|title| has_something_to_read(title))
                .unwrap_or_default(),
            titled_by_hand: head.titled_by_hand,
            model: head
                .model
                .map(|model| plain(&model, LONGEST_TITLE))
                .filter(|model| !model.is_empty()),
            memory: head.memory,
            pinned: head.pinned,
            archived: head.archived,
            created_at,
            updated_at: head.updated_at.map_or(created_at, |at| within(at, now)),
            leaf: self.messages[leaf].id,
            messages: self.messages,
        })
    }
}

/// A text on one line, cut to this number of characters, without control characters.
pub(super) fn plain(text: &str, longest: usize) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    line.trim().chars().take(longest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Plan, String> {
        Plan::read(
            json.as_bytes(),
            DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
        )
    }

    fn id(n: u8) -> Uuid {
        Uuid::from_bytes([n; 16])
    }

    fn message(n: u8, parent: Option<u8>, by: &str) -> String {
        let parent = parent.map_or("null".to_owned(), |parent| format!("\"{}\"", id(parent)));
        format!(
            r#"{{"id":"{}","parent":{parent},"said_by":"{by}","said_at":"2026-05-03T18:05:00Z","text":"words"}}"#,
            id(n)
        )
    }

    fn conversation(messages: &[String]) -> String {
        format!(
            r#"{{"id":"{}","title":"T","messages":[{}]}}"#,
            id(99),
            messages.join(",")
        )
    }

    #[test]
    fn a_tree_is_accepted_and_its_shown_branch_is_found() {
        let tree = [
            message(1, None, "person"),
            message(2, Some(1), "model"),
            message(3, Some(1), "model"),
            message(4, Some(2), "person"),
        ];
        let json = conversation(&tree).replace("\"title\"", &format!("\"shown\":\"{}\",\"title\"", id(2)));
        let plan = read(&json).unwrap();
        let shown: Vec<bool> = plan.messages.iter().map(|place| place.shown).collect();
        assert_eq!(shown, [true, true, false, true]);
        assert_eq!(plan.leaf, plan.messages[3].id);
        assert_eq!(plan.parent_of(&plan.messages[3]), Some(plan.messages[1].id));
    }

    #[test]
    fn messages_that_are_no_tree_are_refused() {
        for (what, messages) in [
            ("its own parent", vec![message(1, Some(1), "person")]),
            (
                "a circle",
                vec![message(1, Some(2), "person"), message(2, Some(1), "model")],
            ),
            (
                "a stranger's child",
                vec![message(1, None, "person"), message(2, Some(7), "model")],
            ),
            (
                "twice",
                vec![message(1, None, "person"), message(1, None, "person")],
            ),
            ("an answer alone", vec![message(1, None, "model")]),
            ("nothing", vec![]),
        ] {
            assert!(read(&conversation(&messages)).is_err(), "{what}");
        }
    }

    #[test]
    fn impossible_times_are_moved_between_1970_and_now() {
        let json = conversation(&[message(1, None, "person")]).replace(
            "\"title\"",
            r#""created_at":"0001-01-01T00:00:00Z","updated_at":"9999-01-01T00:00:00Z","title""#,
        );
        let plan = read(&json).unwrap();
        assert_eq!(plan.created_at, DateTime::UNIX_EPOCH);
        assert_eq!(plan.updated_at.timestamp(), 1_800_000_000);
        for time in ["+262142-12-31T23:59:59Z", "yesterday", "2026-13-01T00:00:00Z"] {
            let json = conversation(&[message(1, None, "person")]).replace("2026-05-03T18:05:00Z", time);
            // Refused or moved, but no panic.
            read(&json).ok();
        }
    }

    #[test]
    fn a_very_long_string_is_refused_before_it_is_in_memory() {
        let mut endless = conversation(&[message(1, None, "person")]);
        endless = endless.replace("words", &"x".repeat(20 << 20));
        assert!(read(&endless).is_err());
    }
}
