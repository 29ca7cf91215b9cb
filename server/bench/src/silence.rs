//! `hearth bench silence`: how often recall speaks when it should not, and when it should.
//!
//! A person states five hundred facts, a hundred in each of five languages, a few in each conversation. Then they write
//! five hundred everyday prompts about other things, and ask five hundred questions about the facts. The bench counts how
//! often anything would be injected into the prompt, for each language: an embedder that knows only one of them produces
//! noise in the others. Several embedders are measured in one run, at the product's one threshold:
//!
//! ```text
//! hearth bench silence --embedder all-minilm --embedder nomic-embed-text
//!     --embedder multilingual-e5-small-q4@http://127.0.0.1:8081 --squeezed all-minilm
//! ```
//!
//! Recalled when it should not / when it should, in %; before, each embedder had a lower limit of cosines, and
//! all-MiniLM had 3 / 98 in English and 3 / 90 in 简体中文:
//!
//! | | English | 简体中文 | Deutsch | Español | 日本語 |
//! | --- | --- | --- | --- | --- | --- |
//! | all-MiniLM-L6-v2, which reads English | 3 / 99 | 3 / 90 | 7 / 93 | 6 / 88 | 16 / 87 |
//! | the same, squeezed | 3 / 99 | 3 / 90 | 7 / 93 | 6 / 88 | 16 / 87 |
//! | nomic-embed-text v1.5, which reads English | 2 / 99 | 3 / 92 | 9 / 95 | 3 / 94 | 9 / 86 |
//! | multilingual-e5-small, 4 bits | 2 / 98 | 1 / 98 | 2 / 96 | 3 / 96 | 2 / 99 |
//!
//! These cells are read from the curves of two runs at a prior of 0.35, where the present one puts the threshold. They
//! were not printed by one run, and the features were chosen by these texts.

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

const LANGUAGES: [Language; 5] = [
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
    Language {
        name: "Deutsch",
        facts: include_str!("silence/facts.de.tsv"),
        prompts: include_str!("silence/prompts.de.txt"),
    },
    Language {
        name: "Español",
        facts: include_str!("silence/facts.es.tsv"),
        prompts: include_str!("silence/prompts.es.txt"),
    },
    Language {
        name: "日本語",
        facts: include_str!("silence/facts.ja.tsv"),
        prompts: include_str!("silence/prompts.ja.txt"),
    },
];

/// What was measured of one embedder.
#[derive(Serialize)]
pub(crate) struct Report {
    embedding_model: String,
    threshold: f32,
    languages: Vec<Counted>,
}

/// How often something was injected, as fractions.
#[derive(Serialize)]
struct Counted {
    language: &'static str,
    /// Whether the embedder's cosines count in this language.
    read: bool,
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

/// Prints the reports, and a table of all of them.
pub(crate) fn print(reports: &[Report], json: bool) -> Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(&reports)?);
        return Ok(());
    }
    for report in reports {
        report.print();
        println!();
    }
    println!(
        "should not / should (with the right fact), in %, at probability {:.2}",
        Settings::default().threshold
    );
    for report in reports {
        println!("{}", report.line());
    }
    Ok(())
}

pub(crate) async fn measure(installation: &Installation) -> Result<Report> {
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
    let mut read = false;
    let (mut unasked, mut asked) = (Vec::new(), Vec::new());
    for prompt in language.prompts.lines() {
        let (recalled, found) = recall(person, prompt).await?;
        read = found;
        unasked.push(Spoke::of(&recalled, "", by_message));
    }
    for (fact, question) in pairs(language) {
        let (recalled, _) = recall(person, question).await?;
        asked.push(Spoke::of(&recalled, fact, by_message));
    }
    Ok(Counted::of(language.name, read, &unasked, &asked))
}

