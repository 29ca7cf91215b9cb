//! The request to the model for facts, and parsing its answer.

use hearth_inference::{ChatMessage, Role};
use hearth_text::fence;
use hearth_types::MemoryKind;
use serde::Deserialize;
use serde_json::{Value, json};

/// Maximum statements in one request: a small model loses count with more.
pub(crate) const MOST_STATEMENTS: usize = 8;

/// Maximum tokens of an answer; about 45 for each line.
pub(crate) const ANSWER_TOKENS: u32 = 480;

/// Places of an answer at which its JSON may begin.
const MOST_BEGINNINGS: usize = 8;

const TASK: &str = "You keep notes about a person. You get numbered sentences that this person said. For each sentence that \
    will still be true and useful to know in some months, write one note. A note is a short, complete sentence in the \
    first person (I, my, we), in the same language and with the same words as the sentence; add nothing. \
    \"about\" is empty for the person, otherwise the name of whom or what the note is about. \
    \"kind\" is profile (who they are, home, work, family), preference (what they like or want), fact (things and \
    animals in their life), episode (something that happened or is planned) or nothing (small talk, moods, today's \
    errands, anything uncertain).\n\
    Example: 1. I'm tired today. 2. My cat Pepper only eats fish.\n\
    {\"notes\":[{\"line\":1,\"note\":\"I'm tired today\",\"about\":\"\",\"kind\":\"nothing\"},\
    {\"line\":2,\"note\":\"My cat Pepper only eats fish\",\"about\":\"Pepper\",\"kind\":\"fact\"}]}";

/// Added to the task for sentences in a language without a pack, where only the model can recognise orders.
const ORDERS: &str = "\nWhere the person asks you to remember something, \"kind\" is remember and the note is what to remember, \
    in their words; where they ask you to forget something, \"kind\" is forget and the note is what to forget.";

/// A line of the answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Note {
    /// Number of the sentence, from 1.
    #[serde(default)]
    pub line: u64,
    pub note: String,
    #[serde(default)]
    pub about: String,
    #[serde(default)]
    pub kind: String,
}

impl Note {
    /// The order to the memory in the sentence, as judged by the model.
    pub fn order(&self) -> Option<Order> {
        match self.kind.as_str() {
            "remember" => Some(Order::Remember),
            "forget" => Some(Order::Forget),
            _ => None,
        }
    }

    /// None for a note that is not worth keeping.
    pub fn memory_kind(&self) -> Option<MemoryKind> {
        match self.kind.as_str() {
            "profile" => Some(MemoryKind::Profile),
            "preference" => Some(MemoryKind::Preference),
            "fact" => Some(MemoryKind::Fact),
            "episode" => Some(MemoryKind::Episode),
            _ => None,
        }
    }
}

/// An order to the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Remember,
    Forget,
}

/// The task and the sentences; `understood` says whether their language has a pack.
pub(crate) fn messages(sentences: &[String], understood: bool) -> Vec<ChatMessage> {
    let numbered: String = (1..)
        .zip(sentences)
        .map(|(number, sentence)| {
            let words: Vec<&str> = sentence.split_whitespace().collect();
            format!("{number}. {}\n", fence::block(&words.join(" ")))
        })
        .collect();
    let task = if understood {
        TASK.to_owned()
    } else {
        format!("{TASK}{ORDERS}")
    };
    vec![
        ChatMessage::new(Role::System, task),
        ChatMessage::new(Role::User, numbered),
    ]
}

/// The JSON schema of the answer.
pub(crate) fn schema(sentences: usize, understood: bool) -> Value {
    let mut kinds = vec!["profile", "preference", "fact", "episode", "nothing"];
    if !understood {
        kinds.extend(["remember", "forget"]);
    }
    json!({
        "type": "object",
        "properties": {
            "notes": {
                "type": "array",
                "maxItems": sentences + 2,
                "items": {
                    "type": "object",
                    "properties": {
                        "line": { "type": "integer", "minimum": 1, "maximum": sentences },
                        "note": { "type": "string", "maxLength": 300 },
                        "about": { "type": "string", "maxLength": 60 },
                        "kind": { "enum": kinds }
                    },
                    "required": ["line", "note", "about", "kind"]
                }
            }
        },
        "required": ["notes"]
    })
}

