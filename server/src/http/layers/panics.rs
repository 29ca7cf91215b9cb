//! A panic in one request is one failed request. The panic hook has logged its place.

use crate::plain_pages;
use axum::{extract::Request, middleware::Next, response::Response};
use futures::FutureExt;
use std::panic::AssertUnwindSafe;

/// Answers for a handler that panicked.
pub async fn survive_panics(request: Request, next: Next) -> Response {
    let accept = plain_pages::Reader::of(&request);
    AssertUnwindSafe(next.run(request))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| plain_pages::internal(&accept))
}
