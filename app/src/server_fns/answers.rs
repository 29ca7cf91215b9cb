//! Answers being written, and written once more.

use super::Reply;
use crate::json::Json;
use hearth_types::{AnswerId, MessageId};
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
#[server(endpoint = "answers/thoughts", input = GetUrl, output = Json)]
pub async fn thoughts(answer: AnswerId) -> Reply<String> {
    Ok(crate::context::signed_in()?.thoughts(answer).await?)
}

/// Asks the model once more, in the place of what came.
#[server(endpoint = "answers/retry")]
pub async fn retry_answer(answer: AnswerId) -> Reply<()> {
    let conversation = crate::context::signed_in()?.retry_answer(answer).await?;
    super::messages::go_to_message(conversation, MessageId(answer.0));
    Ok(())
}

/// Goes on with an answer that did not come to its end.
#[server(endpoint = "answers/continue")]
pub async fn continue_answer(answer: AnswerId) -> Reply<()> {
    let conversation = crate::context::signed_in()?.continue_answer(answer).await?;
    super::messages::go_to_message(conversation, MessageId(answer.0));
    Ok(())
}

/// Asks for another answer beside this one; an empty name means the conversation's model.
#[server(endpoint = "answers/again")]
pub async fn answer_again(message: MessageId, #[server(default)] model: String) -> Reply<()> {
    let model = Some(model).filter(|model| !model.is_empty());
    let sent = crate::context::signed_in()?.answer_again(message, model).await?;
    crate::failure::flash::go_to(&format!("/c/{}", sent.conversation));
    Ok(())
}
