//! The files of the built site: cached for ever under names with a hash in them.

use crate::serve::site::Site;
use axum::{
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY},
};
use rust_embed::EmbeddedFile;

/// A year: a changed file has another name.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// For files whose name stays.
const FOR_AN_HOUR: &str = "public, max-age=3600";

/// `GET /assets/{*name}`
pub async fn asset(
    State(site): State<&'static Site>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    serve(site, &name, &headers, FOR_EVER)
}

/// A file at the root, such as `/favicon.svg`.
pub async fn root_file(State(site): State<&'static Site>, request: Request) -> Response {
    let name = request.uri().path().trim_start_matches('/');
    serve(site, name, request.headers(), FOR_AN_HOUR)
}

fn serve(site: &Site, name: &str, request: &HeaderMap, caching: &'static str) -> Response {
    let accepted = request.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let Some((file, encoding)) = site.find(name, accepted.unwrap_or("")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = tag(&file, encoding);
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(ETAG, tag.clone());
    if request.get(IF_NONE_MATCH) == Some(&tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    (headers, file.data).into_response()
}

fn tag(file: &EmbeddedFile, encoding: Option<&str>) -> HeaderValue {
    let hash: String = file.metadata.sha256_hash()[..12]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    HeaderValue::from_str(&format!("\"{hash}{}\"", encoding.unwrap_or("")))
        .unwrap_or(HeaderValue::from_static("\"\""))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
