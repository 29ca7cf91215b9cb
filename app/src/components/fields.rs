//! Form fields: label, hint and problem tied to the input.

use crate::strings::{Text, problems, t};
use hearth_types::{Field, Problem};
use leptos::prelude::*;

/// A one-line input. `problem` is why the form failed; the field shows it when it is about `field`.
#[component]
pub fn Input(
    label: Text,
    name: &'static str,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] autocomplete: &'static str,
    #[prop(default = None, into)] value: Option<String>,
    #[prop(default = None, into)] hint: Option<Text>,
    #[prop(default = true)] required: bool,
    #[prop(default = None, into)] field: Option<Field>,
    #[prop(default = None, into)] problem: Option<Problem>,
) -> impl IntoView {
    let wrong = problem.filter(|problem| field.is_some_and(|field| is_about(problem, field)));
    let id = format!("field-{name}");
    let note = format!("note-{name}");
    let has_note = wrong.is_some() || hint.is_some();
    view! {
        <div class="field">
            <label for=id.clone()>{t(label)}</label>
            <input
                id=id
                name=name
                type=kind
                dir=(kind == "text").then_some("auto")
                value=value
                autocomplete=(!autocomplete.is_empty()).then_some(autocomplete)
                required=required
                aria-invalid=wrong.is_some().then_some("true")
                aria-describedby=has_note.then(|| note.clone())
            />
            {match (&wrong, hint) {
                (Some(problem), _) => Some(view! { <p class="wrong" id=note>{problems::sentence(problem)}</p> }.into_any()),
                (None, Some(hint)) => Some(view! { <p class="hint" id=note>{t(hint)}</p> }.into_any()),
                (None, None) => None,
            }}
        </div>
    }
}

/// Whether a problem belongs beside this field and not above the form.
pub const fn is_about(problem: &Problem, field: Field) -> bool {
    matches!(problem, Problem::Invalid { field: wrong, .. } if *wrong as u8 == field as u8)
}

/// An option of a list: value, words, whether it is chosen.
pub type Choice = (String, String, bool);

/// An option with a text.
pub fn choice(value: &str, words: Text, chosen: bool) -> Choice {
    (value.to_owned(), t(words).to_owned(), chosen)
}

/// The options of a list.
pub fn options(choices: Vec<Choice>) -> impl IntoView {
    let option = |(value, words, chosen)| view! { <option value=value selected=chosen>{words}</option> };
    choices.into_iter().map(option).collect_view()
}

/// A choice from a list.
#[component]
pub fn Select(
    label: Text,
    name: &'static str,
    choices: Vec<Choice>,
    #[prop(default = None, into)] hint: Option<Text>,
) -> impl IntoView {
    let id = format!("field-{name}");
    view! {
        <div class="field">
            <label for=id.clone()>{t(label)}</label>
            <select id=id name=name>{options(choices)}</select>
            {hint.map(|hint| view! { <p class="hint">{t(hint)}</p> })}
        </div>
    }
}

/// A checkbox; sends `true` when checked and nothing otherwise.
#[component]
pub fn Tick(
    label: Text,
    name: &'static str,
    #[prop(optional)] ticked: bool,
    #[prop(default = None, into)] hint: Option<Text>,
) -> impl IntoView {
    view! {
        <div class="field tick">
            <label>
                <input type="checkbox" name=name value="true" checked=ticked/>
                <span>{t(label)}</span>
            </label>
            {hint.map(|hint| view! { <p class="hint">{t(hint)}</p> })}
        </div>
    }
}
