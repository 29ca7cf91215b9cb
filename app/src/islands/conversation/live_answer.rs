//! An answer while it is being written.
//!
//! Its text is a plain element that events write into: a finished block is appended once and never touched
//! again, only the open block at the end (`.tail`) is replaced. So a long answer costs the same per event as a
//! short one, and a selection in what has been read stays.

use super::{code, thinking::Thinking};
use crate::{
    islands::{browser, words},
    strings::{chat, t},
};
use hearth_types::{Answer, AnswerId, Event, ResumePoint};
use leptos::{prelude::*, web_sys::Element};

/// What the reader is told while there is nothing more to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Waiting,
    Queued(u32, Option<u32>),
    /// For how many seconds, and how many it took the last time.
    Loading(u32, Option<u32>),
    /// Whether its computer can be woken.
    Away(bool),
    Thinking,
    Writing,
    Stopping,
    Ended,
}

impl Phase {
    /// The sentence for it; none while words are arriving, because they speak for themselves.
    fn sentence(self, model: &str) -> Option<String> {
        let plain = match self {
            Self::Queued(0, _) => chat::YOU_ARE_NEXT,
            Self::Queued(before, seconds) => return Some(chat::before_you(before, seconds)),
            Self::Writing | Self::Ended => return None,
            Self::Waiting => chat::WAITING,
            Self::Loading(..) => return Some(chat::loading(model)),
            Self::Away(_) => chat::MODEL_AWAY,
            Self::Thinking => chat::THINKING,
            Self::Stopping => words::STOPPING,
        };
        Some(t(plain).to_owned())
    }

    /// What counts on behind the sentence; not for a screen reader, which would read every second of it.
    fn count(self) -> Option<String> {
        match self {
            Self::Loading(seconds, usual) => Some(words::counting(seconds, usual)),
            _ => None,
        }
    }
}

/// A live answer: small handles, so it can be copied into whatever listens.
#[derive(Clone, Copy)]
pub struct LiveAnswer {
    pub id: AnswerId,
    pub phase: RwSignal<Phase>,
    pub thinking: Thinking,
    /// How it ended, once it has.
    pub ended: RwSignal<Option<Answer>>,
    /// The model that is being loaded.
    loading: StoredValue<String>,
    revision: StoredValue<u64>,
    /// Finished blocks on the page; none while the text is the server's rendering, whose blocks nobody counted.
    blocks: StoredValue<Option<u32>>,
    /// Whether a block was missed; the end then brings the whole text.
    gap: StoredValue<bool>,
}

impl LiveAnswer {
    /// An answer as the page or an event told of it.
    pub fn new(id: AnswerId, answer: Option<&Answer>) -> Self {
        let ended = answer.filter(|answer| answer.status.is_final()).cloned();
        Self {
            id,
            phase: RwSignal::new(if ended.is_some() {
                Phase::Ended
            } else {
                Phase::Waiting
            }),
            thinking: Thinking::new(),
            ended: RwSignal::new(ended),
            loading: StoredValue::new(String::new()),
            revision: StoredValue::new(0),
            blocks: StoredValue::new(None),
            gap: StoredValue::new(false),
        }
    }

    /// What the reader is told now. Tracked.
    pub fn sentence(self) -> Option<String> {
        let phase = self.phase.get();
        self.loading.with_value(|model| phase.sentence(model))
    }

    /// What counts on behind it. Tracked.
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

    /// From where the stream should go on after a break.
    pub fn resume_point(self) -> ResumePoint {
        ResumePoint {
            answer: self.id,
            blocks: self.blocks.get_value().unwrap_or(0),
        }
    }

    /// Takes an event in; events of other answers and old ones change nothing.
    pub fn hear(self, event: &Event) {
        match event {
            Event::AnswerSnapshot {
                answer,
                revision,
                status,
                first_block,
                blocks,
                tail,
                ..
            } if *answer == self.id => {
                if !self.is_live() && !status.is_final() {
                    self.begin_again();
                }
                if self.is_new(*revision) || self.blocks.get_value().is_none() {
                    self.restore(*first_block, blocks, tail);
                }
            }
            Event::AnswerBlock {
                answer,
                revision,
                index,
                html,
            } if *answer == self.id && self.is_new(*revision) => self.append(*index, html),
            Event::AnswerTail {
                answer,
                revision,
                html,
            } if *answer == self.id && self.is_new(*revision) => self.set_tail(html),
            Event::AnswerThinking {
                answer,
                seconds,
                can_answer_now,
                ..
            } if *answer == self.id => self.think(*seconds, *can_answer_now),
            Event::AnswerQueued {
                answer,
                before,
                seconds,
            } if *answer == self.id => {
                self.enter(Phase::Queued(*before, *seconds));
            }
            Event::ModelServerAway { answer, can_wake } if *answer == self.id => {
                self.enter(Phase::Away(*can_wake));
            }
            Event::ModelLoading {
                answer,
                model,
                seconds,
                usual,
            } if *answer == self.id => {
                self.loading.set_value(model.clone());
                self.enter(Phase::Loading(*seconds, *usual));
            }
            Event::AnswerEnded {
                answer, html, detail, ..
            } if *answer == self.id => self.end(html, detail),
            _ => {}
        }
    }

