//! What has happened in an open conversation since its page was rendered.
//!
//! Turns come from three sources: the page (an answer that was still running), this tab's own "Send", and events
//! (another device). The first source adds the turn; its id keeps the others from adding it again.

use super::{list, live_answer::LiveAnswer, phase::Phase, scroll, turn::Turn, window_line};
use crate::{
    browser::{dom, event_stream, page},
    failure::Failure,
    islands::session,
    server_fns::conversations::open_conversation,
    strings::{chat, t},
};
use hearth_types::{
    AnswerId, Conversation, ConversationId, Event, MemoryNote, Message, MessageId, Problem, Shared, SpaceRole,
};
use leptos::{prelude::*, task::spawn_local};

/// Where a message is shown.
enum ShownIn {
    Island,
    Page,
    Nowhere,
}

/// The live end of a conversation.
#[derive(Clone, Copy)]
pub struct Live {
    /// None while the conversation has not begun.
    pub conversation: Option<ConversationId>,
    /// The person's role when the page was rendered.
    role: SpaceRole,
    pub turns: RwSignal<Vec<Turn>>,
    /// Memory notes of an answer that is part of the page and not of the island.
    pub notes: RwSignal<Vec<MemoryNote>>,
    /// For screen readers: starts and ends of answers, not every word.
    pub announcement: RwSignal<String>,
}

impl Live {
    /// Begins with the turns that the page left to the island.
    pub fn new(conversation: Option<ConversationId>, role: SpaceRole, messages: Vec<Message>) -> Self {
        Self {
            conversation,
            role,
            turns: RwSignal::new(messages.into_iter().map(Turn::of).collect()),
            notes: RwSignal::new(Vec::new()),
            announcement: RwSignal::new(String::new()),
        }
    }

    /// Applies events of the stream from now on.
    pub fn listen(self) {
        event_stream::resume_from(move || self.live_answers().pop().map(LiveAnswer::resume_point));
        event_stream::on_return(move || {
            self.catch_up();
            list::catch_up();
        });
        event_stream::subscribe(move |event| self.apply(event), session::check);
    }

    /// The answer that is being written, if any. Tracked.
    pub fn running(self) -> Option<LiveAnswer> {
        let running = |turn: &Turn| turn.answer().filter(|answer| answer.phase.get() != Phase::Ended);
        self.turns.with(|turns| turns.iter().rev().find_map(running))
    }

    /// Adds a sent message and the answer to come.
    pub fn add_turn(self, message: Message, answer: AnswerId) {
        let answer = LiveAnswer::new(answer, None);
        self.add([Turn::Said(message), Turn::Answered(answer, String::new(), None)]);
        self.announcement.set(t(chat::WRITING).to_owned());
    }

    fn add(self, turns: impl IntoIterator<Item = Turn>) -> bool {
        let new = |turn: &Turn| matches!(self.shown_in(turn.id()), ShownIn::Nowhere);
        let new: Vec<_> = turns.into_iter().filter(new).collect();
        let any = !new.is_empty();
        if any {
            self.turns.update(|turns| turns.extend(new));
            request_animation_frame(scroll::follow);
        }
        any
    }

    fn shown_in(self, id: MessageId) -> ShownIn {
        let in_island = |turns: &Vec<Turn>| turns.iter().any(|turn| turn.id() == id);
        if self.turns.with_untracked(in_island) {
            ShownIn::Island
        } else if dom::by_id(&format!("m-{id}")).is_some() {
            ShownIn::Page
        } else {
            ShownIn::Nowhere
        }
    }

    fn answers(self) -> Vec<LiveAnswer> {
        self.turns
            .with_untracked(|turns| turns.iter().filter_map(Turn::answer).collect())
    }

    fn live_answers(self) -> Vec<LiveAnswer> {
        let mut answers = self.answers();
        answers.retain(|answer| answer.is_live());
        answers
    }

    fn apply(self, event: &Event) {
        match event {
            Event::MessageAdded {
                conversation,
                message,
                answer,
            } => {
                list::bring_up(*conversation);
                if self.is_open(*conversation) {
                    self.add_turn((**message).clone(), *answer);
                }
            }
            Event::AnswerSnapshot {
                conversation,
                answer,
                status,
                ..
            } if self.is_open(*conversation) => match self.shown_in(MessageId(answer.0)) {
                ShownIn::Island => self.apply_to_answers(event),
                // Another device asked for the answer again.
                ShownIn::Page if !status.is_final() => page::reload(),
                ShownIn::Page => {}
                ShownIn::Nowhere => self.catch_up(),
            },
            Event::MemoryNoted {
                conversation,
                answer,
                notes,
            } if self.is_open(*conversation) => self.note(*answer, notes),
            Event::WindowMoved { conversation, window } => {
                if self.is_open(*conversation) {
                    window_line::show((**window).clone());
                }
            }
            Event::ConversationTitled { conversation, title } => self.retitle(*conversation, title),
            Event::ConversationShared {
                conversation,
                title,
                shared,
            } => self.shared(*conversation, title, shared.as_ref()),
            Event::BranchShown { conversation, at } => self.follow_branch(*conversation, *at),
            Event::ConversationMarked { .. } => list::catch_up(),
            Event::ConversationDeleted { conversation } => self.deleted(*conversation),
            _ => self.apply_to_answers(event),
        }
    }

