//! From a response body to events: the loop that both protocols and the pull share.

use std::{collections::VecDeque, time::Duration};

use futures::{Stream, StreamExt};

use crate::{InferenceError, lines::Lines};

/// What a protocol makes of a line.
pub(crate) trait LineParser: Send + 'static {
    type Event: Send + 'static;

    /// Parses one line, adding what it means to `out`.
    fn line(&mut self, line: &[u8], out: &mut VecDeque<Self::Event>) -> Result<(), InferenceError>;

    /// Whether this event is the last one.
    fn is_last(event: &Self::Event) -> bool;

    /// The body is over: the last event, if what came before it amounts to a complete answer.
    fn at_end(&mut self) -> Option<Self::Event> {
        None
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
pub(crate) fn events<P: LineParser>(
    response: reqwest::Response,
    mut parser: P,
    patience: Patience,
) -> impl Stream<Item = Result<P::Event, InferenceError>> + Send {
    async_stream::stream! {
        let mut body = response.bytes_stream();
        let mut lines = Lines::default();
        let mut out = VecDeque::new();
        let mut started = false;
        let failure = loop {
            let wait = if started { patience.between } else { patience.first };
            let ended = match tokio::time::timeout(wait, body.next()).await {
                Err(_) => break InferenceError::Stalled { after: wait },
                // A connection that breaks is an answer that broke off; a retry tells whether anybody is there.
                Ok(Some(Err(_))) => break InferenceError::EndedEarly,
                Ok(Some(Ok(chunk))) => parse(&mut lines, Some(&chunk), &mut parser, &mut out),
                Ok(None) => parse(&mut lines, None, &mut parser, &mut out).and(Err(InferenceError::EndedEarly)),
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
            if let Err(failure) = ended {
                break failure;
            }
        };
        drop(body);
        yield Err(failure);
    }
}

/// Parses the lines that `chunk` completes, or at the end of the body (`None`) what is left over.
fn parse<P: LineParser>(
    lines: &mut Lines,
    chunk: Option<&[u8]>,
    parser: &mut P,
    out: &mut VecDeque<P::Event>,
) -> Result<(), InferenceError> {
    let Some(chunk) = chunk else {
        return last_line(lines, parser, out);
    };
    lines.push(chunk)?;
    while let Some(line) = lines.next_line() {
        if !line.is_empty() {
            parser.line(line, out)?;
        }
    }
    Ok(())
}

fn last_line<P: LineParser>(
    lines: &mut Lines,
    parser: &mut P,
    out: &mut VecDeque<P::Event>,
) -> Result<(), InferenceError> {
    let rest = lines.rest();
    if !rest.is_empty() {
        match parser.line(rest, out) {
            // Half a line is not garbage: the server died in the middle of it.
            Err(InferenceError::Garbage { .. }) => return Err(InferenceError::EndedEarly),
            other => other?,
        }
    }
    if !out.iter().any(P::is_last) {
        out.extend(parser.at_end());
    }
    Ok(())
}