/// Recalls like a turn, without the threshold: the strongest passage then shows what each threshold would do.
async fn recall(person: &UserBackend, question: &str) -> Result<(Vec<Recalled>, bool)> {
    let settings = Settings {
        threshold: f32::NEG_INFINITY,
        most: PASSAGES,
        ..Settings::default()
    };
    let vector = person.question_vector(question).await;
    let scale = vector
        .as_ref()
        .context("the model server could not embed a question")?
        .scale;
    let recalled = person
        .recall(question, vector.as_ref(), &settings)
        .await?
        .passages;
    Ok((recalled, scale.cosine > 0.0))
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
    fn of(language: &'static str, read: bool, unasked: &[Spoke], asked: &[Spoke]) -> Self {
        let threshold = Settings::default().threshold;
        let steps = (1..=19).map(|step: i16| f32::from(step) * 0.05);
        Self {
            language,
            read,
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
    fn line(&self) -> String {
        let cells = self.languages.iter().map(|counted| {
            let percent = |share: f64| format!("{:.0}", share * 100.0);
            format!(
                "{} {} / {} ({})",
                counted.language,
                percent(counted.spoke_when_it_should_not),
                percent(counted.spoke_when_it_should),
                percent(counted.with_the_right_fact)
            )
        });
        let cells: Vec<String> = cells.collect();
        format!("{}: {}", self.embedding_model, cells.join(", "))
    }

    fn print(&self) {
        println!(
            "embedded with {}, threshold {:.2}",
            self.embedding_model, self.threshold
        );
        for counted in &self.languages {
            println!();
            let cosines = if counted.read {
                ""
            } else {
                " (cosines tell nothing)"
            };
            println!("{}{cosines}:", counted.language);
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

#[cfg(test)]
mod tests {
    use super::{LANGUAGES, pairs};
    use hearth_backend::retrieval::calibration::texts;
    use std::collections::BTreeSet;

    const CHINESE: &str = include_str!("chinese.json");

    /// Without case, punctuation, speaker and date.
    fn folded(text: &str) -> String {
        let said = text.split_once(": ").map_or(text, |(_, said)| said);
        said.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    }

    fn of_benches() -> BTreeSet<String> {
        let silence = LANGUAGES.iter().flat_map(|language| {
            let facts = pairs(language).flat_map(|(fact, question)| [fact, question]);
            facts.chain(language.prompts.lines()).collect::<Vec<_>>()
        });
        let chinese = CHINESE
            .split('"')
            .filter(|piece| piece.chars().any(char::is_alphabetic));
        silence.chain(chinese).map(folded).collect()
    }

    fn of_calibration() -> impl Iterator<Item = &'static str> {
        texts::ALL.iter().flat_map(|texts| {
            let pairs = texts.pairs().flat_map(|(question, answer)| [question, answer]);
            pairs.chain(texts.general()).collect::<Vec<_>>()
        })
    }

    #[test]
    fn what_is_calibrated_is_in_no_bench() {
        let of_benches = of_benches();
        let found: Vec<_> = of_calibration()
            .filter(|text| of_benches.contains(&folded(text)))
            .collect();
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn nothing_in_a_bench_is_a_calibrated_text_with_one_word_changed() {
        let words = |text: &str| -> BTreeSet<String> { hearth_text::words::of_question(text) };
        let benches = LANGUAGES.iter().flat_map(|language| {
            let questions = pairs(language).map(|(_, question)| question);
            questions.chain(language.prompts.lines()).collect::<Vec<_>>()
        });
        let benches: Vec<_> = benches.map(|text| (text, words(text))).collect();
        let mut found = Vec::new();
        for text in of_calibration() {
            let calibrated = words(text);
            for (in_bench, bench) in &benches {
                let (shared, all) = (
                    calibrated.intersection(bench).count(),
                    calibrated.union(bench).count(),
                );
                if shared > 1 && shared * 4 >= all * 3 {
                    found.push((text, *in_bench));
                }
            }
        }
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn every_language_has_a_hundred_facts_with_questions_and_a_hundred_prompts() {
        for language in &LANGUAGES {
            let counts = (
                pairs(language).count(),
                language.facts.lines().count(),
                language.prompts.lines().count(),
            );
            assert_eq!(counts, (100, 100, 100), "{}", language.name);
        }
    }
}
