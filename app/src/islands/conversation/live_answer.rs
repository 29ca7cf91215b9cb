//! An answer while it is being written.

use super::{answer_text::AnswerText, phase::Phase, thinking_time::ThinkingTime};
use hearth_types::{Answer, AnswerId, Event, ResumePoint};
use leptos::prelude::*;

/// Handles of an answer that can be copied into closures.
#[derive(Clone, Copy)]
pub struct LiveAnswer {
    pub id: AnswerId,
    pub phase: RwSignal<Phase>,
    pub thinking: ThinkingTime,
    /// How it ended; none while it is being written.
    pub ended: RwSignal<Option<Answer>>,
    /// The model that is being loaded.
    loading: StoredValue<String>,
    revision: StoredValue<u64>,
    /// Finished blocks on the page; none while the text is the server's rendering, whose blocks are not counted.
    blocks: StoredValue<Option<u32>>,
}

impl LiveAnswer {
    /// An answer of the page or of an event.
    pub fn new(id: AnswerId, answer: Option<&Answer>) -> Self {
        let ended = answer.filter(|answer| answer.status.is_final()).cloned();
        Self {
            id,
            phase: RwSignal::new(if ended.is_some() {
                Phase::Ended
            } else {
                Phase::Waiting
            }),
            thinking: ThinkingTime::new(),
            ended: RwSignal::new(ended),
            loading: StoredValue::new(String::new()),
            revision: StoredValue::new(0),
            blocks: StoredValue::new(None),
        }
    }

    /// The sentence for the current phase. Tracked.
    pub fn sentence(self) -> Option<String> {
        let phase = self.phase.get();
        self.loading.with_value(|model| phase.sentence(model))
    }

    /// The counter behind the sentence. Tracked.
    pub fn count(self) -> Option<String> {
        self.phase.get().count()
    }

    /// The id of the element that holds the text.
    pub fn text_id(self) -> String {
        format!("answer-{}", self.id)
    }

    /// Whether more will come.
    pub fn is_live(self) -> bool {
        self.phase.get_untracked() != Phase::Ended
    }

    /// Where the event stream resumes.
    pub fn resume_point(self) -> ResumePoint {
        ResumePoint {
            answer: self.id,
            blocks: self.blocks.get_value().unwrap_or(0),
        }
    }

    /// Applies an event; events of other answers and old ones change nothing.
    pub fn apply(self, event: &Event) {
        if event.answer() != Some(self.id) {
            return;
        }
        match event {
            Event::AnswerSnapshot {
                revision,
                status,
                first_block,
                blocks,
                tail,
                ..
            } => {
                if !self.is_live() && !status.is_final() {
                    self.restart();
                }
                if self.is_new(*revision) || self.blocks.get_value().is_none() {
                    self.restore(*first_block, blocks, tail);
                }
            }
            Event::AnswerBlock {
                revision,
                index,
                html,
                ..
            } if self.is_new(*revision) => self.append(*index, html),
            Event::AnswerTail { revision, html, .. } if self.is_new(*revision) => self.set_tail(html),
            Event::AnswerThinking {
                seconds,
                can_answer_now,
                ..
            } => self.think(*seconds, *can_answer_now),
            Event::AnswerQueued { before, seconds, .. } => self.enter(Phase::Queued(*before, *seconds)),
            Event::ModelServerAway { can_wake, .. } => self.enter(Phase::Away(*can_wake)),
            Event::ModelLoading {
                model,
                seconds,
                usual,
                ..
            } => {
                self.loading.set_value(model.clone());
                self.enter(Phase::Loading(*seconds, *usual));
            }
            Event::AnswerEnded { html, detail, .. } => self.end(html, detail),
            _ => {}
        }
    }

    /// The model thinks. Text that is on the page so far was a thought.
    fn think(self, seconds: u32, can_answer_now: bool) {
        if let Some(text) = self.text().filter(|_| self.is_live()) {
            text.clear();
            self.blocks.set_value(Some(0));
        }
        self.enter(Phase::Thinking);
        self.thinking.set(seconds, can_answer_now, self.phase);
    }

    /// Ends the answer with its final text.
    pub fn end(self, html: &str, detail: &Answer) {
        if !self.is_live() {
            return;
        }
        if let Some(text) = self.text() {
            text.finish(html);
        }
        self.phase.set(Phase::Ended);
        self.ended.set(Some(detail.clone()));
    }

    /// The answer is being written again, perhaps on request of another device.
    fn restart(self) {
        self.revision.set_value(0);
        self.blocks.set_value(None);
        self.ended.set(None);
        self.phase.set(Phase::Waiting);
    }

    fn is_new(self, revision: u64) -> bool {
        let new = revision > self.revision.get_value() && self.is_live();
        if new {
            self.revision.set_value(revision);
        }
        new
    }

    /// Changes the phase, except from `Stopping` and `Ended`.
    fn enter(self, phase: Phase) {
        let now = self.phase.get_untracked();
        if now != phase && !matches!(now, Phase::Stopping | Phase::Ended) {
            self.phase.set(phase);
        }
    }

    fn restore(self, first_block: u32, blocks: &[String], tail: &str) {
        let Some(text) = self.text().filter(|_| self.is_live()) else {
            return;
        };
        let have = self.blocks.get_value().unwrap_or_else(|| {
            text.clear();
            self.blocks.set_value(Some(0));
            0
        });
        for (index, html) in (first_block..).zip(blocks).filter(|(index, _)| *index >= have) {
            self.append(index, html);
        }
        self.set_tail(tail);
    }

    /// A missed block leaves a gap, which the final text fills.
    fn append(self, index: u32, html: &str) {
        let have = self.blocks.get_value().unwrap_or(0);
        if let Some(text) = self.text().filter(|_| index >= have) {
            text.append(html);
            self.blocks.set_value(Some(index + 1));
            self.enter(Phase::Writing);
        }
    }

    fn set_tail(self, html: &str) {
        if let Some(text) = self.text().filter(|_| !html.is_empty()) {
            text.set_tail(html);
            self.enter(Phase::Writing);
        }
    }

    fn text(self) -> Option<AnswerText> {
        AnswerText::of(&self.text_id())
    }
}
