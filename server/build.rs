//! Tells the crate where the bundle lies: the built site and the packed PostgreSQL, made by `cargo xtask`.
//!
//! Both may be missing (a plain `cargo check` on a fresh clone); the binary then says so when it needs them.
//!
//! A release build also carries its own source, which the licence gives to everybody who uses it.

#[path = "src/serve/source/pack.rs"]
mod pack;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

fn main() {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let root = manifest.parent().expect("the crate lies in the workspace");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
    let bundle = target.join("bundle");
    // An existing folder: cargo runs a script again and again while a path that it watches is missing.
    fs::create_dir_all(bundle.join("site")).expect("the target folder can be written");
    println!("cargo::rerun-if-changed={}", bundle.display());
    println!("cargo::rerun-if-env-changed=CARGO_TARGET_DIR");
    println!(
        "cargo::rustc-env=HEARTH_EMBEDDED_SITE={}",
        bundle.join("site").display()
    );
    println!(
        "cargo::rustc-env=HEARTH_EMBEDDED_POSTGRES={}",
        archive(&bundle).display()
    );
    println!(
        "cargo::rustc-env=HEARTH_EMBEDDED_SOURCE={}",
        source(root).display()
    );
}

/// The packed PostgreSQL, or an empty file in its place.
fn archive(bundle: &Path) -> PathBuf {
    let packed = bundle.join("postgres.tar.zst");
    if packed.exists() {
        return packed;
    }
    written("no-postgres", b"")
}

/// The packed source, or an empty file in its place for a development build.
fn source(root: &Path) -> PathBuf {
    if env::var("PROFILE").as_deref() != Ok("release") {
        return written("no-source", b"");
    }
    let files = pack::files(root).expect("the crate lies in its checkout");
    for file in &files {
        println!("cargo::rerun-if-changed={}", root.join(file).display());
    }
    let packed = pack::pack(root, &files).expect("the checkout can be read");
    written("source.tar.gz", &packed)
}

/// A file of the build's own.
fn written(name: &str, bytes: &[u8]) -> PathBuf {
    let file = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join(name);
    fs::write(&file, bytes).expect("the output folder can be written");
    file
}
