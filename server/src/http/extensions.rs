//! What the layers note about a request, in its extensions.

use hearth_types::Language;
use http::{
    HeaderMap,
    header::{ACCEPT, ACCEPT_LANGUAGE, COOKIE},
};
use std::{fmt, net::IpAddr};

/// The origin of the page that sent the request; present once its host is known to be ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestOrigin {
    pub secure: bool,
    /// Name and port, in lower case.
    pub host: String,
}

impl fmt::Display for RequestOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.host)
    }
}

/// The client of a request, possibly behind reverse proxies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its address; unspecified for a request that came over no connection.
    pub address: IpAddr,
    /// Whether the client used https to a trusted proxy.
    pub secure: bool,
}

/// The nonce of the response's Content-Security-Policy.
#[derive(Clone, Debug)]
pub struct CspNonce(pub String);

/// Whether a navigation or a plain form sent the request, and not a script.
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// The language of a person who is not signed in: their choice on the sign-in page, else their browser's.
pub fn language(headers: &HeaderMap) -> Language {
    match cookie(headers, "hearth_language") {
        Some("en") => Language::English,
        Some("zh-CN") => Language::SimplifiedChinese,
        _ => accepted_language(headers),
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The first language of the header that we have; its weights nearly always fall from left to right.
fn accepted_language(headers: &HeaderMap) -> Language {
    let accepted = headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let known = accepted
        .split(',')
        .find_map(|entry| match entry.trim().split(['-', ';']).next()? {
            "en" => Some(Language::English),
            "zh" => Some(Language::SimplifiedChinese),
            _ => None,
        });
    known.unwrap_or_default()
}
