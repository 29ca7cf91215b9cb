//! A speech server of the house: turns a recording into words, and words into sound.
//!
//! It speaks the OpenAI routes, as speaches, LocalAI and others do. Which models it runs is its own affair: the
//! names that OpenAI gave are sent, which such servers map to what they have.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::{InferenceError, Timeouts, http::Http};

/// Understanding a minute of speech takes a small machine half a minute.
const PATIENCE: Duration = Duration::from_secs(55);

const BOUNDARY: &str = "hearth-c41f6f0e7a5b4c1d";

/// Where speech is made and understood. Cheap to clone.
#[derive(Clone)]
pub struct SpeechServer {
    http: Http,
}

/// Sound, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sound {
    /// An audio type.
    pub media_type: String,
    pub bytes: Vec<u8>,
}

#[derive(Deserialize)]
struct Transcription {
    text: String,
}

impl SpeechServer {
    /// A client for the server at `url`, with or without `/v1`. Nothing is sent yet.
    pub fn new(url: &str) -> Self {
        let mut http = Http::new(url, Timeouts::default());
        http.base
            .truncate(http.base.trim_end_matches("/v1").trim_end_matches('/').len());
        Self { http }
    }

    /// The words of a recording. `language` is a two-letter code that helps where it is right.
    pub async fn understand(&self, recording: &Sound, language: &str) -> Result<String, InferenceError> {
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        let body = form(recording, language);
        let reply = self
            .http
            .send("/v1/audio/transcriptions", &content_type, body, PATIENCE)
            .await?;
        let transcription: Transcription = serde_json::from_slice(&reply.bytes)
            .map_err(|error| InferenceError::garbage("a transcription", reply.bytes.len(), &error))?;
        Ok(transcription.text.trim().to_owned())
    }

    /// These words, spoken.
    pub async fn say(&self, words: &str) -> Result<Sound, InferenceError> {
        let asked = json!({ "model": "tts-1", "input": words, "voice": "alloy", "response_format": "mp3" });
        let body = asked.to_string().into_bytes();
        let reply = self
            .http
            .send("/v1/audio/speech", "application/json", body, PATIENCE)
            .await?;
        if !reply.media_type.starts_with("audio/") || reply.bytes.is_empty() {
            return Err(InferenceError::Garbage {
                detail: "a reply that is no sound".to_owned(),
            });
        }
        Ok(reply)
    }
}

/// The form that the route takes; the file's name only tells its type.
fn form(recording: &Sound, language: &str) -> Vec<u8> {
    let ending = match recording.media_type.split(';').next().unwrap_or_default() {
        "audio/mp4" => "mp4",
        "audio/ogg" => "ogg",
        "audio/wav" => "wav",
        "audio/mpeg" => "mp3",
        _ => "webm",
    };
    let field = |name: &str, value: &str| {
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let mut body = String::new();
    for (name, value) in [
        ("model", "whisper-1"),
        ("language", language),
        ("response_format", "json"),
    ] {
        body += &field(name, value);
    }
    body += &format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"speech.{ending}\"\r\n\
         Content-Type: audio/{ending}\r\n\r\n"
    );
    let mut body = body.into_bytes();
    body.extend_from_slice(&recording.bytes);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    body
}
