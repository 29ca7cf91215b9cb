//! `/search`: one form over a person's conversations and memories. Plain HTML: the address holds the whole search, so
//! that "back" and bookmarks work.

mod form;
mod hit;
mod query;

use super::guard::for_person;
use crate::{
    components::{layout::Frame, notices::ProblemNotice},
    context,
    failure::{Failure, status},
    strings::{Text, common, search, t},
};

use form::form;
use hearth_types::{ByMeaning, Problem, SearchPage as Page};
use hit::HitItem;
use leptos::prelude::*;
use query::Query;

/// The page of the signed-in person.
#[component]
pub fn SearchPage() -> impl IntoView {
    let query = Query::read();
    for_person(move |_| async move {
        let (found, problem) = search(&query).await?;
        Ok(page(&query, found, problem))
    })
}

/// The results, or the problem of the form, which is then shown as it was sent.
async fn search(query: &Query) -> Result<(Option<Page>, Option<Problem>), Failure> {
    if query.is_empty() {
        return Ok((None, None));
    }
    let found = match query.search() {
        Ok(search) => {
            let person = context::signed_in()?;
            person.search(&search, query.after).await.map_err(Problem::from)
        }
        Err(problem) => Err(problem),
    };
    match found {
        Ok(found) => Ok((Some(found), None)),
        Err(problem @ Problem::Invalid { .. }) => {
            status::set_status(&problem);
            Ok((None, Some(problem)))
        }
        Err(problem) => Err(problem.into()),
    }
}

fn page(query: &Query, found: Option<Page>, problem: Option<Problem>) -> impl IntoView + use<> {
    let beginning = found.is_none() && problem.is_none();
    let form = form(query, problem.as_ref());
    let results = found.map(|found| results(query, found));
    view! {
        <Frame title=t(search::SEARCH)>
            <div class="page">
                <h1>{t(search::SEARCH)}</h1>
                <ProblemNotice problem/>
                {form}
                {beginning.then(invitation)}
                {results}
            </div>
        </Frame>
    }
}

fn invitation() -> impl IntoView {
    let tips = [search::TIP_PHRASE, search::TIP_BEGINNING, search::TIP_GONE];
    view! {
        <section class="greeting">
            <h2>{t(search::EMPTY_TITLE)}</h2>
            <p>{t(search::EMPTY_TEXT)}</p>
            <ul class="hint">{tips.map(|tip| view! { <li>{t(tip)}</li> }).collect_view()}</ul>
        </section>
    }
}

fn results(query: &Query, found: Page) -> impl IntoView + use<> {
    let next = found.next.map(|next| query.after(next));
    let nothing = found.hits.is_empty().then(|| nothing_found(query));
    let some = !found.hits.is_empty();
    let late = found.by_meaning == ByMeaning::Late;
    let hint = |text: Text| view! { <p class="hint">{t(text)}</p> };
    view! {
        <section>
            <h2 class="visually-hidden">{t(search::RESULTS)}</h2>
            {nothing}
            {some.then(|| view! {
                <ol class="hits">{found.hits.into_iter().map(|hit| view! { <HitItem hit/> }).collect_view()}</ol>
            })}
            {found.cut.then(|| hint(search::CUT))}
            {late.then(|| hint(search::LATE))}
            {next.map(|next| view! { <p><a class="button" href=next rel="next">{t(search::MORE)}</a></p> })}
        </section>
    }
}

fn nothing_found(query: &Query) -> impl IntoView + use<> {
    let advice = if query.has_quotation_marks() {
        search::TRY_WITHOUT_MARKS
    } else {
        search::TRY_OTHER_WORDS
    };
    let link =
        |there: bool, href: String, words: Text| there.then(|| view! { <p><a href=href>{t(words)}</a></p> });
    view! {
        <p role="status">{t(search::NOTHING_FOUND)} {t(common::GAP)} {t(advice)}</p>
        {link(query.narrows(), query.everywhere(), search::TRY_EVERYWHERE)}
        {link(!query.archived, query.with_archive(), search::TRY_ARCHIVE)}
    }
}
