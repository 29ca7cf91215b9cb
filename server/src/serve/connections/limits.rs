//! How many connections there may be, and what counts as their source.

use super::descriptors;
use crate::settings::TrustedProxies;
use std::{
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

/// Open at the same time, if there are descriptors for them.
const MOST_CONNECTIONS: u64 = 2_000;

/// Descriptors for everything else: the database (at most 60), the model server and the speech server (one for each
/// request to them), the listener, and the runtime's own.
const RESERVED: u64 = 224;

/// How long a client may read nothing of an answer. Its system reads in steps of up to 64 KiB, so this also sets the
/// lowest speed of reading: about 2 KiB a second.
const TIME_TO_READ: Duration = Duration::from_secs(30);

/// The limits of a server.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections open at once.
    pub total: usize,
    /// Of them from one source. The rest stays free for other sources.
    pub per_source: usize,
    /// Of them from one source and without a session.
    pub strangers_per_source: usize,
    /// How long a client may read nothing of an answer.
    pub time_to_read: Duration,
    /// Many people share one of these: only the total limit applies to it.
    pub proxies: TrustedProxies,
}

impl Limits {
    /// The limits under the process's own limit of descriptors.
    pub fn of_this_process() -> Self {
        Self::for_descriptors(descriptors::limit())
    }

    /// The limits of a process that may open this many descriptors. At least a quarter of them is reserved, because an
    /// answer may read a file while it is sent.
    pub fn for_descriptors(limit: u64) -> Self {
        let reserved = RESERVED.max(limit / 4);
        let total = limit.saturating_sub(reserved).clamp(16, MOST_CONNECTIONS);
        let total = usize::try_from(total).unwrap_or(usize::MAX);
        Self {
            total,
            per_source: total - total / 8,
            strangers_per_source: total / 3,
            time_to_read: TIME_TO_READ,
            proxies: TrustedProxies::default(),
        }
    }
}

/// Where a connection comes from: an IPv4 address, or the /64 network of an IPv6 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Source(IpAddr);

impl Source {
    /// Of the address at the other end.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => {
                let network = u128::from(address) >> 64 << 64;
                Ipv6Addr::from(network).into()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Limits, Source};

    #[test]
    fn the_limits_follow_the_descriptors_and_leave_some_for_the_rest() {
        let usual = Limits::for_descriptors(20_000);
        assert_eq!((usual.total, usual.per_source), (2_000, 1_750));
        let few = Limits::for_descriptors(1_024);
        assert!(
            few.total + 250 < 1_024 && few.strangers_per_source > 128,
            "{few:?}"
        );
        assert_eq!(
            Limits::for_descriptors(64).total,
            16,
            "a server that small still answers"
        );
        assert_eq!(Limits::for_descriptors(u64::MAX).total, 2_000);
    }

    #[test]
    fn a_network_of_ipv6_is_one_source_and_an_address_of_ipv4_is_one() {
        let of = |address: &str| Source::of(address.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::2:3"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
        assert_ne!(of("10.0.0.1"), of("10.0.0.2"));
    }
}
