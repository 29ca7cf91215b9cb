//! The mark: a hearth arch with an ember. The ember breathes while the model works (class `breathing`).

use leptos::prelude::*;

const ARCH: &str = r#"<path class="arch" d="M4 21V11.5a8 8 0 0 1 16 0V21M2.5 21h19"/><path class="ember" d="M12 20.5c-2.3 0-3.8-1.5-3.8-3.5 0-2.5 2.3-3.4 2.9-6 2.7 1.2 4.7 3.4 4.7 6 0 2-1.5 3.5-3.8 3.5z"/>"#;

/// The mark, still or with a breathing ember.
#[component]
pub fn Logo(#[prop(optional, into)] breathing: Signal<bool>) -> impl IntoView {
    view! { <svg class="logo" class:breathing=breathing viewBox="0 0 24 24" aria-hidden="true" inner_html=ARCH></svg> }
}
