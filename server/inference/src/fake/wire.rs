//! The bytes of an answer in either protocol, made before the first is sent: a bench measures its client,
//! not this server.

use bytes::Bytes;
use serde_json::{Value, json};

use super::{Fault, Protocol, Recorded, Reply};

/// An answer as lines, and what happens after the last of them.
pub(super) struct Lines {
    /// Before the tokens: thoughts.
    pub before: Vec<Bytes>,
    /// One per token.
    pub tokens: Vec<Bytes>,
    /// The end, or the fault's line; empty when nothing more is sent.
    pub end: Vec<Bytes>,
}

impl Lines {
    pub(super) fn of(reply: &Reply, request: &Recorded) -> Self {
        let protocol = request.protocol;
        let token = |field, text: &String| line(protocol, &delta(protocol, request.model(), field, text));
        let tokens = reply.tokens.iter().take(reply.tokens_before_fault());
        Self {
            before: reply
                .thinking
                .iter()
                .map(|text| token(thought_field(protocol), text))
                .collect(),
            tokens: tokens.map(|text| token("content", text)).collect(),
            end: end(reply, request),
        }
    }
}

fn thought_field(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Ollama => "thinking",
        Protocol::OpenAi => "reasoning_content",
    }
}

fn delta(protocol: Protocol, model: &str, field: &str, text: &str) -> Value {
    match protocol {
        Protocol::Ollama => {
            let mut message = json!({ "role": "assistant", "content": "" });
            message[field] = text.into();
            json!({ "model": model, "created_at": "2026-01-01T00:00:00Z", "message": message, "done": false })
        }
        Protocol::OpenAi => {
            let choice = json!({ "index": 0, "delta": { field: text }, "finish_reason": null });
            json!({ "object": "chat.completion.chunk", "model": model, "choices": [choice] })
        }
    }
}

fn end(reply: &Reply, request: &Recorded) -> Vec<Bytes> {
    let protocol = request.protocol;
    match reply.fault {
        Some(Fault::ErrorLineAfter(_)) => {
            let message = "the model runner has unexpectedly stopped";
            let error = match protocol {
                Protocol::Ollama => json!({ "error": message }),
                Protocol::OpenAi => json!({ "error": { "message": message, "type": "server_error" } }),
            };
            vec![line(protocol, &error)]
        }
        Some(Fault::GarbageAfter(_)) => vec![Bytes::from_static(b"<html>Bad Gateway</html>\n\n")],
        Some(Fault::StallAfter(_) | Fault::EndWithoutDoneAfter(_) | Fault::ResetAfter(_)) => Vec::new(),
        _ => done(reply, request),
    }
}

fn done(reply: &Reply, request: &Recorded) -> Vec<Bytes> {
    let stop = reply.stop.as_deref().unwrap_or("stop");
    let (prompt, answer) = (prompt_tokens(request), reply.tokens.len());
    match request.protocol {
        Protocol::Ollama => vec![line(
            Protocol::Ollama,
            &json!({
                "model": request.model(), "created_at": "2026-01-01T00:00:00Z",
                "message": { "role": "assistant", "content": "" }, "done": true, "done_reason": stop,
                "load_duration": 1_000_000, "prompt_eval_count": prompt, "prompt_eval_duration": 2_000_000,
                "eval_count": answer, "eval_duration": 3_000_000,
            }),
        )],
        Protocol::OpenAi => vec![
            line(
                Protocol::OpenAi,
                &json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": stop }] }),
            ),
            line(
                Protocol::OpenAi,
                &json!({ "choices": [], "usage": { "prompt_tokens": prompt, "completion_tokens": answer } }),
            ),
            Bytes::from_static(b"data: [DONE]\n\n"),
        ],
    }
}

/// As good as a tokenizer for tests: four bytes a token, and four for each message's frame.
fn prompt_tokens(request: &Recorded) -> usize {
    request
        .messages()
        .iter()
        .map(|(_, content)| content.len().div_ceil(4) + 4)
        .sum()
}

fn line(protocol: Protocol, value: &Value) -> Bytes {
    match protocol {
        Protocol::Ollama => format!("{value}\n").into(),
        Protocol::OpenAi => format!("data: {value}\n\n").into(),
    }
}
