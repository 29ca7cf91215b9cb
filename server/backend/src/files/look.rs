//! Finds out the kind of an upload, and extracts what is stored of it.
//!
//! Text is decoded in this process. Pictures and PDFs are read in a child process, one at a time for each person and
//! [`READERS`] at a time for the server, so a slow PDF delays only the next picture or PDF of the same person.

use super::{
    Incoming,
    insert::{Bytes, Stored},
    store,
    trouble::{disk, trouble},
};
use crate::{Error, Result, UserBackend, limits::Work};
use hearth_extract::{
    Extracted, Kind,
    text::{self, MAX_TEXT_FILE_BYTES},
};
use hearth_types::AttachmentKind;
use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

/// Maximum number of child processes that read uploads at the same time.
pub(crate) const READERS: usize = 2;

/// Number of bytes at the beginning of a file that determine its kind.
const BEGINNING: u64 = 4096;

impl UserBackend {
    /// Reads a complete upload. A very long picture becomes several; there is always at least one.
    pub(super) async fn read_upload(&self, incoming: &mut Incoming) -> Result<Vec<Stored>> {
        let path = incoming.complete().await?.to_owned();
        let looked = {
            let path = path.clone();
            tokio::task::spawn_blocking(move || look(&path)).await
        };
        match looked.map_err(Error::from)?? {
            Looked::Text(kept) => Ok(vec![kept]),
            Looked::ForReader => self.read_in_child(&path).await,
        }
    }

    async fn read_in_child(&self, path: &Path) -> Result<Vec<Stored>> {
        let inner = &self.backend.inner;
        let _own_turn = inner.limits.begin(self.user, Work::Reading).await?;
        let turn = inner.readers.acquire().await;
        let _turn = turn.map_err(|error| Error::Internal(error.to_string()))?;
        match hearth_extract::extract_in_child(inner.config.upload_reader.as_deref(), path)
            .await
            .map_err(trouble)?
        {
            Extracted::Pictures(pictures) => Ok(pictures.into_iter().map(Stored::picture).collect()),
            Extracted::Pdf { pages, text, unread } => {
                let bytes = unchanged(path.to_owned()).await?;
                let file = Stored::file(AttachmentKind::Pdf, bytes, pages, text);
                Ok(vec![Stored {
                    unread_pages: unread,
                    ..file
                }])
            }
        }
    }
}

/// The result of [`look`].
enum Looked {
    Text(Stored),
    /// A child process must read it.
    ForReader,
}

/// Determines a file's kind, and decodes text. It blocks: do not call it from an async task.
fn look(path: &Path) -> Result<Looked> {
    let mut file = File::open(path).map_err(|error| disk(&error))?;
    let length = file.metadata().map_err(|error| disk(&error))?.len();
    let mut bytes = Vec::new();
    read_up_to(&mut file, BEGINNING, &mut bytes)?;
    match Kind::of(&bytes).map_err(trouble)? {
        Kind::Picture(_) | Kind::Pdf => return Ok(Looked::ForReader),
        Kind::MaybeText if length > MAX_TEXT_FILE_BYTES => {
            return Err(trouble(text::refuse_long_file(&bytes)));
        }
        Kind::MaybeText => {}
    }
    read_up_to(&mut file, MAX_TEXT_FILE_BYTES, &mut bytes)?;
    let text = text::decode(&bytes).map_err(trouble)?;
    drop(bytes);
    let lines = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
    let bytes = hashed(path.to_owned()).map_err(|error| disk(&error))?;
    Ok(Looked::Text(Stored::file(
        AttachmentKind::Text,
        bytes,
        lines,
        text,
    )))
}

fn read_up_to(file: &mut File, most: u64, bytes: &mut Vec<u8>) -> Result<()> {
    let read = file.take(most).read_to_end(bytes);
    read.map(|_| ()).map_err(|error| disk(&error))
}

async fn unchanged(path: PathBuf) -> Result<Bytes> {
    let hashed = tokio::task::spawn_blocking(move || hashed(path)).await;
    let hashed = hashed.map_err(Error::from)?;
    hashed.map_err(|error| disk(&error))
}

fn hashed(path: PathBuf) -> io::Result<Bytes> {
    let (hash, length) = store::hash_of_file(&path)?;
    Ok(Bytes::Unchanged { path, hash, length })
}
