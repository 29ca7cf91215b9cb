//! The built site, inside the binary: names with a hash in them, compressed at build time.
//!
//! `cargo xtask` writes `target/bundle/site`: files in their plain, `.br` and `.gz` forms, and `manifest.json` with the
//! names that the script, the wasm and the styles have in this build.

use hearth_app::context::AssetNames;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;
use std::sync::{Arc, OnceLock};

#[derive(RustEmbed)]
#[folder = "$HEARTH_EMBEDDED_SITE"]
#[allow_missing = true]
struct Files;

/// The names of the files in this build.
#[derive(Default, Deserialize)]
struct Manifest {
    js: String,
    wasm: String,
    css: String,
}

/// The site.
pub struct Site {
    names: Arc<AssetNames>,
}

impl Site {
    /// Read once. A binary built without the site still serves; its pages run no scripts.
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

    /// The addresses of script, wasm and styles, for pages.
    pub fn names(&self) -> Arc<AssetNames> {
        self.names.clone()
    }

    /// The smallest form of a file that `accept_encoding` allows, with its encoding.
    pub fn find(&self, name: &str, accept_encoding: &str) -> Option<(EmbeddedFile, Option<&'static str>)> {
        // Compressed forms are chosen by header and not by name.
        if name.ends_with(".br") || name.ends_with(".gz") {
            return None;
        }
        let compressed = [("br", ".br"), ("gzip", ".gz")]
            .into_iter()
            .filter(|(encoding, _)| accepts(accept_encoding, encoding));
        compressed
            .filter_map(|(encoding, suffix)| Some((Files::get(&format!("{name}{suffix}"))?, Some(encoding))))
            .next()
            .or_else(|| Some((Files::get(name)?, None)))
    }
}

fn accepts(accept_encoding: &str, encoding: &str) -> bool {
    accept_encoding.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        parts.next() == Some(encoding) && !parts.any(|q| matches!(q, "q=0" | "q=0.0"))
    })
}
