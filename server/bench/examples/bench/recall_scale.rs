//! Recall when a household has talked for ten years: 50 people and a million passages, of which one person owns three
//! in ten and another one in a thousand.
//!
//! `recall-scale [PASSAGES]`. Texts are of a made-up language with common and rare words, vectors lie in a few hundred
//! bundles, and both are the same in every run. What is timed is the whole recall as a turn does it, with the vector
//! given; what is compared with an exact search are the nearest vectors. Not part of a run of all benches.

use crate::{
    corpus::{Corpus, question_about},
    processes,
    report::{Aim, Report, median, percentile},
    seed::Database,
    server::{Folder, ModelServer, Server},
};
use anyhow::Result;
use hearth_backend::{
    Backend, Config, UserBackend,
    retrieval::question_vector::{QuestionVector, Scale},
};
use hearth_inference::ServerKind;
use hearth_types::UserId;
use pgvector::HalfVector;
use std::time::Instant;

const PEOPLE: usize = 50;
pub const PASSAGES: u64 = 1_000_000;
const DIMENSIONS: usize = 384;
const BUNDLES: u64 = 300;
/// Questions of each person that is looked at, after a few that warm up.
const QUESTIONS: usize = 60;
const WARM: usize = 5;
/// Passages of one statement.
const AT_ONCE: usize = 4_000;
const MODEL: &str = "structured-384";

/// A person whose recall is measured.
struct Measured {
    id: UserId,
    passages: usize,
    asked: Vec<(String, Vec<f32>)>,
}

pub async fn bench(report: &mut Report, passages: u64) -> Result<()> {
    let passages = usize::try_from(passages)?;
    let (folder, fake) = (Folder::new()?, ModelServer::start(1, 0)?);
    let server = Server::start(&folder, &fake).await?;
    server.set_up().await?;
    let mut database = Database::open(&folder).await?;
    let names = database.people(PEOPLE).await?;

    // The server would begin to build indexes while rows are put in.
    database.hold_indexes(true).await?;
    let begin = Instant::now();
    let mut measured = Vec::new();
    for (number, (name, share)) in names.iter().zip(shares(passages)).enumerate() {
        let person = fill(&mut database, name, number as u64, share).await?;
        eprintln!(
            "  {name}: {share} passages after {:.0} s",
            begin.elapsed().as_secs_f64()
        );
        // The largest, one with 10,000, the smallest, and one like most.
        if number < 4 {
            measured.push(person);
        }
    }
    let rate = passages as f64 / begin.elapsed().as_secs_f64();
    report.figure(
        "rows put in, each with its message, words and vector",
        format!("{passages}, {rate:.0} a second"),
    );
    database.hold_indexes(false).await?;
    let begin = Instant::now();
    database.build_indexes().await?;
    report.figure(
        "building all indexes of vectors",
        format!("{:.0} s", begin.elapsed().as_secs_f64()),
    );
    database.tidy().await?;
    for (what, size) in database.sizes().await? {
        report.figure(what, size);
    }
    let server = server.restart(&folder, &fake).await?;
    let mut database = Database::open(&folder).await?;

    let model_server = hearth_inference::connect(&fake.url, ServerKind::Ollama);
    let config = Config::new(database.options_as("hearth_app"), model_server);
    let backend = Backend::connect(config).await?;
    let mut all = Vec::new();
    for person in &measured {
        all.extend(measure(report, &mut database, &backend, person).await?);
    }
    let p95 = percentile(&all, 0.95);
    report.aimed(
        "whole recall without embedding, over all of these, p95",
        p95,
        format!("{p95:.1} ms"),
        Aim::AtMost(50.0, "ms"),
    );
    let memory = processes::memory(server.pid())?;
    report.figure(
        "PostgreSQL's memory afterwards (PSS)",
        format!("{:.0} MB in {} processes", memory.postgres, memory.processes),
    );
    backend.shut_down().await;
    server.stop()
}

/// How many passages each person has: three in ten, 10,000 (of a million), one in a thousand, and the rest evenly.
fn shares(passages: usize) -> Vec<usize> {
    let special = [passages * 3 / 10, passages / 100, passages / 1000];
    let rest = (passages - special.iter().sum::<usize>()) / (PEOPLE - special.len());
    let others = std::iter::repeat_n(rest, PEOPLE - special.len());
    special.into_iter().chain(others).collect()
}

