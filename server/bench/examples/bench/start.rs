//! From nothing to ready: the first time, with a database to make, and every time after.

use crate::{
    processes,
    report::{Aim, Report, median},
    server::{Folder, ModelServer, Server},
};
use anyhow::Result;

const WARM: usize = 7;

/// CPU of Hearth and all it started, and wall time.
struct Start {
    cpu: processes::Cpu,
    wall: f64,
}

pub async fn bench(report: &mut Report) -> Result<()> {
    let (folder, fake) = (Folder::new()?, ModelServer::start(10, 0)?);
    let first = start(&folder, &fake).await?;
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
        warm.push(start(&folder, &fake).await?);
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

async fn start(folder: &Folder, fake: &ModelServer) -> Result<Start> {
    let server = Server::start(folder, fake).await?;
    let start = Start {
        cpu: processes::cpu(server.pid())?,
        wall: server.ready_after.as_secs_f64(),
    };
    server.stop()?;
    Ok(start)
}
