//! A panic in one request is one failed request. The panic hook has logged its place.

use crate::http::plain_page::Reader;
use axum::{extract::Request, middleware::Next, response::Response};
use futures::FutureExt;
use hearth_types::Problem;
use http::StatusCode;
use serde_json::json;
use std::panic::AssertUnwindSafe;

/// Answers for a handler that panicked.
pub async fn survive_panics(request: Request, next: Next) -> Response {
    let reader = Reader::of(&request);
    AssertUnwindSafe(next.run(request))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| internal(&reader))
}

fn internal(reader: &Reader) -> Response {
    let text = reader.says(
        "Something inside Hearth failed. What was stored before is safe; the log says more.",
        "Hearth 内部出错了。之前保存的内容是安全的；日志中有更多信息。",
    );
    let title = reader.says("Something failed", "出错了");
    reader.answer(
        StatusCode::INTERNAL_SERVER_ERROR,
        title,
        text,
        &json!(Problem::Internal),
    )
}
