//! Step 4: the model begins to answer.

use super::{context::Context, load::Turn, no_answer::NoAnswer};
use crate::models::trouble::trouble;
use hearth_inference::{ChatMessage, ChatRequest, ChatStream, InferenceError, Role};
use hearth_types::{Event, ModelTrouble};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Time without a reply after which the page may show that the model is being loaded.
const LOADING_AFTER: Duration = Duration::from_millis(1500);

/// Whether the model thinks before it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thinking {
    /// The model's own default.
    AsItDoes,
    /// No more thinking: the person wants the answer.
    Off {
        /// The model writes its thoughts into its text. No server option prevents that, but a model continues a given
        /// prefix: a thought that has ended.
        in_text: bool,
    },
}

/// The prefix for a model that thinks in its text: an empty, finished thought.
const THOUGHT_ENOUGH: &str = "<think>\n\n</think>\n\n";

/// Asks the model. Resolves when the server begins to reply, which may be after loading the model.
pub(super) async fn start(
    turn: &Turn,
    context: &Context,
    stop: &CancellationToken,
    thinking: Thinking,
) -> Result<ChatStream, NoAnswer> {
    let mut request = ChatRequest::new(context.model.clone(), context.messages.clone(), context.num_ctx);
    request.max_tokens = Some(context.answer_tokens);
    if !turn.prefix.is_empty() {
        // A continued answer has passed its thinking; llama-server refuses a prefix together with thinking.
        request.think = Some(false);
    } else if let Thinking::Off { in_text } = thinking {
        request.think = Some(false);
        if in_text {
            let enough = ChatMessage::new(Role::Assistant, THOUGHT_ENOUGH);
            request.messages.push(enough);
        }
    }
    let server = &turn.backend.inner.config.model_server;
    let reply = server.chat(request);
    tokio::select! {
        reply = reply => reply.map_err(|error| {
            tracing::warn!(%error, "the model server did not answer");
            match error {
                // Closed before any reply: a kept-alive connection to a server that has gone away.
                InferenceError::EndedEarly => NoAnswer::Trouble(ModelTrouble::Unreachable),
                error => NoAnswer::Trouble(trouble(&error)),
            }
        }),
        () = stop.cancelled() => Err(NoAnswer::Stopped),
        () = turn.backend.inner.shutdown.cancelled() => Err(NoAnswer::Stopped),
        () = say_while_loading(turn, &context.model) => unreachable!("it never returns"),
    }
}

/// Publishes once a second for how long the model has been loading, if it was not in memory at the request. Never
/// returns.
async fn say_while_loading(turn: &Turn, model: &str) {
    let asked = Instant::now();
    // Checked at once, because a server lists a model as soon as it begins to load it.
    let loaded = is_loaded(turn, model).await;
    if loaded != Some(false) {
        return std::future::pending().await;
    }
    let usual = turn.backend.models().load_seconds(model).await.ok().flatten();
    tokio::time::sleep(LOADING_AFTER.saturating_sub(asked.elapsed())).await;
    loop {
        turn.publish(Event::ModelLoading {
            answer: turn.claim.answer,
            model: model.to_owned(),
            seconds: whole(asked.elapsed().as_secs_f32()),
            usual: usual.map(whole),
        });
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "seconds for people"
)]
fn whole(seconds: f32) -> u32 {
    seconds.round() as u32
}

/// Whether the model is in memory; none when the server does not report it. A model that answered a moment ago is not
/// asked about.
async fn is_loaded(turn: &Turn, model: &str) -> Option<bool> {
    if turn.backend.models().answered_lately(model) {
        return None;
    }
    let loaded = turn.backend.inner.config.model_server.loaded().await.ok()?;
    let same = |listed: &str| listed == model || listed.strip_suffix(":latest") == Some(model);
    Some(loaded.iter().any(|listed| same(&listed.name)))
}
