//! Forms of one button, and folds that ask before something is deleted.

use crate::strings::{Text, t};
use leptos::prelude::*;

/// Names and values of hidden fields.
pub type HiddenFields = Vec<(&'static str, String)>;

/// Hidden fields of a form.
pub fn hidden(fields: HiddenFields) -> impl IntoView {
    let field = |(name, value)| view! { <input type="hidden" name=name value=value/> };
    fields.into_iter().map(field).collect_view()
}

/// A form of one button.
#[component]
pub fn PostButton(
    /// Address of the server function.
    action: &'static str,
    fields: HiddenFields,
    words: Text,
    #[prop(default = "button")] class: &'static str,
    /// For screen readers, where `words` alone are ambiguous.
    #[prop(default = None, into)]
    label: Option<String>,
    #[prop(default = None, into)] hint: Option<Text>,
) -> impl IntoView {
    view! {
        <form method="post" action=action>
            {hidden(fields)}
            <button class=class aria-label=label>{t(words)}</button>
            {hint.map(|hint| view! { <p class="hint">{t(hint)}</p> })}
        </form>
    }
}

/// A fold with the button that deletes for good: two steps, because it cannot be undone.
#[component]
pub fn ConfirmDelete(
    #[prop(into)] summary: String,
    /// Address of the server function.
    action: &'static str,
    fields: HiddenFields,
    /// What will be deleted.
    warning: Text,
    /// The words of the button.
    confirm: Text,
    /// Label and address of a link that closes the fold by loading its page again.
    #[prop(default = None, into)]
    cancel: Option<(Text, &'static str)>,
) -> impl IntoView {
    view! {
        <details class="delete">
            <summary>{summary}</summary>
            <form method="post" action=action>
                {hidden(fields)}
                <p>{t(warning)}</p>
                <button class="button danger">{t(confirm)}</button>
                {cancel.map(|(words, page)| view! { <a class="button quiet" href=page>{t(words)}</a> })}
            </form>
        </details>
    }
}
