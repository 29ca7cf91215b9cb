//! `GET /source`: the source code of exactly this Hearth.

use crate::{http::problem::Refused, serve::source::archive};
use axum::response::{IntoResponse, Response};
use hearth_types::Problem;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

const DISPOSITION: &str = concat!(
    "attachment; filename=\"hearth-",
    env!("CARGO_PKG_VERSION"),
    "-source.tar.gz\""
);

/// The handler.
pub async fn source() -> Result<Response, Refused> {
    let archive = tokio::task::spawn_blocking(archive)
        .await
        .map_err(|_| Problem::Internal)?
        .map_err(|error| {
            tracing::warn!(%error, "the source of this development build is not where it was built");
            Problem::NotFound
        })?;
    let headers = [
        (CONTENT_TYPE, "application/gzip"),
        (CONTENT_DISPOSITION, DISPOSITION),
    ];
    Ok((headers, archive).into_response())
}
