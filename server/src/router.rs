//! Every layer, in order, around every route of [`ROUTES`].

use crate::{
    access, assets, context, event_stream, health,
    layers::{body, headers, hosts, origins, panics},
    plain_pages,
    routes::{Access, Kind, Own, ROUTES, Route},
    sessions,
    state::AppState,
    telemetry,
};
use axum::{
    Router,
    extract::{Request, State},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use hearth_app::shell::shell;
use hearth_types::Problem;
use http::StatusCode;
use leptos_axum::{handle_server_fns_with_context, render_app_async_with_context};
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::timeout::TimeoutLayer;

/// For an answer's head to be ready; event streams have theirs at once.
const TIME_FOR_ANSWER: Duration = Duration::from_secs(60);

/// The whole application.
pub fn router(state: AppState) -> Router {
    // Pages spawn onto it; a second router of the same process finds it there.
    any_spawner::Executor::init_tokio().ok();
    let small_bodies = || from_fn(body::small_bodies_only);
    let public = group(Access::Public)
        .route_layer(small_bodies())
        .route_layer(from_fn_with_state(state.clone(), access::public));
    let signed_in = group(Access::SignedIn)
        .route_layer(small_bodies())
        .route_layer(from_fn_with_state(state.clone(), access::signed_in));
    let administrator = group(Access::Administrator)
        .route_layer(small_bodies())
        .route_layer(from_fn_with_state(state.clone(), access::administrator));

    // Outermost first.
    let layers = ServiceBuilder::new()
        .layer(from_fn(telemetry::trace_requests))
        .layer(from_fn(headers::secure_headers))
        .layer(from_fn(panics::survive_panics))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            TIME_FOR_ANSWER,
        ))
        .layer(from_fn_with_state(state.clone(), hosts::known_hosts_only))
        .layer(from_fn(origins::own_origin_only))
        .layer(sessions::layer(state.sessions.clone(), state.secure_cookies));

    public
        .merge(signed_in)
        .merge(administrator)
        .fallback(not_found)
        .layer(layers)
        .with_state(state)
}

fn group(access: Access) -> Router<AppState> {
    let routes = ROUTES.iter().filter(|route| route.access == access);
    routes.fold(Router::new(), |router, route| {
        router.route(route.path, handler(route))
    })
}

fn handler(route: &Route) -> MethodRouter<AppState> {
    match route.kind {
        Kind::Page => get(page),
        Kind::Read => get(server_function),
        Kind::Change => post(server_function),
        Kind::Own(Own::Health) => get(health::healthz),
        Kind::Own(Own::Events) => get(event_stream::events),
        Kind::Own(Own::Asset) => get(assets::asset),
        Kind::Own(Own::RootFile) => get(assets::root_file),
    }
}

/// A page, rendered whole: it reads without scripts, and its status is right.
async fn page(State(state): State<AppState>, request: Request) -> Response {
    let Some(context) = context::of(&state, &request) else {
        return plain_pages::problem(&Problem::Internal);
    };
    match context.with_me().await {
        Ok(context) => render_app_async_with_context(move || context.provide(), shell)(request).await,
        Err(problem) => plain_pages::problem(&problem),
    }
}

/// A server function: who asks → one backend call → map the error.
async fn server_function(State(state): State<AppState>, request: Request) -> Response {
    let Some(context) = context::of(&state, &request) else {
        return plain_pages::problem(&Problem::Internal);
    };
    handle_server_fns_with_context(move || context.provide(), request)
        .await
        .into_response()
}

/// No such address: the app's own page for people, a status for programs.
pub async fn not_found(State(state): State<AppState>, mut request: Request) -> Response {
    if !request.method().is_safe() || !plain_pages::wants_html(request.headers()) {
        return plain_pages::problem(&Problem::NotFound);
    }
    if let Err(problem) = access::identify(&state, &mut request).await {
        return plain_pages::problem(&problem);
    }
    // Also for a page that exists, but not for this person.
    *request.uri_mut() = http::Uri::from_static("/not-found");
    let mut response = page(State(state), request).await;
    if response.status().is_success() {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}
