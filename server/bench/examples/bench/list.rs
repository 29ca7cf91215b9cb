//! The list of conversations as JSON: the newest 50 of 1,000, over connections that stay open.

use crate::{
    client::{NAME, Person},
    processes,
    report::{Aim, Report},
    seed::Database,
    server::{Folder, ModelServer, Server},
};
use anyhow::{Result, ensure};
use futures::future::try_join_all;
use hearth_types::ConversationPage;
use std::time::{Duration, Instant};

const ROWS: i32 = 1_000;
const FOR: Duration = Duration::from_secs(6);

pub async fn bench(report: &mut Report) -> Result<()> {
    let (folder, fake) = (Folder::new()?, ModelServer::start(10, 0)?);
    let server = Server::start(&folder, &fake).await?;
    let person = server.set_up().await?;
    Database::open(&folder).await?.conversations(NAME, ROWS).await?;
    let body = person.get("/api/conversations").await?;
    let page: ConversationPage = serde_json::from_str(&body)?;
    ensure!(
        page.rows.len() == 50 && page.next.is_some(),
        "the list has {} rows",
        page.rows.len()
    );
    report.figure(
        "list, 50 of 1,000 rows: its size",
        format!("{} bytes", body.len()),
    );
    for connections in [1, 8] {
        measure(report, &server, &person, connections).await?;
    }
    server.stop()
}

async fn measure(report: &mut Report, server: &Server, person: &Person, connections: usize) -> Result<()> {
    let readers = (0..connections)
        .map(|_| person.elsewhere())
        .collect::<Result<Vec<_>>>()?;
    try_join_all(
        readers
            .iter()
            .map(|reader| read_until(reader, Instant::now() + Duration::from_millis(500))),
    )
    .await?;
    let (before, begin) = (processes::cpu(server.pid())?, Instant::now());
    let counts = try_join_all(readers.iter().map(|reader| read_until(reader, begin + FOR))).await?;
    let (seconds, cpu) = (
        begin.elapsed().as_secs_f64(),
        processes::cpu(server.pid())? - before,
    );
    let requests = counts.iter().sum::<usize>() as f64;
    let (hearth, postgres) = (cpu.hearth * 1e6 / requests, cpu.postgres * 1e6 / requests);
    let per_core = 1e6 / hearth;
    report.aimed(
        format!("list, {connections} connections (n = {requests})"),
        per_core,
        format!(
            "{per_core:.0} per second and core of Hearth; {hearth:.0} µs each, and PostgreSQL {postgres:.0} µs; \
             {:.0} per second here, client beside it",
            requests / seconds
        ),
        Aim::AtLeast(1_500.0, "/s and core"),
    );
    Ok(())
}

async fn read_until(person: &Person, end: Instant) -> Result<usize> {
    let mut count = 0;
    while Instant::now() < end {
        person.get("/api/conversations").await?;
        count += 1;
    }
    Ok(count)
}
