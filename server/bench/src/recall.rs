//! `hearth bench recall`: the retrieval that the product does, over conversations that come with questions.
//!
//! Every conversation becomes a space that its two speakers share; a session is a conversation there and a turn a
//! message, stored, cut into passages, and embedded like any other. One of the speakers then asks every question in a
//! new conversation. The threshold and the limit of passages are lifted, so that the order is measured; nothing else
//! differs. Recall@k is the share of the evidence among the first k turns, averaged over the questions of the
//! categories 1 to 4; adversarial questions (5) are reported separately.

use crate::{
    Installation, RecallBench,
    figures::{Figures, Outcome, Percentiles},
    locomo::{self, Question, Sample, TurnId},
};
use anyhow::{Context, Result, bail};
use hearth_backend::{
    UserBackend,
    evaluation::{Recorded, RecordedMessage},
    memory::memories::NewMemory,
    retrieval::{
        recall::{Recalled, Settings},
        source::Attribution,
    },
    turn::tokens,
};
use hearth_types::{MemoryOrigin, MessageId, SpaceId, UserId};
use serde::Serialize;
use std::{collections::BTreeMap, collections::HashMap, time::Instant};

/// Passages of one recall: enough for twenty turns, also where a turn has several.
const PASSAGES: usize = 60;

/// Turns whose tokens are counted.
const TURNS: usize = 10;

/// What was measured.
#[derive(Serialize)]
struct Report {
    embedding_model: String,
    facts: bool,
    conversations: usize,
    turns: usize,
    all: Figures,
    categories: BTreeMap<u8, Figures>,
    adversarial: Figures,
    recall_ms: Percentiles,
    recall_with_embedding_ms: Percentiles,
    /// Of the first ten turns, as a prompt holds them.
    tokens_per_recall: Percentiles,
}

/// Over all questions so far.
#[derive(Default)]
struct Measured {
    turns: usize,
    outcomes: Vec<Outcome>,
    recall_ms: Vec<f64>,
    with_embedding_ms: Vec<f64>,
    tokens: Vec<f64>,
}

pub(crate) async fn bench(bench: &RecallBench, installation: &Installation) -> Result<()> {
    let samples = locomo::read(&bench.file)?;
    let settings = ranking(&bench.weights)?;
    let measured = measure(installation, &samples, bench.facts, &settings).await?;
    let report = Report::of(measured, &samples, installation.embedder.clone(), bench.facts);
    if bench.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        report.print();
    }
    Ok(())
}

/// The product's ranking without its threshold and its limit of passages.
fn ranking(weights: &[String]) -> Result<Settings> {
    let mut settings = Settings {
        threshold: f32::NEG_INFINITY,
        most: PASSAGES,
        ..Settings::default()
    };
    for setting in weights {
        let (name, value) = setting.split_once('=').context("a weight is NAME=NUMBER")?;
        let value: f32 = value.parse().with_context(|| format!("{value} is no number"))?;
        settings
            .weights
            .set(name, value)
            .with_context(|| format!("there is no weight {name}"))?;
    }
    Ok(settings)
}

async fn measure(
    installation: &Installation,
    samples: &[Sample],
    facts: bool,
    settings: &Settings,
) -> Result<Measured> {
    let mut measured = Measured::default();
    for sample in samples {
        eprintln!("{}: {} sessions", sample.id, sample.sessions.len());
        let shared = SharedSpace::create(installation, sample).await?;
        let asked = shared.ask_all(sample, facts, settings, &mut measured).await;
        // Also after a failure: the database may be one of the person who measures.
        shared.remove(installation).await?;
        asked?;
    }
    Ok(measured)
}

/// The space of one conversation, with its two speakers.
struct SharedSpace {
    space: SpaceId,
    people: [(String, UserId); 2],
    asker: UserBackend,
}

impl SharedSpace {
    async fn create(installation: &Installation, sample: &Sample) -> Result<Self> {
        let [first, second] = &sample.speakers;
        let people = [
            (first.clone(), installation.person(first).await?),
            (second.clone(), installation.person(second).await?),
        ];
        let space = installation
            .backend
            .create_shared_space(&[people[0].1, people[1].1])
            .await?;
        let asker = installation.backend.for_user(people[0].1);
        Ok(Self { space, people, asker })
    }

    async fn remove(self, installation: &Installation) -> Result<()> {
        installation.backend.remove_shared_space(self.space).await?;
        for (_, person) in &self.people {
            installation.backend.accounts().remove_user(*person).await?;
        }
        Ok(())
    }

    /// Stores and embeds every turn; returns the turn of each message.
    async fn load(&self, sample: &Sample, facts: bool) -> Result<HashMap<MessageId, TurnId>> {
        let mut turns = HashMap::new();
        for session in &sample.sessions {
            let messages = session
                .turns
                .iter()
                .map(|turn| {
                    Ok(RecordedMessage {
                        author: Some(self.speaker(&turn.speaker)?),
                        at: turn.at,
                        text: turn.text.clone(),
                    })
                })
                .collect::<Result<Vec<_>>>()?;
            let title = format!("Session {}", session.number);
            let recorded = Recorded {
                space: self.space,
                title: &title,
                messages: &messages,
            };
            let ids = self.asker.record_conversation(&recorded).await?;
            for (id, turn) in ids.into_iter().zip(&session.turns) {
                self.asker.embed_now(id).await?;
                turns.insert(id, turn.id);
            }
        }
        if facts {
            self.keep_facts(sample, &turns).await?;
        }
        Ok(turns)
    }

