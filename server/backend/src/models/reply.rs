//! Collects a model's whole reply to a job.

use crate::models::thoughts;
use futures::StreamExt;
use hearth_inference::{ChatEvent, ChatStream, InferenceError};

/// Most bytes of a reply that are read; the longest reply that a job asks for has some thousand.
const LONGEST: usize = 128 << 10;

/// The model's text, without its thoughts.
pub(crate) async fn whole(mut stream: ChatStream) -> Result<String, InferenceError> {
    let mut reply = String::new();
    while let Some(event) = stream.next().await {
        if let ChatEvent::Text(text) = event? {
            reply.push_str(&text);
        }
        if reply.len() > LONGEST {
            break;
        }
    }
    Ok(thoughts::answer_of(&reply))
}
