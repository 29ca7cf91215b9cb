//! A toolchain from Debian's `rustc-web` packages, for machines where rustup cannot download the standard library for
//! wasm.
//!
//! The packages are unpacked into the cache instead of installed: they conflict with Debian's rustup and would put a
//! second rustc on the PATH. Their standard library for wasm is compiled once from `rust-web-src` and copied to where a
//! rustup component would be, so that the project's own builds need no special flags. Version numbers come from apt;
//! none is written here.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::{paths, sh};

/// The target of the browser's half.
pub const WASM: &str = "wasm32-unknown-unknown";

/// The name of the toolchain for rustup.
pub const NAME: &str = "hearth-web";
const COMPILER: [&str; 6] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-clippy",
    "rustfmt-web",
    "libstd-rust-web-dev",
];

/// Unpacks, links and completes the toolchain.
pub fn create() -> Result<()> {
    ensure!(
        sh::on_path("apt-get"),
        "no toolchain compiles to {WASM}, and this is not Debian: install it with rustup"
    );
    let is_root = rustix::process::geteuid().is_root();
    ensure!(
        is_root,
        "libraries for Debian's compiler must be installed: run `cargo xtask toolchain` once as root"
    );
    update()?;
    let standard_library = dependency("libstd-rust-web-dev", "libstd-rust-web-")?;
    let prefix = paths::cache("toolchain-debian")?;
    install_libraries(&standard_library)?;
    unpack(&prefix, &standard_library)?;
    let sysroot = prefix.join("usr");
    link(&sysroot, &standard_library)?;
    build_standard_library(&sysroot)
}

