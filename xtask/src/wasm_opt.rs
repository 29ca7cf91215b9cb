//! wasm-opt from npm's `binaryen`, run by Node: makes the wasm about a fifth smaller.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::{paths, pins, sh};

/// WebAssembly features that rustc uses by default and that current browsers support.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Optimises a wasm file for size, in place.
pub fn shrink(module: &Path) -> Result<()> {
    let tool = ensure_tool()?;
    sh::doing("site: wasm-opt -Oz");
    let smaller = module.with_extension("opt.wasm");
    let mut node = sh::command("node");
    node.arg(tool)
        .arg("-Oz")
        .args(FEATURES)
        .arg(module)
        .arg("-o")
        .arg(&smaller);
    sh::run(&mut node)?;
    Ok(std::fs::rename(smaller, module)?)
}

fn ensure_tool() -> Result<PathBuf> {
    let folder = paths::cache("binaryen")?;
    let tool = folder.join("node_modules/binaryen/bin/wasm-opt");
    let verified = || integrity(&folder).is_ok_and(|found| found == pins::BINARYEN_INTEGRITY);
    if tool.is_file() && verified() {
        return Ok(tool);
    }
    sh::doing(format!(
        "npm install {} into {}",
        pins::BINARYEN,
        folder.display()
    ));
    let quiet = [
        "install",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--loglevel=error",
    ];
    sh::run(
        sh::command("npm")
            .args(quiet)
            .arg("--prefix")
            .arg(&folder)
            .arg(pins::BINARYEN),
    )?;
    ensure!(
        verified(),
        "{} is not the pinned one: {:?}",
        pins::BINARYEN,
        integrity(&folder)
    );
    ensure!(tool.is_file(), "{} has no wasm-opt", pins::BINARYEN);
    Ok(tool)
}

/// The hash that npm recorded for the package.
fn integrity(folder: &Path) -> Result<String> {
    let lock = std::fs::read(folder.join("node_modules/.package-lock.json"))?;
    let lock: serde_json::Value = serde_json::from_slice(&lock)?;
    let found = &lock["packages"]["node_modules/binaryen"]["integrity"];
    Ok(found.as_str().context("npm recorded no hash")?.to_owned())
}
