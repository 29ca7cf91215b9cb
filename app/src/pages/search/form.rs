//! The form: words, and a fold with what narrows the search.

use super::asked::{Asked, SAID_BY, SCOPES};
use crate::{
    components::{
        fields::{Select, Tick, is_about},
        icons::{self, Icon},
    },
    strings::{Text, search, t},
};
use hearth_types::{Field, Problem, SaidBy, SearchScope};
use leptos::prelude::*;

pub fn form(asked: &Asked, problem: Option<&Problem>) -> impl IntoView + use<> {
    let wrong = |field| problem.is_some_and(|problem| is_about(problem, field));
    let (words, dates) = (wrong(Field::Search), wrong(Field::Dates));
    let open = asked.narrows() || asked.archived || dates;
    let first = asked.is_empty();
    let (from, to) = (
        date("from", search::FROM, asked.from.clone(), dates),
        date("to", search::TO, asked.to.clone(), dates),
    );
    let (speakers, scopes, archived) = (speakers(asked.said_by), scopes(asked.scope), asked.archived);
    view! {
        <form method="get" action="/search" class="search-form" role="search">
            <div class="search-line">
                <label class="visually-hidden" for="search-words">{t(search::WORDS)}</label>
                <input
                    id="search-words"
                    name="q"
                    type="search"
                    dir="auto"
                    value=asked.words.clone()
                    autocomplete="off"
                    enterkeyhint="search"
                    autofocus=first
                    aria-invalid=words.then_some("true")
                />
                <button class="button primary"><Icon of=icons::SEARCH/><span>{t(search::SEARCH_BUTTON)}</span></button>
            </div>
            <details class="search-narrow" open=open>
                <summary>{t(search::NARROW)}</summary>
                <div class="search-fields">
                    {from}
                    {to}
                    <Select label=search::WHO name="by" options=speakers/>
                    <Select label=search::WHERE name="in" options=scopes/>
                    <Tick label=search::ARCHIVED name="archived" ticked=archived/>
                </div>
            </details>
        </form>
    }
}

fn date(name: &'static str, label: Text, value: String, wrong: bool) -> impl IntoView {
    let id = format!("field-{name}");
    view! {
        <div class="field">
            <label for=id.clone()>{t(label)}</label>
            <input id=id name=name type="date" value=value aria-invalid=wrong.then_some("true")/>
        </div>
    }
}

fn speakers(chosen: Option<SaidBy>) -> Vec<(String, String, bool)> {
    let anybody = (String::new(), t(search::ANYBODY).to_owned(), chosen.is_none());
    let one = |(by, name): (SaidBy, &str)| {
        let words = match by {
            SaidBy::Me => search::ME,
            SaidBy::Hearth => search::HEARTH,
            SaidBy::Others => search::OTHERS,
        };
        (name.to_owned(), t(words).to_owned(), chosen == Some(by))
    };
    std::iter::once(anybody).chain(SAID_BY.map(one)).collect()
}

fn scopes(chosen: SearchScope) -> Vec<(String, String, bool)> {
    let one = |(scope, name): (SearchScope, &str)| {
        let words = match scope {
            SearchScope::Everything => search::EVERYWHERE,
            SearchScope::Messages => search::CONVERSATIONS,
            SearchScope::Memories => search::MEMORIES,
        };
        (name.to_owned(), t(words).to_owned(), chosen == scope)
    };
    SCOPES.map(one).into()
}
