//! The packed PostgreSQL: a tar.zst with `VERSION` and `bin/ lib/ share/` at its root (or under `pginstall/`, with the
//! shared libraries beside it).
//!
//! The unpacked directory is named by version and content, so a warm start only hashes the archive, and a new Hearth
//! never runs old programs. Unpacking writes to a temporary directory and renames it: the directory is complete or
//! absent.

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::disk::{self, Doing};
use crate::home::{Home, INCOMPLETE};
use crate::{Error, processor};

/// Marker file of an archive whose vector code runs on every processor of its architecture.
const PORTABLE: &str = "PORTABLE";
/// Disk space needed to unpack, in MiB, with the programs of an old version still present.
const NEEDED_MIB: u64 = 80;

/// The unpacked programs.
pub(crate) struct Programs {
    root: PathBuf,
    pub(crate) version: String,
}

impl Programs {
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        let nested = self.root.join("pginstall");
        let base = if nested.is_dir() {
            nested
        } else {
            self.root.clone()
        };
        base.join("bin").join(name)
    }

    /// The major version: `18` of `18.6.3`. The data directory must have the same.
    pub(crate) fn major(&self) -> &str {
        self.version.split(['.', '-']).next().unwrap_or_default()
    }

    fn open(root: PathBuf) -> Result<Self, Error> {
        let version = fs::read_to_string(root.join("VERSION")).map_err(|_| damaged("it has no VERSION"))?;
        let programs = Self {
            root,
            version: version.trim().to_owned(),
        };
        for name in ["postgres", "initdb"] {
            if !programs.program(name).is_file() {
                return Err(damaged(&format!("it has no {name}")));
            }
        }
        if programs.version.is_empty() || programs.version.contains('/') {
            return Err(damaged("its VERSION is no version"));
        }
        Ok(programs)
    }
}

/// The unpacked programs; unpacks them if needed.
pub(crate) fn unpacked(archive: &[u8], home: &Home) -> Result<Programs, Error> {
    if archive.is_empty() {
        return Err(Error::ArchiveMissing);
    }
    let hash = short_hash(archive);
    let programs = match find(home.dir(), |name| name.ends_with(&format!("-{hash}"))) {
        Some(root) => Programs::open(root)?,
        None => unpack(archive, &hash, home)?,
    };
    if !programs.root.join(PORTABLE).exists() {
        processor::processor_can_run_vector().map_err(Error::Processor)?;
    }
    Ok(programs)
}

/// Whether the archive contains the marker for portable vector code.
pub fn is_portable(archive: &[u8]) -> bool {
    let Ok(decoder) = zstd::Decoder::new(archive) else {
        return false;
    };
    let mut tar = tar::Archive::new(decoder);
    let Ok(mut entries) = tar.entries() else {
        return false;
    };
    entries.any(|entry| entry.is_ok_and(|entry| entry.path().is_ok_and(|path| path == Path::new(PORTABLE))))
}

/// Removes programs of other versions. Call it only once the server runs with the new ones.
pub(crate) fn remove_others(programs: &Programs, home: &Home) {
    while let Some(old) = find(home.dir(), |name| {
        home.path(name) != programs.root && is_programs_directory(name)
    }) {
        if let Err(error) = fs::remove_dir_all(&old) {
            return tracing::warn!(%error, directory = %old.display(), "cannot remove an old PostgreSQL");
        }
    }
}

fn unpack(archive: &[u8], hash: &str, home: &Home) -> Result<Programs, Error> {
    disk::require(home.dir(), NEEDED_MIB)?;
    let temporary = home.path(&format!("{INCOMPLETE}{hash}"));
    let made = extract(archive, &temporary).and_then(|()| Programs::open(temporary.clone()));
    let made = made.inspect_err(|_| drop(fs::remove_dir_all(&temporary)))?;
    let root = home.path(&format!("{}-{hash}", made.version));
    fs::rename(&temporary, &root).doing("rename to", &root)?;
    tracing::info!(version = made.version, "unpacked PostgreSQL");
    Ok(Programs {
        root,
        version: made.version,
    })
}

fn extract(archive: &[u8], to: &Path) -> Result<(), Error> {
    let decoder = zstd::Decoder::new(archive).map_err(|error| damaged(&error.to_string()))?;
    let mut tar = tar::Archive::new(decoder);
    tar.set_preserve_mtime(false);
    tar.unpack(to).map_err(|error| unpack_error(error, to))?;
    // Read to the end, so that zstd verifies the checksum of the stream.
    io::copy(&mut tar.into_inner().by_ref(), &mut io::sink()).map_err(|error| damaged(&error.to_string()))?;
    sync_to_disk(to).doing("write to disk", to)
}

/// Separates disk errors from a damaged archive.
fn unpack_error(error: io::Error, to: &Path) -> Error {
    match error.kind() {
        ErrorKind::StorageFull
        | ErrorKind::QuotaExceeded
        | ErrorKind::PermissionDenied
        | ErrorKind::ReadOnlyFilesystem => match Err::<(), _>(error).doing("unpack PostgreSQL into", to) {
            Err(error) => error,
            Ok(()) => unreachable!("`doing` keeps an error an error"),
        },
        _ => damaged(&error.to_string()),
    }
}

/// Waits until the files are on the disk: after a power failure no named program may be empty.
fn sync_to_disk(dir: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(fs::File::open(dir)?)?;
    #[cfg(not(target_os = "linux"))]
    {
        let _ = dir;
        rustix::fs::sync();
    }
    Ok(())
}

fn find(dir: &Path, wanted: impl Fn(&str) -> bool) -> Option<PathBuf> {
    let entries = fs::read_dir(dir).ok()?.flatten();
    entries
        .filter(|entry| entry.file_name().to_str().is_some_and(&wanted))
        .map(|entry| entry.path())
        .next()
}

/// Whether a name has the form `18.6.3-1f2e3d4c5b6a`.
fn is_programs_directory(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_digit())
        && name
            .rsplit_once('-')
            .is_some_and(|(_, hash)| hash.len() == 12 && hash.bytes().all(is_hex))
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

/// The first twelve hexadecimal digits of the SHA-256.
pub(crate) fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn damaged(why: &str) -> Error {
    Error::ArchiveDamaged(why.to_owned())
}
