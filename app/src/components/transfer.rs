//! The link that takes one's words away, and the form that brings them in.

use crate::strings::{t, transfer};
use leptos::prelude::*;

/// One press downloads everything.
#[component]
pub fn TakeAway() -> impl IntoView {
    view! {
        <p class="hint">{t(transfer::EXPORT_HINT)}</p>
        <a class="button" href="/export" download>{t(transfer::EXPORT)}</a>
    }
}

/// Chooses a file and sends it; the page that follows tells how it goes.
#[component]
pub fn BringIn() -> impl IntoView {
    view! {
        <form method="post" action="/import" enctype="multipart/form-data" class="fields">
            <div class="field">
                <label for="field-file">{t(transfer::FILE)}</label>
                <input id="field-file" name="file" type="file" accept=".zip,application/zip" required aria-describedby="note-file"/>
                <p class="hint" id="note-file">{t(transfer::IMPORT_HINT)}</p>
            </div>
            <button class="button">{t(transfer::IMPORT_BUTTON)}</button>
        </form>
    }
}