fn apt() -> Command {
    let mut apt = sh::command("apt-get");
    apt.args(["-o", "DPkg::Lock::Timeout=300"])
        .env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

/// Updates the package lists; needs root.
pub fn update() -> Result<()> {
    sh::doing("apt-get update");
    sh::run(apt().args(["update", "-qq"]))
}

/// Installs packages; needs root.
pub fn install(packages: &[&str]) -> Result<()> {
    sh::doing(format!("apt-get install {}", packages.join(" ")));
    sh::run(
        apt()
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(packages),
    )
}

/// The packages that a package depends on, without versions and alternatives.
fn dependencies(package: &str) -> Result<Vec<String>> {
    let shown = sh::output(sh::command("apt-cache").args(["show", "--no-all-versions", package]))?;
    let line = shown.lines().find_map(|line| line.strip_prefix("Depends: "));
    let line = line.with_context(|| format!("apt knows no package {package} with dependencies"))?;
    let first_word = |entry: &str| entry.split_whitespace().next().map(str::to_owned);
    Ok(line.split(',').filter_map(first_word).collect())
}

fn dependency(package: &str, prefix: &str) -> Result<String> {
    let mut all = dependencies(package)?.into_iter();
    all.find(|name| name.starts_with(prefix))
        .with_context(|| format!("{package} lacks {prefix}…"))
}

/// Installs the libraries that the unpacked programs load, and the linker of their LLVM.
fn install_libraries(standard_library: &str) -> Result<()> {
    let mut wanted = vec![
        "gcc".to_owned(),
        "libc6-dev".to_owned(),
        linker_package(standard_library)?,
    ];
    for package in [
        "rustc-web",
        "cargo-web",
        "rust-web-clippy",
        "rustfmt-web",
        standard_library,
    ] {
        wanted.extend(dependencies(package)?);
    }
    wanted.retain(|name| !name.contains("rust") && !name.starts_with("cargo") && name != "libc-dev");
    wanted.sort();
    wanted.dedup();
    install(&wanted.iter().map(String::as_str).collect::<Vec<_>>())
}

/// `libllvm22` gives `lld-22`.
fn linker_package(standard_library: &str) -> Result<String> {
    let llvm = dependency(standard_library, "libllvm")?;
    Ok(llvm.replace("libllvm", "lld-"))
}

fn unpack(prefix: &Path, standard_library: &str) -> Result<()> {
    sh::doing(format!(
        "wasm target: unpacking Debian's compiler into {}",
        prefix.display()
    ));
    std::fs::remove_dir_all(prefix)?;
    let packages = prefix.join("packages");
    std::fs::create_dir_all(&packages)?;
    sh::run(
        apt()
            .args(["download", "-qq"])
            .args(COMPILER)
            .arg(standard_library)
            .current_dir(&packages),
    )?;
    for package in std::fs::read_dir(&packages)? {
        sh::run(sh::command("dpkg").arg("-x").arg(package?.path()).arg(prefix))?;
    }
    Ok(std::fs::remove_dir_all(&packages)?)
}

fn link(sysroot: &Path, standard_library: &str) -> Result<()> {
    let lib = sysroot.join("lib");
    // rustup puts only `lib` on the library path; Debian has the compiler's libraries one level below.
    for library in std::fs::read_dir(lib.join(format!("{}-linux-gnu", std::env::consts::ARCH)))? {
        let library = library?;
        if library
            .path()
            .extension()
            .is_some_and(|extension| extension == "so")
        {
            symlink(library.path(), lib.join(library.file_name()))?;
        }
    }
    let programs = lib.join("rustlib").join(host()?).join("bin");
    std::fs::create_dir_all(&programs)?;
    let linker = format!("/usr/bin/{}", linker_package(standard_library)?);
    symlink(linker, programs.join("rust-lld"))?;
    sh::run(
        sh::command("rustup")
            .args(["toolchain", "link", NAME])
            .arg(sysroot),
    )
}

fn host() -> Result<String> {
    let about = sh::output(sh::command("rustc").arg("-vV"))?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

/// Compiles `std` through an empty crate and copies the libraries into the sysroot.
fn build_standard_library(sysroot: &Path) -> Result<()> {
    sh::doing("wasm target: compiling its standard library, once");
    let work = paths::cache("toolchain-std")?;
    std::fs::create_dir_all(work.join("src"))?;
    std::fs::write(work.join("src/lib.rs"), "#![no_std]\n")?;
    let manifest = "[package]\nname = \"only-std\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
        [profile.release]\npanic = \"abort\"\ncodegen-units = 1\n";
    std::fs::write(work.join("Cargo.toml"), manifest)?;
    let parts = "-Zbuild-std=core,alloc,std,proc_macro,panic_abort,panic_unwind,test";
    let mut cargo = sh::command("cargo");
    cargo.args([
        &format!("+{NAME}"),
        "build",
        "--release",
        "--quiet",
        parts,
        "--target",
        WASM,
    ]);
    cargo.args(["--target-dir", "target"]).current_dir(&work);
    // Only this build needs unstable compiler options. Bitcode enables link-time optimisation.
    cargo
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Cembed-bitcode=yes");
    sh::run(&mut cargo)?;
    let into = sysroot.join("lib/rustlib").join(WASM).join("lib");
    std::fs::create_dir_all(&into)?;
    copy_libraries(&work.join("target").join(WASM).join("release/deps"), &into)?;
    Ok(std::fs::remove_dir_all(&work)?)
}

/// Copies libstd last: its presence marks the toolchain as complete.
fn copy_libraries(from: &Path, into: &Path) -> Result<()> {
    let mut libraries: Vec<PathBuf> = std::fs::read_dir(from)?
        .flatten()
        .map(|file| file.path())
        .collect();
    libraries.retain(|path| path.extension().is_some_and(|extension| extension == "rlib"));
    let name = |path: &Path| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    libraries.retain(|path| !name(path).starts_with("libonly_std"));
    libraries.sort_by_key(|path| name(path).starts_with("libstd-"));
    if libraries.is_empty() {
        bail!("the build left no libraries in {}", from.display());
    }
    for library in libraries {
        std::fs::copy(&library, into.join(name(&library)))?;
    }
    Ok(())
}
