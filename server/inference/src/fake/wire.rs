//! The bytes of an answer in either protocol, built before the first is sent, so that a bench measures the client and
//! not this server.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::{Fault, Protocol, Recorded, Reply};

/// One step of a reply.
pub(super) enum Step {
    Send(Bytes),
    Pause(Duration),
    /// Wait for a release.
    Hold,
    /// Silence forever, with the connection open.
    Stall,
    /// All scripted output was sent; a later disconnect is not a cancellation.
    Finish,
    /// Break the connection.
    Reset,
}

/// All steps of an answer.
pub(super) fn steps(reply: &Reply, request: &Recorded) -> Vec<Step> {
    let protocol = request.protocol;
    let token = |field, text: &String| line(protocol, &delta(protocol, request.model(), field, text));
    let send = |line: Bytes| pieces(line, reply.piece).map(Step::Send);
    let mut steps = Vec::new();
    let thoughts = reply.thinking.iter().filter(|_| request.may_think());
    for (number, thought) in thoughts.enumerate() {
        steps.extend((reply.hold_thoughts_after == Some(number)).then_some(Step::Hold));
        steps.extend(reply.pause().map(Step::Pause));
        steps.extend(send(token(thought_field(protocol), thought)));
    }
    let sent = reply.tokens_before_fault();
    for (number, text) in reply.tokens.iter().take(sent).enumerate() {
        steps.extend((reply.hold_after == Some(number)).then_some(Step::Hold));
        steps.extend(reply.pause().map(Step::Pause));
        steps.extend(send(token("content", text)));
    }
    steps.extend(
        reply
            .hold_after
            .is_some_and(|after| after >= sent)
            .then_some(Step::Hold),
    );
    steps.extend(matches!(reply.fault, Some(Fault::StallAfter(_))).then_some(Step::Stall));
    steps.push(Step::Finish);
    steps.extend(matches!(reply.fault, Some(Fault::ResetAfter(_))).then_some(Step::Reset));
    steps.extend(end(reply, request).into_iter().flat_map(send));
    steps
}

/// The line in pieces of `size` bytes, or whole.
fn pieces(mut line: Bytes, size: Option<usize>) -> impl Iterator<Item = Bytes> {
    std::iter::from_fn(move || {
        let piece = line.split_to(line.len().min(size.unwrap_or(usize::MAX)));
        (!piece.is_empty()).then_some(piece)
    })
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
            let message = reply
                .error_text
                .as_deref()
                .unwrap_or("the model runner has unexpectedly stopped");
            let error = match protocol {
                Protocol::Ollama => json!({ "error": message }),
                Protocol::OpenAi => json!({ "error": { "message": message, "type": "server_error" } }),
            };
            vec![line(protocol, &error)]
        }
        Some(Fault::GarbageAfter(_)) => {
            let words = reply.error_text.as_deref().unwrap_or("Bad Gateway");
            vec![format!("<html>{words}</html>\n\n").into()]
        }
        Some(Fault::StallAfter(_) | Fault::EndWithoutDoneAfter(_) | Fault::ResetAfter(_)) => Vec::new(),
        _ => done(reply, request),
    }
}

fn done(reply: &Reply, request: &Recorded) -> Vec<Bytes> {
    let stop = reply.stop.as_deref().unwrap_or("stop");
    let (prompt, answer) = (prompt_tokens(request), reply.tokens.len());
    let load = reply.load.unwrap_or(Duration::from_millis(1)).as_nanos();
    match request.protocol {
        Protocol::Ollama => vec![line(
            Protocol::Ollama,
            &json!({
                "model": request.model(), "created_at": "2026-01-01T00:00:00Z",
                "message": { "role": "assistant", "content": "" }, "done": true, "done_reason": stop,
                "load_duration": u64::try_from(load).unwrap_or(u64::MAX), "prompt_eval_count": prompt, "prompt_eval_duration": 2_000_000,
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

/// An estimate that suffices for tests: four bytes per token, and four tokens per message frame.
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
