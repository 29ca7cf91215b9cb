//! One cargo toolchain for server and browser, so that common dependencies (above all proc-macros) are built once.
//!
//! In this order: `HEARTH_TOOLCHAIN`; an installed toolchain with the standard library for wasm, the active one first;
//! the active one after `rustup target add`; and if that cannot be fetched, one from Debian's packages (`debian.rs`).

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

pub use crate::debian::WASM;
use crate::{debian, sh};

/// The oldest compiler that builds the workspace; `rust-version` in Cargo.toml.
const MIN_VERSION: (u32, u32) = (1, 95);

/// The name after `cargo +`.
#[derive(Clone, Debug)]
pub struct Toolchain(pub String);

impl Toolchain {
    /// `cargo +toolchain` in the root of the checkout.
    pub fn cargo(&self) -> Command {
        let mut cargo = sh::command("cargo");
        cargo.arg(format!("+{}", self.0));
        cargo
    }

    /// rustfmt and clippy, which a minimal rustup installation lacks.
    pub fn ensure_lints(&self) -> Result<()> {
        let works = |tool| sh::output(self.cargo().args([tool, "--version"])).is_ok();
        if works("fmt") && works("clippy") {
            return Ok(());
        }
        sh::doing(format!("rustup component add rustfmt clippy (to {})", self.0));
        sh::run(sh::command("rustup").args(["component", "add", "rustfmt", "clippy", "--toolchain", &self.0]))
    }
}

/// Finds or creates the toolchain.
pub fn ensure() -> Result<Toolchain> {
    if let Ok(name) = std::env::var("HEARTH_TOOLCHAIN") {
        if !has_wasm(&name) {
            bail!("HEARTH_TOOLCHAIN={name} has no standard library for {WASM}");
        }
        return Ok(found(name, "named by HEARTH_TOOLCHAIN"));
    }
    if !sh::on_path("rustup") {
        bail!("rustup is missing: it is needed to choose a toolchain that compiles to {WASM}");
    }
    let active = active()?;
    if usable(&active) {
        return Ok(found(active, "already there"));
    }
    if let Some(name) = installed()?.into_iter().find(|name| usable(name)) {
        return Ok(found(name, "already there"));
    }
    sh::doing(format!("wasm target: rustup target add {WASM} (to {active})"));
    let mut add = sh::command("rustup");
    add.args(["target", "add", WASM, "--toolchain", &active]);
    if sh::succeeds_within(&mut add, Duration::from_secs(300)) && usable(&active) {
        return Ok(found(active, "added"));
    }
    sh::warn("rustup cannot fetch it from here; creating a toolchain from Debian's packages");
    from_debian()
}

/// The toolchain from Debian's packages; created if missing.
pub fn from_debian() -> Result<Toolchain> {
    if !usable(debian::NAME) {
        debian::create()?;
    }
    Ok(found(debian::NAME.to_owned(), "from Debian's packages"))
}

fn found(name: String, how: &str) -> Toolchain {
    let version = sh::output(sh::command("rustc").arg(format!("+{name}")).arg("--version"));
    sh::done(format!(
        "wasm target: toolchain {name}, {} ({how})",
        version.unwrap_or_default()
    ));
    Toolchain(name)
}

fn active() -> Result<String> {
    // `sh::command` removes RUSTUP_TOOLCHAIN, so this is the user's default.
    let line = sh::output(sh::command("rustup").args(["show", "active-toolchain"]))?;
    line.split_whitespace()
        .next()
        .map(str::to_owned)
        .context("rustup has no active toolchain")
}

/// Installed toolchains except nightly ones.
fn installed() -> Result<Vec<String>> {
    let list = sh::output(sh::command("rustup").args(["toolchain", "list"]))?;
    let names = list.lines().filter_map(|line| line.split_whitespace().next());
    Ok(names
        .filter(|name| !name.starts_with("nightly"))
        .map(str::to_owned)
        .collect())
}

fn usable(name: &str) -> bool {
    has_wasm(name) && version(name).is_some_and(|version| version >= MIN_VERSION)
}

fn has_wasm(name: &str) -> bool {
    let mut rustc = sh::command("rustc");
    rustc.args([&format!("+{name}"), "--print", "target-libdir", "--target", WASM]);
    let Ok(dir) = sh::output(&mut rustc) else {
        return false;
    };
    let Ok(files) = std::fs::read_dir(Path::new(&dir)) else {
        return false;
    };
    let mut names = files
        .flatten()
        .map(|file| file.file_name().to_string_lossy().into_owned());
    names.any(|name| name.starts_with("libstd-") && name.ends_with(".rlib"))
}

fn version(name: &str) -> Option<(u32, u32)> {
    let line = sh::output(sh::command("rustc").arg(format!("+{name}")).arg("--version")).ok()?;
    let mut numbers = line.split_whitespace().nth(1)?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}
