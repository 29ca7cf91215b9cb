//! Events for every open tab.
//!
//! Fan-out is behind [`FanOut`]: within one process, a broadcast channel per person. The state of running answers is
//! also kept here, so that a tab that opens late starts with a snapshot. The text
//! itself is in PostgreSQL; nothing here outlives the process.

mod live;

pub use live::LiveAnswer;
pub(crate) use live::waiting;

use hearth_types::{AnswerId, ConversationId, Event, UserId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::broadcast;

/// Number of events that a slow tab may fall behind before it has to reload.
const BACKLOG: usize = 256;

/// Delivers an event to every tab of some people. Between instances only ids would be sent.
pub trait FanOut: Send + Sync {
    fn publish(&self, to: &[UserId], event: Event);
    fn publish_to_all(&self, event: Event);
    fn subscribe(&self, user: UserId) -> broadcast::Receiver<Arc<Event>>;
}

/// Fan-out within this process.
#[derive(Default)]
struct LocalFanOut {
    people: Mutex<HashMap<UserId, broadcast::Sender<Arc<Event>>>>,
}

impl FanOut for LocalFanOut {
    fn publish(&self, to: &[UserId], event: Event) {
        let event = Arc::new(event);
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        for person in to {
            if let Some(sender) = people.get(person)
                && sender.send(event.clone()).is_err()
            {
                // The last tab is gone.
                people.remove(person);
            }
        }
    }

    fn publish_to_all(&self, event: Event) {
        let event = Arc::new(event);
        let people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        for sender in people.values() {
            sender.send(event.clone()).ok();
        }
    }

    fn subscribe(&self, user: UserId) -> broadcast::Receiver<Arc<Event>> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        people
            .entry(user)
            .or_insert_with(|| broadcast::channel(BACKLOG).0)
            .subscribe()
    }
}

/// Fan-out, and the state of running answers.
pub struct EventHub {
    pub(crate) fan_out: Box<dyn FanOut>,
    live: Mutex<HashMap<AnswerId, Arc<LiveAnswer>>>,
}

impl EventHub {
    pub(crate) fn new() -> Self {
        Self {
            fan_out: Box::<LocalFanOut>::default(),
            live: Mutex::default(),
        }
    }

    /// Publishes to every tab of one person.
    pub fn publish(&self, to: UserId, event: Event) {
        self.fan_out.publish(&[to], event);
    }

    /// Publishes to every tab of these people.
    pub(crate) fn publish_to(&self, people: &[UserId], event: Event) {
        self.fan_out.publish(people, event);
    }

    /// Publishes to every tab of every person: progress of a model download.
    pub fn broadcast_all(&self, event: Event) {
        self.fan_out.publish_to_all(event);
    }

    pub(crate) fn live(&self, answer: AnswerId) -> Option<Arc<LiveAnswer>> {
        self.live_answers().get(&answer).cloned()
    }

    pub(crate) fn live_of(&self, user: UserId) -> Vec<Arc<LiveAnswer>> {
        self.live_answers()
            .values()
            .filter(|live| live.is_for(user))
            .cloned()
            .collect()
    }

    /// Adds a person to the audience of the conversation's running answers, after it was shared with them.
    pub(crate) fn add_member(&self, conversation: ConversationId, user: UserId) {
        self.live_in(conversation).for_each(|live| live.add_member(user));
    }

    /// Removes a person from the audience, after the conversation was taken back.
    pub(crate) fn remove_member(&self, conversation: ConversationId, user: UserId) {
        self.live_in(conversation)
            .for_each(|live| live.remove_member(user));
        self.publish(user, Event::ConversationDeleted { conversation });
    }

    fn live_in(&self, conversation: ConversationId) -> impl Iterator<Item = Arc<LiveAnswer>> {
        let live: Vec<_> = self.live_answers().values().cloned().collect();
        live.into_iter()
            .filter(move |live| live.conversation == conversation)
    }

    pub(crate) fn begin(&self, live: LiveAnswer) -> Arc<LiveAnswer> {
        let live = Arc::new(live);
        self.live_answers().insert(live.answer, live.clone());
        live
    }

    /// Removes a running answer, unless the same answer was started again in the meantime.
    pub(crate) fn end(&self, live: &Arc<LiveAnswer>) {
        let mut answers = self.live_answers();
        if answers
            .get(&live.answer)
            .is_some_and(|now| Arc::ptr_eq(now, live))
        {
            answers.remove(&live.answer);
        }
    }

    fn live_answers(&self) -> std::sync::MutexGuard<'_, HashMap<AnswerId, Arc<LiveAnswer>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
