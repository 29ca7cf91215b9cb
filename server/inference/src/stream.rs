//! The loop from a response body to events, shared by both protocols and by pulls.

use std::{collections::VecDeque, time::Duration};

use futures::{Stream, StreamExt};

use crate::InferenceError;

/// After the stop reason a server sends its statistics and end mark at once, or never.
const AFTER_STOP_REASON: Duration = Duration::from_secs(5);

/// Parses the body of a response.
pub(crate) trait BodyReader: Send + 'static {
    type Event: Send + 'static;

    /// Parses a chunk and appends its events to `out`.
    fn push(&mut self, chunk: &[u8], out: &mut VecDeque<Self::Event>) -> Result<(), InferenceError>;

    /// Ends the body: appends the remaining events, and the last one if the answer is complete.
    fn finish(&mut self, out: &mut VecDeque<Self::Event>) -> Result<(), InferenceError>;

    /// Whether this event is the last one.
    fn is_last(event: &Self::Event) -> bool;

    /// Whether the answer is complete although its last event is missing.
    fn finished(&self) -> bool {
        false
    }
}

/// Maximum silence of a body: before its first event, and afterwards.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SilenceLimits {
    pub first: Duration,
    pub between: Duration,
}

/// Reads `response` up to its last event. The stream owns the response, so dropping the stream closes the connection.
pub(crate) fn events<P: BodyReader>(
    response: reqwest::Response,
    mut reader: P,
    limits: SilenceLimits,
) -> impl Stream<Item = Result<P::Event, InferenceError>> + Send {
    async_stream::stream! {
        let mut body = response.bytes_stream();
        let mut out = VecDeque::new();
        let mut started = false;
        let failure = loop {
            let between = if reader.finished() { limits.between.min(AFTER_STOP_REASON) } else { limits.between };
            let wait = if started { between } else { limits.first };
            let read = match tokio::time::timeout(wait, body.next()).await {
                Ok(Some(Ok(chunk))) => reader.push(&chunk, &mut out),
                // A broken connection interrupts the answer; a retry shows whether the server is still reachable.
                Ok(Some(Err(_)) | None) => end_with(&mut reader, &mut out, InferenceError::EndedEarly),
                Err(_) => end_with(&mut reader, &mut out, InferenceError::Stalled { after: wait }),
            };
            // Events parsed before a failure are delivered first.
            while let Some(event) = out.pop_front() {
                started = true;
                let last = P::is_last(&event);
                yield Ok(event);
                if last {
                    return;
                }
            }
            if let Err(failure) = read {
                break failure;
            }
        };
        drop(body);
        yield Err(failure);
    }
}

/// Ends the body with `failure`, unless the reader reports a more specific error.
fn end_with<P: BodyReader>(
    reader: &mut P,
    out: &mut VecDeque<P::Event>,
    failure: InferenceError,
) -> Result<(), InferenceError> {
    reader.finish(out)?;
    Err(failure)
}
