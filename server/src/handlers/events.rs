//! `GET /events`: everything that happens to a person, to one open tab of theirs.
//!
//! The session is looked at again every two seconds while the stream is open: a device that was signed out, or
//! whose person was disabled, hears no more. A tab that comes back says where it stands, and the backend goes on
//! from there.

use crate::{access, plain_pages, session_store::DatabaseSessions, state::AppState};
use axum::{
    extract::{Extension, Query, State, rejection::QueryRejection},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event as Line, KeepAlive},
    },
};
use futures::{Stream, StreamExt, stream::BoxStream};
use hearth_app::context::CurrentUser;
use hearth_types::{AnswerId, ConversationId, Event, Part, Problem, ResumePoint, UserId};
use serde::Deserialize;
use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tower_sessions::Session;

/// How often an open stream's session is looked at again.
const RECHECK: Duration = Duration::from_secs(2);

/// Proxies and sleeping radios drop a connection that says nothing.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Open tabs of one person, over all devices.
pub const MOST_STREAMS: usize = 64;

/// Where the tab stands.
#[derive(Debug, Deserialize)]
pub struct Place {
    conversation: Option<ConversationId>,
    answer: Option<AnswerId>,
    #[serde(default)]
    blocks: u32,
}

/// The handler.
pub async fn events(
    State(state): State<AppState>,
    Extension(current): Extension<CurrentUser>,
    Extension(session): Extension<Session>,
    place: Result<Query<Place>, QueryRejection>,
) -> Response {
    let Ok(Query(place)) = place else {
        return plain_pages::problem(&Problem::BadRequest);
    };
    let Some(seat) = state.streams.take_seat(current.user) else {
        return plain_pages::problem(&Problem::TooManyAttempts { seconds: 5 });
    };
    match subscribe(&state, current.user, &place).await {
        Ok(events) => {
            let open = OpenStream {
                events,
                recheck: recheck_timer(),
                sessions: state.sessions.clone(),
                session,
                current,
                shutdown: state.shutdown.clone(),
                ended: false,
                _seat: seat,
            };
            let lines = Sse::new(open.lines()).keep_alive(KeepAlive::new().interval(HEARTBEAT));
            // Asks a proxy in front not to hold events back.
            (
                [("x-accel-buffering", "no"), ("cache-control", "no-store")],
                lines,
            )
                .into_response()
        }
        Err(error) => plain_pages::problem(&error.into()),
    }
}

/// The person's events from where the tab stands. A conversation that is not theirs is not found.
async fn subscribe(
    state: &AppState,
    user: UserId,
    place: &Place,
) -> hearth_backend::Result<BoxStream<'static, Event>> {
    let person = state.backend.for_user(user);
    if let Some(conversation) = place.conversation {
        person.open_conversation(conversation, Part::Newest).await?;
    }
    let blocks = place.blocks;
    let resume = place.answer.map(|answer| ResumePoint { answer, blocks });
    Ok(person.events(resume).await?.boxed())
}

fn recheck_timer() -> Interval {
    let mut timer = interval(RECHECK);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    timer
}

/// Resolves once a session has ended or its account has changed, within four seconds of it: for whatever else is sent
/// for long.
pub async fn signed_out(sessions: DatabaseSessions, session: Session, current: CurrentUser) {
    let mut recheck = recheck_timer();
    loop {
        recheck.tick().await;
        let user = access::user_of(&sessions, &session).await;
        if user.is_ok_and(|user| user != Some(current)) {
            return;
        }
    }
}

struct OpenStream {
    events: BoxStream<'static, Event>,
    recheck: Interval,
    sessions: DatabaseSessions,
    session: Session,
    current: CurrentUser,
    shutdown: CancellationToken,
    ended: bool,
    _seat: Seat,
}

impl OpenStream {
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
        loop {
            tokio::select! {
                biased;
                () = self.shutdown.cancelled() => return None,
                _ = self.recheck.tick() => if !self.is_still_signed_in().await {
                    self.ended = true;
                    return Some(Event::SessionEnded);
                },
                event = self.events.next() => return event,
            }
        }
    }

    /// A database that is away for a moment signs nobody out; it also has no news to tell.
    async fn is_still_signed_in(&mut self) -> bool {
        let user = access::user_of(&self.sessions, &self.session).await;
        user.map_or(true, |user| user == Some(self.current))
    }
}

/// How many streams each person has open.
#[derive(Clone, Default)]
pub struct OpenStreams(Arc<Mutex<HashMap<UserId, usize>>>);

impl OpenStreams {
    fn take_seat(&self, user: UserId) -> Option<Seat> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(user).or_default();
        (*count < MOST_STREAMS).then(|| {
            *count += 1;
            Seat {
                streams: self.clone(),
                user,
            }
        })
    }
}

/// One open stream; counted until it is dropped.
struct Seat {
    streams: OpenStreams,
    user: UserId,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.user);
            }
        }
    }
}
