//! `/search`: one form over a person's conversations and memories. Plain HTML: the address has the whole search, so
//! that it can be gone back to.

mod asked;
mod form;
mod hit;

use super::guard::for_person;
use crate::{
    components::{layout::Frame, notices::ProblemNotice},
    context,
    failure::{Failure, status},
    strings::{Text, common, search, t},
};
use asked::Asked;
use form::form;
use hearth_types::{ByMeaning, Problem, SearchPage as Page};
use hit::HitItem;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

/// The page of whoever is signed in.
#[component]
pub fn SearchPage() -> impl IntoView {
    let asked = Asked::read();
    for_person(move |_| async move {
        let (found, problem) = look(&asked).await?;
        Ok(page(&asked, found, problem))
    })
}

/// What was found, or what is wrong with the form, which then comes back as it was sent.
async fn look(asked: &Asked) -> Result<(Option<Page>, Option<Problem>), Failure> {
    if asked.is_empty() {
        return Ok((None, None));
    }
    let found = match asked.search() {
        Ok(search) => {
            let person = context::signed_in()?;
            person.search(&search, asked.after).await.map_err(Problem::from)
        }
        Err(problem) => Err(problem),
    };
    match found {
        Ok(found) => Ok((Some(found), None)),
        Err(problem @ Problem::Invalid { .. }) => {
            if let Some(response) = use_context::<ResponseOptions>() {
                response.set_status(status::status(&problem));
            }
            Ok((None, Some(problem)))
        }
        Err(problem) => Err(problem.into()),
    }
}

fn page(asked: &Asked, found: Option<Page>, problem: Option<Problem>) -> impl IntoView + use<> {
    let beginning = found.is_none() && problem.is_none();
    let form = form(asked, problem.as_ref());
    let results = found.map(|found| results(asked, found));
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

fn results(asked: &Asked, found: Page) -> impl IntoView + use<> {
    let next = found.next.map(|next| asked.after(next));
    let nothing = found.hits.is_empty().then(|| nothing_found(asked));
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

fn nothing_found(asked: &Asked) -> impl IntoView + use<> {
    let advice = if asked.has_quotation_marks() {
        search::TRY_WITHOUT_MARKS
    } else {
        search::TRY_OTHER_WORDS
    };
    let link =
        |there: bool, href: String, words: Text| there.then(|| view! { <p><a href=href>{t(words)}</a></p> });
    view! {
        <p role="status">{t(search::NOTHING_FOUND)} {t(common::GAP)} {t(advice)}</p>
        {link(asked.narrows(), asked.everywhere(), search::TRY_EVERYWHERE)}
        {link(!asked.archived, asked.with_archive(), search::TRY_ARCHIVE)}
    }
}
