//! `hearth doctor`: what is wrong, in plain words, and what to do about it.

#![allow(clippy::print_stdout, reason = "a command prints to the terminal")]

mod findings;

use self::findings::Finding;
use super::backend::brief_backend;
use crate::{
    serve::{
        data_dir,
        database::{self, Database},
    },
    settings::Settings,
};
use hearth_backend::{Backend, storage::provision};
use std::{path::Path, process::ExitCode};

/// Prints one line for each check; fails when something is wrong.
pub async fn doctor(settings: &Settings) -> ExitCode {
    let mut found = vec![
        data_dir(&settings.data_dir),
        disk(&settings.data_dir),
        processor(settings),
        findings::pdf_library(hearth_extract::has_pdf_library()),
        port(settings).await,
    ];
    if settings.public_url.as_ref().is_some_and(|url| url.secure) && settings.trusted_proxies.is_empty() {
        found.push(findings::no_trusted_proxy());
    }
    found.extend(database_and_models(settings).await);
    for finding in &found {
        println!("{finding}");
    }
    let wrong = found
        .iter()
        .filter(|finding| matches!(finding, Finding::Wrong(_)))
        .count();
    if wrong == 0 {
        println!("Nothing is wrong.");
        return ExitCode::SUCCESS;
    }
    println!("{wrong} to put right.");
    ExitCode::FAILURE
}

fn data_dir(dir: &Path) -> Finding {
    let name = dir.display();
    if !dir.exists() {
        return Finding::Could(format!(
            "The data directory {name} does not exist yet; Hearth makes it when it first starts."
        ));
    }
    match data_dir::look_at(dir) {
        Ok(()) => Finding::Good(format!("The data directory {name} can be written.")),
        Err(why) => Finding::Wrong(format!("The data directory does not work: {why}.")),
    }
}

fn disk(dir: &Path) -> Finding {
    let existing = dir.ancestors().find(|dir| dir.exists()).unwrap_or(Path::new("/"));
    let free = rustix::fs::statvfs(existing).map(|disk| disk.f_bavail * disk.f_frsize);
    match free {
        Ok(free) => findings::disk(free, dir),
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
    findings::processor(hearth_postgres::processor_can_run_vector())
}

/// The port is free, or Hearth listens there.
async fn port(settings: &Settings) -> Finding {
    let address = settings.listen;
    match tokio::net::TcpListener::bind(address).await {
        Ok(_) => Finding::Good(format!(
            "Nobody listens on {address}; Hearth is not running there."
        )),
        Err(error) => findings::port(address, &error, healthz(address).await),
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
    let mut found = vec![leakproof(&database).await];
    if settings.database_url.is_some() && settings.owner_database_url.is_none() {
        found.push(findings::one_url());
    }
    match brief_backend(settings, &database).await {
        Ok(backend) => {
            found.extend(models(settings, &backend).await);
            backend.shut_down().await;
        }
        Err(error) => found.push(Finding::Wrong(format!(
            "The database does not answer Hearth: {error}."
        ))),
    }
    database.stop().await;
    found
}

async fn leakproof(database: &Database) -> Finding {
    match provision::is_leakproof(&database.app).await {
        Ok(marked) => findings::search(marked),
        Err(error) => Finding::Wrong(format!("The database does not answer: {error}.")),
    }
}

async fn models(settings: &Settings, backend: &Backend) -> Vec<Finding> {
    match backend.models().status().await {
        Ok(status) if !status.reachable => vec![findings::no_model_server(&settings.ollama_url)],
        Ok(status) => findings::models(&status),
        Err(error) => vec![Finding::Wrong(format!("The models cannot be listed: {error}."))],
    }
}
