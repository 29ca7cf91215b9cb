//! Files named by their hash, in a folder per space, below the data directory.
//!
//! The name that a file had on the person's device never becomes part of a path. A file is written under a temporary
//! name, synced to the disk, and then renamed, so that it is stored completely or not at all.

use hearth_types::SpaceId;
use sha2::{Digest, Sha256};
use std::{
    io,
    path::{Path, PathBuf},
};
use tokio::{fs, io::AsyncWriteExt};
use uuid::Uuid;

/// SHA-256 of a file's bytes.
pub(crate) type Hash = [u8; 32];

/// Folder of incoming uploads; it is emptied at a start.
const INCOMING: &str = "incoming";

/// The folder of all files.
#[derive(Clone, Debug)]
pub(crate) struct FileStore {
    root: PathBuf,
}

impl FileStore {
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub fn path(&self, folder: Uuid, hash: &[u8]) -> PathBuf {
        self.root.join(folder.to_string()).join(hex(hash))
    }

    /// A new path for a file that is not complete yet.
    pub async fn incoming(&self) -> io::Result<PathBuf> {
        let folder = self.root.join(INCOMING);
        private_folder(&folder).await?;
        Ok(folder.join(Uuid::now_v7().to_string()))
    }

    /// Stores these bytes; storing them twice results in one file.
    pub async fn keep(&self, space: SpaceId, hash: &Hash, bytes: &[u8]) -> io::Result<()> {
        let place = self.path(space.0, hash);
        if fs::metadata(&place)
            .await
            .is_ok_and(|file| file.len() == bytes.len() as u64)
        {
            return Ok(());
        }
        let unfinished = self.incoming().await?;
        let written = write(&unfinished, bytes).await;
        if let Err(error) = written {
            fs::remove_file(&unfinished).await.ok();
            return Err(error);
        }
        self.put(space, &unfinished, &place).await
    }

    /// Stores an existing file by moving it.
    pub async fn keep_file(&self, space: SpaceId, hash: &Hash, from: &Path, length: u64) -> io::Result<()> {
        let place = self.path(space.0, hash);
        if fs::metadata(&place).await.is_ok_and(|file| file.len() == length) {
            return Ok(());
        }
        fs::File::open(from).await?.sync_all().await?;
        self.put(space, from, &place).await
    }

    async fn put(&self, space: SpaceId, from: &Path, place: &Path) -> io::Result<()> {
        let folder = self.root.join(space.to_string());
        private_folder(&folder).await?;
        fs::rename(from, place).await?;
        // Sync the folder, so that the file's name survives a power cut too.
        fs::File::open(&folder).await?.sync_all().await
    }

    pub async fn remove(&self, folder: Uuid, hash: &[u8]) -> io::Result<()> {
        match fs::remove_file(self.path(folder, hash)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Removes the uploads that the last stop interrupted.
    pub async fn clear_incoming(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.root.join(INCOMING)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The folder and hash of every file that was written more than an hour ago.
    pub async fn settled_files(&self) -> io::Result<Vec<(Uuid, Vec<u8>)>> {
        let mut found = Vec::new();
        let Some(mut folders) = read_dir(&self.root).await? else {
            return Ok(found);
        };
        while let Some(folder) = folders.next_entry().await? {
            let Some(space) = name_of(&folder).and_then(|name| name.parse().ok()) else {
                continue;
            };
            let Some(mut files) = read_dir(&folder.path()).await? else {
                continue;
            };
            while let Some(file) = files.next_entry().await? {
                let old = file
                    .metadata()
                    .await
                    .and_then(|file| file.modified())
                    .is_ok_and(|at| at.elapsed().is_ok_and(|age| age.as_secs() > 3600));
                if let Some(hash) = name_of(&file).and_then(|name| unhex(&name)).filter(|_| old) {
                    found.push((space, hash));
                }
            }
        }
        Ok(found)
    }
}

/// The hash of these bytes.
pub(crate) fn hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// The hash and the length of a file, read in pieces. It blocks: do not call it from an async task.
pub(super) fn hash_of_file(path: &Path) -> io::Result<(Hash, u64)> {
    let mut file = std::fs::File::open(path)?;
    let (mut digest, mut piece, mut length) = (Sha256::new(), vec![0; 64 << 10], 0);
    loop {
        let read = io::Read::read(&mut file, &mut piece)?;
        if read == 0 {
            return Ok((digest.finalize().into(), length));
        }
        digest.update(&piece[..read]);
        length += read as u64;
    }
}

async fn write(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(place).await?;
    file.write_all(bytes).await?;
    file.sync_all().await
}

/// Creates a folder that only the server's own account can read.
async fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(folder).await
}

async fn read_dir(folder: &Path) -> io::Result<Option<fs::ReadDir>> {
    match fs::read_dir(folder).await {
        Ok(entries) => Ok(Some(entries)),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn name_of(entry: &fs::DirEntry) -> Option<String> {
    entry.file_name().into_string().ok()
}

fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(name: &str) -> Option<Vec<u8>> {
    let digits = name.as_bytes().chunks_exact(2);
    (name.len() == 64 && name.is_ascii())
        .then(|| {
            digits
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
                .collect()
        })
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_converts_to_a_files_name_and_back() {
        let hash = hash(b"hello");
        assert_eq!(unhex(&hex(&hash)).unwrap(), hash);
        assert_eq!(unhex("../../etc/passwd"), None);
    }

    #[tokio::test]
    async fn the_same_bytes_are_stored_once_and_removed_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::new(folder.path().join("files"));
        let (space, bytes) = (SpaceId(Uuid::now_v7()), b"some bytes");
        let name = hash(bytes);
        store.keep(space, &name, bytes).await.unwrap();
        store.keep(space, &name, bytes).await.unwrap();
        assert_eq!(std::fs::read(store.path(space.0, &name)).unwrap(), bytes);
        store.remove(space.0, &name).await.unwrap();
        store.remove(space.0, &name).await.unwrap();
        assert!(!store.path(space.0, &name).exists());
    }
}
