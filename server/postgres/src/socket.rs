//! The directory of the server's socket.
//!
//! The server trusts every client of the socket, so access is controlled by the directory: mode 0700, owned by the
//! server's account, verified at every start. The kernel limits the path of a socket to about a hundred bytes; a data
//! directory with a longer path gets a short directory elsewhere, named by a hash.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::archive::short_hash;
use crate::home::Home;
use crate::{Error, disk::Doing};

/// Maximum length of the directory's path: the socket address (108 bytes, on a Mac 104) without `/.s.PGSQL.5432` and
/// the final NUL.
const MAX_PATH_BYTES: usize = if cfg!(target_os = "linux") { 93 } else { 89 };

/// Creates the directory, or reuses an existing one if it is safe.
pub(crate) fn directory(home: &Home) -> Result<PathBuf, Error> {
    let dir = choose(home)?;
    match fs::symlink_metadata(&dir) {
        Err(_) => home.make_private(&dir)?,
        Ok(found) => {
            let owner = home
                .account()
                .map_or(rustix::process::geteuid().as_raw(), |account| account.uid);
            if !found.is_dir() || found.uid() != owner || found.mode() & 0o077 != 0 {
                return Err(Error::SocketDir { dir });
            }
        }
    }
    fs::canonicalize(&dir).doing("find", &dir)
}

fn choose(home: &Home) -> Result<PathBuf, Error> {
    let inside = home.path("socket");
    if fits(&inside) {
        return Ok(inside);
    }
    let hash = short_hash(home.dir().as_os_str().as_bytes());
    let short = short_parent(home).join(format!("hearth-{hash}"));
    match fits(&short) {
        true => Ok(short),
        false => Err(Error::SocketPathTooLong {
            dir: short,
            limit: MAX_PATH_BYTES,
        }),
    }
}

/// The session's runtime directory if there is one; a server under another account cannot enter it.
fn short_parent(home: &Home) -> PathBuf {
    let own = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    own.filter(|dir| {
        home.account().is_none() && dir.is_absolute() && dir.is_dir() && dir.as_os_str().len() < 60
    })
    .unwrap_or_else(|| PathBuf::from("/tmp"))
}

/// The setting is a list: a comma or a quotation mark in the path would change its meaning.
fn fits(dir: &Path) -> bool {
    let bytes = dir.as_os_str().as_bytes();
    bytes.len() <= MAX_PATH_BYTES && !bytes.iter().any(|byte| matches!(byte, b',' | b'"' | b'\''))
}
