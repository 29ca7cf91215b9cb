//! Answers being written.

use super::Reply;
use hearth_types::AnswerId;
use leptos::prelude::*;

/// Stops an answer; what was written is kept.
#[server(endpoint = "answers/stop")]
pub async fn stop_answer(answer: AnswerId) -> Reply<()> {
    Ok(crate::context::signed_in()?.stop_answer(answer).await?)
}

/// Asks the model once more.
#[server(endpoint = "answers/retry")]
pub async fn retry_answer(answer: AnswerId) -> Reply<()> {
    Ok(crate::context::signed_in()?.retry_answer(answer).await?)
}
