//! The open connections, and which of them is closed when there is no room for another.
//!
//! A connection is a *stranger's* until a request on it had a session. Strangers lose their place to strangers:
//!
//! 1. A source that has its share of strangers loses one of its own, so one address never pushes out another.
//! 2. When all places are taken, the source with the most strangers loses one.
//! 3. Of that source's strangers it is one that leaves its answer unread for some seconds, else one without a request,
//!    else one that is being answered; of several the one that has been so for longest.
//!
//! Connections with a session stay while there is a stranger's. Where there is none, a source that has more than the
//! new connection's source loses one in the same way; a new connection whose source has the most itself is refused.
//! All of it is a look at each source and at the connections of one, some microseconds, and only when there is no room.
//!
//! Strangers of one source also take turns: [`TURNS`] of their reading requests are worked on at once, and the others
//! wait for each other. A page takes about a millisecond of the processor, and two thousand of them asked for at once
//! would otherwise stand in front of everybody else's request. A turn ends when the answer begins, and requests with a
//! body take none, so no client can keep one for longer than the server's own work takes.

use super::{
    connection::{Connection, Worth},
    limits::{Limits, Source},
};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};
use tokio::sync::Semaphore;

/// Requests of one source's strangers that are worked on at once.
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

/// The place of a connection among the open ones, until this is dropped.
pub(super) struct Place {
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

    /// Counts a new connection, and closes another when there is no room for both; none if no other is worth less.
    pub fn admit(&self, address: IpAddr) -> Option<Place> {
        let source = Source::of(address);
        let shared_by_many = self.limits.proxies.contains(address);
        let mut open = lock(&self.open);
        if let Some(victim) = self.victim(&open, source, shared_by_many)? {
            open.close(&victim);
        }
        let turns = (!shared_by_many).then(|| open.of(source).turns.clone());
        let id = open.next;
        let connection = Connection::new(id, source, self.limits.time_to_read, turns, self.open.clone());
        open.insert(connection.clone());
        Some(Place {
            connection,
            open: self.open.clone(),
        })
    }

    /// Closes what is worth least, for a descriptor that something else needs.
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

/// The one that is worth least; of several, the one that has been so for longest.
fn least<'a>(among: impl Iterator<Item = &'a Counted>) -> Option<Connection> {
    let judged = among.map(|one| (one.connection.worth(), &one.connection));
    let worst: Option<((Worth, Instant), &Connection)> = judged.min_by_key(|(worth, _)| *worth);
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

    /// It is no longer counted; its task ends at its next turn.
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

    /// It is no stranger's any more.
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

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.open).remove(&self.connection);
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
