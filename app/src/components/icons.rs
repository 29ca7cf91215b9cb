//! Icons on a 24 × 24 grid, drawn with a 2-wide round stroke in the text's colour. Every icon has a text beside it,
//! visible or for screen readers, so all icons are hidden from assistive technology.

use leptos::prelude::*;

pub const MENU: &str = r#"<path d="M4 7h16M4 12h16M4 17h10"/>"#;
pub const CLOSE: &str = r#"<path d="M6 6l12 12M18 6L6 18"/>"#;
pub const NEW: &str = r#"<path d="M12 5v14M5 12h14"/>"#;
pub const SEND: &str = r#"<path d="M12 19V5M6 11l6-6 6 6"/>"#;
pub const STOP: &str = r#"<rect x="7" y="7" width="10" height="10" rx="1.5"/>"#;
pub const RETRY: &str = r#"<path d="M20 12a8 8 0 1 1-2.6-5.9M20 3v5h-5"/>"#;
pub const COPY: &str = r#"<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M5 15H4V4h11v1"/>"#;
pub const CHECK: &str = r#"<path d="M5 12.5l4.5 4.5L19 7.5"/>"#;
pub const MORE: &str =
    r#"<circle cx="5" cy="12" r=".75"/><circle cx="12" cy="12" r=".75"/><circle cx="19" cy="12" r=".75"/>"#;
pub const DOWN: &str = r#"<path d="M6 9.5l6 6 6-6"/>"#;
pub const PEOPLE: &str = r#"<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20a6.5 6.5 0 0 1 13 0M16 5a3.5 3.5 0 0 1 0 6.5M18 14.5a6.5 6.5 0 0 1 3.5 5.5"/>"#;
pub const MODEL: &str = r#"<rect x="6" y="6" width="12" height="12" rx="2"/><path d="M10 2v4M14 2v4M10 18v4M14 18v4M2 10h4M2 14h4M18 10h4M18 14h4"/>"#;
pub const SETTINGS: &str = r#"<path d="M4 7h9M19 7h1M4 17h1M11 17h9"/><circle cx="16" cy="7" r="2.5"/><circle cx="8" cy="17" r="2.5"/>"#;
pub const SIGN_OUT: &str = r#"<path d="M10 4H5v16h5M14 8l4 4-4 4M18 12H9"/>"#;
pub const NOTE: &str = r#"<path d="M12 8v5M12 16.5h.01"/><circle cx="12" cy="12" r="9"/>"#;
pub const SEARCH: &str = r#"<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>"#;
pub const MEMORY: &str = r#"<path d="M6 4h12v16l-6-4-6 4z"/>"#;

pub const KEYBOARD: &str = r#"<rect x="2.5" y="6" width="19" height="12" rx="2"/><path d="M6.5 10h.01M10 10h.01M14 10h.01M17.5 10h.01M7 14h10"/>"#;

pub const ATTACH: &str =
    r#"<path d="M13.5 6.5l-6 6a2.1 2.1 0 0 0 3 3l7-7a4.2 4.2 0 0 0-6-6l-7 7a6.4 6.4 0 0 0 9 9l5.5-5.5"/>"#;
pub const CAMERA: &str = r#"<path d="M3 8h4l2-3h6l2 3h4v11H3z"/><circle cx="12" cy="13" r="3.5"/>"#;
pub const SPEAK: &str = r#"<path d="M4 9v6h4l5 4V5L8 9zM16.5 8.5a5 5 0 0 1 0 7M19 6a8.5 8.5 0 0 1 0 12"/>"#;
pub const MICROPHONE: &str =
    r#"<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5 11a7 7 0 0 0 14 0M12 18v3"/>"#;

/// One icon.
#[component]
pub fn Icon(of: &'static str) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" inner_html=of></svg> }
}
