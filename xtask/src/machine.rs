//! Properties of the machine that the choice of a model depends on.

use crate::{paths, sh};

/// Memory in GiB, rounded; 8 if unknown.
pub fn memory_gib() -> u64 {
    let kib = memory_of_linux().or_else(memory_of_macos).unwrap_or(8 << 20);
    (kib + (1 << 19)) >> 20
}

fn memory_of_linux() -> Option<u64> {
    let table = std::fs::read_to_string("/proc/meminfo").ok()?;
    table
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

fn memory_of_macos() -> Option<u64> {
    let bytes: u64 = sh::output(sh::command("sysctl").args(["-n", "hw.memsize"]))
        .ok()?
        .parse()
        .ok()?;
    Some(bytes / 1024)
}

/// Free disk space of the cache in GiB; 0 if unknown.
pub fn free_gib() -> u64 {
    let Ok(cache) = paths::cache("models") else {
        return 0;
    };
    let Ok(table) = sh::output(sh::command("df").arg("-Pk").arg(cache)) else {
        return 0;
    };
    let kib = table
        .lines()
        .last()
        .and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok());
    kib.unwrap_or(0) >> 20
}

/// Whether the system language is Chinese.
pub fn speaks_chinese() -> bool {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok());
    set.is_some_and(|language| language.starts_with("zh"))
}
