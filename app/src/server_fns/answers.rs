//! Stopping, repeating and continuing answers.

use super::Reply;
use crate::browser::json::Json;
#[cfg(feature = "ssr")]
use crate::{context, flash};
use hearth_types::{AnswerId, MessageId};
use leptos::prelude::*;
use server_fn::codec::GetUrl;

/// Stops an answer; what was written is kept.
#[server(endpoint = "answers/stop")]
pub async fn stop_answer(answer: AnswerId) -> Reply<()> {
    Ok(context::signed_in()?.stop_answer(answer).await?)
}

/// Ends the thinking of an answer, so that the model answers at once.
#[server(endpoint = "answers/answer_now")]
pub async fn answer_now(answer: AnswerId) -> Reply<()> {
    Ok(context::signed_in()?.answer_now(answer).await?)
}

/// The thoughts before an answer, as sanitised HTML.
#[server(endpoint = "answers/thoughts", input = GetUrl, output = Json)]
pub async fn thoughts(answer: AnswerId) -> Reply<String> {
    Ok(context::signed_in()?.thoughts(answer).await?)
}

/// Asks the model again; the new answer replaces this one.
#[server(endpoint = "answers/retry")]
pub async fn retry_answer(answer: AnswerId) -> Reply<()> {
    let conversation = context::signed_in()?.retry_answer(answer).await?;
    super::messages::go_to_message(conversation, MessageId(answer.0));
    Ok(())
}

/// Continues an answer that ended early.
#[server(endpoint = "answers/continue")]
pub async fn continue_answer(answer: AnswerId) -> Reply<()> {
    let conversation = context::signed_in()?.continue_answer(answer).await?;
    super::messages::go_to_message(conversation, MessageId(answer.0));
    Ok(())
}

/// Asks for another answer beside this one; an empty name means the conversation's model.
#[server(endpoint = "answers/again")]
pub async fn answer_again(message: MessageId, #[server(default)] model: String) -> Reply<()> {
    let model = Some(model).filter(|model| !model.is_empty());
    let sent = context::signed_in()?.answer_again(message, model).await?;
    flash::go_to(&format!("/c/{}", sent.conversation));
    Ok(())
}
