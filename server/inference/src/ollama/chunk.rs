//! One JSON value of Ollama's answer: a line of a stream, or a whole body instead.

use std::{collections::VecDeque, time::Duration};

use serde_json::Value;

use crate::{
    ChatDone, ChatEvent, InferenceError,
    http::in_stream,
    reader::Answer,
    values::{count, is_set, is_true, tokens, visit_texts},
};

/// Reads a value into the answer; returns false if it is not of the protocol.
pub(crate) fn read_chat(
    value: &Value,
    answer: &mut Answer,
    out: &mut VecDeque<ChatEvent>,
) -> Result<bool, InferenceError> {
    let Value::Object(fields) = value else {
        return Ok(false);
    };
    if is_set(&value["error"]) {
        return Err(in_stream(&value["error"]));
    }
    let message = &value["message"];
    if message.is_object() {
        for field in ["thinking", "reasoning", "reasoning_content"] {
            visit_texts(&message[field], true, &mut |text, _| {
                answer.emit(text.to_owned(), true, out)
            });
        }
        visit_texts(&message["content"], false, &mut |text, thought| {
            answer.emit(text.to_owned(), thought, out)
        });
    } else if message.is_string() {
        visit_texts(message, false, &mut |text, _| {
            answer.emit(text.to_owned(), false, out)
        });
    }
    read_statistics(value, &mut answer.done);
    // A proxy may omit `done`; the stop reason suffices.
    answer.set_stop_reason(&value["done_reason"]);
    answer.ended = is_true(&value["done"]);
    answer.finished |= answer.ended;
    Ok(["message", "done", "done_reason", "model"]
        .iter()
        .any(|field| fields.contains_key(*field)))
}

/// Statistics of the last line; times are in nanoseconds.
fn read_statistics(value: &Value, done: &mut ChatDone) {
    let time = |name: &str| count(&value[name]).map(Duration::from_nanos);
    done.prompt_tokens = tokens(&value["prompt_eval_count"]).or(done.prompt_tokens);
    done.completion_tokens = tokens(&value["eval_count"]).or(done.completion_tokens);
    done.prompt_eval = time("prompt_eval_duration").or(done.prompt_eval);
    done.eval = time("eval_duration").or(done.eval);
    done.load = time("load_duration").or(done.load);
}
