//! The document around every page.

use crate::{
    context,
    routes::App,
    strings::{language, pseudo},
};
use hearth_types::{ReadingFont, Theme};
use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};

/// The whole document. Give it to leptos_axum as the app; give [`App`] to its route list.
pub fn shell() -> impl IntoView {
    provide_meta_context();
    // Only islands are hydrated: nothing outside them needs markers or serialised data.
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
    let css = context::request()
        .map(|request| request.assets.css.clone())
        .unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html lang=language_tag() data-theme=theme() data-font=reading_font()>
            <head>
                <meta charset="utf-8"/>
                <meta
                    name="viewport"
                    content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
                />
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" href=css/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The tag of the page's language, also of the pseudo-language.
fn language_tag() -> &'static str {
    if pseudo::is_on() {
        pseudo::TAG
    } else {
        language().tag()
    }
}

/// None leaves the choice to the device.
fn theme() -> Option<&'static str> {
    match context::me()?.preferences.theme {
        Theme::Device => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    }
}

fn reading_font() -> Option<&'static str> {
    (context::me()?.preferences.reading_font == ReadingFont::Sans).then_some("sans")
}
