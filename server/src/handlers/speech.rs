//! `POST /speech/write-down` and `GET /speech/{id}`: a recording becomes words, an answer becomes sound, where the
//! house has a speech server. Hearth asks it; a browser never does.

use crate::{plain_pages, state::AppState};
use axum::{
    Json,
    body::to_bytes,
    extract::{Extension, Path, Request, State},
    response::{IntoResponse, Response},
};
use hearth_app::context::CurrentUser;
use hearth_backend::speech::LONGEST_RECORDING;
use hearth_inference::Sound;
use hearth_types::{MessageId, Problem, SpeechTrouble};
use http::header::CONTENT_TYPE;
use std::time::Duration;
use tokio::time::timeout;

/// For a recording to arrive.
const PATIENCE: Duration = Duration::from_secs(60);

/// `POST /speech/write-down`: the recording is the body.
pub async fn write_down(
    State(state): State<AppState>,
    Extension(current): Extension<CurrentUser>,
    request: Request,
) -> Response {
    let person = state.backend.for_user(current.user);
    if state.backend.speech().is_none() {
        return refused(SpeechTrouble::Off);
    }
    let media_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media_type = media_type.unwrap_or_default().to_owned();
    let bytes = match timeout(PATIENCE, to_bytes(request.into_body(), LONGEST_RECORDING)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) => return refused(SpeechTrouble::TooLong),
        Err(_) => return plain_pages::problem(&Problem::BadRequest),
    };
    if bytes.is_empty() {
        return refused(SpeechTrouble::NothingHeard);
    }
    let recording = Sound {
        media_type,
        bytes: bytes.into(),
    };
    match person.write_down(recording).await {
        Ok(words) => Json(words).into_response(),
        Err(error) => plain_pages::problem(&error.into()),
    }
}

/// `GET /speech/{id}`: one's own message, spoken.
pub async fn read_aloud(
    State(state): State<AppState>,
    Extension(current): Extension<CurrentUser>,
    Path(id): Path<String>,
) -> Response {
    let Ok(id) = id.parse::<MessageId>() else {
        return plain_pages::problem(&Problem::NotFound);
    };
    match state.backend.for_user(current.user).read_aloud(id).await {
        // Whatever the other server says, a browser gets sound and nothing else.
        Ok(sound) => ([(CONTENT_TYPE, audio_type(&sound.media_type))], sound.bytes).into_response(),
        Err(error) => plain_pages::problem(&error.into()),
    }
}

fn audio_type(told: &str) -> &'static str {
    match told.split(';').next().unwrap_or_default().trim() {
        "audio/wav" | "audio/x-wav" | "audio/wave" => "audio/wav",
        "audio/ogg" | "audio/opus" => "audio/ogg",
        "audio/aac" => "audio/aac",
        "audio/flac" => "audio/flac",
        _ => "audio/mpeg",
    }
}

fn refused(trouble: SpeechTrouble) -> Response {
    plain_pages::problem(&Problem::Speech { trouble })
}
