//! What of a conversation the model sees: all of it, or a summary and the newest part.
//!
//! A window begins where the last answer's began, as long as that fits. When it no longer does, it begins at
//! least half of the history's room later, so that many turns pass before the next trim; where a summary
//! already reaches, so that nothing lies between the summary and the window. The room does not depend on what is
//! recalled for a question: a long note does not move the window.

use super::{
    super::{generate::NoAnswer, load::Turn},
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

/// Tokens of recalled passages: small models read worse beyond a few thousand tokens, ten turns are 300.
const RECALL_TOKENS: u32 = 1000;

/// Tokens kept free for the answer, at most; never more than a quarter of the window.
const ANSWER_TOKENS: u32 = 2048;

/// Tokens of the line that tells the time.
const CLOCK_TOKENS: u32 = 40;

/// A model's window and what of the conversation is in it.
pub(in crate::turn) struct Window {
    pub model: String,
    pub num_ctx: u32,
    /// Tokens the answer may have.
    pub answer_tokens: u32,
    /// Tokens for what is recalled, in our estimate.
    pub recall_tokens: u32,
    /// The question, cut at its end when it does not fit alone.
    pub question: String,
    /// The end of what was written of the answer already, when it is to be gone on with.
    pub prefix: String,
    pub material: Material,
    /// Where in the history the model begins to see it word for word.
    pub first: usize,
    /// The message there; none when it sees all.
    pub first_id: Option<MessageId>,
    /// What the model knows of the messages before.
    pub summary: Option<String>,
    /// How many messages that are.
    pub left_out: u32,
    /// Messages up to which a summary is wanted.
    pub to_summarise: Vec<MessageId>,
}

impl Window {
    /// Which model will answer, and what of the history it will see.
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

    /// Decides where the window begins, with this many tokens for the summary and the history.
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
        // Too far back to be read: then it is time for a step, too.
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

    /// Where the last answer's window began, as long as the same model reads on.
    fn begins_like_the_last(&self, turn: &Turn) -> (usize, Option<MessageId>) {
        let history = &turn.history;
        let last = history.last_asked();
        let same = last.filter(|asked| asked.model == self.model && asked.num_ctx == self.num_ctx);
        let id = same.and_then(|asked| asked.window_first);
        let position = id.and_then(|id| history.said.iter().position(|said| said.id == id));
        position.map_or((0, None), |position| (position, id))
    }

    /// Takes the summary that reaches furthest without reaching into the window; asks for those up to these
    /// places that are not there yet.
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
        let known = summaries
            .into_iter()
            .rfind(|summary| summary.covers <= self.left_out as usize);
        self.summary = known.map(|summary| summary.text);
    }
}

fn no_answer(error: crate::Error) -> NoAnswer {
    match Problem::from(error) {
        Problem::ModelServer { trouble } => NoAnswer::Trouble(trouble),
        _ => NoAnswer::Trouble(ModelTrouble::Failed),
    }
}
