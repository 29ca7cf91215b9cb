//! Client for a speech server: recordings to text, and text to audio.
//!
//! It uses the OpenAI routes, which speaches, LocalAI and others serve. Requests name OpenAI's models; such servers map
//! these names to the models they run.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::{InferenceError, Timeouts, http::Http};

/// Time limit. Transcribing a minute of speech takes half a minute on a small machine.
const TIMEOUT: Duration = Duration::from_secs(55);

const BOUNDARY: &str = "hearth-c41f6f0e7a5b4c1d";

/// A speech server. Cheap to clone.
#[derive(Clone)]
pub struct SpeechServer {
    http: Http,
}

/// A complete recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sound {
    /// A media type, `audio/…`.
    pub media_type: String,
    pub bytes: Vec<u8>,
}

#[derive(Deserialize)]
struct Transcription {
    text: String,
}

impl SpeechServer {
    /// A client for the server at `url`, with or without `/v1`. Does not connect yet.
    pub fn new(url: &str) -> Self {
        let mut http = Http::new(url, Timeouts::default());
        http.base
            .truncate(http.base.trim_end_matches("/v1").trim_end_matches('/').len());
        Self { http }
    }

    /// Transcribes a recording. `language` is a two-letter code, a hint for the model.
    pub async fn transcribe(&self, recording: &Sound, language: &str) -> Result<String, InferenceError> {
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        let body = form(recording, language);
        let reply = self
            .http
            .send("/v1/audio/transcriptions", &content_type, body, TIMEOUT)
            .await?;
        let transcription: Transcription = serde_json::from_slice(&reply.bytes)
            .map_err(|error| InferenceError::garbage("a transcription", reply.bytes.len(), &error))?;
        Ok(transcription.text.trim().to_owned())
    }

    /// Speaks the text.
    pub async fn speak(&self, text: &str) -> Result<Sound, InferenceError> {
        let request = json!({ "model": "tts-1", "input": text, "voice": "alloy", "response_format": "mp3" });
        let body = request.to_string().into_bytes();
        let reply = self
            .http
            .send("/v1/audio/speech", "application/json", body, TIMEOUT)
            .await?;
        if !reply.media_type.starts_with("audio/") || reply.bytes.is_empty() {
            return Err(InferenceError::Garbage {
                detail: "a reply that is no sound".to_owned(),
            });
        }
        Ok(reply)
    }
}

/// The multipart body of the transcription route; the file name serves only to name its type.
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
