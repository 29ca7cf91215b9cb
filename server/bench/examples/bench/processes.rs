//! CPU and memory of a process and of what it started, from `/proc`.

use anyhow::{Context, Result};
use std::{
    collections::HashMap,
    fs,
    ops::{AddAssign, Sub},
};

/// CPU of Hearth itself and of PostgreSQL's processes, in seconds since their start.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cpu {
    pub hearth: f64,
    pub postgres: f64,
}

impl Sub for Cpu {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            hearth: self.hearth - before.hearth,
            postgres: self.postgres - before.postgres,
        }
    }
}

impl AddAssign for Cpu {
    fn add_assign(&mut self, more: Self) {
        self.hearth += more.hearth;
        self.postgres += more.postgres;
    }
}

/// Memory, each page counted by the share of it (PSS), in megabytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memory {
    pub hearth: f64,
    pub postgres: f64,
    /// How many processes PostgreSQL has.
    pub processes: usize,
}

/// CPU so far. What a child used that has ended is counted where its parent counts it: initdb by Hearth,
/// connections by PostgreSQL's first process.
pub fn cpu(hearth: u32) -> Result<Cpu> {
    let all = read_all();
    let own = all.get(&hearth).context("hearth is gone")?;
    let children = descendants(&all, hearth);
    let ticks = |stat: &Stat| stat.own_ticks + stat.ended_ticks;
    Ok(Cpu {
        hearth: own.own_ticks / TICKS,
        postgres: (own.ended_ticks + children.iter().map(|pid| ticks(&all[pid])).sum::<f64>()) / TICKS,
    })
}

/// Memory now.
pub fn memory(hearth: u32) -> Result<Memory> {
    let children = descendants(&read_all(), hearth);
    let mut memory = Memory {
        hearth: pss(hearth)?,
        postgres: 0.0,
        processes: children.len(),
    };
    for child in children {
        // One that ended meanwhile has none.
        memory.postgres += pss(child).unwrap_or(0.0);
    }
    Ok(memory)
}

/// The most memory that the process itself has had since [`reset_peak_memory`], in megabytes (VmHWM).
pub fn peak_memory(pid: u32) -> Result<f64> {
    let path = format!("/proc/{pid}/status");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: f64 = line
        .context("no peak")?
        .trim()
        .trim_end_matches("kB")
        .trim()
        .parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}

/// Lets the peak begin at what the process has now.
pub fn reset_peak_memory(pid: u32) -> Result<()> {
    Ok(fs::write(format!("/proc/{pid}/clear_refs"), "5")?)
}

/// Linux counts in hundredths of a second here, on every architecture that Hearth runs on.
const TICKS: f64 = 100.0;

struct Stat {
    parent: u32,
    own_ticks: f64,
    ended_ticks: f64,
}

fn read_all() -> HashMap<u32, Stat> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return HashMap::new();
    };
    let pids = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid| Some((pid, read(pid)?))).collect()
}

/// Fields as proc(5) numbers them; the name before them may hold spaces and ends with the last parenthesis.
fn read(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let field = |number: usize| fields.get(number - 3)?.parse::<f64>().ok();
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        own_ticks: field(14)? + field(15)?,
        ended_ticks: field(16)? + field(17)?,
    })
}

fn descendants(all: &HashMap<u32, Stat>, root: u32) -> Vec<u32> {
    let (mut found, mut next) = (Vec::new(), vec![root]);
    while let Some(parent) = next.pop() {
        let children = all
            .iter()
            .filter(|(_, stat)| stat.parent == parent)
            .map(|(pid, _)| *pid);
        let before = found.len();
        found.extend(children);
        next.extend_from_slice(&found[before..]);
    }
    found
}

fn pss(pid: u32) -> Result<f64> {
    let path = format!("/proc/{pid}/smaps_rollup");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("Pss:"))
        .context("no PSS")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}
