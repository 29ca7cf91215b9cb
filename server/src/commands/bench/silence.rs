//! `hearth bench silence`: how often recall speaks when it should not, and when it should.
//!
//! A person has told two hundred facts, half of them in English and half in 简体中文, a few in each conversation.
//! Then they write two hundred everyday prompts that have nothing to do with any of them, and ask two hundred
//! questions that do. Counted is whether anything would be put into the prompt. The languages are told apart: an
//! embedder that reads one of them only makes noise in the other.

use super::house::House;
use crate::settings::Settings as Configured;
use anyhow::{Context, Result};
use chrono::{TimeDelta, Utc};
use hearth_backend::{
    UserBackend,
    conversations::{Recorded, RecordedMessage},
    retrieval::recall::{Recalled, Settings},
};
use hearth_types::{MessageId, UserId};
use serde::Serialize;
use std::collections::HashMap;

/// Facts that are told in one conversation.
const TOLD_AT_ONCE: usize = 5;

/// Passages that are looked at: all that were found.
const PASSAGES: usize = 400;

/// One language's facts with the questions that ask for them, and prompts that ask for none.
struct Language {
    name: &'static str,
    facts: &'static str,
    prompts: &'static str,
}

const LANGUAGES: [Language; 2] = [
    Language {
        name: "English",
        facts: include_str!("silence/facts.en.tsv"),
        prompts: include_str!("silence/prompts.en.txt"),
    },
    Language {
        name: "简体中文",
        facts: include_str!("silence/facts.zh.tsv"),
        prompts: include_str!("silence/prompts.zh.txt"),
    },
];

#[derive(Serialize)]
struct Report {
    embedding_model: String,
    threshold: f32,
    languages: Vec<Counted>,
}

/// How often something was injected, as fractions.
#[derive(Serialize)]
struct Counted {
    language: &'static str,
    /// The embedder's floor of relevance in this script; 1 where words alone decide.
    floor: f32,
    prompts: usize,
    questions: usize,
    /// Of the prompts that have nothing to do with anything.
    spoke_when_it_should_not: f64,
    /// Of the questions that ask for a fact.
    spoke_when_it_should: f64,
    /// Of these, how often with the fact that was asked for.
    with_the_right_fact: f64,
    curve: Vec<Point>,
}

/// What another threshold would have done.
#[derive(Serialize)]
struct Point {
    threshold: f32,
    should_not: f64,
    should: f64,
}

/// The strongest that recall has to say: how relevant, and whether it is the fact that was asked for.
struct Spoke {
    relevance: f32,
    right: bool,
}

pub async fn bench(json: bool, configured: &Configured) -> Result<()> {
    let house = House::open(configured).await?;
    let report = measure(&house).await;
    house.close().await;
    let report = report?;
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        report.print();
    }
    Ok(())
}

async fn measure(house: &House) -> Result<Report> {
    let user = house.person("Alex").await?;
    let person = house.backend.for_user(user);
    let mut told = HashMap::new();
    for language in &LANGUAGES {
        tell(&person, user, language, &mut told).await?;
    }
    let mut languages = Vec::new();
    for language in &LANGUAGES {
        languages.push(ask(&person, language, &told).await?);
    }
    house.backend.accounts().remove_user(user).await?;
    Ok(Report {
        embedding_model: house.embedder.clone(),
        threshold: Settings::default().silence,
        languages,
    })
}

/// Says every fact; which message has which.
async fn tell(
    person: &UserBackend,
    user: UserId,
    language: &Language,
    told: &mut HashMap<MessageId, &'static str>,
) -> Result<()> {
    let facts: Vec<&str> = pairs(language).map(|(fact, _)| fact).collect();
    for (number, some) in facts.chunks(TOLD_AT_ONCE).enumerate() {
        let day = TimeDelta::days(i64::try_from(number)? * 9 + 3);
        let messages: Vec<RecordedMessage> = some
            .iter()
            .map(|fact| RecordedMessage {
                author: Some(user),
                at: Utc::now() - day,
                text: (*fact).to_owned(),
            })
            .collect();
        let recorded = Recorded {
            space: hearth_backend::spaces::private_space(user),
            title: language.name,
            messages: &messages,
        };
        let ids = person.record_conversation(&recorded).await?;
        for (id, fact) in ids.into_iter().zip(some) {
            person.embed_now(id).await?;
            told.insert(id, fact);
        }
    }
    Ok(())
}

