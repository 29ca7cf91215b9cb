//! The upload of an archive, which is written to the disk as it arrives.

use super::Refusal;
use crate::{
    Result, UserBackend, files,
    limits::{Permit, Work},
    storage,
};
use hearth_types::ArchiveTrouble;
use std::path::PathBuf;
use tokio::{fs, io::AsyncWriteExt};

/// Maximum bytes of an archive.
pub const LONGEST_ARCHIVE: u64 = 16 << 30;

/// Bytes between two checks of the free space on the disk, and the minimum free space.
const CHECK_EVERY: u64 = 64 << 20;
const RESERVE: u64 = 1 << 30;

/// An upload of an archive in progress. Dropping it deletes its file.
pub struct IncomingArchive {
    file: Option<fs::File>,
    length: u64,
    checked_at: u64,
    place: Removed,
    /// Limits a person to one upload of an archive at a time; none in tests.
    upload: Option<Permit>,
}

/// A file that is deleted when this is dropped.
pub(super) struct Removed(pub PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}

impl IncomingArchive {
    /// Appends received bytes.
    ///
    /// # Errors
    /// The archive is too large, or the disk is full.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.length += bytes.len() as u64;
        if self.length > LONGEST_ARCHIVE {
            return Err(ArchiveTrouble::TooLarge.into());
        }
        if self.length >= self.checked_at + CHECK_EVERY {
            self.checked_at = self.length;
            if storage::free(&self.place.0).is_some_and(|free| free < RESERVE) {
                return Err(ArchiveTrouble::DiskFull.into());
            }
        }
        let file = self.file.as_mut().ok_or(ArchiveTrouble::Broken)?;
        Ok(file.write_all(bytes).await.map_err(|error| files::disk(&error))?)
    }

    /// The archive's file, and the permit of its upload.
    pub(super) async fn complete(mut self) -> Result<(Removed, Option<Permit>)> {
        if let Some(mut file) = self.file.take() {
            file.flush().await.map_err(|error| files::disk(&error))?;
        }
        Ok((self.place, self.upload))
    }
}

impl UserBackend {
    /// Begins the upload of an archive.
    ///
    /// # Errors
    /// Another import or upload of this person runs, or the disk is full.
    pub async fn incoming_archive(&self) -> Result<IncomingArchive, Refusal> {
        let running = self
            .import_report()
            .await?
            .is_some_and(|report| report.is_running());
        if running {
            return Err(ArchiveTrouble::Running.into());
        }
        let upload = self
            .backend
            .inner
            .limits
            .begin(self.user, Work::ArchiveUpload)
            .await;
        let upload = upload.map_err(|_| ArchiveTrouble::Running)?;
        self.require_quota().await?;
        let files = &self.backend.inner.files;
        let path = files.incoming().await.map_err(|error| files::disk(&error))?;
        let file = fs::File::create(&path)
            .await
            .map_err(|error| files::disk(&error))?;
        Ok(IncomingArchive {
            file: Some(file),
            length: 0,
            checked_at: 0,
            place: Removed(path),
            upload: Some(upload),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_archive_that_is_too_large_is_refused_while_it_arrives() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive");
        let mut incoming = IncomingArchive {
            file: Some(fs::File::create(&path).await.unwrap()),
            length: LONGEST_ARCHIVE - 10,
            checked_at: LONGEST_ARCHIVE - 10,
            place: Removed(path.clone()),
            upload: None,
        };
        incoming.write(&[0; 10]).await.unwrap();
        let refused = incoming.write(&[0]).await;
        assert!(
            matches!(refused, Err(Refusal::Archive(ArchiveTrouble::TooLarge))),
            "{refused:?}"
        );
        drop(incoming);
        assert!(!path.exists(), "its file is deleted");
    }
}
