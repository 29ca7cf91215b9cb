//! The reverse proxies whose forwarding headers are trusted.

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de::Error};
use std::{net::IpAddr, sync::Arc};

/// Addresses and networks of reverse proxies that this server stands behind: `127.0.0.1, 172.16.0.0/12, fd00::/8`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    /// Whether a proxy at this address is trusted.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// An address alone is a network of one.
fn network(text: &str) -> Option<IpNet> {
    let plain = || Some(IpNet::from(text.parse::<IpAddr>().ok()?.to_canonical()));
    text.parse().ok().or_else(plain)
}

impl<'de> Deserialize<'de> for TrustedProxies {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Texts {
            One(String),
            Many(Vec<String>),
        }
        let texts = match Texts::deserialize(deserializer)? {
            Texts::One(text) => text.split(',').map(str::to_owned).collect(),
            Texts::Many(texts) => texts,
        };
        let texts = texts
            .iter()
            .map(|text| text.trim())
            .filter(|text| !text.is_empty());
        let networks: Option<Arc<[IpNet]>> = texts.map(network).collect();
        networks
            .map(Self)
            .ok_or_else(|| D::Error::custom("it is no list of addresses or networks"))
    }
}
