//! Answers being written.

use super::Reply;
use hearth_types::AnswerId;
use leptos::prelude::*;
use server_fn::codec::GetUrl;

/// Stops an answer; what was written is kept.
#[server(endpoint = "answers/stop")]
pub async fn stop_answer(answer: AnswerId) -> Reply<()> {
    Ok(crate::context::signed_in()?.stop_answer(answer).await?)
}

/// Lets a model that thinks answer without thinking on.
#[server(endpoint = "answers/answer_now")]
pub async fn answer_now(answer: AnswerId) -> Reply<()> {
    Ok(crate::context::signed_in()?.answer_now(answer).await?)
}

/// What the model thought before it answered, as safe HTML.
#[server(endpoint = "answers/thoughts", input = GetUrl)]
pub async fn thoughts(answer: AnswerId) -> Reply<String> {
    Ok(crate::context::signed_in()?.thoughts(answer).await?)
}

/// Asks the model once more.
#[server(endpoint = "answers/retry")]
pub async fn retry_answer(answer: AnswerId) -> Reply<()> {
    Ok(crate::context::signed_in()?.retry_answer(answer).await?)
}
