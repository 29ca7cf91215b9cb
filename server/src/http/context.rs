//! What a request is, as pages and server functions get it.

use super::{
    auth::DeviceSession,
    extensions::{Client, CspNonce, RequestOrigin, language},
    state::AppState,
};
use axum::extract::Request;
use hearth_app::context::{CurrentUser, RequestContext, RequestInfo};
use hearth_types::Problem;
use std::sync::Arc;
use tower_sessions::Session;

/// Collects it all from what the layers noted.
///
/// # Errors
/// [`Problem::Internal`] when a layer is missing that every request passes.
pub fn of(state: &AppState, request: &Request) -> Result<RequestContext, Problem> {
    let noted = request.extensions();
    noted_by_layers(state, request)
        .ok_or(Problem::Internal)
        .map(|(info, session)| RequestContext {
            backend: state.backend.clone(),
            info,
            current: noted.get::<CurrentUser>().copied(),
            me: None,
            session: Arc::new(session),
            assets: state.site.names(),
            source: state.source.clone(),
        })
}

fn noted_by_layers(state: &AppState, request: &Request) -> Option<(RequestInfo, DeviceSession)> {
    let noted = request.extensions();
    let origin = noted.get::<RequestOrigin>()?;
    let info = RequestInfo {
        address: noted.get::<Client>()?.address,
        origin: origin.to_string(),
        secure: origin.secure,
        language: language(request.headers()),
        nonce: noted.get::<CspNonce>()?.0.clone(),
    };
    let session = noted.get::<Session>()?.clone();
    Some((
        info,
        DeviceSession::new(&state.backend, session, request.headers()),
    ))
}
