//! One JSON value of Ollama's answer: a line of a stream, or a whole body in its place.

use std::{collections::VecDeque, time::Duration};

use serde_json::Value;

use crate::{
    ChatDone, ChatEvent, InferenceError,
    http::in_stream,
    reader::Answer,
    values::{count, is_set, is_true, tokens, words},
};

/// Reads a value into the answer; false when it is nothing of the protocol.
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
            words(&message[field], true, &mut |text, _| {
                answer.say(text.to_owned(), true, out)
            });
        }
        words(&message["content"], false, &mut |text, thought| {
            answer.say(text.to_owned(), thought, out)
        });
    } else if message.is_string() {
        words(message, false, &mut |text, _| {
            answer.say(text.to_owned(), false, out)
        });
    }
    figures(value, &mut answer.done);
    // A proxy may leave `done` out; the reason is as good.
    answer.stop(&value["done_reason"]);
    answer.ended = is_true(&value["done"]);
    answer.finished |= answer.ended;
    Ok(["message", "done", "done_reason", "model"]
        .iter()
        .any(|field| fields.contains_key(*field)))
}

/// The figures of the last line; times are in nanoseconds.
fn figures(value: &Value, done: &mut ChatDone) {
    let time = |name: &str| count(&value[name]).map(Duration::from_nanos);
    done.prompt_tokens = tokens(&value["prompt_eval_count"]).or(done.prompt_tokens);
    done.completion_tokens = tokens(&value["eval_count"]).or(done.completion_tokens);
    done.prompt_eval = time("prompt_eval_duration").or(done.prompt_eval);
    done.eval = time("eval_duration").or(done.eval);
    done.load = time("load_duration").or(done.load);
}
