//! Refusals that the server words itself, because the request never reaches a page: one sentence about what is wrong
//! and one about what to do. Programs get the same as JSON.

use super::{
    extensions::{CspNonce, language, wants_html},
    problem::Refused,
};
use axum::{
    Json,
    extract::{FromRequestParts, Request},
    response::{Html, IntoResponse, Response},
};
use hearth_app::{failure::status, strings};
use hearth_types::{Language, Problem};
use http::{Extensions, HeaderMap, StatusCode, header::CONTENT_SECURITY_POLICY, request::Parts};
use serde_json::{Value, json};
use std::convert::Infallible;

/// Who reads the answer: a person's browser or a program, in which language.
pub struct Reader {
    /// Whether a person reads it.
    pub html: bool,
    pub language: Language,
    pub nonce: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::new(&parts.headers, &parts.extensions))
    }
}

impl Reader {
    pub fn of(request: &Request) -> Self {
        Self::new(request.headers(), request.extensions())
    }

    fn new(headers: &HeaderMap, extensions: &Extensions) -> Self {
        let nonce = extensions.get::<CspNonce>();
        Self {
            html: wants_html(headers),
            language: language(headers),
            nonce: nonce.map(|nonce| nonce.0.clone()).unwrap_or_default(),
        }
    }

    /// The text in the reader's language.
    pub const fn says(&self, english: &'static str, chinese: &'static str) -> &'static str {
        match self.language {
            Language::English => english,
            Language::SimplifiedChinese => chinese,
        }
    }

    /// A page of one title and one text for people, `code` for programs.
    pub fn answer(&self, status: StatusCode, title: &str, text: &str, code: &Value) -> Response {
        if !self.html {
            return (status, Json(code)).into_response();
        }
        self.page(status, page(self, title, text))
    }

    /// A whole page that loads nothing.
    pub fn page(&self, status: StatusCode, html: String) -> Response {
        let policy = format!(
            "default-src 'none'; style-src 'nonce-{}'; frame-ancestors 'none'; base-uri 'none'",
            self.nonce
        );
        (status, [(CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
    }

    /// A refusal that the pages have words for. People get them also without scripts.
    pub fn refuse(&self, problem: Problem) -> Response {
        if !self.html {
            return Refused(problem).into_response();
        }
        let text = leptos::prelude::Owner::new().with(|| {
            leptos::prelude::provide_context(self.language);
            strings::problems::sentence(&problem)
        });
        let title = self.says("Not taken", "没有接收");
        self.answer(status::status(&problem), title, &text, &json!(problem))
    }
}

fn page(reader: &Reader, title: &str, text: &str) -> String {
    let (language, nonce) = (reader.says("en", "zh-CN"), &reader.nonce);
    let text = escape(text);
    format!(
        "<!doctype html><html lang={language}><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>{title} · Hearth</title><style nonce=\"{nonce}\">:root{{color-scheme:light dark}}body{{font:1.1rem/1.6 \
         system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem}}</style>\
         <main><h1>{title}</h1><p>{text}</p></main></html>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
