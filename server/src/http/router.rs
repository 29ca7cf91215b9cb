//! Every layer, in order, around every route of [`ROUTES`].

use super::{
    access, auth,
    layers::{body, headers, hosts, origins, panics, proxies, redirects, requests},
    pages,
    routes::{Bodies, Kind, Own, ROUTES, Route},
    state::AppState,
};
use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    routing::{MethodRouter, get, post},
};
use http::StatusCode;
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::{CompressionLevel, compression::CompressionLayer, timeout::TimeoutLayer};

/// The whole application; `own` gives the handler of each route that is neither a page nor a server function.
pub fn router(state: AppState, own: fn(Own) -> MethodRouter<AppState>) -> Router {
    // Pages spawn onto it. A second router of the same process finds it set.
    any_spawner::Executor::init_tokio().ok();
    // Outermost first.
    let layers = ServiceBuilder::new()
        .layer(from_fn(requests::log))
        .layer(from_fn(headers::secure_headers))
        .layer(from_fn(panics::survive_panics))
        .layer(from_fn_with_state(state.clone(), proxies::note_client))
        .layer(from_fn_with_state(state.clone(), hosts::known_hosts_only))
        .layer(from_fn(origins::own_origin_only))
        .layer(from_fn(redirects::own_pages_only))
        .layer(auth::layer(state.sessions.clone(), state.secure_cookies));
    ROUTES
        .iter()
        .fold(Router::new(), |router, route| {
            router.route(route.path, guarded(route, handler(route, own), &state))
        })
        .fallback(pages::not_found)
        .layer(layers)
        .with_state(state)
}

fn handler(route: &Route, own: fn(Own) -> MethodRouter<AppState>) -> MethodRouter<AppState> {
    match route.kind {
        Kind::Page => get(pages::page).layer(compressed()),
        Kind::Read => get(pages::server_function).layer(compressed()),
        Kind::Change => post(pages::server_function).layer(compressed()),
        Kind::Own(what) => own(what),
    }
}

/// The handler inside its limits; access is decided before a body is read.
fn guarded(
    route: &'static Route,
    handler: MethodRouter<AppState>,
    state: &AppState,
) -> MethodRouter<AppState> {
    let bodies = route.bodies();
    let handler = match bodies {
        Bodies::Small => handler.route_layer(from_fn(body::small_bodies_only)),
        // The handler reads the body itself, within limits of its own.
        Bodies::Files | Bodies::Archive => handler,
    };
    handler
        .route_layer(from_fn_with_state((state.clone(), route), access::decide))
        .route_layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            time_to_answer(bodies),
        ))
}

/// Until the head of the answer is ready; event streams have theirs at once.
const fn time_to_answer(bodies: Bodies) -> Duration {
    Duration::from_secs(match bodies {
        Bodies::Small => 60,
        // A large upload over a slow connection; one that stands still ends sooner.
        Bodies::Files => 600,
        // All of a person's words over a slow connection.
        Bodies::Archive => 4 * 3600,
    })
}

/// Compression of what is made for one request, for clients that accept gzip; files are compressed already, and
/// streams must not wait.
///
/// The fastest level: on the local network it is to save time on a page of 40 kB. The size of a compressed page can
/// reveal its content (BREACH) only to a site that makes a browser load it often with its cookie; browsers send the
/// cookie to such a site only for a visible navigation, and no page holds a secret of its session.
fn compressed() -> CompressionLayer {
    CompressionLayer::new().quality(CompressionLevel::Fastest)
}
