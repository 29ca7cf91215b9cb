//! What the app renders: pages and server functions.

use super::{auth, context, extensions::wants_html, problem::Refused, state::AppState};
use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use hearth_app::shell::shell;
use hearth_types::Problem;
use http::{StatusCode, Uri};
use leptos_axum::{handle_server_fns_with_context, render_app_async_with_context};

/// A page, rendered whole: it reads without scripts, and its status is right.
pub async fn page(State(state): State<AppState>, request: Request) -> Result<Response, Refused> {
    let context = context::of(&state, &request)?.with_me().await?;
    Ok(render_app_async_with_context(move || context.provide(), shell)(request).await)
}

/// A server function.
pub async fn server_function(State(state): State<AppState>, request: Request) -> Result<Response, Refused> {
    let context = context::of(&state, &request)?;
    let answered = handle_server_fns_with_context(move || context.provide(), request).await;
    Ok(answered.into_response())
}

/// No such address: the app's own page for people, a status for programs.
pub async fn not_found(State(state): State<AppState>, request: Request) -> Result<Response, Refused> {
    if !request.method().is_safe() || !wants_html(request.headers()) {
        return Err(Problem::NotFound.into());
    }
    let (mut parts, body) = request.into_parts();
    auth::identify(&mut parts, &state.sessions).await?;
    // Also for a page that exists, but not for this person.
    parts.uri = Uri::from_static("/not-found");
    let mut response = page(State(state), Request::from_parts(parts, body)).await?;
    if response.status().is_success() {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    Ok(response)
}
