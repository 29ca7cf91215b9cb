//! The extractors that authorise: a handler with a [`Person`] in its signature serves signed-in people only.
//!
//! The session is looked up once for each request: the layer [`crate::http::access`] uses the same extractors, and
//! what they find stays in the request's extensions.

use super::store::DatabaseSessions;
use crate::{http::problem::Refused, serve::connections::Connection};
use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use hearth_app::context::CurrentUser;
use hearth_backend::{Backend, Error, UserBackend};
use hearth_types::Problem;
use http::request::Parts;
use std::{ops::Deref, time::Duration};
use tokio::time::{MissedTickBehavior, interval};
use tower_sessions::Session;

/// How often the session of a long response is checked again.
const RECHECK: Duration = Duration::from_secs(2);

/// The signed-in person who sends the request: the handle of everything that is theirs.
pub struct Person {
    current: CurrentUser,
    backend: UserBackend,
    session: Session,
    sessions: DatabaseSessions,
}

impl Deref for Person {
    type Target = UserBackend;

    fn deref(&self) -> &UserBackend {
        &self.backend
    }
}

impl Person {
    /// Resolves once the session has ended or its account has changed, within four seconds of it. Long responses end
    /// with it. While the database does not answer, the session counts as it was.
    pub fn signed_out(&self) -> impl Future<Output = ()> + Send + use<> {
        let (sessions, session, current) = (self.sessions.clone(), self.session.clone(), self.current);
        async move {
            let mut recheck = interval(RECHECK);
            recheck.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                recheck.tick().await;
                let found = look_up(&sessions, &session).await;
                if found.is_ok_and(|found| found != Some(current)) {
                    return;
                }
            }
        }
    }
}

impl<S> FromRequestParts<S> for Person
where
    Backend: FromRef<S>,
    DatabaseSessions: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let sessions = DatabaseSessions::from_ref(state);
        let current = identify(parts, &sessions).await?.ok_or(Problem::NotSignedIn)?;
        let session = parts.extensions.get::<Session>().cloned();
        Ok(Self {
            current,
            backend: Backend::from_ref(state).for_user(current.user),
            session: session.ok_or(Problem::Internal)?,
            sessions,
        })
    }
}

impl<S> OptionalFromRequestParts<S> for Person
where
    Backend: FromRef<S>,
    DatabaseSessions: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Refused> {
        match <Self as FromRequestParts<S>>::from_request_parts(parts, state).await {
            Ok(person) => Ok(Some(person)),
            Err(Refused(Problem::NotSignedIn)) => Ok(None),
            Err(refused) => Err(refused),
        }
    }
}

/// The signed-in person who sends the request, and is an administrator.
pub struct Administrator(pub Person);

impl<S> FromRequestParts<S> for Administrator
where
    Backend: FromRef<S>,
    DatabaseSessions: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let person = <Person as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        let opened = Backend::from_ref(state)
            .administration(person.user())
            .await
            .map(drop);
        match opened {
            Ok(()) => Ok(Self(person)),
            Err(Error::Problem(Problem::NotFound | Problem::NotSignedIn)) => Err(Problem::NotAllowed.into()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Who is signed in, as the cookie claims and the database confirms; kept in the request's extensions.
pub async fn identify(
    parts: &mut Parts,
    sessions: &DatabaseSessions,
) -> Result<Option<CurrentUser>, Problem> {
    if let Some(current) = parts.extensions.get::<CurrentUser>() {
        return Ok(Some(*current));
    }
    let Some(session) = parts.extensions.get::<Session>() else {
        return Ok(None);
    };
    let found = look_up(sessions, session).await?;
    if let Some(current) = found {
        if let Some(connection) = parts.extensions.get::<Connection>() {
            connection.signed_in();
        }
        parts.extensions.insert(current);
    }
    Ok(found)
}

async fn look_up(sessions: &DatabaseSessions, session: &Session) -> Result<Option<CurrentUser>, Problem> {
    let Some(id) = session.id() else { return Ok(None) };
    sessions.user_of(&id).await.map_err(|error| {
        tracing::error!(%error, "sessions failed");
        Problem::Internal
    })
}