    /// Whether this event may have changed what is read of the answer.
    pub fn is_told_of(self, event: &Event) -> bool {
        matches!(
            event,
            Event::AnswerSnapshot { answer, .. }
                | Event::AnswerBlock { answer, .. }
                | Event::AnswerTail { answer, .. }
                | Event::AnswerThinking { answer, .. }
                | Event::AnswerEnded { answer, .. } if *answer == self.id
        )
    }

    /// It thinks. What stood here as text, if anything did, was a thought.
    fn think(self, seconds: u32, can_answer_now: bool) {
        if let Some(text) = self.text().filter(|_| self.is_live()) {
            text.set_inner_html("");
            self.blocks.set_value(Some(0));
        }
        self.enter(Phase::Thinking);
        self.thinking.tell(seconds, can_answer_now, self.phase);
    }

    /// The end: what was finished stays as it is, and the rest comes from the whole text.
    pub fn end(self, html: &str, detail: &Answer) {
        if !self.is_live() {
            return;
        }
        if let Some(text) = self.text() {
            close(&text, html);
        }
        self.phase.set(Phase::Ended);
        self.ended.set(Some(detail.clone()));
    }

    /// The person asked for the answer once more, perhaps on another device.
    fn begin_again(self) {
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

    /// Changes the sentence; what was asked to stop stays stopping, and what ended stays ended.
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
            text.set_inner_html("");
            self.blocks.set_value(Some(0));
            0
        });
        self.gap.set_value(first_block > have);
        for (index, html) in (first_block..).zip(blocks).filter(|(index, _)| *index >= have) {
            self.append(index, html);
        }
        self.set_tail(tail);
    }

    fn append(self, index: u32, html: &str) {
        let have = self.blocks.get_value().unwrap_or(0);
        let Some(tail) = self.tail().filter(|_| index >= have) else {
            return;
        };
        let _ = tail.insert_adjacent_html("beforebegin", html);
        if let Some(block) = tail.previous_element_sibling() {
            code::dress(&block);
        }
        tail.set_inner_html("");
        if index > have {
            self.gap.set_value(true);
        }
        self.blocks.set_value(Some(index + 1));
        self.enter(Phase::Writing);
    }

    fn set_tail(self, html: &str) {
        let Some(tail) = self.tail().filter(|_| !html.is_empty()) else {
            return;
        };
        tail.set_inner_html(html);
        self.enter(Phase::Writing);
    }

    fn text(self) -> Option<Element> {
        browser::document().get_element_by_id(&self.text_id())
    }

    /// The open block, made when the first word comes before any snapshot.
    fn tail(self) -> Option<Element> {
        let text = self.text()?;
        tail_of(&text).or_else(|| {
            text.insert_adjacent_html("beforeend", "<div class=\"tail\"></div>")
                .ok()?;
            tail_of(&text)
        })
    }
}

/// The whole text in place of what was streamed. A block that is the same is not touched, and a selection in it
/// stays; what came later may have changed one (a link's address, a footnote's note).
fn close(text: &Element, html: &str) {
    let Ok(whole) = browser::document().create_element("div") else {
        return text.set_inner_html(html);
    };
    whole.set_inner_html(html);
    code::dress(&whole);
    if let Some(tail) = tail_of(text) {
        tail.remove();
    }
    let mut there = text.first_element_child();
    while let Some(block) = whole.first_element_child() {
        block.remove();
        let next = there.as_ref().and_then(Element::next_element_sibling);
        match &there {
            Some(old) if old.is_equal_node(Some(&block)) => {}
            Some(old) => drop(text.replace_child(&block, old)),
            None => drop(text.append_child(&block)),
        }
        there = next;
    }
    while let Some(old) = there {
        there = old.next_element_sibling();
        old.remove();
    }
}

fn tail_of(text: &Element) -> Option<Element> {
    text.last_element_child()
        .filter(|last| last.class_name() == "tail")
}
