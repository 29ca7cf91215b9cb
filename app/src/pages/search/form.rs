//! The form: words, and a fold with the filters.

use super::query::{Query, SAID_BY, SCOPES};
use crate::{
    components::{
        fields::{Choice, Select, Tick, choice, is_about},
        icons::{self, Icon},
    },
    strings::{Text, search, t},
};
use hearth_types::{Field, Problem, SaidBy, SearchScope};
use leptos::prelude::*;

pub fn form(query: &Query, problem: Option<&Problem>) -> impl IntoView + use<> {
    let wrong = |field| problem.is_some_and(|problem| is_about(problem, field));
    let (words, dates) = (wrong(Field::Search), wrong(Field::Dates));
    let open = query.narrows() || query.archived || dates;
    let first = query.is_empty();
    let (from, to) = (
        date("from", search::FROM, query.from.clone(), dates),
        date("to", search::TO, query.to.clone(), dates),
    );
    let (speakers, scopes, archived) = (speakers(query.said_by), scopes(query.scope), query.archived);
    view! {
        <form method="get" action="/search" class="search-form" role="search">
            <div class="search-line">
                <label class="visually-hidden" for="search-words">{t(search::WORDS)}</label>
                <input
                    id="search-words"
                    name="q"
                    type="search"
                    dir="auto"
                    value=query.words.clone()
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
                    <Select label=search::WHO name="by" choices=speakers/>
                    <Select label=search::WHERE name="in" choices=scopes/>
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

fn speakers(chosen: Option<SaidBy>) -> Vec<Choice> {
    let anybody = choice("", search::ANYBODY, chosen.is_none());
    let one = |(by, name): (SaidBy, &str)| {
        let words = match by {
            SaidBy::Me => search::ME,
            SaidBy::Hearth => search::HEARTH,
            SaidBy::Others => search::OTHERS,
        };
        choice(name, words, chosen == Some(by))
    };
    std::iter::once(anybody).chain(SAID_BY.map(one)).collect()
}

fn scopes(chosen: SearchScope) -> Vec<Choice> {
    let one = |(scope, name): (SearchScope, &str)| {
        let words = match scope {
            SearchScope::Everything => search::EVERYWHERE,
            SearchScope::Messages => search::CONVERSATIONS,
            SearchScope::Memories => search::MEMORIES,
        };
        choice(name, words, chosen == scope)
    };
    SCOPES.map(one).into()
}
