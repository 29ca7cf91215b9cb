//! Classifies errors of servers. They report little more than a sentence, so this module matches sentences; all other
//! code uses [`InferenceError`].

use reqwest::StatusCode;
use serde_json::Value;

use crate::{Foreign, InferenceError};

/// Maximum length of an error message, in characters.
const MAX_MESSAGE_CHARACTERS: usize = 500;

/// Phrases for "the input is too long": Ollama 0.32 (chat and embeddings), llama-server, vLLM.
const OVERFLOW: [&str; 6] = [
    "exceed_context_size",
    "exceeds the context length",
    "exceeds the available context",
    "longer than the context length",
    "maximum context length",
    "is too large to process",
];

/// Phrases for "this model lacks the feature": Ollama's "\"x\" does not support chat", llama-server's refusal of
/// embeddings.
const UNSUPPORTED: [&str; 2] = ["does not support", "not supported"];

/// Message and type of an error body in any of the known forms: Ollama's `{"error": "…"}`, whose text can itself be
/// llama-server's JSON; OpenAI's `{"error": {"message", "type"}}`; vLLM's `{"object": "error", "message", "type"}`.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ErrorBody {
    pub message: String,
    pub class: String,
}

impl ErrorBody {
    /// Parses the body of a failed request.
    pub(crate) fn parse(body: &[u8]) -> Self {
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => Self::from_value(&value),
            Err(_) => Self {
                message: clipped(&String::from_utf8_lossy(body)),
                class: String::new(),
            },
        }
    }

    pub(crate) fn from_value(value: &Value) -> Self {
        match value {
            Value::String(text) => match serde_json::from_str::<Value>(text) {
                Ok(inner @ Value::Object(_)) => Self::from_value(&inner),
                _ => Self {
                    message: clipped(text),
                    class: String::new(),
                },
            },
            Value::Object(fields) => match fields.get("error") {
                Some(inner) => Self::from_value(inner),
                None => Self {
                    message: [word(value, "message"), word(value, "detail")].concat(),
                    class: word(value, "type"),
                },
            },
            _ => Self::default(),
        }
    }

    fn says(&self, words: &[&str]) -> bool {
        let (message, class) = (self.message.to_lowercase(), self.class.to_lowercase());
        words
            .iter()
            .any(|word| message.contains(word) || class.contains(word))
    }
}

/// Classifies a response with an error status.
pub(crate) fn refusal(status: StatusCode, body: &[u8], model: &str) -> InferenceError {
    let error = ErrorBody::parse(body);
    match status.as_u16() {
        429 | 503 => InferenceError::Busy,
        // A 404 for a model names it; one for a route does not.
        404 if !model.is_empty() && error.says(&["model"]) => InferenceError::ModelNotFound {
            model: Foreign::new(model),
        },
        400 | 413 | 422 | 500 if error.says(&OVERFLOW) => InferenceError::ContextOverflow {
            message: Foreign::new(&error.message),
        },
        400 | 501 if status == StatusCode::NOT_IMPLEMENTED || error.says(&UNSUPPORTED) => {
            InferenceError::Unsupported {
                what: Foreign::new(&error.message),
            }
        }
        status => InferenceError::Refused {
            status,
            message: Foreign::new(&error.message),
        },
    }
}

/// Classifies an error inside a body that started with status 200.
pub(crate) fn in_stream(error: &Value) -> InferenceError {
    let error = ErrorBody::from_value(error);
    let message = Foreign::new(&error.message);
    if error.says(&OVERFLOW) {
        return InferenceError::ContextOverflow { message };
    }
    InferenceError::ServerFault { message }
}

/// Whether the registry does not have the model, in Ollama's words.
pub(crate) fn is_missing_manifest(error: &Value) -> bool {
    error
        .as_str()
        .is_some_and(|text| text.ends_with("file does not exist"))
}

fn word(value: &Value, field: &str) -> String {
    clipped(value.get(field).and_then(Value::as_str).unwrap_or_default())
}

fn clipped(text: &str) -> String {
    text.trim().chars().take(MAX_MESSAGE_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_refusals_are_classified() {
        // As sent by Ollama 0.32.15, llama-server b10434 and vLLM.
        let wrapped = br#"{"error":"{\"error\":{\"code\":400,\"message\":\"request (4010 tokens) exceeds the available context size (512 tokens)\",\"type\":\"exceed_context_size_error\"}}"}"#;
        let cases: [(u16, &[u8], &str); 9] = [
            (400, wrapped, "context_overflow"),
            (
                400,
                br#"{"error":"the input length exceeds the context length"}"#,
                "context_overflow",
            ),
            (
                500,
                br#"{"error":{"message":"input (4002 tokens) is too large to process"}}"#,
                "context_overflow",
            ),
            (404, br#"{"error":"model 'nix' not found"}"#, "model_not_found"),
            (
                404,
                br#"{"object":"error","message":"The model `x` does not exist."}"#,
                "model_not_found",
            ),
            (
                404,
                br#"{"error":{"message":"File Not Found","type":"not_found_error"}}"#,
                "refused",
            ),
            (
                400,
                br#"{"error":"\"all-minilm\" does not support chat"}"#,
                "unsupported",
            ),
            (
                501,
                br#"{"error":{"message":"This server does not support embeddings"}}"#,
                "unsupported",
            ),
            (
                503,
                br#"{"error":{"message":"Loading model","type":"unavailable_error"}}"#,
                "busy",
            ),
        ];
        for (status, body, kind) in cases {
            let status = StatusCode::from_u16(status).unwrap_or_default();
            let error = refusal(status, body, "nix");
            assert_eq!(error.kind().as_str(), kind, "{error}");
        }
    }

    #[test]
    fn the_message_inside_the_message_is_found() {
        let body = ErrorBody::parse(br#"{"error":"{\"error\":{\"message\":\"deep\",\"type\":\"t\"}}"}"#);
        assert_eq!(
            body,
            ErrorBody {
                message: "deep".into(),
                class: "t".into()
            }
        );
        assert_eq!(ErrorBody::parse(b"<html>").message, "<html>");
    }
}
