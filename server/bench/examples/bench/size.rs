//! The binary, and what of it a browser loads.

use crate::{
    report::{Aim, Report},
    server::program,
};
use anyhow::{Context, Result};
use std::{fs, path::Path};

pub fn bench(report: &mut Report) -> Result<()> {
    let binary = megabytes(fs::metadata(program("HEARTH_BIN")?)?.len());
    report.aimed(
        "binary, pages and PostgreSQL inside",
        binary,
        format!("{binary:.1} MB"),
        Aim::AtMost(60.0, "MB"),
    );
    let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bundle");
    let archive = fs::metadata(bundle.join("postgres.tar.zst")).context("the packed PostgreSQL")?;
    report.figure(
        "— of it PostgreSQL, packed",
        format!("{:.1} MB", megabytes(archive.len())),
    );
    for kind in ["wasm", "js", "css"] {
        let ending = format!(".{kind}.br");
        let mut bytes = 0;
        for file in fs::read_dir(bundle.join("site"))
            .context("the built site")?
            .flatten()
        {
            if file.file_name().to_string_lossy().ends_with(&ending) {
                bytes += file.metadata()?.len();
            }
        }
        report.figure(
            format!("{kind}, with brotli"),
            format!("{:.1} kB", megabytes(bytes) * 1e3),
        );
    }
    Ok(())
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
