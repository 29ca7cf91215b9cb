//! One message, from the queue to memory: the six steps.
//!
//! ```text
//! 1 embed      the question becomes a vector (with a deadline; without it, full text alone recalls)
//! 2 recall     hybrid search over the spaces this person may see; scored, dated, deduplicated; often nothing
//! 3 context    the model's window, filled by an explicit budget
//! 4 generate   tokens streamed from the model
//! 5 answer     text appended to PostgreSQL and fanned out to every open tab of that person
//! 6 remember   jobs: embed the turn, title the conversation, summarise what the model no longer sees
//! ```
//!
//! A turn is run from ids alone, by whichever process claimed it. A closed tab changes nothing.

mod answer;
mod attached;
mod begin;
mod context;
mod embed;
mod ending;
mod generate;
mod history;
mod load;
mod no_answer;
mod notes;
mod recall;
mod relay;
mod remember;
pub mod repetition;
pub(crate) mod summary;
pub(crate) mod title;

pub(crate) use context::PER_MESSAGE;
pub use context::tokens;

use crate::{
    Backend, Result,
    work::queue::{Claim, Ended},
};
use answer::Outcome;
use generate::Thinking;
use hearth_types::{AnswerStatus, ModelTrouble};
use load::Turn;
use tokio_util::sync::CancellationToken;

/// Answers one message.
pub(crate) async fn run_turn(backend: &Backend, claim: &Claim, stop: &CancellationToken) -> Result<Ended> {
    let Some(turn) = Turn::load(backend, claim).await? else {
        return Ok(Ended::Settled);
    };

    // The window comes first: recall may return only those messages of this conversation that are outside it.
    let window = match context::Window::open(&turn).await {
        Ok(window) => window,
        Err(reason) if reason.is_away() => return turn.wait_for_server().await,
        Err(reason) => return finish(&turn, &Outcome::none(&turn, &reason)).await,
    };
    let vector = embed::question(&turn).await;
    let recalled = recall::relevant(&turn, &window, vector.as_ref()).await?;
    let context = context::fill(&turn, window, recalled).await;
    // PostgreSQL records the start of the answer while the model reads the prompt.
    let (recorded, started) = tokio::join!(
        turn.begin(&context),
        generate::start(&turn, &context, stop, Thinking::AsItDoes)
    );
    recorded?;
    let outcome = match started {
        Ok(stream) => relay::relay(&turn, &context, stream, stop).await,
        Err(reason) if reason.is_away() => return turn.wait_for_server().await,
        Err(reason) => Outcome::none(&turn, &reason),
    };
    remember::learn(&turn, &context, &outcome).await;
    finish(&turn, &outcome).await
}

async fn finish(turn: &Turn, outcome: &Outcome) -> Result<Ended> {
    if outcome.status == AnswerStatus::Interrupted && outcome.text.is_empty() {
        return turn.wait_for_next_start().await;
    }
    answer::settle(turn, outcome).await
}

/// The status of an answer that was cut short: interrupted by a shutdown, or stopped by the person. Both keep the text.
fn cut_short(turn: &Turn) -> (AnswerStatus, Option<ModelTrouble>) {
    if turn.backend.inner.shutdown.is_cancelled() {
        (AnswerStatus::Interrupted, Some(ModelTrouble::Interrupted))
    } else {
        (AnswerStatus::Stopped, None)
    }
}

/// Whether a question asks for a fact that only its asker can know. Exposed for tests with hostile texts.
#[cfg(feature = "testing")]
pub(crate) fn only_they_can_know(text: &str) -> bool {
    context::only_they_can_know(text)
}

/// See `hostile_text`.
#[cfg(test)]
pub(crate) fn text_functions() -> Vec<hearth_text::hostile::TextFunction> {
    [
        context::TEXT_FUNCTIONS,
        title::TEXT_FUNCTIONS,
        summary::TEXT_FUNCTIONS,
    ]
    .concat()
}
