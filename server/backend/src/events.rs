//! What every open tab is told.
//!
//! Fan-out sits behind [`FanOut`]: within one process a broadcast channel per person. Answers that are being
//! written are also kept here as they stand, so that a tab that opens late starts with a snapshot; the words
//! themselves are in PostgreSQL, and nothing here outlives the process.

mod live;

pub use live::LiveAnswer;
pub(crate) use live::waiting;

use hearth_types::{AnswerId, ConversationId, Event, UserId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::broadcast;

/// Events that a slow tab may fall behind before it has to ask for everything again.
const BACKLOG: usize = 256;

/// Brings an event to every tab of some people. Between instances only ids would travel.
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

/// Fan-out and the answers that are being written.
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

    /// To every tab of one person.
    pub fn publish(&self, to: UserId, event: Event) {
        self.fan_out.publish(&[to], event);
    }

    /// To every tab of these people.
    pub(crate) fn publish_to(&self, people: &[UserId], event: Event) {
        self.fan_out.publish(people, event);
    }

    /// To every tab of everybody: progress of a model that is being fetched.
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

    /// The conversation was shared with somebody: what is being written in it now is for them too.
    pub(crate) fn admit(&self, conversation: ConversationId, user: UserId) {
        self.live_in(conversation).for_each(|live| live.admit(user));
    }

    /// It was taken back, and is gone from their tabs.
    pub(crate) fn shut_out(&self, conversation: ConversationId, user: UserId) {
        self.live_in(conversation).for_each(|live| live.shut_out(user));
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

    /// Forgets it, unless the same answer was begun again meanwhile.
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
