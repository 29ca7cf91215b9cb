//! The directory `postgres/` below Hearth's data directory: ownership, permissions, and the lock that excludes a second
//! Hearth.

use std::fs::{self, DirBuilder, File, Permissions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use crate::disk::Doing;
use crate::{Account, Config, Error};

/// The directory with one folder per database, below this data directory.
pub(crate) fn databases(data_dir: &Path) -> PathBuf {
    data_dir.join("postgres/data/base")
}

/// The directory, locked as long as this value lives.
pub(crate) struct Home {
    dir: PathBuf,
    account: Option<Account>,
    _lock: File,
}

impl Home {
    pub(crate) fn open(config: &Config) -> Result<Self, Error> {
        let account = effective_account(config)?;
        refuse_for_the_shell(&config.data_dir)?;
        make_data_dir(&config.data_dir, account.is_some())?;
        // PostgreSQL resolves links, so our paths need the same form to be compared with its paths.
        let data_dir = fs::canonicalize(&config.data_dir).doing("find", &config.data_dir)?;
        refuse_for_the_shell(&data_dir)?;
        let dir = data_dir.join("postgres");
        // A server under another account must pass through this directory; the directories inside stay private.
        let mode = if account.is_some() { 0o711 } else { 0o700 };
        fs::create_dir_all(&dir).doing("make the directory", &dir)?;
        fs::set_permissions(&dir, Permissions::from_mode(mode)).doing("set permissions of", &dir)?;
        let lock = lock(&dir, &data_dir)?;
        let home = Self {
            dir,
            account,
            _lock: lock,
        };
        home.remove_incomplete()?;
        Ok(home)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The account to switch to if Hearth runs as root.
    pub(crate) fn account(&self) -> Option<Account> {
        self.account
    }

    pub(crate) fn cluster(&self) -> PathBuf {
        self.path("data")
    }

    /// Creates a directory that only the server's account may enter.
    pub(crate) fn make_private(&self, dir: &Path) -> Result<(), Error> {
        DirBuilder::new()
            .mode(0o700)
            .create(dir)
            .doing("make the directory", dir)?;
        if let Some(Account { uid, gid }) = self.account {
            chown(dir, Some(uid), Some(gid)).doing("give away", dir)?;
        }
        Ok(())
    }

    /// Removes temporary directories of an interrupted start. We hold the lock, so no other process uses them.
    fn remove_incomplete(&self) -> Result<(), Error> {
        for entry in fs::read_dir(&self.dir).doing("read", &self.dir)?.flatten() {
            if entry.file_name().to_string_lossy().starts_with(INCOMPLETE) {
                fs::remove_dir_all(entry.path()).doing("remove", &entry.path())?;
            }
        }
        Ok(())
    }
}

/// Creates the data directory, private to its account unless the server's account must pass through.
fn make_data_dir(dir: &Path, server_passes: bool) -> Result<(), Error> {
    if let Some(parent) = dir.parent().filter(|_| !dir.exists()) {
        fs::create_dir_all(parent).doing("make the directory", parent)?;
    }
    let mode = if server_passes { 0o755 } else { 0o700 };
    let made = DirBuilder::new().mode(mode).create(dir);
    match made {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && dir.is_dir() => Ok(()),
        made => made.doing("make the directory", dir),
    }
}

/// Prefix of directories that are not complete yet.
pub(crate) const INCOMPLETE: &str = ".new-";

/// initdb quotes its own path for a shell, but not these characters.
fn refuse_for_the_shell(dir: &Path) -> Result<(), Error> {
    match dir
        .as_os_str()
        .as_bytes()
        .iter()
        .any(|byte| b"\"$`\\\n\r".contains(byte))
    {
        true => Err(Error::PathUnusable { dir: dir.to_owned() }),
        false => Ok(()),
    }
}

fn effective_account(config: &Config) -> Result<Option<Account>, Error> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    config
        .run_as
        .filter(|account| account.uid != 0)
        .map(Some)
        .ok_or(Error::Root)
}

fn lock(dir: &Path, data_dir: &Path) -> Result<File, Error> {
    let path = dir.join("lock");
    let mut options = File::options();
    let options = options.read(true).write(true).create(true).truncate(false);
    let mut file = options.open(&path).doing("open", &path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let _ = file.read_to_string(&mut text);
            return Err(Error::AlreadyRunning {
                dir: data_dir.to_owned(),
                pid: text.trim().parse().ok(),
            });
        }
        Err(TryLockError::Error(source)) => return Err(source).doing("lock", &path),
    }
    // The process id only helps readers of the message; on a full disk it may be missing.
    let _ = file.set_len(0).and_then(|()| file.rewind());
    let _ = file.write_all(std::process::id().to_string().as_bytes());
    Ok(file)
}
