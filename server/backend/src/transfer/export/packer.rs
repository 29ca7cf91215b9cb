//! Writes a zip file as a stream of pieces, with backpressure: the next piece is packed after the client has taken the
//! last one. Sizes stand after each file instead of before it, so the writer never seeks back; memory keeps only the
//! table of contents.

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

/// Bytes that are packed at once; pieces have about as many.
const PIECE: usize = 64 << 10;

/// Maximum time that a piece waits for the client.
const PATIENCE: Duration = Duration::from_secs(60);

/// Minimum rate of the client in bytes per second, once [`PATIENCE`] is used up: an export occupies one of a few places
/// and a database connection.
const SLOWEST: u64 = 16 << 10;

/// The archive's bytes in order; an empty piece marks the end.
pub(super) type Pieces = mpsc::Sender<Vec<u8>>;

pub(super) struct Packer {
    zip: ZipWriter<StreamWriter<Buffer>>,
    buffer: Buffer,
    pieces: Pieces,
    sent: u64,
    waited: Duration,
}

impl Packer {
    pub fn new(pieces: Pieces) -> Self {
        let buffer = Buffer::default();
        Self {
            zip: ZipWriter::new_stream(buffer.clone()),
            buffer,
            pieces,
            sent: 0,
            waited: Duration::ZERO,
        }
    }

    /// Resolves when the client has disconnected.
    pub async fn gone(&self) {
        self.pieces.closed().await;
    }

    /// Begins a file. A file that is compressed already (a picture) is stored uncompressed.
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

    /// Appends to the file that was begun last.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        for piece in bytes.chunks(PIECE) {
            self.zip.write_all(piece).map_err(|error| failed(error.into()))?;
            self.send(PIECE).await?;
        }
        Ok(())
    }

    /// Writes a whole file.
    pub async fn file(&mut self, name: &str, text: &str, at: DateTime<Utc>) -> Result<(), Stop> {
        self.start(name, false, at).await?;
        self.write(text.as_bytes()).await
    }

    /// Writes the table of contents. Without it the sent bytes are no valid zip file.
    pub async fn finish(mut self) -> Result<(), Stop> {
        let zip = mem::replace(&mut self.zip, ZipWriter::new_stream(Buffer::default()));
        zip.finish().map_err(failed)?;
        self.send(1).await?;
        self.hand_over(Vec::new()).await
    }

    /// Sends the buffered bytes if they are at least this many.
    async fn send(&mut self, least: usize) -> Result<(), Stop> {
        match self.buffer.take(least) {
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

/// Buffers the zip writer's output.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn take(&self, least: usize) -> Option<Vec<u8>> {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (bytes.len() >= least).then(|| mem::take(&mut *bytes))
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A zip file's times have years from 1980 to 2107, and no time zone.
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
