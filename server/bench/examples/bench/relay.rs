//! CPU per token on its way from the model server to the tab: rendering, storing and telling included.

use crate::{
    client::{Arrived, Person},
    processes,
    report::{Aim, Report},
    seed::Database,
    server::{Folder, ModelServer, Server},
};
use anyhow::Result;
use futures::future::try_join_all;
use tokio::sync::mpsc::UnboundedReceiver;

const TOKENS: usize = 2_000;
const PEOPLE: usize = 20;

pub async fn bench(report: &mut Report) -> Result<()> {
    for (pace, pause_ms) in [("a token each millisecond", 1), ("as fast as it goes", 0)] {
        let (folder, fake) = (Folder::new()?, ModelServer::start(TOKENS, pause_ms)?);
        let server = Server::start(&folder, &fake).await?;
        server.set_up().await?;
        let mut database = Database::open(&folder).await?;
        let mut people = Vec::new();
        for name in database.people(PEOPLE).await? {
            let person = server.sign_in(&name).await?;
            let events = person.listen().await?;
            people.push(Listener { name, person, events });
        }
        // The first answer of all opens connections and looks the model up.
        relay(&server, &mut database, &mut people[..1], 1).await?;
        // One stream several times: CPU is counted in hundredths of a second.
        for (streams, times) in [(1, 10), (PEOPLE, 2)] {
            let cpu = relay(&server, &mut database, &mut people[..streams], times).await?;
            let tokens = (streams * times * TOKENS) as f64;
            let (hearth, postgres) = (cpu.hearth * 1e6 / tokens, cpu.postgres * 1e6 / tokens);
            report.aimed(
                format!("CPU per token, {streams} at once, {pace} (n = {tokens} tokens)"),
                hearth,
                format!("{hearth:.1} µs, and PostgreSQL {postgres:.1} µs"),
                Aim::AtMost(20.0, "µs"),
            );
        }
        server.stop()?;
    }
    Ok(())
}

struct Listener {
    name: String,
    person: Person,
    events: UnboundedReceiver<Arrived>,
}

/// Answers of [`TOKENS`] tokens to all these people at once, so many times.
async fn relay(
    server: &Server,
    database: &mut Database,
    people: &mut [Listener],
    times: usize,
) -> Result<processes::Cpu> {
    let mut used = processes::Cpu::default();
    for _ in 0..times {
        let mut asking = Vec::new();
        for listener in people.iter_mut() {
            let place = database.titled_conversation(&listener.name).await?;
            asking.push(
                listener
                    .person
                    .go_on(&mut listener.events, place, "Tell me a long story."),
            );
        }
        let before = processes::cpu(server.pid())?;
        try_join_all(asking).await?;
        used += processes::cpu(server.pid())? - before;
        // Vectors are made from what was said, not per token.
        database.until_jobs_are_done().await?;
    }
    Ok(used)
}
