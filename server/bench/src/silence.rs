//! `hearth bench silence`: how often recall speaks when it should not, and when it should.
//!
//! A person states two hundred facts, half of them in English and half in 简体中文, a few in each conversation. Then they
//! write two hundred everyday prompts about other things, and ask two hundred questions about the facts. The bench counts
//! how often anything would be injected into the prompt, for each language: an embedder that knows only one of them
//! produces noise in the other.

use crate::Installation;
use anyhow::{Context, Result};
use chrono::{TimeDelta, Utc};
use hearth_backend::{
    UserBackend,
    evaluation::{Recorded, RecordedMessage},
    retrieval::recall::{Recalled, Settings},
};
use hearth_types::{MessageId, UserId};
use serde::Serialize;
use std::collections::HashMap;

/// Facts of one conversation.
const FACTS_PER_CONVERSATION: usize = 5;

/// Passages of one recall: all that are found.
const PASSAGES: usize = 400;

/// The facts of one language with their questions, and prompts about other things.
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
    /// Of the prompts about other things.
    spoke_when_it_should_not: f64,
    /// Of the questions about a fact.
    spoke_when_it_should: f64,
    /// Of these, with the right fact among what is injected.
    with_the_right_fact: f64,
    curve: Vec<Point>,
}

/// The same with another threshold.
#[derive(Serialize)]
struct Point {
    threshold: f32,
    should_not: f64,
    should: f64,
}

/// The relevance of the strongest passage, and whether the right fact is among those above the threshold.
struct Spoke {
    relevance: f32,
    right: bool,
}

pub(crate) async fn bench(json: bool, installation: &Installation) -> Result<()> {
    let report = measure(installation).await?;
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        report.print();
    }
    Ok(())
}

async fn measure(installation: &Installation) -> Result<Report> {
    let user = installation.person("Alex").await?;
    let person = installation.backend.for_user(user);
    let mut facts = HashMap::new();
    for language in &LANGUAGES {
        state_facts(&person, user, language, &mut facts).await?;
    }
    let mut languages = Vec::new();
    for language in &LANGUAGES {
        languages.push(ask(&person, language, &facts).await?);
    }
    installation.backend.accounts().remove_user(user).await?;
    Ok(Report {
        embedding_model: installation.embedder.clone(),
        threshold: Settings::default().threshold,
        languages,
    })
}

/// Stores and embeds every fact; adds the message of each to `by_message`.
async fn state_facts(
    person: &UserBackend,
    user: UserId,
    language: &Language,
    by_message: &mut HashMap<MessageId, &'static str>,
) -> Result<()> {
    let facts: Vec<&str> = pairs(language).map(|(fact, _)| fact).collect();
    for (number, some) in facts.chunks(FACTS_PER_CONVERSATION).enumerate() {
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
            by_message.insert(id, fact);
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
    by_message: &HashMap<MessageId, &'static str>,
) -> Result<Counted> {
    let mut floor = 0.0;
    let (mut unasked, mut asked) = (Vec::new(), Vec::new());
    for prompt in language.prompts.lines() {
        let (recalled, found) = recall(person, prompt).await?;
        floor = found;
        unasked.push(Spoke::of(&recalled, "", by_message));
    }
    for (fact, question) in pairs(language) {
        let (recalled, _) = recall(person, question).await?;
        asked.push(Spoke::of(&recalled, fact, by_message));
    }
    Ok(Counted::of(language.name, floor, &unasked, &asked))
}

/// Recalls like a turn, without the threshold: the strongest passage then shows what each threshold would do.
async fn recall(person: &UserBackend, question: &str) -> Result<(Vec<Recalled>, f32)> {
    let settings = Settings {
        threshold: f32::NEG_INFINITY,
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
    fn of(recalled: &[Recalled], fact: &str, by_message: &HashMap<MessageId, &'static str>) -> Self {
        let relevance = |r: &&Recalled| r.relevance;
        let strongest = recalled
            .iter()
            .max_by(|a, b| relevance(a).total_cmp(&relevance(b)));
        let threshold = Settings::default().threshold;
        Self {
            relevance: strongest.map_or(f32::NEG_INFINITY, |r| r.relevance),
            right: recalled.iter().any(|r| {
                r.relevance >= threshold && by_message.get(&MessageId(r.source.id())) == Some(&fact)
            }),
        }
    }
}

impl Counted {
    fn of(language: &'static str, floor: f32, unasked: &[Spoke], asked: &[Spoke]) -> Self {
        let threshold = Settings::default().threshold;
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
                "  {} prompts about other things: something injected {:.1} %",
                counted.prompts,
                counted.spoke_when_it_should_not * 100.0
            );
            println!(
                "  {} questions about a fact: something injected {:.1} %, with that fact {:.1} %",
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
