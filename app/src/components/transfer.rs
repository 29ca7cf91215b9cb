//! The link that exports everything of a person, and the form that imports it.

use crate::strings::{t, transfer};
use leptos::prelude::*;

/// Downloads everything.
#[component]
pub fn Export() -> impl IntoView {
    view! {
        <p class="hint">{t(transfer::EXPORT_HINT)}</p>
        <a class="button" href="/export" download>{t(transfer::EXPORT)}</a>
    }
}

/// Uploads a file; the page that follows shows the progress.
#[component]
pub fn Import() -> impl IntoView {
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
