//! `hearth bench recall`: the retrieval that the product does, over conversations that come with questions.
//!
//! Every conversation becomes a space that its two speakers share; a session is a conversation there and a turn a
//! message, stored, cut into passages, and embedded as any other. One of the speakers then asks every question in a
//! new conversation. Silence and the number of passages are lifted, so that the order is measured; nothing else
//! differs. Recall@k is the share of the evidence among the first k turns, averaged over the questions of the
//! categories 1 to 4; adversarial ones (5) are told apart.

use super::{
    RecallBench,
    figures::{Asked, Figures, Percentiles},
    house::House,
    locomo::{self, Question, Sample, TurnId},
};
use crate::settings::Settings as Configured;
use anyhow::{Context, Result, bail};
use hearth_backend::{
    UserBackend,
    conversations::{Recorded, RecordedMessage},
    memory::memories::NewMemory,
    retrieval::recall::{Recalled, Settings},
    turn::tokens,
};
use hearth_types::{MemoryOrigin, MessageId, SpaceId, UserId};
use serde::Serialize;
use std::{collections::BTreeMap, collections::HashMap, time::Instant};

/// Passages that are asked for: twenty turns, also where several are of one.
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
    /// Of the first ten turns, as a prompt would have them.
    tokens_per_recall: Percentiles,
}

/// Over all questions so far.
#[derive(Default)]
struct Measured {
    turns: usize,
    asked: Vec<Asked>,
    recall_ms: Vec<f64>,
    with_embedding_ms: Vec<f64>,
    tokens: Vec<f64>,
}

pub async fn bench(bench: &RecallBench, configured: &Configured) -> Result<()> {
    let samples = locomo::read(&bench.file)?;
    let settings = ranking(&bench.weights)?;
    let house = House::open(configured).await?;
    let measured = measure(&house, &samples, bench.facts, &settings).await;
    let embedding_model = house.embedder.clone();
    house.close().await;
    let report = Report::of(measured?, &samples, embedding_model, bench.facts);
    if bench.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        report.print();
    }
    Ok(())
}

/// The product's ranking; only silence and the number of passages are lifted.
fn ranking(weights: &[String]) -> Result<Settings> {
    let mut settings = Settings {
        silence: f32::NEG_INFINITY,
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

async fn measure(house: &House, samples: &[Sample], facts: bool, settings: &Settings) -> Result<Measured> {
    let mut measured = Measured::default();
    for sample in samples {
        eprintln!("{}: {} sessions", sample.id, sample.sessions.len());
        let place = Place::make(house, sample).await?;
        let loaded = place.load(sample, facts).await;
        let done = match loaded {
            Ok(turns) => place.ask_all(sample, &turns, settings, &mut measured).await,
            Err(error) => Err(error),
        };
        // Whatever happened, nobody of this stays.
        place.remove(house).await?;
        done?;
    }
    Ok(measured)
}

/// Where one conversation takes place.
struct Place {
    space: SpaceId,
    people: [(String, UserId); 2],
    asker: UserBackend,
}

impl Place {
    async fn make(house: &House, sample: &Sample) -> Result<Self> {
        let [first, second] = &sample.speakers;
        let people = [
            (first.clone(), house.person(first).await?),
            (second.clone(), house.person(second).await?),
        ];
        let space = house
            .backend
            .create_shared_space(&[people[0].1, people[1].1])
            .await?;
        let asker = house.backend.for_user(people[0].1);
        Ok(Self { space, people, asker })
    }

    async fn remove(self, house: &House) -> Result<()> {
        house.backend.remove_shared_space(self.space).await?;
        for (_, person) in &self.people {
            house.backend.accounts().remove_user(*person).await?;
        }
        Ok(())
    }

    /// Stores and embeds every turn; which message is which.
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

    /// Every observation as a memory of the one who asks, with the turns that it came from.
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
        turns: &HashMap<MessageId, TurnId>,
        settings: &Settings,
        measured: &mut Measured,
    ) -> Result<()> {
        measured.turns += turns.len();
        for question in sample.questions.iter().filter(|q| !q.evidence.is_empty()) {
            self.ask(question, turns, settings, measured).await?;
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
        measured.asked.push(Asked {
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

/// Each turn at the place of its best passage.
fn in_order(recalled: &[Recalled], turns: &HashMap<MessageId, TurnId>) -> Vec<TurnId> {
    let mut order = Vec::new();
    for turn in recalled.iter().filter_map(|r| turns.get(&r.message)) {
        if !order.contains(turn) {
            order.push(*turn);
        }
    }
    order
}

/// As a prompt has them: who said it and when.
fn prompt_tokens(recalled: &[Recalled]) -> f64 {
    let line = |r: &Recalled| {
        let date = r.said_at.format("%-d %B %Y");
        tokens(&format!("- On {date}, {} said: {}\n", r.author, r.text))
    };
    f64::from(recalled.iter().take(TURNS).map(line).sum::<u32>())
}

impl Report {
    fn of(measured: Measured, samples: &[Sample], embedding_model: String, facts: bool) -> Self {
        let of = |categories: std::ops::RangeInclusive<u8>| {
            Figures::of(measured.asked.iter().filter(|a| categories.contains(&a.category)))
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
