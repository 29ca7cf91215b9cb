//! `/memory`: all that Hearth keeps about whoever reads it, to search, correct and forget. Plain forms.

mod item;

use super::guard::for_person;
use crate::{
    components::{
        fields::{Input, Select},
        layout::Frame,
        notices::{DoneNotice, ProblemNotice},
    },
    context, dates,
    failure::{Failure, flash},
    server_fns::memory::{AddMemory, ForgetAllMemories},
    strings::{Text, common, memory, t},
};
use hearth_types::{
    Field, Memory, MemoryCursor, MemoryFilter, MemoryKind, MemoryPage as Found, MemoryState, Problem,
};
use item::{MemoryItem, WaitingItem};
use leptos::prelude::*;
use server_fn::ServerFn;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// What the page is asked for, and what the form that led to it came back with.
struct Asked {
    search: String,
    kind: Option<MemoryKind>,
    time: String,
    cursor: Option<MemoryCursor>,
    done: Option<Text>,
    problem: Option<Problem>,
}

impl Asked {
    fn read() -> Self {
        let problem = flash::any_problem();
        Self {
            search: flash::query("search").unwrap_or_default(),
            kind: flash::query("kind").as_deref().and_then(kind_named),
            time: flash::query("time").unwrap_or_default(),
            cursor: cursor(),
            done: done().filter(|_| problem.is_none()),
            problem,
        }
    }

    fn filter(&self) -> MemoryFilter {
        let days = match self.time.as_str() {
            "week" => Some(7),
            "month" => Some(30),
            "year" => Some(365),
            _ => None,
        };
        MemoryFilter {
            search: self.search.clone(),
            kind: self.kind,
            since: days.map(|days| dates::now() - days * DAY),
            ..MemoryFilter::default()
        }
    }

    fn narrows(&self) -> bool {
        self.filter() != MemoryFilter::default()
    }

    /// The address of the part after these.
    fn after(&self, next: MemoryCursor) -> String {
        let mut query = form_urlencoded(&[("search", &self.search), ("time", &self.time)]);
        if let Some(kind) = self.kind {
            query += &format!("&kind={}", kind_name(kind));
        }
        format!(
            "/memory?{query}&before_us={}&before_id={}",
            next.created_at_us, next.id
        )
    }
}

/// The page of whoever is signed in.
#[component]
pub fn MemoryPage() -> impl IntoView {
    let asked = Asked::read();
    for_person(move |_| async move {
        let (found, waiting) = load(&asked).await?;
        Ok(page(asked, found, waiting))
    })
}

/// What was asked for, and what waits for a yes.
async fn load(asked: &Asked) -> Result<(Found, Vec<Memory>), Failure> {
    let backend = context::signed_in()?;
    let found = backend.list_memories(&asked.filter(), asked.cursor).await?;
    let waits = MemoryFilter {
        asked: true,
        ..MemoryFilter::default()
    };
    let waiting = if asked.cursor.is_some() || asked.narrows() {
        Vec::new()
    } else {
        backend.list_memories(&waits, None).await?.memories
    };
    Ok((found, waiting))
}

fn page(asked: Asked, found: Found, waiting: Vec<Memory>) -> impl IntoView {
    let next = found.next.map(|next| asked.after(next));
    let empty = found.total == 0;
    let (narrows, total) = (asked.narrows(), found.total);
    let kept: Vec<_> = found
        .memories
        .into_iter()
        .filter(|memory| memory.state == MemoryState::Kept || narrows)
        .collect();
    let elsewhere = asked
        .problem
        .clone()
        .filter(|problem| !is_about_statement(problem));
    let (done, problem, search) = (asked.done, asked.problem.clone(), search(&asked));
    let none = kept.is_empty() && !empty && waiting.is_empty();
    view! {
        <Frame title=t(memory::MEMORY)>
            <div class="page">
                <h1>{t(memory::MEMORY)}</h1>
                <p class="hint">{t(memory::INTRO)}</p>
                <DoneNotice text=done/>
                <ProblemNotice problem=elsewhere/>
                {(!waiting.is_empty()).then(|| waits(waiting))}
                {empty.then(|| view! {
                    <section class="greeting"><h2>{t(memory::EMPTY_TITLE)}</h2><p>{t(memory::EMPTY_TEXT)}</p></section>
                })}
                {(!empty).then(|| view! {
                    <section>
                        <h2>{t(memory::KEPT)}</h2>
                        {search}
                        {none.then(|| view! {
                            <p>{t(memory::NOTHING_FOUND)} {t(common::GAP)} <a href="/memory">{t(memory::SHOW_ALL)}</a></p>
                        })}
                        <ul class="memories">{kept.into_iter().map(|memory| view! { <MemoryItem memory/> }).collect_view()}</ul>
                        {next.map(|next| view! { <p><a class="button" href=next rel="next">{t(memory::EARLIER)}</a></p> })}
                    </section>
                })}
                {add(problem)}
                {(!empty).then(|| forget_all(total))}
            </div>
        </Frame>
    }
}

