//! `cargo xtask fuzz [TARGET]`: feeds the readers of foreign bytes and text with what breaks readers.
//!
//! The targets are in `server/fuzz`. They need a nightly compiler and `cargo install cargo-fuzz`, which no other
//! command needs, so neither is set up here.

use anyhow::{Result, bail};
use std::path::PathBuf;

use crate::{paths, sh};

/// Bytes of the longest input.
const LONGEST: u32 = 16 << 10;

/// Seconds after which one input counts as endless.
const TIMEOUT: u32 = 10;

/// Megabytes of memory; more counts as a failure.
const MEMORY: u32 = 1024;

/// Runs one target, or all one after the other, each for so many seconds.
pub fn fuzz(target: Option<&str>, seconds: u32) -> Result<()> {
    if sh::output(sh::command("cargo").args(["+nightly", "fuzz", "--version"])).is_err() {
        bail!(
            "fuzzing needs a nightly compiler and cargo-fuzz: rustup toolchain install nightly; cargo install cargo-fuzz"
        );
    }
    let all = targets()?;
    let chosen: Vec<&String> = all
        .iter()
        .filter(|name| target.is_none_or(|one| one == *name))
        .collect();
    if chosen.is_empty() {
        bail!("there is no such target; there are {}", all.join(", "));
    }
    for name in chosen {
        sh::doing(format!("fuzzing {name} for {seconds} s"));
        run(name, seconds)?;
    }
    Ok(())
}

fn folder() -> PathBuf {
    paths::root().join("server/fuzz")
}

fn targets() -> Result<Vec<String>> {
    let files = std::fs::read_dir(folder().join("fuzz_targets"))?;
    let mut names: Vec<String> = files
        .flatten()
        .filter_map(|file| file.file_name().to_str()?.strip_suffix(".rs").map(str::to_owned))
        .collect();
    names.sort();
    Ok(names)
}

/// Without a sanitizer: Hearth's own code has no unsafe parts to look into, and each input is read several times as
/// fast. Checks of overflow and of conditions are on.
fn run(target: &str, seconds: u32) -> Result<()> {
    sh::run(
        sh::command("cargo")
            .arg("+nightly")
            .args(["fuzz", "run", "--sanitizer", "none", "--fuzz-dir"])
            .arg(folder())
            .args([
                target,
                "--",
                &format!("-max_total_time={seconds}"),
                &format!("-max_len={LONGEST}"),
                &format!("-timeout={TIMEOUT}"),
                &format!("-rss_limit_mb={MEMORY}"),
                "-print_final_stats=1",
            ]),
    )
}
