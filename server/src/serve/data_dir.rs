//! The data directory: created for one account and closed to others, checked before anything is written.
//!
//! It holds people's words, so other accounts of the machine may neither enter nor list it. An open directory of
//! Hearth's is closed at the next start; an open directory with other files is refused.

use rustix::{
    fs::{Access, access},
    process::geteuid,
};
use std::{
    fs::{self, DirBuilder, Metadata, Permissions},
    io::{self, ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    path::Path,
};

/// The names that Hearth uses in its directory.
const OURS: &[&str] = &["postgres", "postgres-socket", "files", "hearth.toml"];

/// A directory that file systems create at their root.
const OF_THE_FILE_SYSTEM: &str = "lost+found";

/// Why the directory cannot be used: one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unusable(String);

/// Creates the directory for this account alone, or closes an open one of Hearth's to others. Directories above it are
/// left as they are.
pub fn make(dir: &Path) -> Result<(), Unusable> {
    let about = |error: io::Error| unusable(dir, &error);
    match fs::metadata(dir) {
        Ok(found) => keep_to_ourselves(dir, &found),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if let Some(parent) = dir.parent() {
                fs::create_dir_all(parent).map_err(about)?;
            }
            DirBuilder::new().mode(0o700).create(dir).map_err(about)
        }
        Err(error) => Err(about(error)),
    }
}

/// Checks that files can be written there. Leaves none behind.
pub fn try_to_write(dir: &Path) -> Result<(), Unusable> {
    let mut file = tempfile::tempfile_in(dir).map_err(|error| unusable(dir, &error))?;
    file.write_all(&[0; 4096])
        .and_then(|()| file.sync_all())
        .map_err(|error| unusable(dir, &error))
}

/// Checks an existing directory without changing anything.
pub fn look_at(dir: &Path) -> Result<(), Unusable> {
    let found = fs::metadata(dir).map_err(|error| unusable(dir, &error))?;
    if !found.is_dir() {
        return Err(no_directory(dir));
    }
    access(dir, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK)
        .map_err(|error| unusable(dir, &error.into()))
}

/// Whether it is empty, or has only what the file system created.
pub fn is_empty(dir: &Path) -> io::Result<bool> {
    Ok(fs::read_dir(dir)?
        .flatten()
        .all(|entry| entry.file_name() == OF_THE_FILE_SYSTEM))
}

fn keep_to_ourselves(dir: &Path, found: &Metadata) -> Result<(), Unusable> {
    if !found.is_dir() {
        return Err(no_directory(dir));
    }
    let others_enter = found.mode() & 0o077 != 0;
    if !others_enter || found.uid() != geteuid().as_raw() {
        return Ok(());
    }
    let ours = OURS.iter().any(|name| dir.join(name).exists());
    if !ours && !is_empty(dir).map_err(|error| unusable(dir, &error))? {
        let dir = dir.display();
        return Err(Unusable(format!(
            "{dir} holds other files and lets other accounts in: set HEARTH_DATA_DIR to a directory of Hearth's own, \
             such as {dir}/hearth, or close this one (chmod 700 {dir})"
        )));
    }
    fs::set_permissions(dir, Permissions::from_mode(0o700)).map_err(|error| unusable(dir, &error))?;
    tracing::info!(dir = %dir.display(), "closed the data directory to other accounts");
    Ok(())
}

fn no_directory(dir: &Path) -> Unusable {
    Unusable(format!(
        "{} is a file: HEARTH_DATA_DIR must name a directory",
        dir.display()
    ))
}

/// The sentence for a failure there.
pub fn unusable(dir: &Path, error: &io::Error) -> Unusable {
    let place = dir.display();
    Unusable(match error.kind() {
        ErrorKind::ReadOnlyFilesystem => format!(
            "the file system of {place} is read-only: make it writable, or set HEARTH_DATA_DIR to a directory elsewhere"
        ),
        ErrorKind::PermissionDenied => {
            let account = geteuid().as_raw();
            format!(
                "Hearth's account may not write to {place}: give it the directory (as root: chown -R {account} {place}), \
                 or set HEARTH_DATA_DIR to another"
            )
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            format!("the disk that holds {place} is full: make room there and start again")
        }
        ErrorKind::NotADirectory => {
            format!("{place} lies below something that is a file: set HEARTH_DATA_DIR to a directory")
        }
        ErrorKind::InvalidFilename => {
            format!("{place} is too long for a path: set HEARTH_DATA_DIR to a shorter one")
        }
        _ => format!("{place} cannot be used as data directory ({error}): set HEARTH_DATA_DIR to another"),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{make, try_to_write};
    use std::{
        fs::{self, Permissions},
        os::unix::fs::PermissionsExt,
        path::Path,
    };

    fn mode(dir: &Path) -> u32 {
        fs::metadata(dir).unwrap().permissions().mode() & 0o777
    }

    fn open_dir(dir: &Path) {
        fs::create_dir(dir).unwrap();
        fs::set_permissions(dir, Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn a_new_directory_is_for_one_account_and_those_above_it_are_as_usual() {
        let keep = tempfile::tempdir().unwrap();
        let dir = keep.path().join("share/hearth");
        make(&dir).unwrap();
        assert_eq!(mode(&dir), 0o700);
        assert_ne!(mode(dir.parent().unwrap()), 0o700);
        try_to_write(&dir).unwrap();
        assert!(
            fs::read_dir(&dir).unwrap().next().is_none(),
            "trying leaves nothing"
        );
    }

    #[test]
    fn an_open_directory_of_ours_is_closed_and_one_with_other_things_is_refused() {
        let keep = tempfile::tempdir().unwrap();
        let (empty, ours, others) = (
            keep.path().join("a"),
            keep.path().join("b"),
            keep.path().join("c"),
        );
        [&empty, &ours, &others].iter().for_each(|dir| open_dir(dir));
        fs::create_dir(ours.join("files")).unwrap();
        fs::write(ours.join("backup.tar"), "").unwrap();
        fs::write(others.join("letter.txt"), "").unwrap();
        make(&empty).unwrap();
        make(&ours).unwrap();
        assert_eq!((mode(&empty), mode(&ours)), (0o700, 0o700));
        let refused = make(&others).unwrap_err().to_string();
        assert!(
            refused.contains("chmod 700") && refused.lines().count() == 1,
            "{refused}"
        );
        assert_eq!(mode(&others), 0o755, "it is left as it was");
    }

    #[test]
    fn what_cannot_be_a_data_directory_is_one_sentence_with_what_to_do() {
        let keep = tempfile::tempdir().unwrap();
        let file = keep.path().join("file");
        fs::write(&file, "").unwrap();
        let long = keep.path().join("x".repeat(300));
        for (dir, about) in [
            (file.clone(), "is a file"),
            (file.join("below"), "below something that is a file"),
            (long, "too long"),
            ("/proc/hearth".into(), "HEARTH_DATA_DIR"),
        ] {
            let refused = make(&dir).unwrap_err().to_string();
            assert!(
                refused.contains(about)
                    && refused.contains("HEARTH_DATA_DIR")
                    && refused.lines().count() == 1,
                "{refused}"
            );
        }
    }
}
