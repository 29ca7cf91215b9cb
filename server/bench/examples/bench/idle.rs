//! What a house weighs in which nothing happens: after its start, and after a busy hour.

use crate::{
    house::{Fake, House, Place},
    processes,
    report::{Aim, Report},
    seed::Database,
};
use anyhow::Result;
use std::time::Duration;
use tokio::time::sleep;

const SETTLE: Duration = Duration::from_secs(30);
const WATCH: Duration = Duration::from_secs(20);

pub async fn bench(report: &mut Report) -> Result<()> {
    let (place, fake) = (Place::new()?, Fake::start(200, 0)?);
    let house = House::start(&place, &fake).await?;
    measure(report, &house, "after the start").await?;
    use_it(&house, &place).await?;
    measure(report, &house, "after use (100 chats of 10 people, 1,000 lists)").await?;
    house.stop()
}

async fn use_it(house: &House, place: &Place) -> Result<()> {
    house.set_up().await?;
    let mut database = Database::open(place).await?;
    let mut talks = Vec::new();
    for name in database.people(10).await? {
        let person = house.sign_in(&name).await?;
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

async fn measure(report: &mut Report, house: &House, when: &str) -> Result<()> {
    sleep(SETTLE).await;
    let before = processes::cpu(house.pid())?;
    sleep(WATCH).await;
    let cpu = processes::cpu(house.pid())? - before;
    let memory = processes::memory(house.pid())?;
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
