//! `cargo xtask fuzz [TARGET]`: fuzzes the parsers of untrusted bytes and text.
//!
//! The targets are in `server/fuzz`. They need a nightly compiler and `cargo install cargo-fuzz`; no other command
//! needs these, so they are not set up here.

use anyhow::{Result, bail};
use std::path::PathBuf;

use crate::{paths, sh};

/// Maximum length of an input, in bytes.
const MAX_INPUT_BYTES: u32 = 16 << 10;

/// Seconds after which an input counts as hanging.
const TIMEOUT: u32 = 10;

/// Memory limit in MB; more counts as a failure.
const MEMORY: u32 = 1024;

/// Runs one target, or all of them in turn, each for this many seconds.
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

/// Without a sanitizer: Hearth's own code is safe Rust, and inputs run several times as fast. Overflow checks and debug
/// assertions are on.
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
                &format!("-max_len={MAX_INPUT_BYTES}"),
                &format!("-timeout={TIMEOUT}"),
                &format!("-rss_limit_mb={MEMORY}"),
                "-print_final_stats=1",
            ]),
    )
}
