//! How much later the first word is there because Hearth stands in between.
//!
//! Timed from before "Send" to the arrival of the first text on the open event stream; taken off is what the same
//! client waits for when it asks the model server itself, with as many others at once, and, where something is
//! recalled, what that server takes to embed the question.

use crate::{
    client::{Answered, Arrived, Person},
    corpus::question_about,
    processes,
    report::{Aim, Report, median, percentile},
    seed::{Database, PASSAGES},
    server::{Folder, ModelServer, Server},
};
use anyhow::{Context, Result, bail};
use futures::future::join_all;
use reqwest::Client as Http;
use serde_json::{Value, json};
use std::time::Instant;
use tokio::sync::mpsc::UnboundedReceiver;

/// Streams at once, and how often.
const ROUNDS: [(usize, usize); 3] = [(1, 60), (10, 12), (50, 5)];
const PEOPLE: usize = 50;

/// Tokens of each answer.
const TOKENS: usize = 100;

struct Guest {
    person: Person,
    events: UnboundedReceiver<Arrived>,
    /// What they said once.
    past: Vec<String>,
}

pub async fn bench(report: &mut Report) -> Result<()> {
    let (folder, fake) = (Folder::new()?, ModelServer::start(TOKENS, 0)?);
    let server = Server::start(&folder, &fake).await?;
    server.set_up().await?;
    let mut database = Database::open(&folder).await?;
    let people = database.people(PEOPLE).await?;
    without_memory(report, &server, &fake, &mut database, &people).await?;

    let embedder = database.measured_embedder().await?;
    let pasts = database.pasts(&people, PASSAGES, &embedder).await?;
    let server = server.restart(&folder, &fake).await?;
    let mut database = Database::open(&folder).await?;
    let mut guests = invite(&server, &people).await?;
    for (guest, past) in guests.iter_mut().zip(pasts) {
        guest.past = past;
    }
    with_memory(report, &server, &fake, &mut database, &mut guests, &embedder).await?;
    server.stop()
}

async fn without_memory(
    report: &mut Report,
    server: &Server,
    fake: &ModelServer,
    database: &mut Database,
    people: &[String],
) -> Result<()> {
    let mut guests = invite(server, people).await?;
    let model = warm_up(database, &mut guests, false).await?;
    for (streams, rounds) in ROUNDS {
        let direct = Direct::measure(fake, &model, None, streams).await?;
        let asked = rounds_of(server, &mut guests, database, streams, rounds, false).await?;
        report_figures(report, "memory off", streams, &asked, direct.chat_ms);
    }
    Ok(())
}

async fn with_memory(
    report: &mut Report,
    server: &Server,
    fake: &ModelServer,
    database: &mut Database,
    guests: &mut [Guest],
    embedder: &str,
) -> Result<()> {
    let model = warm_up(database, guests, true).await?;
    for (streams, rounds) in ROUNDS {
        let direct = Direct::measure(fake, &model, Some(embedder), streams).await?;
        let asked = rounds_of(server, guests, database, streams, rounds, true).await?;
        let what = format!("recall over {PASSAGES} passages");
        report_figures(report, &what, streams, &asked, direct.chat_ms + direct.embed_ms);
        report.figure(
            format!("— of these, with something recalled; taken off for embedding, {streams} at once"),
            format!(
                "{} of {}; {:.1} ms",
                asked.with_recall,
                asked.times_ms.len(),
                direct.embed_ms
            ),
        );
    }
    Ok(())
}

/// All people ask once; returns the model that answers.
async fn warm_up(database: &mut Database, guests: &mut [Guest], memory: bool) -> Result<String> {
    let first = ask_all(guests, PEOPLE, usize::from(memory), memory)
        .await
        .remove(0)?;
    database.until_jobs_are_done().await?;
    Ok(first.model)
}

async fn invite(server: &Server, people: &[String]) -> Result<Vec<Guest>> {
    let mut guests = Vec::new();
    for name in people {
        let person = server.sign_in(name).await?;
        let events = person.listen().await?;
        guests.push(Guest {
            person,
            events,
            past: Vec::new(),
        });
    }
    Ok(guests)
}

/// What the rounds gave.
#[derive(Default)]
struct Asked {
    times_ms: Vec<f64>,
    failures: Vec<String>,
    with_recall: usize,
    cpu: processes::Cpu,
}

