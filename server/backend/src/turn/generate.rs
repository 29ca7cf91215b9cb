//! Step 4: the model begins to answer.

use super::{context::Context, load::Turn};
use crate::models::trouble::trouble;
use hearth_inference::{ChatMessage, ChatRequest, ChatStream, InferenceError, Role};
use hearth_types::{Event, ModelTrouble};
use std::time::{Duration, Instant};
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

/// Whether the model thinks before it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thinking {
    /// As it does by itself.
    AsItDoes,
    /// No more: the person wants the answer.
    Off {
        /// It writes its thoughts into its text. No server can keep it from that, but it goes on from what stands
        /// there: a thought that has ended.
        in_text: bool,
    },
}

/// What a model that thinks in its text is made to believe that it wrote.
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
        // What goes on has been thought about; llama-server refuses to do both.
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
                // Closed before it said anything: a kept connection to a server that is no longer there.
                InferenceError::EndedEarly => NoAnswer::Trouble(ModelTrouble::Unreachable),
                error => NoAnswer::Trouble(trouble(&error)),
            }
        }),
        () = stop.cancelled() => Err(NoAnswer::Stopped),
        () = turn.backend.inner.shutdown.cancelled() => Err(NoAnswer::Stopped),
        () = say_while_loading(turn, &context.model) => unreachable!("it waits for ever"),
    }
}

/// Tells the tabs once a second for how long the model has been loading, if it was not in memory when it was
/// asked; then waits for ever.
async fn say_while_loading(turn: &Turn, model: &str) {
    let asked = Instant::now();
    // At once: a server lists a model from the moment it begins to load it.
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

/// None when the server does not tell, or the model answered a moment ago: then nobody asks.
async fn is_loaded(turn: &Turn, model: &str) -> Option<bool> {
    if turn.backend.models().answered_lately(model) {
        return None;
    }
    let loaded = turn.backend.inner.config.model_server.loaded().await.ok()?;
    let same = |known: &str| known == model || known.strip_suffix(":latest") == Some(model);
    Some(loaded.iter().any(|known| same(&known.name)))
}
