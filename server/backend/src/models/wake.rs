//! Wakes the model server's computer with a magic packet to the address in the settings.

use super::Models;
use crate::{Error, Result};
use std::{
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A computer needs about a minute to start; a second packet before that has no effect.
const BY_ITSELF_EVERY: Duration = Duration::from_secs(60);

/// Shortest time between two packets that people request.
const ASKED_EVERY: Duration = Duration::from_millis(200);

/// The network card of the model server's computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WakeOnLan {
    pub mac: [u8; 6],
    /// The broadcast address of its network, with any port.
    pub to: SocketAddr,
}

impl WakeOnLan {
    /// Sends six bytes of 255 and sixteen times the card's address: the packet that a sleeping card listens for.
    fn send(self) -> std::io::Result<()> {
        let packet = [[0xff; 6].as_slice(), &self.mac.repeat(16)].concat();
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        socket.set_broadcast(true)?;
        socket.send_to(&packet, self.to)?;
        Ok(())
    }
}

/// Time of the last attempt, automatic or requested.
#[derive(Default)]
pub(super) struct LastWake(Mutex<Option<Instant>>);

impl LastWake {
    fn is_due(&self, every: Duration) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last.is_none_or(|last| last.elapsed() >= every);
        if due {
            *last = Some(Instant::now());
        }
        due
    }
}

impl Models {
    /// Whether a computer to wake is configured.
    pub fn can_wake(&self) -> bool {
        self.inner.wake.is_some()
    }

    /// Wakes the model server's computer at a person's request. A repeated request succeeds without a second packet.
    ///
    /// # Errors
    /// No computer is configured, or the packet cannot be sent.
    pub fn wake(&self) -> Result<()> {
        let computer = self.inner.wake.ok_or(Error::NOT_FOUND)?;
        if !self.inner.last_asked.is_due(ASKED_EVERY) {
            return Ok(());
        }
        Self::send_to(computer)
    }

    fn send_to(computer: WakeOnLan) -> Result<()> {
        computer.send().map_err(|error| {
            tracing::warn!(%error, to = %computer.to, "the model server's computer could not be woken");
            Error::Problem(hearth_types::Problem::Internal)
        })
    }

    /// Wakes it because a message waits; at most once a minute.
    pub(crate) fn wake_for_a_message(&self) {
        // Counted apart from requests: pressing the button right after this sends a packet as well.
        let Some(computer) = self.inner.wake else { return };
        if self.inner.last_wake.is_due(BY_ITSELF_EVERY) && Self::send_to(computer).is_ok() {
            tracing::info!("a message waits: sent a wake-up packet to the model server's computer");
        }
    }
}
