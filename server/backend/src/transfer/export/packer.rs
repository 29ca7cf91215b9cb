//! A zip file, made while it is sent: what is written comes out a piece at a time, and nothing is written while
//! nobody takes the last piece. Sizes stand behind each file instead of before it, so nothing is gone back to; of
//! what was sent only the table of contents is kept.

use super::Stop;
use chrono::{DateTime, Datelike, Timelike, Utc};
use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::{sync::mpsc, time::timeout};
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions, write::StreamWriter};

/// Bytes that are packed at once, and about as many that are sent at once.
const PIECE: usize = 64 << 10;

/// How long a piece waits to be taken.
const PATIENCE: Duration = Duration::from_secs(60);

/// Bytes a second that an archive is taken at, at least, once [`PATIENCE`] is used up: an export has one of a few
/// places and a connection to the database as long as it takes.
const SLOWEST: u64 = 16 << 10;

/// What is sent: the archive's bytes, in order, and nothing at all as the mark of its end.
pub(super) type Pieces = mpsc::Sender<Vec<u8>>;

pub(super) struct Packer {
    zip: ZipWriter<StreamWriter<Basket>>,
    basket: Basket,
    pieces: Pieces,
    sent: u64,
    waited: Duration,
}

impl Packer {
    pub fn new(pieces: Pieces) -> Self {
        let basket = Basket::default();
        Self {
            zip: ZipWriter::new_stream(basket.clone()),
            basket,
            pieces,
            sent: 0,
            waited: Duration::ZERO,
        }
    }

    /// Resolves when nobody takes the archive any more.
    pub async fn gone(&self) {
        self.pieces.closed().await;
    }

    /// Begins a file; what is packed already (a picture) is only stored.
    pub async fn start(&mut self, name: &str, packed: bool, at: DateTime<Utc>) -> Result<(), Stop> {
        let method = if packed {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(time(at))
            .unix_permissions(0o644);
        self.zip.start_file(name, options).map_err(failed)?;
        self.send(PIECE).await
    }

    /// Writes into the file that was begun last.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        for piece in bytes.chunks(PIECE) {
            self.zip.write_all(piece).map_err(|error| failed(error.into()))?;
            self.send(PIECE).await?;
        }
        Ok(())
    }

    /// A whole file.
    pub async fn file(&mut self, name: &str, text: &str, at: DateTime<Utc>) -> Result<(), Stop> {
        self.start(name, false, at).await?;
        self.write(text.as_bytes()).await
    }

    /// Writes the table of contents. A packer that is dropped without it has sent half a file that nobody can open.
    pub async fn finish(mut self) -> Result<(), Stop> {
        let zip = mem::replace(&mut self.zip, ZipWriter::new_stream(Basket::default()));
        zip.finish().map_err(failed)?;
        self.send(1).await?;
        self.hand_over(Vec::new()).await
    }

    /// Sends what is there once it is as much as this.
    async fn send(&mut self, least: usize) -> Result<(), Stop> {
        match self.basket.take(least) {
            Some(piece) => self.hand_over(piece).await,
            None => Ok(()),
        }
    }

    async fn hand_over(&mut self, piece: Vec<u8>) -> Result<(), Stop> {
        self.sent += piece.len() as u64;
        let patience = PATIENCE + Duration::from_secs(self.sent / SLOWEST);
        let begun = Instant::now();
        let taken = timeout(
            patience.saturating_sub(self.waited).min(PATIENCE),
            self.pieces.send(piece),
        );
        if !matches!(taken.await, Ok(Ok(()))) {
            return Err(Stop::Gone);
        }
        self.waited += begun.elapsed();
        Ok(())
    }
}

/// Where the zip writer's bytes fall.
#[derive(Clone, Default)]
struct Basket(Arc<Mutex<Vec<u8>>>);

impl Basket {
    fn take(&self, least: usize) -> Option<Vec<u8>> {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (bytes.len() >= least).then(|| mem::take(&mut *bytes))
    }
}

impl Write for Basket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A zip file knows years from 1980 to 2107, and no time zone.
fn time(at: DateTime<Utc>) -> zip::DateTime {
    let part = |number: u32| u8::try_from(number).unwrap_or(0);
    u16::try_from(at.year())
        .ok()
        .and_then(|year| {
            let (month, day) = (part(at.month()), part(at.day()));
            let (hour, minute, second) = (part(at.hour()), part(at.minute()), part(at.second()));
            zip::DateTime::from_date_and_time(year, month, day, hour, minute, second).ok()
        })
        .unwrap_or_default()
}

fn failed(error: ZipError) -> Stop {
    Stop::Failed(crate::Error::Internal(format!("packing an archive: {error}")))
}
