//! `GET /healthz`: 200 when requests can be served, else 503 and why.

use crate::serve::health::Health;
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use hearth_backend::Backend;
use http::StatusCode;
use serde_json::json;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The handler.
pub async fn healthz(
    State(health): State<Arc<Health>>,
    State(backend): State<Backend>,
    State(shutdown): State<CancellationToken>,
) -> Response {
    let checked = if shutdown.is_cancelled() {
        Err("stopping")
    } else {
        health.check(&backend).await
    };
    match checked {
        Ok(reachable) => {
            let model_server = if reachable { "reachable" } else { "away" };
            Json(json!({ "status": "ready", "database": "ready", "model_server": model_server }))
                .into_response()
        }
        Err(why) => (
            StatusCode::SERVICE_UNAVAILABLE,
            Json(json!({ "status": "not ready", "why": [why] })),
        )
            .into_response(),
    }
}
