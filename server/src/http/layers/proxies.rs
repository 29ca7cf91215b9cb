//! The client's address, when a reverse proxy stands in between.
//!
//! Any client can write the headers `X-Forwarded-For`, `Forwarded` and `X-Forwarded-Proto`, so they count only on a
//! connection from an address of `HEARTH_TRUSTED_PROXIES`. Each proxy appends the address that its request came from:
//! read from the right, the first address that is not a trusted proxy's is the client's, and the client wrote what stands
//! further left.
//!
//! A proxy writes one of the two headers and passes the other on as the client wrote it. Where both are present and do
//! not agree, neither counts, and the address is the proxy's own.

use crate::{http::extensions::Client, settings::TrustedProxies};
use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
};
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{FORWARDED, SET_COOKIE},
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Notes the client. A session's cookie that travels by https is for https only.
pub async fn note_client(
    State(proxies): State<TrustedProxies>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let client = client_of(peer, request.headers(), &proxies);
    request.extensions_mut().insert(client);
    let mut response = next.run(request).await;
    if client.secure {
        secure_cookies(response.headers_mut());
    }
    response
}

/// The client of a request from `peer`.
fn client_of(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> Client {
    let peer = peer.to_canonical();
    if !proxies.contains(peer) {
        return Client {
            address: peer,
            secure: false,
        };
    }
    let elements = elements(headers);
    let by_list = headers
        .contains_key(FORWARDED_FOR)
        .then(|| first_untrusted(peer, forwarded_for(headers), proxies));
    let forwarded = headers.contains_key(FORWARDED).then(|| {
        let hops = elements.iter().map(|element| address(parameter(element, "for")?));
        first_untrusted(peer, hops.collect(), proxies)
    });
    let address = match (by_list, forwarded) {
        (Some(list), Some(forwarded)) if list != forwarded => peer,
        (list, forwarded) => list.or(forwarded).unwrap_or(peer),
    };
    Client {
        address,
        secure: scheme(headers, &elements).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")),
    }
}

/// The first address from the right that is not a trusted proxy's. A hop that hides its address is behind the proxy
/// that reports it.
fn first_untrusted(peer: IpAddr, hops: Vec<Option<IpAddr>>, proxies: &TrustedProxies) -> IpAddr {
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        let Some(address) = hop else { break };
        nearest = address;
        if !proxies.contains(address) {
            break;
        }
    }
    nearest
}

fn forwarded_for(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines = headers.get_all(FORWARDED_FOR).iter();
    lines
        .flat_map(|line| line.to_str().unwrap_or("unreadable").split(','))
        .map(|hop| address(hop.trim()))
        .collect()
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim_matches('"');
    let plain = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let with_port = || Some(text.parse::<SocketAddr>().ok()?.ip());
    let address = plain.unwrap_or(text).parse().ok().or_else(with_port);
    address.map(|address: IpAddr| address.to_canonical())
}

/// The elements of `Forwarded` (RFC 7239), one for each proxy.
fn elements(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(FORWARDED).iter();
    lines
        .flat_map(|line| split_outside_quotes(line.to_str().unwrap_or("for=unreadable"), ','))
        .collect()
}

/// The value of a parameter of such an element.
fn parameter<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    element
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(key, value)| key.trim().eq_ignore_ascii_case(name).then(|| value.trim()))
}

fn split_outside_quotes(text: &str, at: char) -> Vec<String> {
    let mut quoted = false;
    let parts = text.split(|letter| {
        quoted ^= letter == '"';
        letter == at && !quoted
    });
    parts.map(str::to_owned).collect()
}

/// What the nearest proxy was asked by: it writes or appends the last value.
fn scheme<'a>(headers: &'a HeaderMap, elements: &'a [String]) -> Option<&'a str> {
    let lines = headers.get_all(FORWARDED_PROTO).iter();
    let values = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    let last = values.map(str::trim).next_back();
    last.or_else(|| Some(parameter(elements.last()?, "proto")?.trim_matches('"')))
}

fn secure_cookies(headers: &mut HeaderMap) {
    let cookies: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for cookie in cookies {
        let secured = cookie
            .to_str()
            .ok()
            .filter(|cookie| !cookie.to_ascii_lowercase().contains("; secure"))
            .and_then(|cookie| HeaderValue::try_from(format!("{cookie}; Secure")).ok());
        headers.append(SET_COOKIE, secured.unwrap_or(cookie));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::client_of;
    use crate::settings::{Flags, Settings};
    use http::{HeaderMap, HeaderName, HeaderValue};

    const PROXIES: &str = "127.0.0.1, 10.1.0.0/16, fd00::/8";

    fn client(peer: &str, headers: &[(&'static str, &str)]) -> (String, bool) {
        let variables = [("HEARTH_TRUSTED_PROXIES".to_owned(), PROXIES.to_owned())];
        let settings = Settings::load(&Flags::default(), variables).unwrap();
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_str(value).unwrap(),
                )
            })
            .collect();
        let client = client_of(peer.parse().unwrap(), &headers, &settings.trusted_proxies);
        (client.address.to_string(), client.secure)
    }

    #[test]
    fn the_address_is_the_first_from_the_right_that_no_trusted_proxy_has() {
        for (peer, forwarded_for, expected) in [
            ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
            ("::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7"),
            ("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
            ("127.0.0.1", "198.51.100.1, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
            ("127.0.0.1", "203.0.113.7:4711", "203.0.113.7"),
            ("127.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
            ("fd00::1", "2001:db8::7", "2001:db8::7"),
            ("127.0.0.1", "10.1.0.9", "10.1.0.9"),
            ("127.0.0.1", "203.0.113.7, unknown", "127.0.0.1"),
            ("127.0.0.1", "203.0.113.7, unknown, 10.1.2.3", "10.1.2.3"),
            ("127.0.0.1", "", "127.0.0.1"),
            // Not a trusted proxy: any client may write the header.
            ("192.168.1.5", "203.0.113.7", "192.168.1.5"),
        ] {
            assert_eq!(
                client(peer, &[("x-forwarded-for", forwarded_for)]).0,
                expected,
                "{forwarded_for}"
            );
        }
    }

    #[test]
    fn the_standard_header_counts_as_well_and_two_that_disagree_do_not() {
        for (forwarded, expected) in [
            ("for=203.0.113.7;proto=https", ("203.0.113.7", true)),
            (
                "for=198.51.100.1, For=\"[2001:db8::7]:4711\";proto=http",
                ("2001:db8::7", false),
            ),
            ("by=\"a,b\";for=203.0.113.7", ("203.0.113.7", false)),
            ("for=_hidden", ("127.0.0.1", false)),
            ("proto=https", ("127.0.0.1", true)),
        ] {
            let (address, secure) = client("127.0.0.1", &[("forwarded", forwarded)]);
            assert_eq!((address.as_str(), secure), expected, "{forwarded}");
        }
        let both = |list| {
            client(
                "127.0.0.1",
                &[("forwarded", "for=203.0.113.7"), ("x-forwarded-for", list)],
            )
            .0
        };
        assert_eq!(both("203.0.113.7"), "203.0.113.7");
        assert_eq!(both("203.0.113.8"), "127.0.0.1");
    }

    #[test]
    fn the_scheme_is_believed_from_a_trusted_proxy_only() {
        assert!(client("10.1.0.1", &[("x-forwarded-proto", "https")]).1);
        assert!(!client("10.1.0.1", &[("x-forwarded-proto", "https, http")]).1);
        assert!(!client("10.2.0.1", &[("x-forwarded-proto", "https")]).1);
    }
}
