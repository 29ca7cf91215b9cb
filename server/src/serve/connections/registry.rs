//! The open connections, and which of them is closed when there is no room for another.
//!
//! A connection is a *stranger's* until a request on it has a session. Strangers' connections are closed for new ones:
//!
//! 1. A source with its full share of strangers loses one of its own, so one address never displaces another.
//! 2. When all slots are taken, the source with the most strangers loses one.
//! 3. Of that source's strangers, the one that is closed has not read its answer for some seconds, else has no request,
//!    else is being answered; of several, it is the one that has been in this state for longest.
//!
//! Connections with a session stay while a stranger has one. Without strangers, a source that has more connections than
//! the new connection's source loses one in the same way; a new connection whose source has the most itself is refused.
//! The choice looks at each source and at the connections of one: some microseconds, and only when there is no room.
//!
//! Strangers of one source also take turns: [`TURNS`] of their reading requests are processed at the same time, and the
//! others wait. A page takes about a millisecond of the processor, and two thousand requests at the same time would
//! otherwise delay all other people. A turn ends when the answer begins, and requests with a body take none, so no client
//! can hold one for longer than the server's own work takes.

use super::{
    connection::{Connection, Priority, lock},
    limits::{Limits, Source},
};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Instant,
};
use tokio::sync::Semaphore;

/// Requests of one source's strangers that are processed at the same time.
const TURNS: usize = 8;

/// The open connections of one listener.
pub(super) struct Registry {
    limits: Limits,
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
pub(super) struct Open {
    total: usize,
    next: u64,
    sources: HashMap<Source, OfSource>,
}

/// The connections of one source.
struct OfSource {
    connections: HashMap<u64, Counted>,
    strangers: usize,
    turns: Arc<Semaphore>,
}

/// A connection, and whether it is counted as a stranger's.
struct Counted {
    connection: Connection,
    stranger: bool,
}

/// The slot of one open connection; free again when this is dropped.
pub(super) struct Slot {
    pub connection: Connection,
    open: Arc<Mutex<Open>>,
}

impl Registry {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            open: Arc::default(),
        }
    }

    /// Counts a new connection, and closes another one when there is no room for both; none if no other one has a lower
    /// priority.
    pub fn admit(&self, address: IpAddr) -> Option<Slot> {
        let source = Source::of(address);
        let shared_by_many = self.limits.proxies.contains(address);
        let mut open = lock(&self.open);
        if let Some(victim) = self.victim(&open, source, shared_by_many)? {
            open.close(&victim);
        }
        let turns = (!shared_by_many).then(|| open.of(source).turns.clone());
        let id = open.next;
        let counted = self.open.clone();
        let on_sign_in = Box::new(move |connection: &Connection| lock(&counted).signed_in(connection));
        let connection = Connection::new(id, source, self.limits.time_to_read, turns, on_sign_in);
        open.insert(connection.clone());
        Some(Slot {
            connection,
            open: self.open.clone(),
        })
    }

    /// Closes the connection of lowest priority, to free its descriptor.
    pub fn close_one(&self) {
        let mut open = lock(&self.open);
        if let Some(victim) = open.least_stranger() {
            open.close(&victim);
        }
    }

    /// `None` refuses the new connection; `Some(None)` has room for it.
    fn victim(&self, open: &Open, source: Source, shared_by_many: bool) -> Option<Option<Connection>> {
        let own = open.sources.get(&source);
        let (count, strangers) = own.map_or((0, 0), |own| (own.connections.len(), own.strangers));
        let has_its_share = strangers >= self.limits.strangers_per_source || count >= self.limits.per_source;
        if has_its_share && !shared_by_many {
            return Some(Some(least(own?.counted().filter(|one| one.stranger))?));
        }
        if open.total < self.limits.total {
            return Some(None);
        }
        let victim = open
            .least_stranger()
            .or_else(|| open.least_of_more_than(count + 1));
        Some(Some(victim?))
    }
}

/// The connection of lowest priority; of several, the one that has had it for longest.
fn least<'a>(among: impl Iterator<Item = &'a Counted>) -> Option<Connection> {
    let judged = among.map(|one| (one.connection.priority(), &one.connection));
    let worst: Option<((Priority, Instant), &Connection)> = judged.min_by_key(|(priority, _)| *priority);
    worst.map(|(_, connection)| connection.clone())
}

impl Open {
    fn of(&mut self, source: Source) -> &mut OfSource {
        self.sources.entry(source).or_insert_with(|| OfSource {
            connections: HashMap::new(),
            strangers: 0,
            turns: Arc::new(Semaphore::new(TURNS)),
        })
    }

    /// A stranger's of the source that has the most of them.
    fn least_stranger(&self) -> Option<Connection> {
        let sources = self.sources.values();
        let most = sources
            .clone()
            .map(|of| of.strangers)
            .max()
            .filter(|most| *most > 0)?;
        let greediest = sources.filter(|of| of.strangers == most);
        least(greediest.flat_map(OfSource::counted).filter(|one| one.stranger))
    }

    /// One of the source that has the most, if that is more than this many.
    fn least_of_more_than(&self, count: usize) -> Option<Connection> {
        let sources = self.sources.values();
        let most = sources.clone().map(|of| of.connections.len()).max();
        let most = most.filter(|most| *most > count)?;
        let greediest = sources.filter(|of| of.connections.len() == most);
        least(greediest.flat_map(OfSource::counted))
    }

    fn insert(&mut self, connection: Connection) {
        let of = self.of(connection.source());
        of.strangers += 1;
        let id = connection.id();
        of.connections.insert(
            id,
            Counted {
                connection,
                stranger: true,
            },
        );
        self.total += 1;
        self.next = id + 1;
    }

    /// Stops counting the connection; its task ends when it runs next.
    fn close(&mut self, victim: &Connection) {
        self.remove(victim);
        victim.close();
    }

    fn remove(&mut self, connection: &Connection) {
        let source = connection.source();
        let Some(of) = self.sources.get_mut(&source) else {
            return;
        };
        let Some(gone) = of.connections.remove(&connection.id()) else {
            return;
        };
        of.strangers -= usize::from(gone.stranger);
        if of.connections.is_empty() {
            self.sources.remove(&source);
        }
        self.total -= 1;
    }

    /// The connection is no longer a stranger's.
    pub fn signed_in(&mut self, connection: &Connection) {
        let Some(of) = self.sources.get_mut(&connection.source()) else {
            return;
        };
        if let Some(one) = of.connections.get_mut(&connection.id()) {
            of.strangers -= usize::from(std::mem::take(&mut one.stranger));
        }
    }
}

impl OfSource {
    fn counted(&self) -> impl Iterator<Item = &Counted> {
        self.connections.values()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        lock(&self.open).remove(&self.connection);
    }
}

#[cfg(test)]
mod tests;
