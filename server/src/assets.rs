//! The built site, inside the binary: names with a hash in them, compressed at build time, cached for ever.
//!
//! `cargo xtask` writes `target/bundle/site`: files in their plain, `.br` and `.gz` forms, and `manifest.json`
//! that says which name the script, the wasm and the styles have this time.

use crate::state::AppState;
use axum::{
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
};
use hearth_app::context::AssetNames;
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY},
};
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;
use std::sync::{Arc, OnceLock};

#[derive(RustEmbed)]
#[folder = "$HEARTH_EMBEDDED_SITE"]
#[allow_missing = true]
struct Files;

/// A year: a changed file has another name.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// For files whose name stays.
const FOR_AN_HOUR: &str = "public, max-age=3600";

/// Which name each file has this time.
#[derive(Default, Deserialize)]
struct Manifest {
    js: String,
    wasm: String,
    css: String,
}

/// The site's names.
pub struct Site {
    names: Arc<AssetNames>,
}

impl Site {
    /// Read once. A binary built without the site still serves; its pages say nothing to the browser's half.
    pub fn get() -> &'static Self {
        static SITE: OnceLock<Site> = OnceLock::new();
        SITE.get_or_init(|| {
            let manifest = Files::get("manifest.json");
            if manifest.is_none() {
                tracing::warn!("this binary was built without its site: build it with `cargo xtask run`");
            }
            let names: Manifest = manifest
                .and_then(|file| serde_json::from_slice(&file.data).ok())
                .unwrap_or_default();
            let [js, wasm, css] = [names.js, names.wasm, names.css].map(|name| format!("/assets/{name}"));
            Self {
                names: Arc::new(AssetNames { js, wasm, css }),
            }
        })
    }

    /// For the pages.
    pub fn names(&self) -> Arc<AssetNames> {
        self.names.clone()
    }
}

/// `/assets/{*name}`
pub async fn asset(State(_): State<AppState>, Path(name): Path<String>, request: Request) -> Response {
    serve(&name, request.headers(), FOR_EVER)
}

/// A file at the root, such as `/favicon.svg`.
pub async fn root_file(request: Request) -> Response {
    serve(
        request.uri().path().trim_start_matches('/'),
        request.headers(),
        FOR_AN_HOUR,
    )
}

fn serve(name: &str, asked: &HeaderMap, caching: &'static str) -> Response {
    // Compressed forms are chosen by header and not by name.
    let Some((file, encoding)) =
        find(name, asked).filter(|_| !name.ends_with(".br") && !name.ends_with(".gz"))
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = tag(&file, encoding);
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(ETAG, tag.clone());
    if asked.get(IF_NONE_MATCH) == Some(&tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    (headers, file.data).into_response()
}

/// The smallest form that the browser takes.
fn find(name: &str, asked: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let accepted = asked
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let takes = |encoding: &str| {
        accepted.split(',').any(|entry| {
            let mut parts = entry.split(';').map(str::trim);
            parts.next() == Some(encoding) && !parts.any(|q| matches!(q, "q=0" | "q=0.0"))
        })
    };
    let compressed = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(encoding, _)| takes(encoding));
    compressed
        .filter_map(|(encoding, suffix)| Some((Files::get(&format!("{name}{suffix}"))?, Some(encoding))))
        .next()
        .or_else(|| Some((Files::get(name)?, None)))
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
