//! `POST /speech/write-down` and `GET /speech/{id}`: a recording becomes text, an answer becomes sound, where the
//! settings name a speech server. Hearth calls it; a browser never does.

use crate::http::{
    auth::Person,
    extract::Path,
    problem::Refused,
    upload::{BadBody, read_whole},
};
use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use hearth_backend::{Backend, speech::LONGEST_RECORDING};
use hearth_inference::Sound;
use hearth_types::{MessageId, Problem, SpeechTrouble};
use http::{HeaderMap, header::CONTENT_TYPE};
use std::time::Duration;

/// For a recording to arrive.
const TIME_FOR_RECORDING: Duration = Duration::from_secs(60);

/// `POST /speech/write-down`: the recording is the body.
pub async fn write_down(
    person: Person,
    State(backend): State<Backend>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    if backend.speech().is_none() {
        return Err(trouble(SpeechTrouble::Off));
    }
    let bytes = read_whole(&headers, body, LONGEST_RECORDING, TIME_FOR_RECORDING)
        .await
        .map_err(|bad| match bad {
            BadBody::TooLarge => trouble(SpeechTrouble::TooLong),
            BadBody::TooSlow | BadBody::Broken => Problem::BadRequest.into(),
        })?;
    if bytes.is_empty() {
        return Err(trouble(SpeechTrouble::NothingHeard));
    }
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let recording = Sound {
        media_type: media_type.unwrap_or_default().to_owned(),
        bytes: bytes.into(),
    };
    Ok(Json(person.transcribe(recording).await?).into_response())
}

/// `GET /speech/{id}`: a message as sound.
pub async fn read_aloud(person: Person, Path(id): Path<MessageId>) -> Result<Response, Refused> {
    let sound = person.read_aloud(id).await?;
    Ok(([(CONTENT_TYPE, audio_type(&sound.media_type))], sound.bytes).into_response())
}

/// The media type for the browser: it gets sound and nothing else, whatever type the speech server claims.
fn audio_type(claimed: &str) -> &'static str {
    match claimed.split(';').next().unwrap_or_default().trim() {
        "audio/wav" | "audio/x-wav" | "audio/wave" => "audio/wav",
        "audio/ogg" | "audio/opus" => "audio/ogg",
        "audio/aac" => "audio/aac",
        "audio/flac" => "audio/flac",
        _ => "audio/mpeg",
    }
}

fn trouble(trouble: SpeechTrouble) -> Refused {
    Refused(Problem::Speech { trouble })
}
