//! Tells the crate where the packed PDF library lies, made by `cargo xtask pdfium`.
//!
//! It may be missing: a plain `cargo check` on a fresh clone, or a platform without one. Then the crate reads PDFs with
//! its reader in Rust.

use std::{env, fs, path::PathBuf};

fn main() {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let root = manifest
        .ancestors()
        .nth(2)
        .expect("the crate lies in the workspace");
    let folder = root.join("target/bundle/pdfium");
    // A folder of its own that exists: cargo runs the script again when anything in it changes, or while it is missing.
    fs::create_dir_all(&folder).expect("the target folder can be written");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut library = folder.join("libpdfium.zst");
    if !library.exists() {
        library = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("no-pdfium");
        fs::write(&library, b"").expect("the output folder can be written");
    }
    println!("cargo::rustc-env=HEARTH_EMBEDDED_PDFIUM={}", library.display());
}