    /// Shows notes under their answer; under the newest one when that is part of the page.
    fn note(self, answer: AnswerId, notes: &[MemoryNote]) {
        match self.answers().into_iter().find(|live| live.id == answer) {
            Some(live) => live.ended.update(|ended| {
                if let Some(ended) = ended {
                    ended.notes = notes.to_vec();
                }
            }),
            None => self.notes.set(notes.to_vec()),
        }
    }

    fn apply_to_answers(self, event: &Event) {
        let known = self
            .answers()
            .iter()
            .any(|answer| event.answer() == Some(answer.id));
        if known {
            request_animation_frame(scroll::follow);
        }
        for answer in self.answers() {
            let was_live = answer.is_live();
            answer.apply(event);
            if was_live && !answer.is_live() {
                self.announcement.set(t(chat::COMPLETE).to_owned());
            }
        }
    }

    fn is_open(self, conversation: ConversationId) -> bool {
        self.conversation == Some(conversation)
    }

    fn retitle(self, conversation: ConversationId, title: &str) {
        list::retitle(conversation, title);
        if self.is_open(conversation) {
            dom::document().set_title(&format!("{title} · Hearth"));
            for named in dom::all("[data-title]") {
                named.set_text_content(Some(title));
            }
        }
    }

    /// The conversation has other members. When the person's role changed, the page is loaded again.
    fn shared(self, conversation: ConversationId, title: &str, shared: Option<&Shared>) {
        list::show(conversation, title);
        list::mark(conversation, shared);
        let role = shared.map_or(SpaceRole::Owner, |shared| shared.role);
        if self.is_open(conversation) && role != self.role {
            page::reload();
        }
    }

    fn deleted(self, conversation: ConversationId) {
        if !self.is_open(conversation) {
            return list::remove(conversation);
        }
        // The same page as after the form that deletes it: a temporary conversation is in no list.
        let temporary = dom::find("form.temporary").is_some();
        page::go(if temporary { "/" } else { "/conversations" });
    }

    /// Another branch is shown, by this tab or another device. Most of the page is the server's, so it is loaded.
    fn follow_branch(self, conversation: ConversationId, at: Option<MessageId>) {
        if at.is_none() {
            list::bring_up(conversation);
        }
        if self.is_open(conversation) {
            page::replace(&match at {
                Some(at) => format!("/c/{conversation}?at={at}#b-{at}"),
                None => format!("/c/{conversation}"),
            });
        }
    }

    /// Fetches what followed while the stream was closed, from the first unsettled message on.
    fn catch_up(self) {
        let Some(conversation) = self.conversation else {
            return;
        };
        let from = self.first_unsettled();
        spawn_local(async move {
            match open_conversation(conversation, None, from).await {
                // Another branch is shown, or there are more messages than one part holds.
                Ok(now) if from.is_some() && (now.messages.is_empty() || now.later) => {
                    page::replace(&format!("/c/{conversation}"));
                }
                Ok(now) => self.settle(now),
                // It was deleted, or is no longer shared; the page says so.
                Err(Failure::Problem(Problem::NotFound)) => page::replace(&format!("/c/{conversation}")),
                Err(_) => {}
            }
        });
    }

    /// The first answer that was still being written, else the last message of the page.
    fn first_unsettled(self) -> Option<MessageId> {
        let live = self.live_answers().first().map(|answer| MessageId(answer.id.0));
        live.or_else(|| self.turns.with_untracked(|turns| turns.last().map(Turn::id)))
            .or_else(last_message)
    }

    fn settle(self, now: Conversation) {
        let answers = self.answers();
        for message in &now.messages {
            let Some(detail) = message.answer.as_ref().filter(|answer| answer.status.is_final()) else {
                continue;
            };
            if let Some(answer) = answers.iter().find(|answer| answer.id == detail.id) {
                answer.end(&message.html, detail);
            }
        }
        if let Some(window) = now.window {
            window_line::show(window);
        }
        if !now.title.is_empty() {
            self.retitle(now.id, &now.title);
        }
        let newest = now.messages.into_iter().map(Turn::of);
        if self.add(newest) && !self.live_answers().is_empty() {
            event_stream::reopen();
        }
    }
}

/// The last message that the page shows.
fn last_message() -> Option<MessageId> {
    let last = dom::all("article.message").pop()?;
    last.id().strip_prefix("m-")?.parse().ok()
}
