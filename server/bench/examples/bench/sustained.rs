//! A full server for twenty minutes: 50 people with a long past, 20 answers at any moment, and memory that stays
//! where it is.
//!
//! `sustained [MINUTES]`; the passages of all people together are `HEARTH_BENCH_PASSAGES`. Not part of a run of
//! all benches.

use crate::{
    client::{Arrived, Person},
    corpus::question_about,
    first_token::Direct,
    machine,
    processes::{self, Memory},
    report::{Aim, Report, median, percentile},
    seed::Database,
    server::{Folder, ModelServer, Server},
};
use anyhow::Result;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::{sync::Semaphore, sync::mpsc::UnboundedReceiver, time::sleep};

const PEOPLE: usize = 50;
const STREAMS: usize = 20;
/// An answer of 200 tokens takes five seconds, as a small model would.
const TOKENS: usize = 200;
const PAUSE_MS: u64 = 25;
const SAMPLE_EVERY: Duration = Duration::from_secs(30);
/// Caches and pools fill up first.
const WARM_UP: Duration = Duration::from_secs(60);

/// What all people measured.
#[derive(Default)]
struct Seen {
    first_text_ms: Vec<f64>,
    page_ms: Vec<f64>,
    recalled: usize,
    failures: Vec<String>,
}

type Shared = Arc<Mutex<Seen>>;

pub async fn bench(report: &mut Report, minutes: u64) -> Result<()> {
    let passages: usize = match std::env::var("HEARTH_BENCH_PASSAGES") {
        Ok(number) => number.parse()?,
        Err(_) => 1_000_000,
    };
    let (folder, fake) = (Folder::new()?, ModelServer::start(TOKENS, PAUSE_MS)?);
    let server = Server::start(&folder, &fake).await?;
    let ada = server.set_up().await?;
    let model = ada.ask(&mut ada.listen().await?, "Hello?", true).await?.model;
    let mut database = Database::open(&folder).await?;
    let embedder = database.measured_embedder().await?;
    let names = database.people(PEOPLE).await?;
    let pasts = database.pasts(&names, passages / PEOPLE, &embedder).await?;
    let server = server.restart(&folder, &fake).await?;
    let mut guests = Vec::new();
    for (name, past) in names.iter().zip(pasts) {
        guests.push((server.sign_in(name).await?, past));
    }
    let direct = Direct::measure(&fake, &model, Some(&embedder), STREAMS).await?;

    let (seen, until) = (
        Shared::default(),
        Instant::now() + Duration::from_secs(minutes * 60),
    );
    let streams = Arc::new(Semaphore::new(STREAMS));
    let mut talks = tokio::task::JoinSet::new();
    for (number, (person, past)) in guests.into_iter().enumerate() {
        let events = person.listen().await?;
        let (streams, seen) = (streams.clone(), seen.clone());
        talks.spawn(live(person, events, past, number, streams, seen, until));
    }
    let started = Instant::now();
    let before = processes::cpu(server.pid())?;
    let samples = watch(&server, until).await?;
    let cpu = processes::cpu(server.pid())? - before;
    let lasted = started.elapsed().as_secs_f64();
    talks.join_all().await;
    let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    report_figures(report, &seen, direct.chat_ms + direct.embed_ms, passages);
    report_memory(report, &samples);
    report.figure(
        format!("CPU over {:.0} minutes", lasted / 60.0),
        format!(
            "hearth {:.1} %, PostgreSQL {:.1} % of a core; {} at the end",
            cpu.hearth * 100.0 / lasted,
            cpu.postgres * 100.0 / lasted,
            machine::load()
        ),
    );
    server.stop()
}

