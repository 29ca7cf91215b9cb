//! What has happened in an open conversation since its page was rendered.
//!
//! Turns come from three sides: the page (an answer that was still running), this tab's own "Send", and events
//! (another device). Whoever is first adds the turn; ids keep the others from adding it twice.

use super::{
    list,
    live_answer::{LiveAnswer, Phase},
    scroll, window_line,
};
use crate::{
    event_stream,
    failure::Failure,
    islands::{browser, words},
    server_fns,
    strings::t,
};
use hearth_types::{
    AnswerId, Conversation, ConversationId, Event, MemoryNote, Message, MessageId, Problem, Shared, Siblings,
    SpaceRole, Speaker,
};
use leptos::{prelude::*, task::spawn_local};

/// A message on the page: settled, or an answer that may still grow.
#[derive(Clone)]
pub enum Turn {
    Said(Message),
    /// With the HTML it had when it came, and what else stands in its place.
    Answered(LiveAnswer, String, Option<Siblings>),
}

impl Turn {
    fn of(message: Message) -> Self {
        match message.said_by {
            Speaker::Person => Self::Said(message),
            Speaker::Model => Self::Answered(
                LiveAnswer::new(AnswerId(message.id.0), message.answer.as_ref()),
                message.html,
                message.siblings,
            ),
        }
    }

    /// The message it is; an answer's id is its message's.
    pub fn id(&self) -> MessageId {
        match self {
            Self::Said(message) => message.id,
            Self::Answered(answer, ..) => MessageId(answer.id.0),
        }
    }
}

/// Where a message is shown.
enum Place {
    Island,
    Page,
    Nowhere,
}

/// The live end of a conversation.
#[derive(Clone, Copy)]
pub struct Live {
    /// None while the conversation has not begun.
    pub conversation: Option<ConversationId>,
    /// What the person was in it when the page came.
    role: SpaceRole,
    pub turns: RwSignal<Vec<Turn>>,
    /// What was drawn from the conversation since, where its answer is not this island's to change.
    pub noted: RwSignal<Vec<MemoryNote>>,
    /// What a screen reader is told: the beginnings and ends of answers, not every word.
    pub announcement: RwSignal<String>,
}

impl Live {
    /// Begins with the turns that the page left to the island.
    pub fn new(conversation: Option<ConversationId>, role: SpaceRole, messages: Vec<Message>) -> Self {
        Self {
            conversation,
            role,
            turns: RwSignal::new(messages.into_iter().map(Turn::of).collect()),
            noted: RwSignal::new(Vec::new()),
            announcement: RwSignal::new(String::new()),
        }
    }

    /// Hears the event stream from now on.
    pub fn listen(self) {
        event_stream::follow(move || self.live_answers().pop().map(LiveAnswer::resume_point));
        event_stream::on_return(move || {
            self.catch_up();
            list::catch_up();
        });
        event_stream::subscribe(move |event| self.hear(event));
    }

    /// The answer that is being written now, if any. Tracked.
    pub fn running(self) -> Option<LiveAnswer> {
        self.turns.with(|turns| {
            turns.iter().rev().find_map(|turn| match turn {
                Turn::Answered(answer, ..) if answer.phase.get() != Phase::Ended => Some(*answer),
                _ => None,
            })
        })
    }

    /// Adds what was sent and the answer to come.
    pub fn add_turn(self, message: Message, answer: AnswerId) {
        let begins = LiveAnswer::new(answer, None);
        self.add([Turn::Said(message), Turn::Answered(begins, String::new(), None)]);
        self.announcement.set(t(words::WRITING).to_owned());
    }

    fn add(self, turns: impl IntoIterator<Item = Turn>) -> bool {
        let new: Vec<_> = turns.into_iter().filter(|turn| !self.knows(turn.id())).collect();
        let any = !new.is_empty();
        if any {
            self.turns.update(|turns| turns.extend(new));
            request_animation_frame(scroll::follow);
        }
        any
    }

    fn knows(self, id: MessageId) -> bool {
        !matches!(self.place_of(id), Place::Nowhere)
    }

    fn place_of(self, id: MessageId) -> Place {
        if self
            .turns
            .with_untracked(|turns| turns.iter().any(|turn| turn.id() == id))
        {
            Place::Island
        } else if browser::document()
            .get_element_by_id(&format!("m-{id}"))
            .is_some()
        {
            Place::Page
        } else {
            Place::Nowhere
        }
    }

