//! A conversation of 20 messages in a real browser: `end2end/page-weight.mjs` counts, this reads.
//!
//! Most of it, 242 kB packed, is the wasm. Its 850 kB of instructions before `wasm-opt` are, by crate: Leptos' views
//! and signals 30 %, reading JSON into our types 24 % (of which the events of the stream are a fifth), the islands
//! themselves 16 %, the standard library 18 %, and what calls the browser 10 %. Neither `wasm-opt --converge`, `--gufa`,
//! `--merge-similar-functions` nor another order of functions takes a kilobyte off; `--flatten --rereloop` takes 4.

use crate::{
    report::{Aim, Report, median},
    seed::Database,
    server::{Folder, ModelServer, Server},
};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::{path::Path, process::Command};

/// Messages of the page, half of them answers.
const MESSAGES: usize = 20;

/// What the script prints for each visit.
#[derive(Deserialize)]
struct Visit {
    requests: f64,
    bytes: f64,
    /// Milliseconds from the start of the navigation until the composer takes words and its island is awake.
    usable_ms: f64,
}

#[derive(Deserialize)]
struct Visits {
    cold: Vec<Visit>,
    warm: Vec<Visit>,
}

pub async fn bench(report: &mut Report) -> Result<()> {
    let (folder, fake) = (Folder::new()?, ModelServer::start(60, 0)?);
    let server = Server::start(&folder, &fake).await?;
    let person = server.set_up().await?;
    let mut events = person.listen().await?;
    let first = person
        .ask(&mut events, "Tell me about the first thing.", true)
        .await?;
    for number in 1..MESSAGES / 2 {
        person
            .go_on(
                &mut events,
                first.sent.conversation,
                &format!("And about number {number}?"),
            )
            .await?;
    }
    Database::open(&folder).await?.until_jobs_are_done().await?;
    let visits = look(
        &format!("{}/c/{}", server.url, first.sent.conversation),
        &person.cookie,
    )?;
    report_figures(report, "cold", &visits.cold, true);
    report_figures(report, "warm", &visits.warm, false);
    server.stop()
}

fn look(url: &str, cookie: &str) -> Result<Visits> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../end2end");
    let output = Command::new("node")
        .arg("page-weight.mjs")
        .args([url, cookie])
        .current_dir(folder)
        .output()
        .context("cannot start node")?;
    if !output.status.success() {
        bail!(
            "page-weight.mjs failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn report_figures(report: &mut Report, when: &str, visits: &[Visit], cold: bool) {
    let of = |part: fn(&Visit) -> f64| median(&visits.iter().map(part).collect::<Vec<_>>());
    let (requests, kilobytes) = (of(|v| v.requests), of(|v| v.bytes) / 1e3);
    let page = format!(
        "conversation of {MESSAGES} messages, {when} (n = {})",
        visits.len()
    );
    let (most_requests, most_bytes) = (Aim::AtMost(8.0, "requests"), Aim::AtMost(200.0, "kB"));
    let shown = format!("{requests} requests, the event stream included");
    report.aimed(&page, requests, shown, most_requests);
    if cold {
        report.aimed(
            "— transferred, headers included",
            kilobytes,
            format!("{kilobytes:.1} kB"),
            most_bytes,
        );
    } else {
        report.figure("— transferred, headers included", format!("{kilobytes:.1} kB"));
    }
    report.figure("— time to usable input", format!("{:.0} ms", of(|v| v.usable_ms)));
}