async fn rounds_of(
    server: &Server,
    guests: &mut [Guest],
    database: &mut Database,
    streams: usize,
    rounds: usize,
    memory: bool,
) -> Result<Asked> {
    let mut asked = Asked::default();
    for round in 0..rounds {
        let before = processes::cpu(server.pid())?;
        let round = ask_all(guests, streams, 100 + streams * 100 + round, memory).await;
        asked.cpu += processes::cpu(server.pid())? - before;
        for answered in round {
            match answered {
                Ok(answered) => {
                    asked.times_ms.push(answered.first_text.as_secs_f64() * 1e3);
                    asked.with_recall += usize::from(answered.recalled > 0);
                }
                Err(error) => asked.failures.push(format!("{error:#}")),
            }
        }
        database.until_jobs_are_done().await?;
    }
    if memory && asked.with_recall * 10 < asked.times_ms.len() * 9 {
        bail!(
            "only {} of {} answers recalled anything",
            asked.with_recall,
            asked.times_ms.len()
        );
    }
    Ok(asked)
}

/// The first so many people send at once, each in a new conversation.
async fn ask_all(guests: &mut [Guest], streams: usize, round: usize, memory: bool) -> Vec<Result<Answered>> {
    let asking = guests.iter_mut().take(streams).map(|guest| {
        let about = guest.past.get(round * 13 % PASSAGES);
        let question = about.map_or_else(
            || format!("What do you say to number {round}?"),
            |text| question_about(text),
        );
        async move { guest.person.ask(&mut guest.events, &question, memory).await }
    });
    join_all(asking).await
}

fn report_figures(report: &mut Report, what: &str, streams: usize, asked: &Asked, direct_ms: f64) {
    let added: Vec<f64> = asked.times_ms.iter().map(|time| time - direct_ms).collect();
    let (p50, p95) = (median(&added), percentile(&added, 0.95));
    let label = format!(
        "added to the first token, {what}, {streams} at once (n = {})",
        added.len()
    );
    let shown = format!("p50 {p50:.1} ms, p95 {p95:.1} ms (direct {direct_ms:.1} ms)");
    let recall = what.starts_with("recall");
    match streams {
        1 => report.aimed(
            label,
            p50,
            shown,
            Aim::AtMost(if recall { 15.0 } else { 5.0 }, "ms (p50)"),
        ),
        50 => report.aimed(label, p95, shown, Aim::AtMost(100.0, "ms (p95)")),
        _ => report.figure(label, shown),
    }
    let (answers, failures) = (added.len().max(1) as f64, asked.failures.len() as f64);
    let first = asked.failures.first().map_or("", String::as_str);
    report.figure(
        format!("— CPU of a whole answer of {TOKENS} tokens, {streams} at once"),
        format!(
            "hearth {:.1} ms, PostgreSQL {:.1} ms",
            asked.cpu.hearth * 1e3 / answers,
            asked.cpu.postgres * 1e3 / answers
        ),
    );
    report.aimed(
        format!("— failures, {streams} at once"),
        failures,
        format!("{failures} {first}"),
        Aim::AtMost(0.0, ""),
    );
}

/// What the client waits for without Hearth, medians.
pub struct Direct {
    pub chat_ms: f64,
    pub embed_ms: f64,
}

impl Direct {
    pub async fn measure(
        fake: &ModelServer,
        chat: &str,
        embed: Option<&str>,
        streams: usize,
    ) -> Result<Self> {
        let http = Http::builder()
            .http1_only()
            .tcp_nodelay(true)
            .no_proxy()
            .build()?;
        let chat_body = json!({ "model": chat, "stream": true, "messages": [
            { "role": "system", "content": "You are a helpful assistant." }, { "role": "user", "content": "Hello?" } ] });
        let chat_ms = at_once(&http, &format!("{}/api/chat", fake.url), &chat_body, streams).await?;
        let embed_ms = match embed {
            None => 0.0,
            Some(model) => {
                let body = json!({ "model": model, "input": ["What did I say about bak dunak fozak?"] });
                at_once(&http, &format!("{}/api/embed", fake.url), &body, streams).await?
            }
        };
        Ok(Self { chat_ms, embed_ms })
    }
}

/// Median time to the first bytes of the reply's body, over rounds with connections that are open already.
async fn at_once(http: &Http, url: &str, body: &Value, streams: usize) -> Result<f64> {
    let mut times = Vec::new();
    for round in 0..12 {
        let asked = join_all((0..streams).map(|_| first_bytes(http, url, body))).await;
        let round_times = asked.into_iter().collect::<Result<Vec<f64>>>()?;
        if round > 1 {
            times.extend(round_times);
        }
    }
    Ok(median(&times))
}

async fn first_bytes(http: &Http, url: &str, body: &Value) -> Result<f64> {
    let begin = Instant::now();
    let mut reply = http.post(url).json(body).send().await?.error_for_status()?;
    reply.chunk().await?.context("an empty reply")?;
    let time = begin.elapsed().as_secs_f64() * 1e3;
    // To the end, so that the connection can be used again.
    while reply.chunk().await?.is_some() {}
    Ok(time)
}
