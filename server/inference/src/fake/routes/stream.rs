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
    wire::Step,
};

pub(super) async fn play(state: Fake, reply: Reply, request: &Recorded) -> Response {
    // From here on a client that goes away is seen, also while nothing has been sent yet.
    let mut open = OpenStream::new(&state);
    if let Some(fault) = reply.fault.filter(|fault| comes_first(*fault)) {
        let response = failure(&state, fault, request).await;
        open.finish();
        return response;
    }
    if reply.held_back {
        state.hold().await;
    }
    let kind = match request.protocol {
        Protocol::Ollama => "application/x-ndjson",
        Protocol::OpenAi => "text/event-stream",
    };
    let mut reply = reply;
    reply.error_words = state.script().error_words.clone();
    let steps = reply.steps(request);
    (
        [(CONTENT_TYPE, kind)],
        Body::from_stream(body(state, steps, open)),
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
        Fault::ContextOverflow => {
            let words = state.words("");
            refused(
                400,
                &format!("the input length exceeds the context length {words}"),
            )
        }
        Fault::Status(status) => refused(status, &state.words("scripted refusal")),
        Fault::GarbageAfter(_) => format!("<html>{}</html>", state.words("Bad Gateway")).into_response(),
        Fault::ErrorLineAfter(_) => refused(500, &state.words("the model runner has unexpectedly stopped")),
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
    steps: Arc<Vec<Step>>,
    mut open: OpenStream,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    async_stream::stream! {
        for step in steps.iter() {
            match step {
                Step::Send(bytes) => yield Ok(bytes.clone()),
                Step::Pause(pause) => tokio::time::sleep(*pause).await,
                Step::Hold => state.hold().await,
                Step::Stall => std::future::pending().await,
                Step::Finish => open.finish(),
                Step::Reset => {
                    // What was sent so far is written first; the error would overtake it.
                    tokio::task::yield_now().await;
                    yield Err(io::ErrorKind::ConnectionReset.into());
                }
            }
        }
    }
}
