//! `GET /events`: everything that happens to a person, for one of their open tabs.
//!
//! The session is checked again every two seconds while the stream is open: a device that was signed out, or whose
//! person was disabled, gets no more events. A tab that reconnects sends its position, and the backend goes on from
//! there.

use crate::http::{AppState, auth::Person, extract::Query, open_streams::OpenStream, problem::Refused};
use axum::{
    extract::State,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event as Line, KeepAlive},
    },
};
use futures::{Stream, StreamExt, future::BoxFuture, stream::BoxStream};
use hearth_types::{AnswerId, ConversationId, Event, Part, Problem, ResumePoint};
use serde::Deserialize;
use std::{convert::Infallible, time::Duration};
use tokio_util::sync::CancellationToken;

/// Proxies and sleeping radios drop a silent connection.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What the tab shows.
#[derive(Debug, Deserialize)]
pub struct Position {
    conversation: Option<ConversationId>,
    answer: Option<AnswerId>,
    /// Blocks of the answer that the tab has.
    #[serde(default)]
    blocks: u32,
}

/// The handler.
pub async fn events(
    person: Person,
    State(state): State<AppState>,
    Query(position): Query<Position>,
) -> Result<Response, Refused> {
    let Some(counted) = state.streams.open(person.user()) else {
        return Err(Problem::TooManyAttempts { seconds: 5 }.into());
    };
    let stream = EventStream {
        events: subscribe(&person, &position).await?,
        signed_out: Box::pin(person.signed_out()),
        shutdown: state.shutdown,
        ended: false,
        _counted: counted,
    };
    let lines = Sse::new(stream.lines()).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    // Asks a proxy in front not to hold events back.
    let headers = [("x-accel-buffering", "no"), ("cache-control", "no-store")];
    Ok((headers, lines).into_response())
}

/// The person's events from the tab's position. A conversation that is not theirs is not found.
async fn subscribe(
    person: &Person,
    position: &Position,
) -> hearth_backend::Result<BoxStream<'static, Event>> {
    if let Some(conversation) = position.conversation {
        person.open_conversation(conversation, Part::Newest).await?;
    }
    let blocks = position.blocks;
    let resume = position.answer.map(|answer| ResumePoint { answer, blocks });
    Ok(person.events(resume).await?.boxed())
}

struct EventStream {
    events: BoxStream<'static, Event>,
    signed_out: BoxFuture<'static, ()>,
    shutdown: CancellationToken,
    ended: bool,
    _counted: OpenStream,
}

impl EventStream {
    fn lines(self) -> impl Stream<Item = Result<Line, Infallible>> {
        futures::stream::unfold(self, |mut stream| async move {
            let event = stream.next().await?;
            let line = Line::default().json_data(&event).unwrap_or_else(|error| {
                tracing::error!(%error, "an event could not be written");
                Line::default().comment("")
            });
            Some((Ok(line), stream))
        })
    }

    /// The next event; `SessionEnded` is the last.
    async fn next(&mut self) -> Option<Event> {
        if self.ended {
            return None;
        }
        tokio::select! {
            biased;
            () = self.shutdown.cancelled() => None,
            () = &mut self.signed_out => {
                self.ended = true;
                Some(Event::SessionEnded)
            },
            event = self.events.next() => event,
        }
    }
}
