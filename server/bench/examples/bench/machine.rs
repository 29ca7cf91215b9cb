//! The conditions of the measurement.

use crate::{report::Report, server::program};
use anyhow::Result;
use std::fs;

/// Reports the machine, its kernel, and the measured binary.
pub fn conditions(report: &mut Report) -> Result<()> {
    let cores = std::thread::available_parallelism()?;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    report.condition(format!("{cores} cores, {}, Linux {}", processor(), kernel.trim()));
    let binary = program("HEARTH_BIN")?;
    let megabytes = fs::metadata(&binary)?.len() as f64 / 1e6;
    let build = if binary.components().any(|part| part.as_os_str() == "debug") {
        ", a DEBUG build"
    } else {
        ""
    };
    report.condition(format!(
        "hearth of {megabytes:.1} MB{build}; the client and the model server run on the same cores"
    ));
    report.condition(format!("{} at the start", load()));
    Ok(())
}

/// Others use the machine too.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let minute = load.split(' ').next().unwrap_or("?").to_owned();
    format!("load average {minute}")
}

fn processor() -> String {
    let about = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = about
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map_or_else(
        || "unknown processor".to_owned(),
        |(_, name)| name.trim().to_owned(),
    )
}
