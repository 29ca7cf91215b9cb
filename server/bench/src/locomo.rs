//! LoCoMo's format: very long conversations of two people in dated sessions, with questions and the turns that
//! answer them (Maharana et al., 2024).

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, path::Path};

/// One conversation with its questions.
pub struct Sample {
    pub id: String,
    pub speakers: [String; 2],
    pub sessions: Vec<Session>,
    pub questions: Vec<Question>,
    pub observations: Vec<Observation>,
}

/// The turns of one sitting.
pub struct Session {
    pub number: u32,
    pub turns: Vec<Turn>,
}

pub struct Turn {
    pub id: TurnId,
    pub speaker: String,
    pub at: DateTime<Utc>,
    /// With the caption of a shared picture.
    pub text: String,
}

/// Session and turn: `D3:11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TurnId(pub u32, pub u32);

pub struct Question {
    pub text: String,
    /// 1 multi-hop, 2 temporal, 3 open-domain, 4 single-hop, 5 adversarial.
    pub category: u8,
    /// Turns that answer it, without repetition.
    pub evidence: Vec<TurnId>,
}

/// A statement that an annotator drew from the conversation.
pub struct Observation {
    pub about: String,
    pub statement: String,
    pub sources: Vec<TurnId>,
}

#[derive(Deserialize)]
struct RawSample {
    #[serde(default)]
    sample_id: Value,
    conversation: Map<String, Value>,
    qa: Vec<RawQuestion>,
    #[serde(default)]
    observation: BTreeMap<String, BTreeMap<String, Vec<(String, Value)>>>,
}

#[derive(Deserialize)]
struct RawQuestion {
    question: String,
    category: u8,
    #[serde(default)]
    evidence: Vec<String>,
}

#[derive(Deserialize)]
struct RawTurn {
    speaker: String,
    dia_id: String,
    #[serde(default)]
    text: String,
    blip_caption: Option<String>,
}

/// Seconds between two turns of a session, which has only one time.
const BETWEEN_TURNS: i64 = 30;

/// Reads every conversation of a file.
pub fn read(file: &Path) -> Result<Vec<Sample>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let raw: Vec<RawSample> = serde_json::from_str(&text)
        .with_context(|| format!("{} is not in LoCoMo's format", file.display()))?;
    raw.into_iter().map(Sample::of).collect()
}

impl Sample {
    fn of(raw: RawSample) -> Result<Self> {
        let speaker = |key: &str| -> Result<String> {
            let name = raw.conversation.get(key).and_then(Value::as_str);
            Ok(name.with_context(|| format!("no {key}"))?.to_owned())
        };
        let sessions = sessions(&raw.conversation)?;
        let exists = |id: &TurnId| sessions.iter().flat_map(|s| &s.turns).any(|turn| turn.id == *id);
        let questions = raw
            .qa
            .iter()
            .map(|asked| Question {
                text: asked.question.clone(),
                category: asked.category,
                evidence: existing(asked.evidence.iter().map(String::as_str), &exists),
            })
            .collect();
        let observations = raw
            .observation
            .values()
            .flatten()
            .flat_map(|(about, list)| list.iter().map(move |(statement, from)| (about, statement, from)))
            .map(|(about, statement, from)| Observation {
                about: about.clone(),
                statement: statement.clone(),
                sources: existing(strings(from).into_iter(), &exists),
            })
            .collect();
        Ok(Self {
            id: raw.sample_id.as_str().unwrap_or("conversation").to_owned(),
            speakers: [speaker("speaker_a")?, speaker("speaker_b")?],
            questions,
            observations,
            sessions,
        })
    }
}

fn sessions(conversation: &Map<String, Value>) -> Result<Vec<Session>> {
    let mut sessions = Vec::new();
    for (key, turns) in conversation {
        let Some(number) = key.strip_prefix("session_").and_then(|n| n.parse().ok()) else {
            continue;
        };
        let began = conversation
            .get(&format!("{key}_date_time"))
            .and_then(Value::as_str);
        let began = time(began.with_context(|| format!("{key} has no time"))?)?;
        let raw: Vec<RawTurn> = serde_json::from_value(turns.clone()).context(key.clone())?;
        let mut at = began;
        let mut session = Session {
            number,
            turns: Vec::new(),
        };
        for turn in raw {
            let Some(id) = ids(&turn.dia_id).first().copied() else {
                continue;
            };
            session.turns.push(Turn {
                id,
                at,
                text: with_picture(&turn),
                speaker: turn.speaker,
            });
            at += TimeDelta::seconds(BETWEEN_TURNS);
        }
        sessions.push(session);
    }
    sessions.sort_by_key(|session| session.number);
    Ok(sessions)
}

fn with_picture(turn: &RawTurn) -> String {
    match &turn.blip_caption {
        Some(caption) => format!("{} [shares a picture: {caption}]", turn.text),
        None => turn.text.clone(),
    }
}

/// "1:56 pm on 8 May, 2023".
fn time(text: &str) -> Result<DateTime<Utc>> {
    let time = NaiveDateTime::parse_from_str(text.trim(), "%I:%M %p on %d %B, %Y");
    Ok(time.with_context(|| format!("no time: {text}"))?.and_utc())
}

fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    }
}

fn existing<'a>(texts: impl Iterator<Item = &'a str>, exists: &impl Fn(&TurnId) -> bool) -> Vec<TurnId> {
    let mut found: Vec<TurnId> = texts.flat_map(ids).filter(exists).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Every `D3:11` in a text, also written `D:3:11` or `D3:11; D4:2`.
fn ids(text: &str) -> Vec<TurnId> {
    text.split('D')
        .skip(1)
        .filter_map(|rest| {
            let (session, rest) = rest.trim_start_matches(':').split_once(':')?;
            let turn: String = rest.chars().take_while(char::is_ascii_digit).collect();
            Some(TurnId(session.parse().ok()?, turn.parse().ok()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{TurnId, ids, time};

    #[test]
    fn ids_of_turns_are_read_in_every_spelling_of_the_data_set() {
        assert_eq!(ids("D1:3"), [TurnId(1, 3)]);
        assert_eq!(ids("D8:6; D9:17"), [TurnId(8, 6), TurnId(9, 17)]);
        assert_eq!(ids("D:11:26"), [TurnId(11, 26)]);
        assert_eq!(ids("D"), []);
    }

    #[test]
    fn the_time_of_a_session_is_read() {
        let read = time("1:56 pm on 8 May, 2023").expect("a time");
        assert_eq!(read.to_rfc3339(), "2023-05-08T13:56:00+00:00");
    }
}
