//! Bodies: read whole within a limit, or as a form of files, piece by piece.
//!
//! Every body ends: it has a limit of bytes and a limit of time. Of a body that is refused unread, a little is read and
//! thrown away, because a browser that still writes does not read the answer.

use axum::{
    body::{Body, BodyDataStream, Bytes},
    extract::{
        DefaultBodyLimit, FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
};
use futures::StreamExt;
use http::{HeaderMap, StatusCode, header::CONTENT_LENGTH};
use std::time::Duration;
use tokio::time::timeout;

/// Silence that ends an upload.
const TIME_FOR_PIECE: Duration = Duration::from_secs(30);

/// For what is thrown away of a body.
const TIME_TO_DRAIN: Duration = Duration::from_millis(700);

/// Bytes of it, too: past this the connection simply ends.
const MOST_DRAINED: usize = 32 << 20;

/// The parts of a multipart form around the bytes of its files.
const FORM: u64 = 64 << 10;

/// Why a body was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadBody {
    TooLarge,
    TooSlow,
    /// The client went away, or it is not the form that it claims to be.
    Broken,
}

/// The whole body.
///
/// # Errors
/// It has more than `longest` bytes, takes longer than `time`, or breaks off.
pub async fn read_whole(
    headers: &HeaderMap,
    body: Body,
    longest: usize,
    time: Duration,
) -> Result<Bytes, BadBody> {
    if declares_more_than(headers, longest as u64) {
        drain(body).await;
        return Err(BadBody::TooLarge);
    }
    timeout(time, collect(body, longest))
        .await
        .unwrap_or(Err(BadBody::TooSlow))
}

async fn collect(body: Body, longest: usize) -> Result<Bytes, BadBody> {
    let mut chunks = body.into_data_stream();
    let mut read = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| BadBody::Broken)?;
        if read.len() + chunk.len() > longest {
            discard(chunks).await;
            return Err(BadBody::TooLarge);
        }
        read.extend_from_slice(&chunk);
    }
    Ok(read.into())
}

/// Reads a little of a body that is not wanted.
pub async fn drain(body: Body) {
    discard(body.into_data_stream()).await;
}

async fn discard(mut chunks: BodyDataStream) {
    let discarding = async {
        let mut discarded = 0;
        while let Some(Ok(chunk)) = chunks.next().await {
            discarded += chunk.len();
            if discarded > MOST_DRAINED {
                return;
            }
        }
    };
    timeout(TIME_TO_DRAIN, discarding).await.ok();
}

fn declares_more_than(headers: &HeaderMap, longest: u64) -> bool {
    let declared = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    declared.is_some_and(|declared| declared > longest)
}

/// A multipart form, part by part.
pub struct Form(Multipart);

impl Form {
    /// Starts to read a form whose files have at most `longest` bytes together.
    pub async fn open(mut request: Request, longest: u64) -> Result<Self, BadBody> {
        let longest = longest + FORM;
        if declares_more_than(request.headers(), longest) {
            drain(request.into_body()).await;
            return Err(BadBody::TooLarge);
        }
        DefaultBodyLimit::max(usize::try_from(longest).unwrap_or(usize::MAX)).apply(&mut request);
        let form = Multipart::from_request(request, &()).await;
        form.map(Self).map_err(|_| BadBody::Broken)
    }

    /// The next part.
    pub async fn next(&mut self) -> Result<Option<Part<'_>>, BadBody> {
        Ok(in_time(self.0.next_field()).await?.map(Part))
    }
}

/// One part of a form.
pub struct Part<'a>(Field<'a>);

impl Part<'_> {
    /// Whether it is the form's field for files, the only one that is read.
    pub fn is_file(&self) -> bool {
        self.0.name() == Some("file")
    }

    /// The name that the browser gives the file; may be empty.
    pub fn file_name(&self) -> String {
        self.0.file_name().unwrap_or_default().to_owned()
    }

    /// The next piece of its bytes.
    pub async fn next(&mut self) -> Result<Option<Bytes>, BadBody> {
        in_time(self.0.chunk()).await
    }
}

async fn in_time<T>(piece: impl Future<Output = Result<T, MultipartError>>) -> Result<T, BadBody> {
    let piece = timeout(TIME_FOR_PIECE, piece)
        .await
        .map_err(|_| BadBody::TooSlow)?;
    piece.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => BadBody::TooLarge,
        _ => BadBody::Broken,
    })
}
