//! Tells the crate where the bundle lies: the built site and the packed PostgreSQL, made by `cargo xtask`.
//!
//! Both may be missing (a plain `cargo check` on a fresh clone); the binary then says so when it needs them.

use std::{env, fs, path::PathBuf};

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
}

/// The packed PostgreSQL, or an empty file in its place.
fn archive(bundle: &std::path::Path) -> PathBuf {
    let packed = bundle.join("postgres.tar.zst");
    if packed.exists() {
        return packed;
    }
    let empty = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("no-postgres");
    fs::write(&empty, b"").expect("the output folder can be written");
    empty
}
