//! How the model server's computer is woken: its network card, and where its network listens.

use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};

/// The port "discard": no program listens there, only the network card.
const PORT: u16 = 9;

/// `3c:7c:3f:12:34:56`, or with dashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Mac(pub [u8; 6]);

impl TryFrom<String> for Mac {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = "it is no address such as 3c:7c:3f:12:34:56";
        let bytes = text.trim().split([':', '-']).map(|part| {
            let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
            digits.then(|| u8::from_str_radix(part, 16).ok()).flatten()
        });
        let bytes = bytes.collect::<Option<Vec<u8>>>().ok_or(wrong)?;
        bytes.try_into().map(Self).map_err(|_| wrong)
    }
}

/// `192.168.1.255`, with a port if it must be another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Broadcast(pub SocketAddr);

impl TryFrom<String> for Broadcast {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let address = text.trim();
        let with_port = address.parse().ok();
        let plain = || Some(SocketAddr::new(address.parse::<IpAddr>().ok()?, PORT));
        let found: Option<SocketAddr> = with_port.or_else(plain);
        found
            .filter(SocketAddr::is_ipv4)
            .map(Self)
            .ok_or("it is no address such as 192.168.1.255")
    }
}
