//! The source code of exactly this Hearth, as one archive.
//!
//! The licence (AGPL-3.0, section 13) gives every person who uses Hearth over a network the right to the source of the
//! version that they use, also of a changed version. So a release build carries the files that it was built from, about
//! 1 MB, and a changed copy offers its changes without a separate publication. Pages link to it, also the sign-in page;
//! where `HEARTH_SOURCE_URL` names a public repository, they link there.
//!
//! A development build packs the files of its checkout at the first request: they change with every edit, and packing
//! them at build time would compile the server each time.

mod pack;

#[cfg(test)]
pub use pack::files;

use axum::body::Bytes;
use std::{io, path::Path, sync::OnceLock};

/// Packed by `build.rs`; empty in a development build.
static ARCHIVE: &[u8] = include_bytes!(env!("HEARTH_EMBEDDED_SOURCE"));

/// The archive. May read and pack files: not for async threads.
///
/// # Errors
/// The checkout of a development build is gone.
pub fn archive() -> io::Result<Bytes> {
    static PACKED: OnceLock<Bytes> = OnceLock::new();
    if !ARCHIVE.is_empty() {
        return Ok(Bytes::from_static(ARCHIVE));
    }
    if let Some(packed) = PACKED.get() {
        return Ok(packed.clone());
    }
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let packed = pack::pack(root, &pack::files(root)?)?.into();
    Ok(PACKED.get_or_init(|| packed).clone())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::pack;
    use std::{collections::BTreeSet, fs, path::Path, process::Command};

    #[test]
    fn every_tracked_file_is_in_the_archive() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        let listed = Command::new("git")
            .arg("-C")
            .arg(root)
            .args(["ls-files", "-z"])
            .output();
        let Some(listed) = listed.ok().filter(|listed| listed.status.success()) else {
            return eprintln!("skipped: this is no checkout of git");
        };
        let packed: BTreeSet<_> = pack::files(root).unwrap().into_iter().collect();
        let listed = String::from_utf8(listed.stdout).unwrap();
        for file in listed
            .split('\0')
            .filter(|file| !file.is_empty() && root.join(file).exists())
        {
            assert!(packed.contains(Path::new(file)), "{file}");
        }
    }

    #[test]
    fn what_else_lies_in_a_checkout_stays_there() {
        let root = tempfile::tempdir().unwrap();
        for file in [
            "Cargo.toml",
            "server/src/main.rs",
            "target/debug/x.rs",
            "end2end/node_modules/a/index.ts",
            "hearth.toml",
            ".env",
            "letter.txt",
            "server/letter.pdf",
            "server/.env",
            ".git/config",
        ] {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "canary").unwrap();
        }
        std::os::unix::fs::symlink("/etc/passwd", root.path().join("server/src/linked.rs")).unwrap();
        let files = pack::files(root.path()).unwrap();
        assert_eq!(files, [Path::new("Cargo.toml"), Path::new("server/src/main.rs")]);
        let packed = pack::pack(root.path(), &files).unwrap();
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(&*packed));
        let names = archive
            .entries()
            .unwrap()
            .map(|entry| entry.unwrap().path().unwrap().into_owned());
        assert_eq!(
            names.collect::<Vec<_>>(),
            [
                Path::new("hearth/Cargo.toml"),
                Path::new("hearth/server/src/main.rs")
            ]
        );
    }
}
