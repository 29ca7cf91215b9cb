//! Paths: the checkout, its `target/bundle`, and a cache outside the checkout.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root of the checkout.
pub fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().expect("xtask lies in the workspace").to_path_buf()
}

/// Files that the binary embeds: `site/` and `postgres.tar.zst`. The path does not depend on cargo's settings.
pub fn bundle() -> PathBuf {
    root().join("target/bundle")
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// A folder of the cache (`$HEARTH_CACHE`, else `$XDG_CACHE_HOME/hearth`, else `~/.cache/hearth`); created if missing.
pub fn cache(folder: &str) -> Result<PathBuf> {
    let dir = cache_root()?.join(folder);
    std::fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
    Ok(dir)
}

fn cache_root() -> Result<PathBuf> {
    if let Some(dir) = std::env::var_os("HEARTH_CACHE") {
        return Ok(std::path::absolute(dir)?);
    }
    let base = match std::env::var_os("XDG_CACHE_HOME") {
        Some(dir) => PathBuf::from(dir),
        None => std::env::home_dir()
            .context("no home directory: set HEARTH_CACHE")?
            .join(".cache"),
    };
    Ok(base.join("hearth"))
}
