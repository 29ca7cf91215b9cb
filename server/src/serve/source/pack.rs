//! Which files of a checkout are its source, and the archive of them. `build.rs` uses it as well.
//!
//! By place and kind, not by what git knows: a changed copy need be no checkout of git, and files that happen to lie
//! in one (settings, notes, keys) must not be given away.

use flate2::{Compression, write::GzEncoder};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Of the root. Everything of these kinds below the folders is source.
const FOLDERS: &[&str] = &[
    ".cargo",
    ".ci",
    ".sqlx",
    "app",
    "docker",
    "end2end",
    "frontend",
    "migrations",
    "server",
    "style",
    "xtask",
];

const FILES: &[&str] = &[
    ".gitignore",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "deny.toml",
    "rustfmt.toml",
];

/// By the end of a file's name, or by its whole name.
const KINDS: &[&str] = &[
    ".copy.gz",
    ".css",
    ".html",
    ".jpg",
    ".js",
    ".json",
    ".lock",
    ".md",
    ".mjs",
    ".py",
    ".rs",
    ".sh",
    ".sql",
    ".svg",
    ".toml",
    ".ts",
    ".tsv",
    ".txt",
    ".webmanifest",
    ".yml",
];
const NAMES: &[&str] = &[
    ".dockerignore",
    ".gitignore",
    ".npmrc",
    "Dockerfile",
    "Dockerfile.dockerignore",
    "LICENSE",
    "run",
];

/// Made by builds and tests.
const NOT_SOURCE: &[&str] = &["node_modules", "playwright-report", "target", "test-results"];

/// The files, relative to the root, in order.
pub fn files(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found: Vec<_> = FILES
        .iter()
        .map(PathBuf::from)
        .filter(|file| root.join(file).is_file())
        .collect();
    if found.is_empty() {
        return Err(io::ErrorKind::NotFound.into());
    }
    for folder in FOLDERS.iter().filter(|folder| root.join(folder).is_dir()) {
        collect(root, Path::new(folder), &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        let path = folder.join(&name);
        let name = name.to_string_lossy();
        if kind.is_dir() && !NOT_SOURCE.contains(&&*name) {
            collect(root, &path, found)?;
        } else if kind.is_file() && is_source(&name) {
            found.push(path);
        }
    }
    Ok(())
}

fn is_source(name: &str) -> bool {
    let hidden = name.starts_with('.');
    NAMES.contains(&name) || (!hidden && KINDS.iter().any(|kind| name.ends_with(kind)))
}

/// The same bytes for the same files: no times, no owners.
pub fn pack(root: &Path, files: &[PathBuf]) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for file in files {
        let bytes = fs::read(root.join(file))?;
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, Path::new("hearth").join(file), &*bytes)?;
    }
    archive.into_inner()?.finish()
}
