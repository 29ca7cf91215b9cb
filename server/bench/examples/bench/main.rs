//! What Hearth adds, weighs and costs: a black box, driven over HTTP as a browser would drive it.
//!
//! Each bench starts the real binary (`HEARTH_BIN`) in a data directory of its own, beside the scripted model
//! server (`HEARTH_FAKE_MODEL_SERVER`) that answers at once, so that what is measured is Hearth. Rows are put
//! into its PostgreSQL directly; everything that is timed goes through the web port. `cargo xtask bench` builds
//! both in release and calls this; with the two variables set it runs with any build.
#![allow(clippy::print_stdout, reason = "a table is what it is for")]

mod client;
mod corpus;
mod first_token;
mod hostile;
mod idle;
mod list;
mod machine;
mod page;
mod prefix;
mod processes;
mod recall_scale;
mod relay;
mod report;
mod search;
mod seed;
mod server;
mod size;
mod start;
mod sustained;

use anyhow::{Result, bail};
use report::Report;
use std::process::ExitCode;

/// The benches, in the order in which they run.
const NAMES: [&str; 7] = ["size", "start", "idle", "list", "relay", "first-token", "page"];

/// Those that run only when they are named; a number says how long or how large.
const SUSTAINED: &str = "sustained";
const MINUTES: u64 = 20;
const RECALL_SCALE: &str = "recall-scale";
const PREFIX: &str = "prefix";
const SEARCH: &str = "search";
const HOSTILE: &str = "hostile";
const ON_DEMAND: [&str; 5] = [SUSTAINED, RECALL_SCALE, PREFIX, SEARCH, HOSTILE];

#[tokio::main]
async fn main() -> ExitCode {
    match run_asked().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // `{:#}` and not `{:?}`: a backtrace of this program does not help.
            eprintln!("✗ {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the benches that the command line names, or all; whether all could be run.
async fn run_asked() -> Result<bool> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let number = asked.iter().find_map(|word| word.parse::<u64>().ok());
    let known =
        |name: &str| NAMES.contains(&name) || ON_DEMAND.contains(&name) || name.parse::<u64>().is_ok();
    if let Some(unknown) = asked.iter().find(|name| !known(name)) {
        bail!(
            "there is no bench {unknown}; there are {}, {}",
            NAMES.join(", "),
            ON_DEMAND.join(", ")
        );
    }
    let mut report = Report::default();
    machine::conditions(&mut report)?;
    for name in ON_DEMAND
        .into_iter()
        .filter(|name| asked.iter().any(|a| a == name))
    {
        report.bench(name, &machine::load());
        let ended = match name {
            SUSTAINED => sustained::bench(&mut report, number.unwrap_or(MINUTES)).await,
            RECALL_SCALE => recall_scale::bench(&mut report, number.unwrap_or(recall_scale::PASSAGES)).await,
            HOSTILE => hostile::bench(&mut report).await,
            SEARCH => search::bench(&mut report, number.unwrap_or(search::MESSAGES)).await,
            _ => prefix::bench(&mut report).await,
        };
        if let Err(error) = ended {
            report.failed(name, &error);
        }
    }
    for name in NAMES
        .into_iter()
        .filter(|name| asked.is_empty() || asked.iter().any(|a| a == name))
    {
        eprintln!("→ {name}");
        if let Err(error) = run(name, &mut report).await {
            report.failed(name, &error);
        }
    }
    report.print();
    Ok(!report.any_failed())
}

async fn run(name: &str, report: &mut Report) -> Result<()> {
    report.bench(name, &machine::load());
    match name {
        "size" => size::bench(report),
        "start" => start::bench(report).await,
        "idle" => idle::bench(report).await,
        "list" => list::bench(report).await,
        "relay" => relay::bench(report).await,
        "first-token" => first_token::bench(report).await,
        _ => page::bench(report).await,
    }
}