fn waits(waiting: Vec<Memory>) -> impl IntoView {
    view! {
        <section>
            <h2>{t(memory::WAITING)}</h2>
            <p class="hint">{t(memory::WAITING_HINT)}</p>
            <ul class="memories">
                {waiting.into_iter().map(|memory| view! { <WaitingItem memory/> }).collect_view()}
            </ul>
        </section>
    }
}

fn search(asked: &Asked) -> impl IntoView + use<> {
    let time = |value: &str, words: Text| (value.to_owned(), t(words).to_owned(), asked.time == value);
    let times = vec![
        time("", memory::ANY_TIME),
        time("week", memory::WEEK),
        time("month", memory::MONTH),
        time("year", memory::YEAR),
    ];
    let mut kinds = vec![(
        String::new(),
        t(memory::ANY_KIND).to_owned(),
        asked.kind.is_none(),
    )];
    kinds.extend(kind_options(asked.kind));
    view! {
        <form method="get" action="/memory" class="memory-search" role="search">
            <div class="field">
                <label for="field-search">{t(memory::SEARCH)}</label>
                <input id="field-search" name="search" type="search" dir="auto" value=asked.search.clone()/>
            </div>
            <Select label=memory::KIND name="kind" options=kinds/>
            <Select label=memory::TIME name="time" options=times/>
            <button class="button">{t(memory::SEARCH_BUTTON)}</button>
        </form>
    }
}

fn add(problem: Option<Problem>) -> impl IntoView {
    view! {
        <section>
            <h2>{t(memory::ADD)}</h2>
            <form method="post" action=AddMemory::url() class="fields">
                <Input label=memory::ADD_LABEL name="statement" hint=memory::ADD_HINT field=Field::Statement problem/>
                <button class="button primary">{t(memory::ADD_BUTTON)}</button>
            </form>
        </section>
    }
}

/// Two steps, because it is for good.
fn forget_all(total: u64) -> impl IntoView {
    view! {
        <section>
            <details class="delete">
                <summary>{t(memory::FORGET_ALL)} " (" {memory::total(total)} ")"</summary>
                <form method="post" action=ForgetAllMemories::url()>
                    <p>{t(memory::FORGET_ALL_SURE)}</p>
                    <button class="button danger">{t(memory::FORGET_ALL)}</button>
                    <a class="button quiet" href="/memory">{t(common::CANCEL)}</a>
                </form>
            </details>
        </section>
    }
}

fn kind_options(chosen: Option<MemoryKind>) -> Vec<(String, String, bool)> {
    KINDS
        .iter()
        .map(|(kind, name, words)| ((*name).to_owned(), t(*words).to_owned(), chosen == Some(*kind)))
        .collect()
}

const KINDS: [(MemoryKind, &str, Text); 4] = [
    (MemoryKind::Profile, "profile", memory::PROFILE),
    (MemoryKind::Preference, "preference", memory::PREFERENCE),
    (MemoryKind::Fact, "fact", memory::FACT),
    (MemoryKind::Episode, "episode", memory::EPISODE),
];

fn kind_named(name: &str) -> Option<MemoryKind> {
    KINDS
        .iter()
        .find(|(_, known, _)| *known == name)
        .map(|(kind, ..)| *kind)
}

fn kind_name(kind: MemoryKind) -> &'static str {
    KINDS
        .iter()
        .find(|(known, ..)| *known == kind)
        .map_or("", |(_, name, _)| *name)
}

fn kind_words(kind: MemoryKind) -> &'static str {
    KINDS
        .iter()
        .find(|(known, ..)| *known == kind)
        .map_or("", |(_, _, words)| t(*words))
}

const fn is_about_statement(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::Invalid {
            field: Field::Statement,
            ..
        }
    )
}

fn done() -> Option<Text> {
    match flash::query("done")?.as_str() {
        "kept" => Some(memory::DONE_KEPT),
        "saved" => Some(memory::DONE_SAVED),
        "forgotten" => Some(memory::DONE_FORGOTTEN),
        _ => None,
    }
}

fn cursor() -> Option<MemoryCursor> {
    let created_at_us = flash::query("before_us")?.parse().ok()?;
    Some(MemoryCursor {
        created_at_us,
        id: flash::query("before_id")?.parse().ok()?,
    })
}

/// Names and values as an address has them.
fn form_urlencoded(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", flash::escape(value)))
        .collect();
    pairs.join("&")
}
