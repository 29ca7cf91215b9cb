//! From nothing to ready: the first time, with a database to make, and every time after.

use crate::{
    house::{Fake, House, Place},
    processes,
    report::{Aim, Report, median},
};
use anyhow::Result;

const WARM: usize = 7;

/// CPU of Hearth and all it started, and wall time.
struct Start {
    cpu: processes::Cpu,
    wall: f64,
}

pub async fn bench(report: &mut Report) -> Result<()> {
    let (place, fake) = (Place::new()?, Fake::start(10, 0)?);
    let first = start(&place, &fake).await?;
    report.figure(
        "first start, database made",
        format!(
            "{:.2} s CPU, {:.2} s wall",
            first.cpu.hearth + first.cpu.postgres,
            first.wall
        ),
    );
    let mut warm = Vec::new();
    for _ in 0..WARM {
        warm.push(start(&place, &fake).await?);
    }
    let of = |part: fn(&Start) -> f64| median(&warm.iter().map(part).collect::<Vec<_>>());
    let cpu = of(|start| start.cpu.hearth + start.cpu.postgres);
    report.aimed(
        format!("warm start (n = {WARM})"),
        cpu,
        format!(
            "{cpu:.2} s CPU (hearth {:.2}, PostgreSQL {:.2}), {:.2} s wall",
            of(|start| start.cpu.hearth),
            of(|start| start.cpu.postgres),
            of(|start| start.wall)
        ),
        Aim::AtMost(0.3, "s CPU"),
    );
    Ok(())
}

async fn start(place: &Place, fake: &Fake) -> Result<Start> {
    let house = House::start(place, fake).await?;
    let start = Start {
        cpu: processes::cpu(house.pid())?,
        wall: house.ready_after.as_secs_f64(),
    };
    house.stop()?;
    Ok(start)
}
