//! A model's reply to a job, whole.

use crate::models::thoughts;
use futures::StreamExt;
use hearth_inference::{ChatEvent, ChatStream, InferenceError};

/// Longest reply that is read, in bytes: the longest that a job asks for has some thousand.
const LONGEST: usize = 128 << 10;

/// What the model wrote, without its thoughts.
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
