//! Files of the site: content-hashed names, with brotli and gzip variants.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use crate::wheels;

/// Files below this size in bytes, and files of compressed types, are not compressed.
const MIN_COMPRESSED_BYTES: usize = 256;
const COMPRESSED: [&str; 6] = ["png", "jpg", "webp", "avif", "woff2", "ico"];

/// How the site is built.
#[derive(Clone, Copy, PartialEq)]
pub enum Mode {
    /// Small: link-time optimisation, wasm-opt, and the size limit.
    Release,
    /// Fast to build, with names in panics.
    Dev,
}

/// A written file: its name, and its size after brotli in bytes.
pub struct Written {
    pub name: String,
    pub brotli: usize,
}

/// Writes `hearth-<hash>.<extension>`.
pub fn write_hashed(into: &Path, extension: &str, bytes: &[u8], mode: Mode) -> Result<Written> {
    let name = format!("hearth-{}.{extension}", short_hash(bytes));
    let brotli = write(into, &name, bytes, mode)?;
    Ok(Written { name, brotli })
}

/// Writes a file and its compressed variants (`.br`, `.gz`), prints their sizes, and returns the size after brotli.
pub fn write(into: &Path, name: &str, bytes: &[u8], mode: Mode) -> Result<usize> {
    let path = into.join(name);
    std::fs::create_dir_all(path.parent().context("a file has a folder")?)?;
    std::fs::write(&path, bytes)?;
    let extension = Path::new(name)
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    if bytes.len() < MIN_COMPRESSED_BYTES || COMPRESSED.contains(&extension.as_str()) {
        println!("  {:>9}  {name}", bytes.len());
        return Ok(bytes.len());
    }
    let (small, smaller) = (gzip(bytes, mode)?, brotli(bytes, mode)?);
    std::fs::write(into.join(format!("{name}.gz")), &small)?;
    std::fs::write(into.join(format!("{name}.br")), &smaller)?;
    println!(
        "  {:>9}  {name}  (gzip {}, brotli {})",
        bytes.len(),
        small.len(),
        smaller.len()
    );
    Ok(smaller.len())
}

/// The first 64 bits of the hash in hex, for file names.
pub fn short_hash(bytes: &[u8]) -> String {
    wheels::sha256_bytes(bytes)[..16].to_owned()
}

/// Every file below a folder by its relative path; empty if the folder does not exist.
pub fn read_folder(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    if folder.is_dir() {
        read_into(&mut files, folder, "")?;
    }
    Ok(files)
}

fn read_into(files: &mut BTreeMap<String, Vec<u8>>, folder: &Path, prefix: &str) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = format!(
            "{prefix}{}",
            path.file_name().unwrap_or_default().to_string_lossy()
        );
        if path.is_dir() {
            read_into(files, &path, &format!("{name}/"))?;
        } else {
            files.insert(name, std::fs::read(&path)?);
        }
    }
    Ok(())
}

fn gzip(bytes: &[u8], mode: Mode) -> Result<Vec<u8>> {
    let level = if mode == Mode::Release { 9 } else { 1 };
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn brotli(mut bytes: &[u8], mode: Mode) -> Result<Vec<u8>> {
    let quality = if mode == Mode::Release { 11 } else { 1 };
    let parameters = brotli::enc::BrotliEncoderParams {
        quality,
        lgwin: 22,
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut packed, &parameters)?;
    Ok(packed)
}
