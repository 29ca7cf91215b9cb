//! What a request is, as pages and server functions get it.

use crate::{
    layers::{headers::CspNonce, proxies::Client},
    sessions::DeviceSession,
    state::AppState,
};
use axum::extract::Request;
use hearth_app::context::{CurrentUser, RequestContext, RequestInfo};
use hearth_types::Language;
use http::{
    HeaderMap,
    header::{ACCEPT_LANGUAGE, COOKIE},
};
use std::{fmt, sync::Arc};
use tower_sessions::Session;

/// The origin of the page that asks, put there once its host is known to be ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestOrigin {
    pub secure: bool,
    /// Name and port, in lower case.
    pub host: String,
}

impl fmt::Display for RequestOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}://{}",
            if self.secure { "https" } else { "http" },
            self.host
        )
    }
}

/// Gathers it all; none when a layer is missing that every request passes.
pub fn of(state: &AppState, request: &Request) -> Option<RequestContext> {
    let parts = request.extensions();
    let session: Session = parts.get::<Session>()?.clone();
    let origin = parts.get::<RequestOrigin>()?;
    let info = RequestInfo {
        address: parts.get::<Client>()?.address,
        origin: origin.to_string(),
        secure: origin.secure,
        language: language(request.headers()),
        nonce: parts.get::<CspNonce>()?.0.clone(),
    };
    Some(RequestContext {
        backend: state.backend.clone(),
        info,
        current: parts.get::<CurrentUser>().copied(),
        me: None,
        session: Arc::new(DeviceSession::new(&state.backend, session, request.headers())),
        assets: state.site.names(),
        source: state.source.clone(),
    })
}

/// The language of somebody who is not signed in: their choice on the sign-in page, else their browser's.
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
