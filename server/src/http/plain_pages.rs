//! Refusals that the server words itself, because the request never reaches a page: one sentence about what is
//! wrong and one about what to do. Programs get the same as JSON.

use crate::{
    context::language,
    layers::{body::LONGEST_BODY, headers::CspNonce, hosts::WRONG_HOST},
};
use axum::{
    Json,
    extract::Request,
    response::{Html, IntoResponse, Response},
};
use hearth_types::{Field, InvalidReason, Language, Problem};
use http::{
    HeaderMap, StatusCode,
    header::{ACCEPT, CONNECTION, CONTENT_SECURITY_POLICY, HOST, RETRY_AFTER},
};
use serde_json::json;

/// Who reads the answer: a person's browser or a program, in which language.
pub struct Reader {
    html: bool,
    language: Language,
    nonce: String,
}

impl Reader {
    pub fn of(request: &Request) -> Self {
        Self {
            html: wants_html(request.headers()),
            language: language(request.headers()),
            nonce: request
                .extensions()
                .get::<CspNonce>()
                .map(|nonce| nonce.0.clone())
                .unwrap_or_default(),
        }
    }

    const fn says(&self, english: &'static str, chinese: &'static str) -> &'static str {
        match self.language {
            Language::English => english,
            Language::SimplifiedChinese => chinese,
        }
    }
}

/// Whether a navigation or a plain form asks, rather than a script.
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// The request names a host that is not ours. The page names the setting, and works without any asset.
pub fn wrong_host(request: &Request) -> Response {
    const SETTING: &str = "HEARTH_ALLOWED_HOSTS";
    let reader = Reader::of(request);
    if !reader.html {
        return (
            WRONG_HOST,
            Json(json!({ "problem": "wrong_host", "setting": SETTING })),
        )
            .into_response();
    }
    let host = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("");
    let host: String = host.chars().take(100).collect();
    let html = hearth_app::pages::wrong_host::wrong_host(&host, SETTING, reader.language, &reader.nonce);
    (
        WRONG_HOST,
        [(CONTENT_SECURITY_POLICY, policy(&reader))],
        Html(html),
    )
        .into_response()
}

/// A change that no page of ours sent.
pub fn wrong_origin(request: &Request) -> Response {
    let reader = Reader::of(request);
    let text = reader.says(
        "This request did not come from a page of this Hearth, so nothing was changed. Behind a reverse proxy, \
         whoever runs Hearth sets HEARTH_PUBLIC_URL to the address that people type.",
        "这个请求不是从本 Hearth 的页面发出的，因此没有做任何更改。如果使用反向代理，\
         请管理员把 HEARTH_PUBLIC_URL 设为大家输入的地址。",
    );
    let code = json!({ "problem": "wrong_origin", "setting": "HEARTH_PUBLIC_URL" });
    answer(
        &reader,
        StatusCode::FORBIDDEN,
        reader.says("Not from here", "来源不对"),
        text,
        &code,
    )
}

/// A body that is too long, too slow, or broken. The connection ends with it: its rest was not read.
pub fn bad_body(request: &Request, status: StatusCode) -> Response {
    let reader = Reader::of(request);
    let (title, text) = match status {
        StatusCode::PAYLOAD_TOO_LARGE => (
            reader.says("Too long", "太长了"),
            reader.says(
                "This is longer than Hearth takes at once (256 KiB). Nothing was stored; send it in parts.",
                "内容超过了一次可以接收的长度（256 KiB）。没有保存任何内容，请分几次发送。",
            ),
        ),
        _ => (
            reader.says("Did not arrive", "没有收到"),
            reader.says(
                "The request did not arrive whole. Nothing was stored; try again.",
                "请求没有完整到达。没有保存任何内容，请重试。",
            ),
        ),
    };
    let problem = match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::Invalid {
            field: Field::Text,
            reason: InvalidReason::TooLong,
        },
        _ => Problem::BadRequest,
    };
    let mut code = json!(problem);
    code["longest_bytes"] = json!(LONGEST_BODY);
    (
        [(CONNECTION, "close")],
        answer(&reader, status, title, text, &code),
    )
        .into_response()
}

/// Something inside failed.
pub fn internal(reader: &Reader) -> Response {
    let text = reader.says(
        "Something inside Hearth failed. What was stored before is safe; the log says more.",
        "Hearth 内部出错了。之前保存的内容是安全的；日志中有更多信息。",
    );
    let title = reader.says("Something failed", "出错了");
    answer(
        reader,
        StatusCode::INTERNAL_SERVER_ERROR,
        title,
        text,
        &json!(Problem::Internal),
    )
}

/// A refusal that the pages have words for, to a person whose browser runs no scripts.
pub fn refusal(reader: &Reader, problem: &Problem) -> Response {
    let language = reader.language;
    let text = leptos::prelude::Owner::new().with(|| {
        leptos::prelude::provide_context(language);
        hearth_app::strings::problems::sentence(problem)
    });
    let status = hearth_app::failure::status::status(problem);
    let title = reader.says("Not taken", "没有接收");
    answer(reader, status, title, &text, &json!(problem))
}

/// A refusal that the pages have words for; to a program.
pub fn problem(problem: &Problem) -> Response {
    let mut response = (hearth_app::failure::status::status(problem), Json(problem)).into_response();
    if let Some(seconds) = hearth_app::failure::status::retry_after(problem) {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

fn answer(
    reader: &Reader,
    status: StatusCode,
    title: &str,
    text: &str,
    code: &serde_json::Value,
) -> Response {
    if !reader.html {
        return (status, Json(code)).into_response();
    }
    let html = page(reader, title, text);
    (status, [(CONTENT_SECURITY_POLICY, policy(reader))], Html(html)).into_response()
}

/// These pages load nothing at all.
fn policy(reader: &Reader) -> String {
    format!(
        "default-src 'none'; style-src 'nonce-{}'; frame-ancestors 'none'; base-uri 'none'",
        reader.nonce
    )
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
