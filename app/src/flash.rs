//! Values that a plain form hands to the page it leads to, in the address's query or a cookie.
//!
//! server_fn redirects a failed form to its Referer with `__path` (which form) and `__err` (the problem), so several
//! forms can share a page and each shows its own problem.

use crate::{
    context,
    failure::{Failure, status::wants_html},
};
use hearth_types::{NewLink, Problem};
use http::{
    HeaderValue,
    header::{COOKIE, REFERER, SET_COOKIE},
    request::Parts,
};
use leptos::prelude::{GetUntracked, use_context};
use leptos_axum::ResponseOptions;
use leptos_router::hooks::use_query_map;
use server_fn::{ServerFn, error::ServerFnUrlError};
use std::str::FromStr;

/// The cookie that carries a new link's secret to the page that shows it, once.
const LINK_COOKIE: &str = "hearth_new_link";

/// The problem with which the form of `F` failed.
pub fn problem<F: ServerFn>() -> Option<Problem> {
    any_problem().filter(|_| query("__path").as_deref() == Some(F::PATH))
}

/// The problem with which any form of this page failed.
pub fn any_problem() -> Option<Problem> {
    match ServerFnUrlError::<Failure>::decode_err(&query("__err")?) {
        Failure::Problem(problem) => Some(problem),
        Failure::Unreachable => None,
    }
}

/// A value of the page's query.
pub fn query(key: &str) -> Option<String> {
    use_query_map().get_untracked().get(key)
}

/// A value of the page's query, parsed; none when it is missing or malformed.
pub fn parsed<T: FromStr>(key: &str) -> Option<T> {
    query(key)?.parse().ok()
}

/// Whether the page's query has this flag.
pub fn is_set(key: &str) -> bool {
    query(key).as_deref() == Some("true")
}

/// A query string of these names and values, percent-encoded; empty values are left out.
pub fn query_string(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<_> = pairs
        .map(|(name, value)| format!("{name}={}", escape(value)))
        .collect();
    pairs.join("&")
}

/// Percent-encodes a value for an address.
pub fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Fails the plain form of `F` and hands `name` to its page, so that it is not typed twice.
pub fn keep_name<F: ServerFn>(failure: Failure, name: &str) -> Failure {
    let page = header(REFERER)
        .filter(|_| wants_html())
        .map(|referer| without_flash(&referer));
    let url = page.and_then(|page| ServerFnUrlError::new(F::PATH, failure.clone()).to_url(&page).ok());
    if let Some(mut url) = url {
        url.query_pairs_mut().append_pair("name", name);
        leptos_axum::redirect(url.as_str());
    }
    failure
}

/// The page's address with nothing in its query but `next`.
fn without_flash(referer: &str) -> String {
    let (page, query) = referer.split_once('?').unwrap_or((referer, ""));
    match query.split('&').find(|pair| pair.starts_with("next=")) {
        Some(next) => format!("{page}?{next}"),
        None => page.to_owned(),
    }
}

/// Redirects a plain form to another page; other callers are not redirected.
pub fn go_to(path: &str) {
    if wants_html() {
        leptos_axum::redirect(path);
    }
}

/// The path, if it leads to a page of this server and nowhere else. Browsers read `\` as `/` and drop tabs and line
/// ends: to them `/<tab>/elsewhere` is `//elsewhere`.
///
/// Every redirect is checked by it: the ones of forms here, and each `Location` in the server's layer for redirects.
pub fn own_page(path: &str) -> Option<&str> {
    let place = path.split(['?', '#']).next().unwrap_or_default();
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic()) && !place.contains('\\');
    (plain && place.starts_with('/') && !place.starts_with("//")).then_some(path)
}

/// Sets a cookie that no script reads. `seconds` of 0 removes it.
pub fn set_cookie(name: &str, value: &str, path: &str, seconds: u32) -> Result<(), Failure> {
    let secure = if context::request()?.info.secure {
        "; Secure"
    } else {
        ""
    };
    let cookie = format!("{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    let value = HeaderValue::from_str(&cookie).map_err(|_| Failure::from(Problem::BadRequest))?;
    if let Some(response) = use_context::<ResponseOptions>() {
        response.append_header(SET_COOKIE, value);
    }
    Ok(())
}

/// Hands a new link to the page of people: in a cookie, because an address stays in histories.
pub fn show_link(link: &NewLink) -> Result<(), Failure> {
    if !wants_html() {
        return Ok(());
    }
    set_cookie(LINK_COOKIE, &link.secret, "/people", 60)
}

/// Takes the secret of the link that was just made.
pub fn take_link() -> Option<String> {
    let cookies = header(COOKIE)?;
    let pair = cookies
        .split(';')
        .find_map(|pair| pair.trim().strip_prefix(LINK_COOKIE)?.strip_prefix('='))?;
    let secret = pair.to_owned();
    set_cookie(LINK_COOKIE, "", "/people", 0).ok()?;
    (!secret.is_empty()).then_some(secret)
}

fn header(name: http::HeaderName) -> Option<String> {
    use_context::<Parts>()?
        .headers
        .get(name)?
        .to_str()
        .ok()
        .map(str::to_owned)
}
