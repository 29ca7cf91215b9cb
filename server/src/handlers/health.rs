//! `GET /healthz`: 200 when requests can be served, else 503 and why. The model server's state is told along;
//! without it people can still sign in and read.

use crate::state::AppState;
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::{sync::Mutex, time::timeout};

/// For how long an answer of the model server is believed: whoever polls here should not poll there.
const BELIEVED: Duration = Duration::from_secs(5);

/// What was last seen of the model server.
#[derive(Default)]
pub struct Health {
    model_server: Mutex<Option<(Instant, bool)>>,
}

/// The handler.
pub async fn healthz(State(state): State<AppState>) -> Response {
    if state.shutdown.is_cancelled() {
        return not_ready("stopping");
    }
    match timeout(Duration::from_secs(3), state.backend.ready()).await {
        Ok(Ok(())) => {
            let model_server = if model_server_answers(&state).await {
                "reachable"
            } else {
                "away"
            };
            Json(json!({ "status": "ready", "database": "ready", "model_server": model_server }))
                .into_response()
        }
        Ok(Err(_)) => not_ready("the database does not answer"),
        Err(_) => not_ready("the database is too slow to answer"),
    }
}

fn not_ready(why: &str) -> Response {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        Json(json!({ "status": "not ready", "why": [why] })),
    )
        .into_response()
}

async fn model_server_answers(state: &AppState) -> bool {
    let mut seen = state.health.model_server.lock().await;
    if let Some((at, answers)) = *seen
        && at.elapsed() < BELIEVED
    {
        return answers;
    }
    let status = timeout(Duration::from_secs(1), state.backend.models().status()).await;
    let answers = matches!(status, Ok(Ok(status)) if status.reachable);
    *seen = Some((Instant::now(), answers));
    answers
}
