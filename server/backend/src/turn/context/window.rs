//! Which part of a conversation the model sees: all of it, or a summary and the newest messages.
//!
//! A window begins where the window of the last answer began, as long as that fits. When it no longer fits, the start
//! moves by at least half of the history's budget, so that many turns pass before the next trim. It moves to a place
//! that a summary already reaches, so that no message is missing between summary and window. The budget does not depend
//! on what is recalled for a question: a long note does not move the window.

use super::{
    super::{load::Turn, no_answer::NoAnswer},
    Material, cost, count,
    phrases::{done_lines, system_text},
    replay::replay,
    room::{Budget, Room},
    tokens,
};
use crate::{
    Result,
    memory::summaries::{self, Summary},
};
use hearth_types::{MessageId, ModelTrouble, Problem};

/// Maximum tokens of recalled passages: small models get worse beyond a few thousand tokens, and ten turns are 300.
const RECALL_TOKENS: u32 = 1000;

/// Maximum tokens reserved for the answer; never more than a quarter of the window.
const ANSWER_TOKENS: u32 = 2048;

/// Tokens of the line with the time.
const CLOCK_TOKENS: u32 = 40;

/// A model's window and the part of the conversation in it.
pub(in crate::turn) struct Window {
    pub model: String,
    pub num_ctx: u32,
    /// Maximum tokens of the answer.
    pub answer_tokens: u32,
    /// Maximum estimated tokens of recalled notes.
    pub recall_tokens: u32,
    /// The question, cut at its end when it alone does not fit.
    pub question: String,
    /// The end of the answer's existing text, when the model continues it; empty for a new answer.
    pub prefix: String,
    pub material: Material,
    /// Index in the history of the first message inside the window.
    pub first: usize,
    /// The message at `first`; none when the window holds the whole branch.
    pub first_id: Option<MessageId>,
    /// The summary of the messages before the window.
    pub summary: Option<String>,
    /// Number of messages before the window.
    pub left_out: u32,
    /// Messages up to which a summary is needed.
    pub to_summarise: Vec<MessageId>,
}

impl Window {
    /// Chooses the model that will answer and the part of the history that it will see.
    pub async fn open(turn: &Turn) -> Result<Self, NoAnswer> {
        let models = turn.backend.models();
        let model = models.resolve(turn.model.as_deref()).await.map_err(no_answer)?;
        let num_ctx = models.window(&model).await;
        let tokens_per_estimate = models.tokens_per_estimate(&model).await.map_err(no_answer)?;
        let answer_tokens = ANSWER_TOKENS.min(num_ctx / 4);

        let sees = !turn.attached.is_empty() && models.accepts_pictures(&model).await;
        let material = Material::of(turn, num_ctx, sees);
        let words = (num_ctx - answer_tokens).saturating_sub(material.picture_tokens());
        let mut budget = Budget::new(words, tokens_per_estimate);
        budget.take(tokens(&system_text(turn, None)) + CLOCK_TOKENS);
        let prefix = budget.clip_prefix(&turn.prefix).to_owned();
        if !prefix.is_empty() {
            budget.take(tokens(&prefix));
        }
        let question = budget.clip(&material.question);
        budget.take(tokens(&question) + tokens(&done_lines(turn)));
        let recall_tokens = if turn.scope.reads.is_empty() {
            0
        } else {
            RECALL_TOKENS.min(budget.left / 4)
        };
        let mut window = Self {
            model,
            num_ctx,
            answer_tokens,
            recall_tokens,
            question,
            prefix,
            material,
            first: 0,
            first_id: None,
            summary: None,
            left_out: 0,
            to_summarise: Vec::new(),
        };
        window
            .see(turn, budget.left - recall_tokens)
            .await
            .map_err(no_answer)?;
        Ok(window)
    }

    /// Messages of the branch that the model does not see.
    pub fn unseen(&self, turn: &Turn) -> Vec<MessageId> {
        turn.history.before(self.first)
    }

    /// Decides where the window begins; `tokens` is the budget of summary and history together.
    async fn see(&mut self, turn: &Turn, tokens: u32) -> Result<()> {
        let history = &turn.history;
        let (from, from_id) = self.begins_like_the_last(turn);
        let is_whole = from == 0 && history.older.is_empty();
        let seen = cost(&replay(turn, &self.material, from, from_id).messages);
        if is_whole && seen <= tokens / 2 {
            return Ok(());
        }
        let summaries = summaries::on_branch(
            &turn.person,
            turn.claim.conversation,
            &history.before(history.said.len()),
        )
        .await?;
        let reached = |summary: &Summary| summary.covers.checked_sub(history.older.len());
        let reached: Vec<usize> = summaries.iter().filter_map(reached).collect();

        let said = history.said.iter().enumerate();
        let said = said.map(|(at, said)| (said.by, self.material.text(at, said)));
        let room = Room::new(said, tokens.saturating_sub(summaries::longest(self.num_ctx)));
        let fits = seen <= if is_whole { tokens } else { room.tokens };
        // The last window's start is beyond the messages that are read: the window must move as well.
        let lost = from_id.is_none() && !history.older.is_empty();
        self.first = match fits && !lost {
            true => from,
            false => room.trim(from, &reached),
        };
        self.left_out = count(history.older.len() + self.first);
        if self.left_out > 0 {
            let first = history.said.get(self.first);
            self.first_id = Some(first.map_or(turn.question.id, |said| said.id));
        }
        let next = room.step(self.first);
        self.summarise(turn, summaries, &[self.first, next]);
        Ok(())
    }

    /// The start of the last answer's window, if model and window size are unchanged.
    fn begins_like_the_last(&self, turn: &Turn) -> (usize, Option<MessageId>) {
        let history = &turn.history;
        let last = history.last_sent();
        let same = last.filter(|sent| sent.model == self.model && sent.num_ctx == self.num_ctx);
        let id = same.and_then(|sent| sent.window_first);
        let position = id.and_then(|id| history.said.iter().position(|said| said.id == id));
        position.map_or((0, None), |position| (position, id))
    }

    /// Takes the summary that reaches furthest without overlapping the window, and requests the missing ones up to the
    /// places in `up_to`.
    fn summarise(&mut self, turn: &Turn, summaries: Vec<Summary>, up_to: &[usize]) {
        for place in up_to {
            let covered = turn.history.before(*place);
            if let Some(last) = covered.last()
                && !summaries.iter().any(|summary| summary.covers == covered.len())
                && !self.to_summarise.contains(last)
            {
                self.to_summarise.push(*last);
            }
        }
        let covering = summaries
            .into_iter()
            .rfind(|summary| summary.covers <= self.left_out as usize);
        self.summary = covering.map(|summary| summary.text);
    }
}

fn no_answer(error: crate::Error) -> NoAnswer {
    match Problem::from(error) {
        Problem::ModelServer { trouble } => NoAnswer::Trouble(trouble),
        _ => NoAnswer::Trouble(ModelTrouble::Failed),
    }
}