fn pairs(language: &Language) -> impl Iterator<Item = (&'static str, &'static str)> {
    language.facts.lines().filter_map(|line| line.split_once('\t'))
}

async fn ask(
    person: &UserBackend,
    language: &Language,
    told: &HashMap<MessageId, &'static str>,
) -> Result<Counted> {
    let mut floor = 0.0;
    let (mut unasked, mut asked) = (Vec::new(), Vec::new());
    for prompt in language.prompts.lines() {
        let (recalled, found) = recall(person, prompt).await?;
        floor = found;
        unasked.push(Spoke::of(&recalled, "", told));
    }
    for (fact, question) in pairs(language) {
        let (recalled, _) = recall(person, question).await?;
        asked.push(Spoke::of(&recalled, fact, told));
    }
    Ok(Counted::of(language.name, floor, &unasked, &asked))
}

/// As a turn does, with silence lifted: the strongest passage then tells what each threshold would have done.
async fn recall(person: &UserBackend, question: &str) -> Result<(Vec<Recalled>, f32)> {
    let settings = Settings {
        silence: f32::NEG_INFINITY,
        most: PASSAGES,
        ..Settings::default()
    };
    let vector = person.question_vector(question).await;
    let floor = vector
        .as_ref()
        .context("the model server could not embed a question")?
        .floor;
    let recalled = person
        .recall(question, vector.as_ref(), &settings)
        .await?
        .passages;
    Ok((recalled, floor))
}

impl Spoke {
    fn of(recalled: &[Recalled], fact: &str, told: &HashMap<MessageId, &'static str>) -> Self {
        let relevance = |r: &&Recalled| r.relevance;
        let strongest = recalled
            .iter()
            .max_by(|a, b| relevance(a).total_cmp(&relevance(b)));
        let threshold = Settings::default().silence;
        Self {
            relevance: strongest.map_or(f32::NEG_INFINITY, |r| r.relevance),
            right: recalled
                .iter()
                .any(|r| r.relevance >= threshold && told.get(&r.message) == Some(&fact)),
        }
    }
}

impl Counted {
    fn of(language: &'static str, floor: f32, unasked: &[Spoke], asked: &[Spoke]) -> Self {
        let threshold = Settings::default().silence;
        let steps = (-4..=12).map(|step: i16| f32::from(step) * 0.05);
        Self {
            language,
            floor,
            prompts: unasked.len(),
            questions: asked.len(),
            spoke_when_it_should_not: share(unasked, |spoke| spoke.relevance >= threshold),
            spoke_when_it_should: share(asked, |spoke| spoke.relevance >= threshold),
            with_the_right_fact: share(asked, |spoke| spoke.right),
            curve: steps
                .map(|threshold| Point {
                    threshold,
                    should_not: share(unasked, |spoke| spoke.relevance >= threshold),
                    should: share(asked, |spoke| spoke.relevance >= threshold),
                })
                .collect(),
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts are small")]
fn share(all: &[Spoke], is: impl Fn(&Spoke) -> bool) -> f64 {
    all.iter().filter(|spoke| is(spoke)).count() as f64 / all.len().max(1) as f64
}

impl Report {
    fn print(&self) {
        println!(
            "embedded with {}, threshold {:.2}",
            self.embedding_model, self.threshold
        );
        for counted in &self.languages {
            println!();
            println!("{} (floor {:.2}):", counted.language, counted.floor);
            println!(
                "  {} prompts that ask for nothing told: something injected {:.1} %",
                counted.prompts,
                counted.spoke_when_it_should_not * 100.0
            );
            println!(
                "  {} questions that ask for a fact: something injected {:.1} %, with that fact {:.1} %",
                counted.questions,
                counted.spoke_when_it_should * 100.0,
                counted.with_the_right_fact * 100.0
            );
            println!("  threshold  should not  should");
            for point in &counted.curve {
                println!(
                    "  {:>9.2} {:>9.1} % {:>6.1} %",
                    point.threshold,
                    point.should_not * 100.0,
                    point.should * 100.0
                );
            }
        }
    }
}