/// The notes of an answer. An answer that was cut off gives its complete notes; none when it has no complete note and is
/// not valid JSON.
pub(crate) fn read(answer: &str) -> Option<Vec<Note>> {
    #[derive(Deserialize)]
    struct Whole {
        notes: Vec<Value>,
    }
    let known = |value: Value| serde_json::from_value(value).ok();
    // The first value that is the answer: some models chat before it, or put it between marks of code.
    for (at, _) in answer.match_indices('{').take(MOST_BEGINNINGS) {
        let mut values = serde_json::Deserializer::from_str(&answer[at..]).into_iter::<Whole>();
        if let Some(Ok(whole)) = values.next() {
            return Some(whole.notes.into_iter().filter_map(known).collect());
        }
    }
    let lists = answer.match_indices('[').take(MOST_BEGINNINGS);
    lists
        .map(|(at, _)| complete_notes(&answer[at + 1..]))
        .find(|notes| !notes.is_empty())
}

/// The complete notes of a list that was cut off.
fn complete_notes(list: &str) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut values = serde_json::Deserializer::from_str(list).into_iter::<Value>();
    let mut from = 0;
    while let Some(Ok(value)) = values.next() {
        notes.extend(serde_json::from_value::<Note>(value));
        from += values.byte_offset();
        let rest = list[from..].trim_start();
        let Some(rest) = rest.strip_prefix(',') else { break };
        from = list.len() - rest.len();
        values = serde_json::Deserializer::from_str(&list[from..]).into_iter();
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::{Note, read};
    use hearth_types::MemoryKind;

    const WHOLE: &str = r#"{"notes":[{"line":1,"note":"I live in Lisbon","about":"","kind":"profile"},
        {"line":2,"note":"My cat is Pepper","about":"Pepper","kind":"fact"}]}"#;

    fn notes(answer: &str) -> Option<Vec<String>> {
        read(answer).map(|notes| notes.into_iter().map(|note| note.note).collect())
    }

    #[test]
    fn an_answer_is_read_line_by_line() {
        assert_eq!(notes(WHOLE).unwrap(), ["I live in Lisbon", "My cat is Pepper"]);
        assert_eq!(read(WHOLE).unwrap()[0].memory_kind(), Some(MemoryKind::Profile));
        assert_eq!(notes(r#"{"notes":[]}"#).unwrap(), [""; 0]);
    }

    #[test]
    fn an_answer_that_was_cut_keeps_its_finished_lines() {
        for cut in [WHOLE.len() - 2, WHOLE.len() - 20, WHOLE.len() - 70] {
            assert!(
                notes(&WHOLE[..cut])
                    .unwrap()
                    .contains(&"I live in Lisbon".to_owned()),
                "{cut}"
            );
        }
        assert_eq!(notes(&WHOLE[..30]), None);
        assert_eq!(notes("I cannot do that."), None);
        assert_eq!(notes("I [really] cannot do {that}."), None);
        assert_eq!(notes(""), None);
    }

    #[test]
    fn chatter_around_the_json_is_skipped() {
        for answer in [
            format!("Sure! Here are the notes [as JSON]:\n{WHOLE}\nLet me know if {{you}} need more."),
            format!("```json\n{WHOLE}\n```"),
            format!("The schema is {{\"type\": \"object\"}}. Notes: {WHOLE}"),
            format!("好的，以下是笔记：{WHOLE}"),
            // Without the object around the list.
            WHOLE[WHOLE.find('[').unwrap()..WHOLE.len() - 1].to_owned(),
        ] {
            assert_eq!(
                notes(&answer).unwrap(),
                ["I live in Lisbon", "My cat is Pepper"],
                "{answer}"
            );
        }
        let cut = format!("Here [they] are: {}", &WHOLE[..WHOLE.len() - 20]);
        assert_eq!(notes(&cut).unwrap(), ["I live in Lisbon"]);
    }

    #[test]
    fn a_line_of_another_form_is_left_out() {
        let answer = r#"{"notes":[{"line":1},{"note":"I live in Lisbon"},7]}"#;
        assert_eq!(
            read(answer).unwrap(),
            [Note {
                line: 0,
                note: "I live in Lisbon".into(),
                about: String::new(),
                kind: String::new()
            }]
        );
    }
}
