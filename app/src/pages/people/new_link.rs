//! A new link as text and QR code, shown once.

use crate::{
    context,
    strings::{people, t},
};
use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;

/// Light modules around the code (ISO/IEC 18004).
const QUIET: usize = 4;

/// Nothing when no link was just made.
#[component]
pub fn NewLinkCard(secret: Option<String>) -> impl IntoView {
    let origin = context::request()
        .map(|request| request.info.origin)
        .unwrap_or_default();
    secret.map(|secret| {
        let link = format!("{origin}/join/{secret}");
        view! {
            <section class="card new-link" aria-live="polite">
                <h2>{t(people::NEW_LINK)}</h2>
                <p class="hint">{t(people::NEW_LINK_TEXT)}</p>
                {is_local(&origin).then(|| view! { <p class="notice problem">{t(people::LOCAL_LINK)}</p> })}
                <p><input class="link-text" readonly aria-label=t(people::NEW_LINK) value=link.clone()/></p>
                {qr_code(&link)}
            </section>
        }
    })
}

/// Whether only this machine knows the name.
fn is_local(origin: &str) -> bool {
    let host = origin.split("://").nth(1).unwrap_or(origin);
    ["localhost", "127.", "[::1]"]
        .iter()
        .any(|local| host.starts_with(local))
}

/// Always dark on light, whatever the theme: cameras expect it.
fn qr_code(text: &str) -> Option<impl IntoView + use<>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let size = code.width() + 2 * QUIET;
    let picture = format!(
        "<rect width=\"{size}\" height=\"{size}\" fill=\"#fff\"/><path d=\"{}\" fill=\"#000\"/>",
        modules(&code)
    );
    Some(view! {
        <svg class="qr" role="img" aria-label=t(people::QR) viewBox=format!("0 0 {size} {size}") shape-rendering="crispEdges" inner_html=picture></svg>
    })
}

/// One unit square per dark module.
fn modules(code: &QrCode) -> String {
    let width = code.width();
    let mut path = String::new();
    let dark = code
        .to_colors()
        .into_iter()
        .enumerate()
        .filter(|(_, color)| *color == Color::Dark);
    for (at, _) in dark {
        let _ = write!(path, "M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET);
    }
    path
}
