//! Bodies are small and quick, or refused. Runs after authorisation, so a stranger's body is never read.

use crate::http::{
    plain_page::Reader,
    upload::{BadBody, read_whole},
};
use axum::{
    body::Body,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use hearth_types::{Field, InvalidReason, Problem};
use http::{StatusCode, header::CONNECTION};
use serde_json::json;
use std::time::Duration;

/// The longest body: a message of about 50 pages.
pub const LONGEST_BODY: usize = 256 * 1024;

/// For a whole body to arrive.
const TIME_FOR_BODY: Duration = Duration::from_secs(30);

/// Reads the body whole, so that the handler has all of it, or is not called.
pub async fn small_bodies_only(request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let reader = Reader::of(&request);
    let (parts, body) = request.into_parts();
    match read_whole(&parts.headers, body, LONGEST_BODY, TIME_FOR_BODY).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(bad) => refuse(&reader, bad),
    }
}

/// The connection ends with the refusal: the rest of the body was not read.
fn refuse(reader: &Reader, bad: BadBody) -> Response {
    let (status, problem, title, text) = match bad {
        BadBody::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            Problem::Invalid {
                field: Field::Text,
                reason: InvalidReason::TooLong,
            },
            reader.says("Too long", "太长了"),
            reader.says(
                "This is longer than Hearth takes at once (256 KiB). Nothing was stored; send it in parts.",
                "内容超过了一次可以接收的长度（256 KiB）。没有保存任何内容，请分几次发送。",
            ),
        ),
        BadBody::TooSlow | BadBody::Broken => (
            if bad == BadBody::TooSlow {
                StatusCode::REQUEST_TIMEOUT
            } else {
                StatusCode::BAD_REQUEST
            },
            Problem::BadRequest,
            reader.says("Did not arrive", "没有收到"),
            reader.says(
                "The request did not arrive whole. Nothing was stored; try again.",
                "请求没有完整到达。没有保存任何内容，请重试。",
            ),
        ),
    };
    let mut code = json!(problem);
    code["longest_bytes"] = json!(LONGEST_BODY);
    let answer = reader.answer(status, title, text, &code);
    ([(CONNECTION, "close")], answer).into_response()
}