async fn fill(database: &mut Database, name: &str, number: u64, passages: usize) -> Result<Measured> {
    let id = database.user(name).await?;
    let mut corpus = Corpus::new(1_000 + number);
    let mut space = Vectors::new(number);
    let every = (passages / (QUESTIONS + WARM)).max(1);
    let mut asked = Vec::new();
    let mut left = passages;
    let mut part = 0;
    while left > 0 {
        let count = left.min(AT_ONCE);
        let texts: Vec<String> = (0..count).map(|_| corpus.passage()).collect();
        let vectors: Vec<Vec<f32>> = (0..count).map(|_| space.passage()).collect();
        for (at, (text, vector)) in texts.iter().zip(&vectors).enumerate() {
            if (part * AT_ONCE + at).is_multiple_of(every) && asked.len() < QUESTIONS + WARM {
                asked.push((question_about(text), space.near(vector)));
            }
        }
        let vectors: Vec<HalfVector> = vectors.iter().map(|v| HalfVector::from_f32_slice(v)).collect();
        database.put(id, part, &texts, &vectors, MODEL).await?;
        (left, part) = (left - count, part + 1);
    }
    Ok(Measured { id, passages, asked })
}

async fn measure(
    report: &mut Report,
    database: &mut Database,
    backend: &Backend,
    measured: &Measured,
) -> Result<Vec<f64>> {
    let person: UserBackend = backend.for_user(measured.id);
    let (mut times, mut found, mut wanted) = (Vec::new(), 0, 0);
    for (number, (text, vector)) in measured.asked.iter().enumerate() {
        let vector = QuestionVector {
            model: MODEL.to_owned(),
            vector: vector.clone(),
            scale: Scale::default(),
        };
        let begin = Instant::now();
        person
            .recall(
                text,
                Some(&vector),
                &hearth_backend::retrieval::recall::Settings::default(),
            )
            .await?;
        if number < WARM {
            continue;
        }
        times.push(begin.elapsed().as_secs_f64() * 1000.0);
        let exact = database.nearest(measured.id.0, MODEL, &vector.vector, 10).await?;
        let near = person.nearest_passages(&vector, 10).await?;
        wanted += exact.len();
        found += exact
            .iter()
            .filter(|id| near.iter().any(|near| near.0 == **id))
            .count();
    }
    let share = found as f64 / wanted.max(1) as f64;
    let (p50, p95) = (median(&times), percentile(&times, 0.95));
    let who = format!("a person with {} passages", measured.passages);
    let shown = format!("{p50:.1} ms, p95 {p95:.1} ms");
    if measured.passages == 10_000 {
        report.aimed(
            format!("recall of {who}, p50"),
            p50,
            shown,
            Aim::AtMost(8.0, "ms"),
        );
    } else {
        report.figure(format!("recall of {who}, p50"), shown);
    }
    report.aimed(
        format!("— recall@10 against exact search, {who}"),
        share,
        format!("{share:.3}"),
        Aim::AtLeast(0.95, ""),
    );
    Ok(times)
}

/// Vectors in bundles, as those of what one person talks about are.
struct Vectors {
    numbers: Numbers,
}

impl Vectors {
    const fn new(number: u64) -> Self {
        Self {
            numbers: Numbers::new(number),
        }
    }

    fn passage(&mut self) -> Vec<f32> {
        let bundle = self.numbers.next() % BUNDLES;
        let centre = Numbers::new(1 << 40 | bundle).unit();
        mixed(&centre, &self.numbers.unit(), 0.9)
    }

    /// A question about a passage.
    fn near(&mut self, passage: &[f32]) -> Vec<f32> {
        mixed(passage, &self.numbers.unit(), 0.6)
    }
}

fn mixed(one: &[f32], other: &[f32], weight: f32) -> Vec<f32> {
    unit(one.iter().zip(other).map(|(a, b)| a + weight * b).collect())
}

fn unit(vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    vector.into_iter().map(|x| x / length).collect()
}

/// splitmix64.
struct Numbers(u64);

impl Numbers {
    const fn new(number: u64) -> Self {
        Self(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A direction: four uniform numbers each, which is near enough to a bell.
    fn unit(&mut self) -> Vec<f32> {
        let bell = |bits: u64| {
            let parts = [
                bits & 0xffff,
                bits >> 16 & 0xffff,
                bits >> 32 & 0xffff,
                bits >> 48,
            ];
            parts.iter().map(|part| *part as f32 / 32768.0 - 1.0).sum()
        };
        unit((0..DIMENSIONS).map(|_| bell(self.next())).collect())
    }
}
