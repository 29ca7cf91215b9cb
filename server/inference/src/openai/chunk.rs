//! One JSON value of an OpenAI-compatible answer: an event of a stream, or a whole body instead.

use std::collections::VecDeque;

use serde_json::Value;

use crate::{
    ChatEvent, InferenceError,
    http::in_stream,
    reader::Answer,
    values::{is_set, milliseconds, tokens, visit_texts},
};

/// Reads a value into the answer; returns false if it is not of the protocol.
pub(crate) fn read_chat(
    value: &Value,
    answer: &mut Answer,
    out: &mut VecDeque<ChatEvent>,
) -> Result<bool, InferenceError> {
    if let Value::Array(values) = value {
        let mut understood = false;
        for value in values {
            understood |= value.is_object() && read_chat(value, answer, out)?;
        }
        return Ok(understood);
    }
    let Value::Object(fields) = value else {
        return Ok(false);
    };
    if let Some(error) = error(value) {
        return Err(in_stream(error));
    }
    let choice = match &value["choices"] {
        Value::Array(choices) => choices.iter().find(|choice| choice.is_object()),
        Value::Object(_) => Some(&value["choices"]),
        _ => None,
    };
    read_statistics(value, answer);
    if let Some(choice) = choice {
        read_statistics(choice, answer);
        read_choice(choice, answer, out);
        return Ok(true);
    }
    // Some servers omit the list around the choice.
    let before = out.len();
    read_choice(value, answer, out);
    let known = ["choices", "usage", "timings", "model", "object", "id"];
    Ok(out.len() > before || answer.finished || known.iter().any(|field| fields.contains_key(*field)))
}

/// An error under status 200: OpenAI's and llama-server's `error`, vLLM's object, FastAPI's `detail`.
fn error(value: &Value) -> Option<&Value> {
    let error = &value["error"];
    if is_set(error) {
        return Some(error);
    }
    let bare = value["choices"].is_null() && is_set(&value["detail"]);
    (value["object"] == "error" || bare).then_some(value)
}

/// Reads a chat's `delta` or whole `message`, or a completion's `text`.
fn read_choice(choice: &Value, answer: &mut Answer, out: &mut VecDeque<ChatEvent>) {
    let (delta, message) = (&choice["delta"], &choice["message"]);
    if is_set(delta) {
        read_message(delta, answer, out);
    } else if is_set(message) {
        // The last event of some streams repeats the whole answer.
        if !answer.has_text {
            read_message(message, answer, out);
        }
        answer.finished = true;
    } else if let Some(text) = ["text", "content", "response"]
        .iter()
        .find_map(|field| choice[*field].as_str())
    {
        answer.emit(text.to_owned(), false, out);
    }
    answer.set_stop_reason(&choice["finish_reason"]);
}

fn read_message(message: &Value, answer: &mut Answer, out: &mut VecDeque<ChatEvent>) {
    if message.is_object() {
        let thoughts = [
            "reasoning_content",
            "reasoning",
            "thinking",
            "reasoning_text",
            "reasoning_details",
        ];
        // Some servers send the same reasoning under two names.
        if let Some(thought) = thoughts
            .iter()
            .map(|field| &message[*field])
            .find(|thought| is_set(thought))
        {
            visit_texts(thought, true, &mut |text, _| {
                answer.emit(text.to_owned(), true, out)
            });
        }
    }
    let content = match message {
        Value::Object(_) if message["content"].is_null() && is_set(&message["refusal"]) => {
            &message["refusal"]
        }
        Value::Object(_) => &message["content"],
        other => other,
    };
    visit_texts(content, false, &mut |text, thought| {
        answer.emit(text.to_owned(), thought, out)
    });
}

/// Token counts, and llama-server's times.
fn read_statistics(value: &Value, answer: &mut Answer) {
    let (usage, timings, done) = (&value["usage"], &value["timings"], &mut answer.done);
    let first = |names: [&str; 2]| names.iter().find_map(|name| tokens(&usage[*name]));
    done.prompt_tokens = first(["prompt_tokens", "input_tokens"]).or(done.prompt_tokens);
    done.completion_tokens = first(["completion_tokens", "output_tokens"]).or(done.completion_tokens);
    done.prompt_eval = milliseconds(&timings["prompt_ms"]).or(done.prompt_eval);
    done.eval = milliseconds(&timings["predicted_ms"]).or(done.eval);
}
