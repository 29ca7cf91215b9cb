//! `/memory`: everything that Hearth keeps about the person, to search, correct and forget. Plain forms.

mod item;
mod kinds;
mod layers;

use super::guard::for_person;
use crate::{
    components::{
        fields::{Choice, Input, Select, choice, is_about},
        forms::ConfirmDelete,
        layout::Frame,
        notices::{DoneNotice, ProblemNotice},
    },
    context, dates,
    failure::Failure,
    flash,
    server_fns::memory::{AddMemory, ForgetAllMemories},
    strings::{Text, common, memory, t},
};
use hearth_types::{
    Field, Memory, MemoryCursor, MemoryFilter, MemoryKind, MemoryLayer, MemoryPage as Found, MemoryState,
    Problem,
};
use item::{MemoryItem, WaitingItem};
use leptos::prelude::*;
use server_fn::ServerFn;
use std::iter;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// The page's query: the filter, the part, and the result of the form that led here.
struct Query {
    search: String,
    kind: Option<MemoryKind>,
    time: String,
    layer: Option<MemoryLayer>,
    cursor: Option<MemoryCursor>,
    done: Option<Text>,
    problem: Option<Problem>,
}

impl Query {
    fn read() -> Self {
        let problem = flash::any_problem();
        Self {
            search: flash::query("search").unwrap_or_default(),
            kind: flash::query("kind").as_deref().and_then(kinds::named),
            time: flash::query("time").unwrap_or_default(),
            layer: flash::query("layer").as_deref().and_then(layers::named),
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
            layer: self.layer,
            since: days.map(|days| dates::now() - days * DAY),
            ..MemoryFilter::default()
        }
    }

    fn narrows(&self) -> bool {
        self.filter() != MemoryFilter::default()
    }

    /// The address of the next part.
    fn after(&self, next: MemoryCursor) -> String {
        let query = flash::query_string(&[
            ("search", &self.search),
            ("time", &self.time),
            ("kind", self.kind.map_or("", kinds::value)),
            ("layer", self.layer.map_or("", layers::value)),
            ("before_us", &next.created_at_us.to_string()),
            ("before_id", &next.id.to_string()),
        ]);
        format!("/memory?{query}")
    }
}

/// The page of the signed-in person.
#[component]
pub fn MemoryPage() -> impl IntoView {
    let query = Query::read();
    for_person(move |_| async move {
        let (found, waiting) = load(&query).await?;
        Ok(page(&query, found, waiting))
    })
}

/// The memories of this part, and those that wait for consent.
async fn load(query: &Query) -> Result<(Found, Vec<Memory>), Failure> {
    let backend = context::signed_in()?;
    let found = backend.list_memories(&query.filter(), query.cursor).await?;
    let waits = MemoryFilter {
        asked: true,
        ..MemoryFilter::default()
    };
    let waiting = if query.cursor.is_some() || query.narrows() {
        Vec::new()
    } else {
        backend.list_memories(&waits, None).await?.memories
    };
    Ok((found, waiting))
}

fn page(query: &Query, found: Found, waiting: Vec<Memory>) -> impl IntoView + use<> {
    let next = found.next.map(|next| query.after(next));
    let empty = found.total == 0;
    let (narrows, total) = (query.narrows(), found.total);
    let kept: Vec<_> = found
        .memories
        .into_iter()
        .filter(|memory| memory.state == MemoryState::Kept || narrows)
        .collect();
    let elsewhere = query
        .problem
        .clone()
        .filter(|problem| !is_about(problem, Field::Statement));
    let (done, problem, search) = (query.done, query.problem.clone(), search(query));
    let none = kept.is_empty() && !empty && waiting.is_empty();
    let nothing = t(layers::nothing(query.layer));
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
                            <p>{nothing} {t(common::GAP)} <a href="/memory">{t(memory::SHOW_ALL)}</a></p>
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

fn search(query: &Query) -> impl IntoView + use<> {
    let time = |value: &str, words: Text| choice(value, words, query.time == value);
    let times = vec![
        time("", memory::ANY_TIME),
        time("week", memory::WEEK),
        time("month", memory::MONTH),
        time("year", memory::YEAR),
    ];
    let any = choice("", memory::ANY_KIND, query.kind.is_none());
    let kinds: Vec<Choice> = iter::once(any).chain(kinds::choices(query.kind)).collect();
    view! {
        <form method="get" action="/memory" class="memory-search" role="search">
            <div class="field">
                <label for="field-search">{t(memory::SEARCH)}</label>
                <input id="field-search" name="search" type="search" dir="auto" value=query.search.clone()/>
            </div>
            <Select label=memory::KIND name="kind" choices=kinds/>
            <Select label=memory::TIME name="time" choices=times/>
            <Select label=memory::LAYER name="layer" choices=layers::choices(query.layer)/>
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

fn forget_all(total: u64) -> impl IntoView {
    view! {
        <section>
            <ConfirmDelete
                summary=format!("{} ({})", t(memory::FORGET_ALL), memory::total(total))
                action=ForgetAllMemories::url()
                fields=Vec::new()
                warning=memory::FORGET_ALL_SURE
                confirm=memory::FORGET_ALL
                cancel=(common::CANCEL, "/memory")
            />
        </section>
    }
}

fn done() -> Option<Text> {
    match flash::query("done")?.as_str() {
        "kept" => Some(memory::DONE_KEPT),
        "saved" => Some(memory::DONE_SAVED),
        "separated" => Some(memory::DONE_SEPARATED),
        "forgotten" => Some(memory::DONE_FORGOTTEN),
        _ => None,
    }
}

fn cursor() -> Option<MemoryCursor> {
    Some(MemoryCursor {
        created_at_us: flash::parsed("before_us")?,
        id: flash::parsed("before_id")?,
    })
}
