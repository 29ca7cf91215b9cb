//! `hearth doctor`: what is wrong, in plain words, and what to do about it.

#![allow(clippy::print_stdout, reason = "a command talks to whoever typed it")]

use super::brief_backend;
use crate::{
    database::{self, Database},
    settings::Settings,
};
use hearth_backend::{Backend, storage::provision};
use hearth_types::ModelServerStatus;
use std::{path::Path, process::ExitCode};

/// Below this much free space, PostgreSQL may soon be unable to write.
const LITTLE_SPACE: u64 = 1 << 30;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    Good(String),
    /// Works, but not as well as it could.
    Could(String),
    Wrong(String),
}

/// Looks at everything and prints a line each; fails when something is wrong.
pub async fn doctor(settings: &Settings) -> ExitCode {
    let mut findings = vec![
        data_dir(&settings.data_dir),
        disk(&settings.data_dir),
        processor(settings),
        port(settings).await,
    ];
    findings.extend(database_and_models(settings).await);
    for finding in &findings {
        match finding {
            Finding::Good(text) => println!("  ok     {text}"),
            Finding::Could(text) => println!("  note   {text}"),
            Finding::Wrong(text) => println!("  WRONG  {text}"),
        }
    }
    let wrong = findings
        .iter()
        .filter(|finding| matches!(finding, Finding::Wrong(_)))
        .count();
    println!(
        "{}",
        if wrong == 0 {
            "Nothing is wrong.".to_owned()
        } else {
            format!("{wrong} to put right.")
        }
    );
    if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn data_dir(dir: &Path) -> Finding {
    use rustix::fs::{Access, access};
    let name = dir.display();
    if !dir.exists() {
        return Finding::Could(format!(
            "The data directory {name} does not exist yet; `hearth serve` makes it."
        ));
    }
    match access(dir, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) => Finding::Good(format!("The data directory {name} can be written.")),
        Err(error) => Finding::Wrong(format!(
            "The data directory {name} cannot be written ({error}): chown it to Hearth's account."
        )),
    }
}

fn disk(dir: &Path) -> Finding {
    let existing = dir.ancestors().find(|dir| dir.exists()).unwrap_or(Path::new("/"));
    let free = rustix::fs::statvfs(existing).map(|disk| disk.f_bavail * disk.f_frsize);
    match free {
        Ok(free) if free < LITTLE_SPACE => Finding::Wrong(format!(
            "Only {} MB are free on the disk of {}: make room.",
            free >> 20,
            dir.display()
        )),
        Ok(free) => Finding::Good(format!("{} GB are free on the disk.", free >> 30)),
        Err(error) => Finding::Could(format!("How full the disk is could not be found out: {error}.")),
    }
}

fn processor(settings: &Settings) -> Finding {
    if settings.database_url.is_some() {
        return Finding::Good("The database is your own; its processor is not looked at.".into());
    }
    if !database::is_bundled() {
        return Finding::Wrong(
            "This binary carries no PostgreSQL: set DATABASE_URL, or build it with `cargo xtask run`.".into(),
        );
    }
    match hearth_postgres::processor_can_run_vector() {
        Ok(()) => Finding::Good("The processor can run the bundled PostgreSQL's vector search.".into()),
        Err(why) => Finding::Wrong(format!("{why}; set DATABASE_URL to a PostgreSQL of your own.")),
    }
}

/// Either nobody listens there, or Hearth does.
async fn port(settings: &Settings) -> Finding {
    let address = settings.listen;
    if tokio::net::TcpListener::bind(address).await.is_ok() {
        return Finding::Good(format!(
            "Nobody listens on {address}; Hearth is not running there."
        ));
    }
    match healthz(address).await {
        Some(200) => Finding::Good(format!("Hearth answers on {address} and is ready.")),
        Some(503) => Finding::Wrong(format!(
            "Hearth answers on {address} but is not ready: see its log."
        )),
        _ => Finding::Wrong(format!(
            "Something else listens on {address}: end it, or set HEARTH_LISTEN to another port."
        )),
    }
}

/// The status of Hearth's own health page; none when something else answers.
async fn healthz(mut address: std::net::SocketAddr) -> Option<u16> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    let ask = async {
        let mut stream = tokio::net::TcpStream::connect(address).await.ok()?;
        let request = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        stream.write_all(request).await.ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.ok()?;
        answer
            .contains("\"status\":")
            .then(|| answer.split(' ').nth(1)?.parse().ok())?
    };
    tokio::time::timeout(std::time::Duration::from_secs(5), ask)
        .await
        .ok()?
}

async fn database_and_models(settings: &Settings) -> Vec<Finding> {
    let database = match Database::open(settings).await {
        Ok(database) => database,
        Err(error) => return vec![Finding::Wrong(format!("The database does not work: {error:#}."))],
    };
    let mut findings = vec![leakproof(&database).await];
    match brief_backend(settings, &database).await {
        Ok(backend) => {
            findings.extend(models(settings, &backend).await);
            backend.shut_down().await;
        }
        Err(error) => findings.push(Finding::Wrong(format!(
            "The database does not answer Hearth: {error}."
        ))),
    }
    database.stop().await;
    findings
}

async fn leakproof(database: &Database) -> Finding {
    match provision::is_leakproof(&database.app).await {
        Ok(true) => Finding::Good("The database answers, and full-text search uses its index.".into()),
        Ok(false) => Finding::Could(
            "The database answers, but full-text search cannot use its index. A superuser of your PostgreSQL can \
             run: alter function ts_match_vq(tsvector, tsquery) leakproof"
                .into(),
        ),
        Err(error) => Finding::Wrong(format!("The database does not answer: {error}.")),
    }
}

async fn models(settings: &Settings, backend: &Backend) -> Vec<Finding> {
    match backend.models().status().await {
        Ok(status) if !status.reachable => vec![Finding::Wrong(format!(
            "No model server answers at {}: install Ollama (https://ollama.com) and start it, or set HEARTH_OLLAMA_URL.",
            settings.ollama_url
        ))],
        Ok(status) => model_findings(&status),
        Err(error) => vec![Finding::Wrong(format!("The models cannot be listed: {error}."))],
    }
}

fn model_findings(status: &ModelServerStatus) -> Vec<Finding> {
    let chat = match status.chat_models.len() {
        0 => Finding::Wrong("The model server has no chat model: fetch one on Hearth's page Models.".into()),
        count => Finding::Good(format!(
            "The model server at {} has {count} chat models.",
            status.url
        )),
    };
    let embedding = match &status.embedding_model {
        Some(model) => Finding::Good(format!("{model} makes vectors for recall.")),
        None => Finding::Could(
            "There is no embedding model: recall uses full text alone until one is fetched.".into(),
        ),
    };
    vec![chat, embedding]
}
