//! Who may use a route: decided from the table of routes alone, before a body is read.
//!
//! Programs get a status; people are sent to the page that helps: set-up while there is no account, sign-in while they
//! are not signed in.

use super::{
    auth::{Administrator, Person},
    extensions::wants_html,
    pages,
    problem::Refused,
    routes::{Access, Kind, Route},
    state::AppState,
};
use axum::{
    RequestExt,
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use hearth_app::flash::escape;
use hearth_types::Problem;
use http::{Method, header::REFERER};

/// The layer around each route.
pub async fn decide(
    State((state, route)): State<(AppState, &'static Route)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Refused> {
    let allowed = match route.access {
        Access::Public => match leads_elsewhere(&state, route, &mut request).await? {
            Some(page) => return Ok(Redirect::to(page).into_response()),
            None => Ok(()),
        },
        Access::SignedIn => allows::<Person>(&state, &mut request).await,
        Access::Administrator => allows::<Administrator>(&state, &mut request).await,
    };
    match allowed {
        Ok(()) => Ok(next.run(request).await),
        Err(Refused(Problem::NotSignedIn)) if wants_html(request.headers()) => {
            send_to_sign_in(&state, &next_page(&request)).await
        }
        // For members, the pages of administrators do not exist.
        Err(Refused(Problem::NotAllowed)) if is_page_view(&request) => {
            pages::not_found(State(state), request).await
        }
        Err(refused) => Err(refused),
    }
}

async fn allows<E>(state: &AppState, request: &mut Request) -> Result<(), Refused>
where
    E: FromRequestParts<AppState, Rejection = Refused> + 'static,
{
    let extracted = request.extract_parts_with_state::<E, _>(state).await;
    extracted.map(drop)
}

/// Where to go instead of a public page that has nothing to show.
async fn leads_elsewhere(
    state: &AppState,
    route: &Route,
    request: &mut Request,
) -> Result<Option<&'static str>, Refused> {
    // Health, assets and the source code are the same for everyone.
    if matches!(route.kind, Kind::Own(_)) {
        return Ok(None);
    }
    let person = request
        .extract_parts_with_state::<Option<Person>, _>(state)
        .await?;
    Ok(match (route.path, person) {
        ("/sign-in", Some(_)) => Some("/"),
        ("/sign-in", None) if !state.is_set_up().await? => Some("/setup"),
        // The second step of the set-up is for the administrator that the first step made.
        ("/setup", Some(_)) => match allows::<Administrator>(state, request).await {
            Err(Refused(Problem::NotAllowed)) => Some("/"),
            allowed => allowed.map(|()| None)?,
        },
        ("/setup", None) if state.is_set_up().await? => Some("/sign-in"),
        _ => None,
    })
}

async fn send_to_sign_in(state: &AppState, next: &str) -> Result<Response, Refused> {
    Ok(if state.is_set_up().await? {
        Redirect::to(&format!("/sign-in?next={}", escape(next))).into_response()
    } else {
        Redirect::to("/setup").into_response()
    })
}

/// Where to go after signing in: the page that was requested, or the page of the form that was sent.
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

fn is_page_view(request: &Request) -> bool {
    request.method().is_safe() && !request.uri().path().starts_with("/api/")
}
