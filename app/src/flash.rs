//! What a plain form's page needs to know after the form came back.
//!
//! server_fn redirects a failed form to its Referer with `__path` (which form) and `__err` (what), so several
//! forms can share a page and each shows its own problem.

use super::{Failure, status::wants_html};
use crate::context;
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

/// The cookie that carries a fresh link's secret to the page that shows it, once.
const LINK_COOKIE: &str = "hearth_new_link";

/// The problem that `F`'s form came back with.
pub fn problem<F: ServerFn>() -> Option<Problem> {
    let code = query("__err").filter(|_| query("__path").as_deref() == Some(F::PATH))?;
    match ServerFnUrlError::<Failure>::decode_err(&code) {
        Failure::Problem(problem) => Some(problem),
        Failure::Unreachable => None,
    }
}

/// The problem that any form of this page came back with.
pub fn any_problem() -> Option<Problem> {
    match ServerFnUrlError::<Failure>::decode_err(&query("__err")?) {
        Failure::Problem(problem) => Some(problem),
        Failure::Unreachable => None,
    }
}

/// A word in the page's query, such as what was kept of a failed form, or what was just saved.
pub fn query(key: &str) -> Option<String> {
    use_query_map().get_untracked().get(key)
}

/// A value as an address has it.
pub fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Fails the plain form of `F` but keeps `name`, so that nobody types it twice.
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

/// The page's address with nothing in its query but where to go on to.
fn without_flash(referer: &str) -> String {
    let (page, query) = referer.split_once('?').unwrap_or((referer, ""));
    match query.split('&').find(|pair| pair.starts_with("next=")) {
        Some(next) => format!("{page}?{next}"),
        None => page.to_owned(),
    }
}

/// Sends a plain form on to another page; other callers go nowhere.
pub fn go_to(path: &str) {
    if wants_html() {
        leptos_axum::redirect(path);
    }
}

/// The path, if it leads to a page of ours and nowhere else. Browsers take `\` for `/` and leave out tabs and
/// line ends: to them `/<tab>/elsewhere` is `//elsewhere`.
///
/// Every redirect goes through it: what a form asks for here, and each `Location` in the server's layer for redirects.
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

/// Lets the page of people show a fresh link after its form: in a cookie, because an address stays in histories.
pub fn show_link(link: &NewLink) -> Result<(), Failure> {
    if !wants_html() {
        return Ok(());
    }
    set_cookie(LINK_COOKIE, &link.secret, "/people", 60)
}

/// The secret of the link that was just made, and forgets it.
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