    /// Keeps every observation as a memory of the person who asks, with its source turns.
    async fn keep_facts(&self, sample: &Sample, turns: &HashMap<MessageId, TurnId>) -> Result<()> {
        let messages: HashMap<TurnId, MessageId> = turns.iter().map(|(id, turn)| (*turn, *id)).collect();
        for observed in &sample.observations {
            let memory = NewMemory {
                subject: observed.about.clone(),
                origin: MemoryOrigin::Import,
                sources: observed
                    .sources
                    .iter()
                    .filter_map(|turn| messages.get(turn).copied())
                    .collect(),
                ..NewMemory::told(observed.statement.clone())
            };
            let id = self.asker.keep_memory(memory).await?;
            self.asker.embed_memory_now(id).await?;
        }
        Ok(())
    }

    fn speaker(&self, name: &str) -> Result<UserId> {
        let found = self.people.iter().find(|(person, _)| person == name);
        Ok(found.with_context(|| format!("{name} is no speaker"))?.1)
    }

    async fn ask_all(
        &self,
        sample: &Sample,
        facts: bool,
        settings: &Settings,
        measured: &mut Measured,
    ) -> Result<()> {
        let turns = self.load(sample, facts).await?;
        measured.turns += turns.len();
        for question in sample.questions.iter().filter(|q| !q.evidence.is_empty()) {
            self.ask(question, &turns, settings, measured).await?;
        }
        Ok(())
    }

    async fn ask(
        &self,
        question: &Question,
        turns: &HashMap<MessageId, TurnId>,
        settings: &Settings,
        measured: &mut Measured,
    ) -> Result<()> {
        let begin = Instant::now();
        let vector = self.asker.question_vector(&question.text).await;
        if vector.is_none() {
            bail!("the model server could not embed a question");
        }
        let embedded = begin.elapsed();
        let recalled = self
            .asker
            .recall(&question.text, vector.as_ref(), settings)
            .await?
            .passages;
        let whole = begin.elapsed();
        measured.recall_ms.push((whole - embedded).as_secs_f64() * 1e3);
        measured.with_embedding_ms.push(whole.as_secs_f64() * 1e3);
        measured.tokens.push(prompt_tokens(&recalled));
        let order = in_order(&recalled, turns);
        measured.outcomes.push(Outcome {
            category: question.category,
            found_at: order
                .iter()
                .enumerate()
                .filter(|(_, turn)| question.evidence.contains(turn))
                .map(|(at, _)| at)
                .collect(),
            evidence: question.evidence.len(),
        });
        Ok(())
    }
}

/// The turns in the order of their best passages.
fn in_order(recalled: &[Recalled], turns: &HashMap<MessageId, TurnId>) -> Vec<TurnId> {
    let mut order = Vec::new();
    for turn in recalled
        .iter()
        .filter_map(|r| turns.get(&MessageId(r.source.id())))
    {
        if !order.contains(turn) {
            order.push(*turn);
        }
    }
    order
}

/// Tokens of the recalled turns as a prompt holds them, with speaker and date.
fn prompt_tokens(recalled: &[Recalled]) -> f64 {
    let line = |r: &Recalled| {
        let date = r.said_at.format("%-d %B %Y");
        tokens(&format!("- On {date}, {} said: {}\n", author(r), r.text))
    };
    f64::from(recalled.iter().take(TURNS).map(line).sum::<u32>())
}

impl Report {
    fn of(measured: Measured, samples: &[Sample], embedding_model: String, facts: bool) -> Self {
        let of = |categories: std::ops::RangeInclusive<u8>| {
            Figures::of(
                measured
                    .outcomes
                    .iter()
                    .filter(|outcome| categories.contains(&outcome.category)),
            )
        };
        Self {
            embedding_model,
            facts,
            conversations: samples.len(),
            turns: measured.turns,
            all: of(1..=4),
            categories: (1..=4)
                .map(|category| (category, of(category..=category)))
                .collect(),
            adversarial: of(5..=5),
            recall_ms: Percentiles::of(measured.recall_ms),
            recall_with_embedding_ms: Percentiles::of(measured.with_embedding_ms),
            tokens_per_recall: Percentiles::of(measured.tokens),
        }
    }

    fn print(&self) {
        println!(
            "{} conversations, {} turns, embedded with {}{}",
            self.conversations,
            self.turns,
            self.embedding_model,
            if self.facts { ", with facts" } else { "" }
        );
        println!(
            "{:<14} {:>9} {:>6} {:>6} {:>6} {:>6}",
            "", "questions", "R@5", "R@10", "R@20", "MRR"
        );
        for (category, name) in [
            (1, "multi-hop"),
            (2, "temporal"),
            (3, "open-domain"),
            (4, "single-hop"),
        ] {
            if let Some(figures) = self.categories.get(&category) {
                line(name, figures);
            }
        }
        line("all", &self.all);
        line("adversarial", &self.adversarial);
        for (what, p, unit) in [
            ("recall", &self.recall_ms, "ms"),
            (
                "with the question's embedding",
                &self.recall_with_embedding_ms,
                "ms",
            ),
            ("tokens of the first ten turns", &self.tokens_per_recall, ""),
        ] {
            println!("{what}: p50 {:.1} {unit}, p95 {:.1} {unit}", p.p50, p.p95);
        }
    }
}

fn line(name: &str, figures: &Figures) {
    println!(
        "{name:<14} {:>9} {:>6.1} {:>6.1} {:>6.1} {:>6.3}",
        figures.questions,
        figures.recall_at_5 * 100.0,
        figures.recall_at_10 * 100.0,
        figures.recall_at_20 * 100.0,
        figures.mrr
    );
}

/// The name of the person who said it.
fn author(recalled: &Recalled) -> &str {
    match &recalled.from {
        Attribution::Person { name, .. } => name,
        _ => "",
    }
}
