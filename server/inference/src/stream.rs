//! From a response body to events: the loop that both protocols and the pull share.

use std::{collections::VecDeque, time::Duration};

use futures::{Stream, StreamExt};

use crate::InferenceError;

/// A server that said why it stopped sends its figures and its end mark at once, or never.
const AFTER_THE_END: Duration = Duration::from_secs(5);

/// What a protocol makes of a body.
pub(crate) trait BodyReader: Send + 'static {
    type Event: Send + 'static;

    /// Takes a chunk in, adding what it means to `out`.
    fn push(&mut self, chunk: &[u8], out: &mut VecDeque<Self::Event>) -> Result<(), InferenceError>;

    /// The body is over. Adds what was left, and the last event if what came amounts to a complete answer.
    fn finish(&mut self, out: &mut VecDeque<Self::Event>) -> Result<(), InferenceError>;

    /// Whether this event is the last one.
    fn is_last(event: &Self::Event) -> bool;

    /// Whether what came is complete although its last event has not come.
    fn finished(&self) -> bool {
        false
    }
}

/// How long a body may be silent: before its first event, and afterwards.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    pub first: Duration,
    pub between: Duration,
}

/// Reads `response` to its last event. The response lives inside the stream, so dropping the stream closes
/// the connection.
pub(crate) fn events<P: BodyReader>(
    response: reqwest::Response,
    mut reader: P,
    patience: Patience,
) -> impl Stream<Item = Result<P::Event, InferenceError>> + Send {
    async_stream::stream! {
        let mut body = response.bytes_stream();
        let mut out = VecDeque::new();
        let mut started = false;
        let failure = loop {
            let between = if reader.finished() { patience.between.min(AFTER_THE_END) } else { patience.between };
            let wait = if started { between } else { patience.first };
            let read = match tokio::time::timeout(wait, body.next()).await {
                Ok(Some(Ok(chunk))) => reader.push(&chunk, &mut out),
                // A connection that breaks is an answer that broke off; a retry tells whether anybody is there.
                Ok(Some(Err(_)) | None) => over(&mut reader, &mut out, InferenceError::EndedEarly),
                Err(_) => over(&mut reader, &mut out, InferenceError::Stalled { after: wait }),
            };
            // Whatever was understood before a failure is the person's: it comes first.
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

/// Nothing more comes: `failure`, unless something worse is known.
fn over<P: BodyReader>(
    reader: &mut P,
    out: &mut VecDeque<P::Event>,
    failure: InferenceError,
) -> Result<(), InferenceError> {
    reader.finish(out)?;
    Err(failure)
}
