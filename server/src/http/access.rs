//! Who may ask: decided from the table of routes, before a body is read.
//!
//! Each group of routes has one of these as its layer. Programs are told with a status, people are sent to the
//! page that helps: set-up while there is no account, sign-in while nobody is signed in.

use crate::{
    connections::Connection, plain_pages, router, session_store::DatabaseSessions, source, state::AppState,
};
use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use hearth_app::context::CurrentUser;
use hearth_types::Problem;
use http::{
    Method, StatusCode,
    header::{LOCATION, REFERER},
};
use tower_sessions::Session;

/// Anybody; but the pages that lead in show themselves only when they lead somewhere.
pub async fn public(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str)
        .to_owned();
    if route == "/healthz" || route == source::PATH || route.starts_with("/assets/") {
        return next.run(request).await;
    }
    let user = match identify(&state, &mut request).await {
        Ok(user) => user,
        Err(problem) => return plain_pages::problem(&problem),
    };
    match leads_elsewhere(&state, &route, user).await {
        Ok(Some(place)) => see_other(place),
        Ok(None) => next.run(request).await,
        Err(problem) => plain_pages::problem(&problem),
    }
}

/// Where to go instead of a page that has nothing to show.
async fn leads_elsewhere(
    state: &AppState,
    route: &str,
    user: Option<CurrentUser>,
) -> Result<Option<&'static str>, Problem> {
    Ok(match (route, user) {
        ("/sign-in", Some(_)) => Some("/"),
        ("/sign-in", None) if !state.is_set_up().await? => Some("/setup"),
        // The second step of the set-up is for the administrator that the first step made.
        ("/setup", Some(user)) if !is_administrator(state, user).await? => Some("/"),
        ("/setup", None) if state.is_set_up().await? => Some("/sign-in"),
        _ => None,
    })
}

/// Whoever has a session.
pub async fn signed_in(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    match identify(&state, &mut request).await {
        Ok(Some(_)) => next.run(request).await,
        Ok(None) => {
            let asked = Asked::of(&request);
            send_to_sign_in(&state, asked).await
        }
        Err(problem) => plain_pages::problem(&problem),
    }
}

/// Administrators. The backend checks again; here it is decided before the body is read.
pub async fn administrator(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let user = match identify(&state, &mut request).await {
        Ok(Some(user)) => user,
        Ok(None) => {
            let asked = Asked::of(&request);
            return send_to_sign_in(&state, asked).await;
        }
        Err(problem) => return plain_pages::problem(&problem),
    };
    match is_administrator(&state, user).await {
        Ok(true) => next.run(request).await,
        Ok(false) if is_page_view(&request) => router::not_found(State(state), request).await,
        Ok(false) => plain_pages::problem(&Problem::NotAllowed),
        Err(problem) => plain_pages::problem(&problem),
    }
}

async fn is_administrator(state: &AppState, user: CurrentUser) -> Result<bool, Problem> {
    match state.backend.administration(user.user).await {
        Ok(_) => Ok(true),
        Err(hearth_backend::Error::Problem(
            Problem::NotAllowed | Problem::NotFound | Problem::NotSignedIn,
        )) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Who asks, as the cookie says and the database confirms; noted in the request.
pub async fn identify(state: &AppState, request: &mut Request) -> Result<Option<CurrentUser>, Problem> {
    let Some(session) = request.extensions().get::<Session>().cloned() else {
        return Ok(None);
    };
    let user = user_of(&state.sessions, &session).await?;
    if let Some(user) = user {
        if let Some(connection) = request.extensions().get::<Connection>() {
            connection.signed_in();
        }
        request.extensions_mut().insert(user);
    }
    Ok(user)
}

/// Who is signed in with a session, now.
pub async fn user_of(store: &DatabaseSessions, session: &Session) -> Result<Option<CurrentUser>, Problem> {
    let Some(id) = session.id() else { return Ok(None) };
    store.user_of(&id).await.map_err(|error| {
        tracing::error!(%error, "sessions failed");
        Problem::Internal
    })
}

/// What sending somebody to the sign-in page needs to know.
struct Asked {
    by_a_person: bool,
    next_page: String,
}

impl Asked {
    fn of(request: &Request) -> Self {
        Self {
            by_a_person: plain_pages::wants_html(request.headers()),
            next_page: next_page(request),
        }
    }
}

async fn send_to_sign_in(state: &AppState, asked: Asked) -> Response {
    if !asked.by_a_person {
        return plain_pages::problem(&Problem::NotSignedIn);
    }
    match state.is_set_up().await {
        Ok(true) => see_other(&format!("/sign-in?next={}", encode(&asked.next_page))),
        Ok(false) => see_other("/setup"),
        Err(error) => plain_pages::problem(&error.into()),
    }
}

/// Where to go after signing in: the page that was asked for, or the page of the form that was sent.
fn next_page(request: &Request) -> String {
    if request.method() == Method::GET && !request.uri().path().starts_with("/api/") {
        return request.uri().path().to_owned();
    }
    let referer = request
        .headers()
        .get(REFERER)
        .and_then(|referer| referer.to_str().ok()?.parse::<http::Uri>().ok());
    referer.map_or_else(|| "/".to_owned(), |page| page.path().to_owned())
}

fn encode(path: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./~".contains(&byte);
    path.bytes()
        .map(|byte| {
            if keep(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn is_page_view(request: &Request) -> bool {
    request.method().is_safe() && !request.uri().path().starts_with("/api/")
}

fn see_other(place: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, place.to_owned())]).into_response()
}
