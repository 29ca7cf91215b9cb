//! What a server weighs in which nothing happens: after its start, and after a busy hour.

use crate::{
    processes,
    report::{Aim, Report},
    seed::Database,
    server::{Folder, ModelServer, Server},
};
use anyhow::Result;
use std::time::Duration;
use tokio::time::sleep;

const SETTLE: Duration = Duration::from_secs(30);
const WATCH: Duration = Duration::from_secs(20);

pub async fn bench(report: &mut Report) -> Result<()> {
    let (folder, fake) = (Folder::new()?, ModelServer::start(200, 0)?);
    let server = Server::start(&folder, &fake).await?;
    measure(report, &server, "after the start").await?;
    use_it(&server, &folder).await?;
    measure(report, &server, "after use (100 chats of 10 people, 1,000 lists)").await?;
    server.stop()
}

async fn use_it(server: &Server, folder: &Folder) -> Result<()> {
    server.set_up().await?;
    let mut database = Database::open(folder).await?;
    let mut talks = Vec::new();
    for name in database.people(10).await? {
        let person = server.sign_in(&name).await?;
        talks.push(async move {
            let mut events = person.listen().await?;
            for number in 0..10 {
                person
                    .ask(&mut events, &format!("Tell me more about number {number}."), true)
                    .await?;
                for _ in 0..10 {
                    person.get("/api/conversations").await?;
                }
            }
            anyhow::Ok(())
        });
    }
    futures::future::try_join_all(talks).await?;
    database.until_jobs_are_done().await
}

async fn measure(report: &mut Report, server: &Server, when: &str) -> Result<()> {
    sleep(SETTLE).await;
    let before = processes::cpu(server.pid())?;
    sleep(WATCH).await;
    let cpu = processes::cpu(server.pid())? - before;
    let memory = processes::memory(server.pid())?;
    let all = memory.hearth + memory.postgres;
    report.aimed(
        format!("idle memory (PSS), {SETTLE:?} {when}"),
        all,
        format!(
            "{all:.1} MB: hearth {:.1}, PostgreSQL {:.1} in {} processes",
            memory.hearth, memory.postgres, memory.processes
        ),
        Aim::AtMost(60.0, "MB"),
    );
    report.figure(
        format!("idle CPU, {when}"),
        format!(
            "hearth {:.2} %, PostgreSQL {:.2} % of a core, over {WATCH:?}",
            cpu.hearth * 100.0 / WATCH.as_secs_f64(),
            cpu.postgres * 100.0 / WATCH.as_secs_f64()
        ),
    );
    Ok(())
}
