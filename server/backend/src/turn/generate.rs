//! Step 4: the model begins to answer.

use super::{context::Context, load::Turn};
use crate::models::trouble::trouble;
use hearth_inference::{ChatRequest, ChatStream, InferenceError};
use hearth_types::{Event, ModelTrouble};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Nothing has come after this time: perhaps the model is being loaded; then the page says so.
const LOADING_AFTER: Duration = Duration::from_millis(1500);

/// Why no answer began.
pub(super) enum NoAnswer {
    Stopped,
    Trouble(ModelTrouble),
}

impl NoAnswer {
    /// Whether waiting for the server is the right thing: nobody answers at its address.
    pub const fn is_away(&self) -> bool {
        matches!(self, Self::Trouble(ModelTrouble::Unreachable))
    }
}

/// Asks the model. Resolves when the server begins to reply, which may be after loading the model.
pub(super) async fn start(
    turn: &Turn,
    context: &Context,
    stop: &CancellationToken,
) -> Result<ChatStream, NoAnswer> {
    let mut request = ChatRequest::new(context.model.clone(), context.messages.clone(), context.num_ctx);
    request.max_tokens = Some(context.answer_tokens);
    let server = &turn.backend.inner.config.model_server;
    let reply = server.chat(request);
    tokio::select! {
        reply = reply => reply.map_err(|error| {
            tracing::warn!(%error, "the model server did not answer");
            match error {
                // Closed before it said anything: a kept connection to a server that is no longer there.
                InferenceError::EndedEarly => NoAnswer::Trouble(ModelTrouble::Unreachable),
                error => NoAnswer::Trouble(trouble(&error)),
            }
        }),
        () = stop.cancelled() => Err(NoAnswer::Stopped),
        () = turn.backend.inner.shutdown.cancelled() => Err(NoAnswer::Stopped),
        () = say_when_loading(turn, &context.model) => unreachable!("it waits for ever"),
    }
}

/// Looks once whether the model is in memory, tells the tabs if not, and then waits for ever.
async fn say_when_loading(turn: &Turn, model: &str) {
    tokio::time::sleep(LOADING_AFTER).await;
    if let Ok(loaded) = turn.backend.inner.config.model_server.loaded().await
        && !loaded
            .iter()
            .any(|m| m.name == model || m.name.strip_suffix(":latest") == Some(model))
    {
        turn.publish(Event::ModelLoading {
            answer: turn.claim.answer,
            model: model.to_owned(),
        });
    }
    std::future::pending::<()>().await;
}
