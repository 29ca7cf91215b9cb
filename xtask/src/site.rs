//! `target/bundle/site`: the files for the browser, named by content and compressed in advance.
//!
//! cargo decides whether the wasm must be recompiled; the following steps are skipped if their inputs (wasm, styles,
//! static files, tools) have the same hash as in the last run. The folder is built under another name and swapped in,
//! so that a concurrent build of the server embeds either the old site or the new one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde::Serialize;

pub use crate::assets::Mode;
use crate::toolchain::{Toolchain, WASM};
use crate::{assets, paths, pins, sh, styles, wasm_opt, wheels};

/// Maximum size of the wasm after brotli, in bytes: today's size with a small margin. The goal is a page below 200 kB
/// in total, so lower it whenever possible.
const MAX_WASM_BYTES: usize = 250_000;
/// Increase it when the steps change: every site is then rebuilt.
const REVISION: u32 = 1;

/// `manifest.json`: the server reads it to write addresses into pages.
#[derive(Serialize)]
struct Manifest {
    js: String,
    wasm: String,
    css: String,
    /// Files that keep their name (icons, the web manifest), with the hash of their content.
    #[serde(rename = "static")]
    fixed: BTreeMap<String, String>,
}

/// Builds the site if it is out of date; returns its folder.
pub fn ensure_site(toolchain: &Toolchain, mode: Mode) -> Result<PathBuf> {
    let begin = Instant::now();
    let site = paths::bundle().join("site");
    let wasm = compile(toolchain, mode)?;
    let styles = styles::collect(&paths::root().join("style"))?;
    let fixed = assets::read_folder(&paths::root().join("style/static"))?;
    let stamp = stamp(mode, &wasm, &styles, &fixed)?;
    let note = paths::bundle().join("site.stamp");
    if site.join("manifest.json").is_file() && std::fs::read_to_string(&note).is_ok_and(|old| old == stamp) {
        sh::done("site: unchanged (already there)");
        return Ok(site);
    }
    let temporary = paths::bundle().join("site.partial");
    remove_folder(&temporary)?;
    std::fs::create_dir_all(&temporary)?;
    fill(&temporary, toolchain, mode, &wasm, &styles, &fixed)?;
    remove_folder(&site)?;
    std::fs::rename(&temporary, &site)?;
    std::fs::write(note, stamp)?;
    sh::done(format!("site: made in {}", sh::seconds(begin)));
    Ok(site)
}

fn compile(toolchain: &Toolchain, mode: Mode) -> Result<PathBuf> {
    let (profile, folder) = if mode == Mode::Release {
        ("wasm", "wasm")
    } else {
        ("dev", "debug")
    };
    sh::doing(format!(
        "site: compiling the frontend for the browser (profile {profile})"
    ));
    let build = [
        "build",
        "-p",
        "hearth-frontend",
        "--target",
        WASM,
        "--profile",
        profile,
    ];
    sh::run(toolchain.cargo().args(build))?;
    Ok(paths::target()
        .join(WASM)
        .join(folder)
        .join("hearth_frontend.wasm"))
}

fn stamp(mode: Mode, wasm: &Path, css: &str, fixed: &BTreeMap<String, Vec<u8>>) -> Result<String> {
    let mode = if mode == Mode::Release { "release" } else { "dev" };
    let mut inputs = format!("{REVISION} {mode} {} {}", pins::BINARYEN, wheels::sha256(wasm)?);
    inputs += &wheels::sha256_bytes(css.as_bytes());
    // The lock file: another wasm-bindgen may write another script for the same wasm.
    inputs += &wheels::sha256(&paths::root().join("Cargo.lock"))?;
    for (name, bytes) in fixed {
        inputs += &format!(" {name}={}", wheels::sha256_bytes(bytes));
    }
    Ok(wheels::sha256_bytes(inputs.as_bytes()))
}

fn fill(
    into: &Path,
    toolchain: &Toolchain,
    mode: Mode,
    wasm: &Path,
    css: &str,
    fixed: &BTreeMap<String, Vec<u8>>,
) -> Result<()> {
    let work = paths::bundle().join("bindgen");
    bind(toolchain, mode, wasm, &work)?;
    let module = work.join("hearth_bg.wasm");
    if mode == Mode::Release {
        wasm_opt::shrink(&module)?;
    }
    let wasm = assets::write_hashed(into, "wasm", &std::fs::read(&module)?, mode)?;
    let js = assets::write_hashed(into, "js", &std::fs::read(work.join("hearth.js"))?, mode)?;
    let css = assets::write_hashed(into, "css", css.as_bytes(), mode)?;
    // Scripts of dependencies: the main script refers to them by relative path.
    for (name, bytes) in assets::read_folder(&work.join("snippets"))? {
        assets::write(into, &format!("snippets/{name}"), &bytes, mode)?;
    }
    let mut hashes = BTreeMap::new();
    for (name, bytes) in fixed {
        assets::write(into, name, bytes, mode)?;
        hashes.insert(name.clone(), assets::short_hash(bytes));
    }
    check_size(mode, wasm.brotli)?;
    let manifest = Manifest {
        js: js.name,
        wasm: wasm.name,
        css: css.name,
        fixed: hashes,
    };
    std::fs::write(into.join("manifest.json"), serde_json::to_vec_pretty(&manifest)?)?;
    Ok(())
}

fn bind(toolchain: &Toolchain, mode: Mode, wasm: &Path, work: &Path) -> Result<()> {
    remove_folder(work)?;
    sh::doing("site: wasm-bindgen");
    let tool = [
        "run",
        "--quiet",
        "-p",
        "xtask",
        "--features",
        "bindgen",
        "--bin",
        "bindgen",
        "--",
    ];
    let mut bindgen = toolchain.cargo();
    bindgen.args(tool).arg(wasm).arg(work);
    if mode == Mode::Dev {
        bindgen.arg("--debug");
    }
    sh::run(&mut bindgen)
}

fn check_size(mode: Mode, brotli: usize) -> Result<()> {
    let free = mode == Mode::Dev || brotli <= MAX_WASM_BYTES;
    ensure!(
        free,
        "the wasm weighs {brotli} bytes after brotli; the most allowed is {MAX_WASM_BYTES}"
    );
    Ok(())
}

fn remove_folder(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