    fn answers(self) -> Vec<LiveAnswer> {
        self.turns.with_untracked(|turns| {
            turns
                .iter()
                .filter_map(|turn| {
                    if let Turn::Answered(answer, ..) = turn {
                        Some(*answer)
                    } else {
                        None
                    }
                })
                .collect()
        })
    }

    fn live_answers(self) -> Vec<LiveAnswer> {
        self.answers()
            .into_iter()
            .filter(|answer| answer.is_live())
            .collect()
    }

    fn hear(self, event: &Event) {
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
            } if self.is_open(*conversation) => {
                match self.place_of(MessageId(answer.0)) {
                    Place::Island => self.tell_answers(event),
                    // Asked for once more on another device.
                    Place::Page if !status.is_final() => browser::reload(),
                    Place::Page => {}
                    Place::Nowhere => self.catch_up(),
                }
            }
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
            Event::ConversationDeleted { conversation } => self.forget(*conversation),
            _ => self.tell_answers(event),
        }
    }

    /// Under its answer; under the newest one where that is part of the page.
    fn note(self, answer: AnswerId, notes: &[MemoryNote]) {
        match self.answers().into_iter().find(|known| known.id == answer) {
            Some(known) => known.ended.update(|ended| {
                if let Some(ended) = ended {
                    ended.notes = notes.to_vec();
                }
            }),
            None => self.noted.set(notes.to_vec()),
        }
    }

    fn tell_answers(self, event: &Event) {
        for answer in self.answers() {
            let was_live = answer.is_live();
            answer.hear(event);
            if was_live && !answer.is_live() {
                self.announcement.set(t(words::COMPLETE).to_owned());
            }
            if answer.is_told_of(event) {
                request_animation_frame(scroll::follow);
            }
        }
    }

    fn is_open(self, conversation: ConversationId) -> bool {
        self.conversation == Some(conversation)
    }

    fn retitle(self, conversation: ConversationId, title: &str) {
        list::retitle(conversation, title);
        if self.is_open(conversation) {
            browser::document().set_title(&format!("{title} · Hearth"));
            browser::each("[data-title]", |named| named.set_text_content(Some(title)));
        }
    }

    /// Somebody more has it, or somebody less. A page whose person may do other things now is loaded anew.
    fn shared(self, conversation: ConversationId, title: &str, shared: Option<&Shared>) {
        list::show(conversation, title);
        list::mark(conversation, shared);
        let role = shared.map_or(SpaceRole::Owner, |shared| shared.role);
        if self.is_open(conversation) && role != self.role {
            browser::reload();
        }
    }

    fn forget(self, conversation: ConversationId) {
        if self.is_open(conversation) {
            // Where the form that deletes it leads, too: a temporary one is in no list.
            let temporary = browser::exists("form.temporary");
            return browser::go(if temporary { "/" } else { "/conversations" });
        }
        list::remove(conversation);
    }

    /// Another branch is shown, by this tab or elsewhere. Most of the page is the server's, so it comes anew.
    fn follow_branch(self, conversation: ConversationId, at: Option<MessageId>) {
        if at.is_none() {
            list::bring_up(conversation);
        }
        if self.is_open(conversation) {
            browser::go_instead(&match at {
                Some(at) => format!("/c/{conversation}?at={at}#b-{at}"),
                None => format!("/c/{conversation}"),
            });
        }
    }

    /// Asks for what followed after the stream was away: other devices may have gone on. What this page has is
    /// not sent again.
    fn catch_up(self) {
        let Some(conversation) = self.conversation else {
            return;
        };
        let from = self.first_unsettled();
        spawn_local(async move {
            match server_fns::conversations::open_conversation(conversation, None, from).await {
                // Another branch is shown, or more was said than this page can take.
                Ok(now) if from.is_some() && (now.messages.is_empty() || now.later) => {
                    browser::go_instead(&format!("/c/{conversation}"));
                }
                Ok(now) => self.settle(now),
                // It was deleted or taken back; the page says so.
                Err(Failure::Problem(Problem::NotFound)) => {
                    browser::go_instead(&format!("/c/{conversation}"));
                }
                Err(_) => {}
            }
        });
    }

    /// The first answer that was still being written, else the last message of the page.
    fn first_unsettled(self) -> Option<MessageId> {
        let live = self.live_answers().first().map(|answer| MessageId(answer.id.0));
        live.or_else(|| self.turns.with_untracked(|turns| turns.last().map(Turn::id)))
            .or_else(browser::last_message)
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