/// One person: waits for one of the streams, asks, reads the answer and the list, thinks, asks again.
async fn live(
    person: Person,
    mut events: UnboundedReceiver<Arrived>,
    past: Vec<String>,
    number: usize,
    streams: Arc<Semaphore>,
    seen: Shared,
    until: Instant,
) {
    let mut round = number;
    while Instant::now() < until {
        let Ok(stream) = streams.acquire().await else {
            return;
        };
        round += 1;
        let about = past.get(round * 37 % past.len().max(1));
        let question = about.map_or_else(|| format!("And number {round}?"), |text| question_about(text));
        let answered = person.ask(&mut events, &question, true).await;
        drop(stream);
        let place = answered.as_ref().ok().map(|answered| answered.sent.conversation);
        note(&seen, |seen| match answered {
            Ok(answered) => {
                seen.first_text_ms.push(answered.first_text.as_secs_f64() * 1e3);
                seen.recalled += usize::from(answered.recalled > 0);
            }
            Err(error) => seen.failures.push(format!("{error:#}")),
        });
        let mut pages = vec!["/api/conversations".to_owned()];
        pages.extend(place.map(|place| format!("/c/{place}")));
        for page in pages {
            let begin = Instant::now();
            let read = person.get(&page).await;
            note(&seen, |seen| match read {
                Ok(_) => seen.page_ms.push(begin.elapsed().as_secs_f64() * 1e3),
                Err(error) => seen.failures.push(format!("{error:#}")),
            });
        }
        sleep(Duration::from_millis(500 + (round as u64 * 397) % 1_500)).await;
    }
}

fn note(seen: &Shared, what: impl FnOnce(&mut Seen)) {
    what(&mut seen.lock().unwrap_or_else(PoisonError::into_inner));
}

async fn watch(server: &Server, until: Instant) -> Result<Vec<Memory>> {
    let started = Instant::now();
    let mut samples = Vec::new();
    while Instant::now() < until {
        sleep(SAMPLE_EVERY.min(until.saturating_duration_since(Instant::now()))).await;
        let memory = processes::memory(server.pid())?;
        eprintln!(
            "  {:>4} s: hearth {:.1} MB, PostgreSQL {:.1} MB in {} processes",
            started.elapsed().as_secs(),
            memory.hearth,
            memory.postgres,
            memory.processes
        );
        if started.elapsed() > WARM_UP {
            samples.push(memory);
        }
    }
    Ok(samples)
}

fn report_figures(report: &mut Report, seen: &Seen, direct_ms: f64, passages: usize) {
    let own: Vec<f64> = seen.first_text_ms.iter().map(|time| time - direct_ms).collect();
    let (p50, p95) = (median(&own), percentile(&own, 0.95));
    report.aimed(
        format!(
            "own share of the first token, {PEOPLE} people, {STREAMS} streams, {passages} passages (n = {})",
            own.len()
        ),
        p95,
        format!("p50 {p50:.1} ms, p95 {p95:.1} ms (direct {direct_ms:.1} ms)"),
        Aim::AtMost(100.0, "ms (p95)"),
    );
    report.figure(
        "— of these, with something recalled",
        format!("{} of {}", seen.recalled, own.len()),
    );
    report.figure(
        format!("lists and conversations meanwhile (n = {})", seen.page_ms.len()),
        format!(
            "p50 {:.1} ms, p95 {:.1} ms",
            median(&seen.page_ms),
            percentile(&seen.page_ms, 0.95)
        ),
    );
    let first = seen.failures.first().map_or("", String::as_str);
    let failures = seen.failures.len() as f64;
    report.aimed(
        "failures, any answer that is no success among them",
        failures,
        format!("{failures} {first}"),
        Aim::AtMost(0.0, ""),
    );
}

fn report_memory(report: &mut Report, samples: &[Memory]) {
    for (who, of) in [
        ("hearth", (|memory| memory.hearth) as fn(&Memory) -> f64),
        ("PostgreSQL", |memory| memory.postgres),
    ] {
        let all: Vec<f64> = samples.iter().map(of).collect();
        let (least, most) = (percentile(&all, 0.0), percentile(&all, 1.0));
        let middle = f64::midpoint(least, most).max(f64::MIN_POSITIVE);
        let spread = (most - least) / 2.0 / middle * 100.0;
        report.aimed(
            format!(
                "memory of {who} (PSS), {} samples after {WARM_UP:?}",
                samples.len()
            ),
            spread,
            format!("{least:.1} to {most:.1} MB: {middle:.1} MB ± {spread:.1} %"),
            Aim::AtMost(10.0, "%"),
        );
    }
}
