//! Plays a reply: faults before the first byte, then lines with their delays, holds and faults.

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
    // From here on a disconnect is counted, even before anything was sent.
    let mut open = OpenStream::new(&state);
    if let Some(fault) = reply.fault.filter(|fault| replaces_the_answer(*fault)) {
        let response = failure(&state, fault, request).await;
        open.finish();
        return response;
    }
    if reply.hold_headers {
        state.hold().await;
    }
    let kind = match request.protocol {
        Protocol::Ollama => "application/x-ndjson",
        Protocol::OpenAi => "text/event-stream",
    };
    let mut reply = reply;
    reply.error_text = state.script().error_text.clone();
    let steps = reply.steps(request);
    (
        [(CONTENT_TYPE, kind)],
        Body::from_stream(body(state, steps, open)),
    )
        .into_response()
}

/// Whether this fault replaces the whole answer.
fn replaces_the_answer(fault: Fault) -> bool {
    use Fault::{Busy503, ContextOverflow, NotFound, StallBeforeFirst, Status, Unreachable};
    matches!(
        fault,
        Unreachable | NotFound | Busy503 | ContextOverflow | Status(_) | StallBeforeFirst
    )
}

/// A fault as the whole response.
pub(super) async fn failure(state: &Arc<State>, fault: Fault, request: &Recorded) -> Response {
    match fault {
        Fault::NotFound => missing(request),
        Fault::Busy503 => refused(
            503,
            "server busy, please try again.  maximum pending requests exceeded",
        ),
        Fault::ContextOverflow => {
            let text = state.error_text_or("");
            refused(
                400,
                &format!("the input length exceeds the context length {text}"),
            )
        }
        Fault::Status(status) => refused(status, &state.error_text_or("scripted refusal")),
        Fault::GarbageAfter(_) => {
            format!("<html>{}</html>", state.error_text_or("Bad Gateway")).into_response()
        }
        Fault::ErrorLineAfter(_) => refused(
            500,
            &state.error_text_or("the model runner has unexpectedly stopped"),
        ),
        Fault::Slow(pace) => {
            tokio::time::sleep(pace).await;
            refused(500, "slow, and then nothing")
        }
        Fault::Unreachable => {
            state.disconnect_all();
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
                    // Flush what was sent so far; the error would overtake it.
                    tokio::task::yield_now().await;
                    yield Err(io::ErrorKind::ConnectionReset.into());
                }
            }
        }
    }
}
