//! Every layer, in order, around every route of [`ROUTES`].

use crate::{
    access, assets, attachments, context, event_stream, health,
    layers::{body, headers, hosts, origins, panics, proxies, redirects},
    plain_pages,
    routes::{Access, Kind, Own, ROUTES, Route},
    sessions, source, speech,
    state::AppState,
    telemetry, transfer,
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
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
use tower_http::{CompressionLevel, compression::CompressionLayer, timeout::TimeoutLayer};

/// For an answer's head to be ready; event streams have theirs at once.
const TIME_FOR_ANSWER: Duration = Duration::from_secs(60);

/// For a large upload over a slow connection; one that stands still is given up sooner.
const TIME_FOR_FILES: Duration = Duration::from_secs(600);

/// For all of somebody's words over a slow connection.
const TIME_FOR_ARCHIVES: Duration = Duration::from_secs(4 * 3600);

/// The whole application.
pub fn router(state: AppState) -> Router {
    // Pages spawn onto it; a second router of the same process finds it there.
    any_spawner::Executor::init_tokio().ok();
    let small_bodies = || from_fn(body::small_bodies_only);
    let within = |time| TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, time);
    let usual = |access| group(move |route| route.access == access && !route.takes_files());
    let public = usual(Access::Public)
        .route_layer(small_bodies())
        .route_layer(from_fn_with_state(state.clone(), access::public))
        .route_layer(within(TIME_FOR_ANSWER));
    let signed_in = usual(Access::SignedIn)
        .route_layer(small_bodies())
        .route_layer(from_fn_with_state(state.clone(), access::signed_in))
        .route_layer(within(TIME_FOR_ANSWER));
    // They read their bodies themselves, within limits of their own.
    let files = group(|route| route.takes_files() && !route.takes_archives())
        .route_layer(DefaultBodyLimit::max(attachments::LONGEST_BODY))
        .route_layer(from_fn_with_state(state.clone(), access::signed_in))
        .route_layer(within(TIME_FOR_FILES));
    let archives = group(Route::takes_archives)
        .route_layer(DefaultBodyLimit::max(transfer::LONGEST_BODY as usize))
        .route_layer(from_fn_with_state(state.clone(), access::signed_in))
        .route_layer(within(TIME_FOR_ARCHIVES));
    let administrator = usual(Access::Administrator)
        .route_layer(small_bodies())
        .route_layer(from_fn_with_state(state.clone(), access::administrator))
        .route_layer(within(TIME_FOR_ANSWER));

    // Outermost first.
    let layers = ServiceBuilder::new()
        .layer(from_fn(telemetry::trace_requests))
        .layer(from_fn(headers::secure_headers))
        .layer(from_fn(panics::survive_panics))
        .layer(from_fn_with_state(state.clone(), proxies::note_client))
        .layer(from_fn_with_state(state.clone(), hosts::known_hosts_only))
        .layer(from_fn(origins::own_origin_only))
        .layer(from_fn(redirects::own_pages_only))
        .layer(sessions::layer(state.sessions.clone(), state.secure_cookies));

    public
        .merge(signed_in)
        .merge(files)
        .merge(archives)
        .merge(administrator)
        .fallback(not_found)
        .layer(layers)
        .with_state(state)
}

fn group(wanted: impl Fn(&Route) -> bool) -> Router<AppState> {
    let routes = ROUTES.iter().filter(|route| wanted(route));
    routes.fold(Router::new(), |router, route| {
        router.route(route.path, handler(route))
    })
}

fn handler(route: &Route) -> MethodRouter<AppState> {
    match route.kind {
        Kind::Page => get(page).layer(compressed()),
        Kind::Read => get(server_function).layer(compressed()),
        Kind::Change => post(server_function).layer(compressed()),
        Kind::Own(Own::Health) => get(health::healthz),
        Kind::Own(Own::Events) => get(event_stream::events),
        Kind::Own(Own::Asset) => get(assets::asset),
        Kind::Own(Own::RootFile) => get(assets::root_file),
        Kind::Own(Own::Source) => get(source::source),
        Kind::Own(Own::Upload) => post(attachments::upload),
        Kind::Own(Own::Attachment) => get(attachments::attachment),
        Kind::Own(Own::Preview) => get(attachments::preview),
        Kind::Own(Own::WriteDown) => post(speech::write_down),
        Kind::Own(Own::ReadAloud) => get(speech::read_aloud),
        Kind::Own(Own::Export) => get(transfer::export),
        Kind::Own(Own::Import) => post(transfer::import),
    }
}

/// What is made for this request, small for those who take gzip; files are packed already, and streams must not wait.
///
/// Quickly rather than well: on the local network a page of 40 kB is to save time. What its size
/// betrays (BREACH) nobody can ask for often: another site is sent the cookie only for a page that the person sees
/// open, and no page holds a secret of its session.
fn compressed() -> CompressionLayer {
    CompressionLayer::new().quality(CompressionLevel::Fastest)
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
