//! Bodies are small and quick, or refused. Runs after authorisation, so a stranger's body is never read.

use crate::plain_pages;
use axum::{
    body::{Body, Bytes},
    extract::Request,
    middleware::Next,
    response::Response,
};
use futures::StreamExt;
use http::{StatusCode, header::CONTENT_LENGTH};
use std::time::Duration;
use tokio::time::timeout;

/// The longest body: a message of about 50 pages.
pub const LONGEST_BODY: usize = 256 * 1024;

/// For a whole body to arrive.
const TIME_FOR_BODY: Duration = Duration::from_secs(30);

/// For what is thrown away of a body that is too long: a browser that still writes would not read our answer.
const TIME_TO_DRAIN: Duration = Duration::from_millis(700);

/// Bytes of it, too: past this the connection simply ends.
const MOST_DRAINED: usize = 32 * 1024 * 1024;

/// Reads the body whole, so that what follows has it or an answer has gone out.
pub async fn small_bodies_only(request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let declared = parts
        .headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let read = if declared.is_some_and(|length| length > LONGEST_BODY as u64) {
        drain(body).await;
        Err(StatusCode::PAYLOAD_TOO_LARGE)
    } else {
        timeout(TIME_FOR_BODY, collect(body))
            .await
            .unwrap_or(Err(StatusCode::REQUEST_TIMEOUT))
    };
    match read {
        Ok(bytes) => next.run(Request::from_parts(parts, bytes.into())).await,
        Err(status) => plain_pages::bad_body(&Request::from_parts(parts, Body::empty()), status),
    }
}

async fn collect(body: Body) -> Result<Bytes, StatusCode> {
    let mut chunks = body.into_data_stream();
    let mut read = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| StatusCode::BAD_REQUEST)?;
        if read.len() + chunk.len() > LONGEST_BODY {
            timeout(TIME_TO_DRAIN, discard(chunks)).await.ok();
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        read.extend_from_slice(&chunk);
    }
    Ok(read.into())
}

/// Reads a little of what is not wanted, so that a browser which still writes reads the answer.
pub async fn drain(body: Body) {
    timeout(TIME_TO_DRAIN, discard(body.into_data_stream()))
        .await
        .ok();
}

async fn discard(mut chunks: axum::body::BodyDataStream) {
    let mut discarded = 0;
    while let Some(Ok(chunk)) = chunks.next().await {
        discarded += chunk.len();
        if discarded > MOST_DRAINED {
            return;
        }
    }
}
