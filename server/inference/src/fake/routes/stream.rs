//! Playing a reply: faults before the first byte, then lines with their pauses, holds and faults.

use std::{io, sync::Arc};

use axum::{
    body::{Body, Bytes},
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use futures::Stream;

use super::{Fake, missing, refused};
use crate::fake::{
    Fault, Protocol, Recorded, Reply,
    state::{OpenStream, State},
    wire::Lines,
};

pub(super) async fn play(state: Fake, reply: Reply, request: &Recorded) -> Response {
    // From here on a client that goes away is seen, also while nothing has been sent yet.
    let mut open = OpenStream::new(&state);
    if let Some(fault) = reply.fault.filter(|fault| comes_first(*fault)) {
        let response = failure(&state, fault, request).await;
        open.finish();
        return response;
    }
    let kind = match request.protocol {
        Protocol::Ollama => "application/x-ndjson",
        Protocol::OpenAi => "text/event-stream",
    };
    let lines = Lines::of(&reply, request);
    (
        [(CONTENT_TYPE, kind)],
        Body::from_stream(body(state, reply, lines, open)),
    )
        .into_response()
}

/// Whether this fault happens instead of an answer.
fn comes_first(fault: Fault) -> bool {
    use Fault::{Busy503, ContextOverflow, NotFound, StallBeforeFirst, Status, Unreachable};
    matches!(
        fault,
        Unreachable | NotFound | Busy503 | ContextOverflow | Status(_) | StallBeforeFirst
    )
}

/// A fault as the whole reply.
pub(super) async fn failure(state: &Arc<State>, fault: Fault, request: &Recorded) -> Response {
    match fault {
        Fault::NotFound => missing(request),
        Fault::Busy503 => refused(
            503,
            "server busy, please try again.  maximum pending requests exceeded",
        ),
        Fault::ContextOverflow => refused(400, "the input length exceeds the context length"),
        Fault::Status(status) => refused(status, "scripted refusal"),
        Fault::GarbageAfter(_) => "<html>Bad Gateway</html>".into_response(),
        Fault::ErrorLineAfter(_) => refused(500, "the model runner has unexpectedly stopped"),
        Fault::Slow(pace) => {
            tokio::time::sleep(pace).await;
            refused(500, "slow, and then nothing")
        }
        Fault::Unreachable => {
            state.go_away();
            std::future::pending().await
        }
        _ => std::future::pending().await,
    }
}

fn body(
    state: Fake,
    reply: Reply,
    lines: Lines,
    mut open: OpenStream,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let piece = reply.piece.unwrap_or(usize::MAX);
    async_stream::stream! {
        for line in lines.before {
            yield Ok(line);
        }
        for (sent, line) in lines.tokens.into_iter().enumerate() {
            if reply.hold_after == Some(sent) {
                state.hold().await;
            }
            if let Some(pause) = reply.pause() {
                tokio::time::sleep(pause).await;
            }
            for part in pieces(line, piece) {
                yield Ok(part);
            }
        }
        if reply.hold_after.is_some_and(|after| after >= reply.tokens_before_fault()) {
            state.hold().await;
        }
        if matches!(reply.fault, Some(Fault::StallAfter(_))) {
            std::future::pending::<()>().await;
        }
        open.finish();
        if matches!(reply.fault, Some(Fault::ResetAfter(_))) {
            // Otherwise the error would overtake lines that are not written yet.
            tokio::task::yield_now().await;
            yield Err(io::ErrorKind::ConnectionReset.into());
        }
        for line in lines.end {
            for part in pieces(line, piece) {
                yield Ok(part);
            }
        }
    }
}

fn pieces(mut line: Bytes, size: usize) -> Vec<Bytes> {
    let mut parts = Vec::with_capacity(1);
    while line.len() > size {
        parts.push(line.split_to(size));
    }
    parts.push(line);
    parts
}
