//! `target/bundle/pdfium/libpdfium.zst`: PDFium, which `hearth` embeds to read PDFs.
//!
//! It comes from the wheel of pypdfium2. Where it cannot be had, Hearth is built without it and reads PDFs with a reader
//! in Rust, which knows neither predefined East Asian encodings nor forms; the step prints that.

use std::fs::File;
use std::io::Read;

use anyhow::{Context, Result};

use crate::{paths, pins, sh, wheels};

/// Path of the library in the wheel.
const LIBRARY: &str = "pypdfium2_raw/libpdfium.so";

/// Packs the library if it is missing. That it cannot be had is a warning, not an error.
pub fn ensure_bundle() -> Result<()> {
    let folder = paths::bundle().join("pdfium");
    std::fs::create_dir_all(&folder)?;
    let (packed, note) = (folder.join("libpdfium.zst"), folder.join("version"));
    if packed.is_file() && std::fs::read_to_string(&note).is_ok_and(|found| found == version()) {
        sh::done(format!("PDF library: {} (already there)", version().trim()));
        return Ok(());
    }
    let library = match library() {
        Ok(library) => library,
        Err(error) => {
            sh::warn(format!(
                "no PDF library for this platform or from here ({error:#}): Chinese, Japanese and Korean PDFs may be \
                 refused, and forms lose their values"
            ));
            return Ok(());
        }
    };
    let compressed = zstd::encode_all(library.as_slice(), 19)?;
    // Write to another name and rename: a concurrent build never embeds half a library.
    let temporary = paths::bundle().join("pdfium.partial");
    std::fs::write(&temporary, &compressed)?;
    std::fs::rename(&temporary, &packed)?;
    std::fs::write(&note, version())?;
    let mb = |bytes: usize| bytes as f64 / 1e6;
    let (whole, small) = (mb(library.len()), mb(compressed.len()));
    sh::done(format!("PDF library: {whole:.1} MB, {small:.1} MB packed"));
    Ok(())
}

/// `5.15.2-x86_64`: version of the wheel, and processor.
fn version() -> String {
    format!("{}-{}\n", pins::PDFIUM.version, std::env::consts::ARCH)
}

fn library() -> Result<Vec<u8>> {
    anyhow::ensure!(cfg!(target_os = "linux"), "it is packaged for Linux only so far");
    let wheel = wheels::fetch(&pins::PDFIUM)?;
    let mut zip = zip::ZipArchive::new(File::open(&wheel)?).context("the wheel is not a zip")?;
    let mut bytes = Vec::new();
    zip.by_name(LIBRARY)
        .with_context(|| format!("the wheel has no {LIBRARY}"))?
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
