//! `/transfer`: the state of an import, and the forms for export and import.
//!
//! The page reloads itself while an import runs, which needs no script.

use super::guard::for_person;
use crate::{
    components::{
        icons::{self, Icon},
        layout::Frame,
        time::Time,
        transfer::{Export, Import},
    },
    context,
    strings::{t, transfer},
};
use hearth_types::{ImportReport, ImportState};
use leptos::prelude::*;
use leptos_meta::Meta;

/// The page of the signed-in person.
#[component]
pub fn TransferPage() -> impl IntoView {
    for_person(move |_| async move {
        let report = context::signed_in()?.import_report().await?;
        Ok(page(report))
    })
}

fn page(report: Option<ImportReport>) -> impl IntoView {
    let running = report.as_ref().is_some_and(ImportReport::is_running);
    view! {
        <Frame title=t(transfer::TITLE)>
            {running.then(|| view! { <Meta http_equiv="refresh" content="3"/> })}
            <div class="page">
                <h1>{t(transfer::TITLE)}</h1>
                {report.map(import)}
                <section>
                    <h2>{t(transfer::EXPORT)}</h2>
                    <Export/>
                </section>
                {(!running).then(|| view! {
                    <section>
                        <h2>{t(transfer::IMPORT)}</h2>
                        <Import/>
                    </section>
                })}
                <p><a href="/settings">{t(transfer::BACK)}</a></p>
            </div>
        </Frame>
    }
}

fn import(report: ImportReport) -> AnyView {
    if report.is_running() {
        return view! { <section>{under_way(&report)}</section> }.into_any();
    }
    let good = report.state == ImportState::Done;
    let why = match report.state {
        ImportState::Interrupted => Some(t(transfer::INTERRUPTED)),
        _ => report.trouble.map(transfer::trouble),
    };
    let (taken, known) = (transfer::taken(&report), transfer::known(&report));
    let nothing = match (&taken, &known) {
        (None, None) => transfer::NOTHING_IN_IT,
        _ => transfer::NOTHING_NEW,
    };
    let nothing = (good && taken.is_none()).then(|| t(nothing));
    let went_in = report.conversations > 0;
    let (class, role, sign) = if good {
        ("notice done", "status", icons::CHECK)
    } else {
        ("notice problem", "alert", icons::NOTE)
    };
    view! {
        <section>
            <h2>{t(transfer::LAST)}</h2>
            <div class=class role=role>
                <Icon of=sign/>
                <div class="report">
                    {why.map(|why| view! { <p>{why}</p> })}
                    {taken.map(|taken| view! { <p>{taken}</p> })}
                    {nothing.map(|nothing| view! { <p>{nothing}</p> })}
                    {known.map(|known| view! { <p>{known}</p> })}
                    {transfer::shortened(report.shortened).map(|cut| view! { <p>{cut}</p> })}
                    {unreadable(&report)}
                    <p class="hint"><Time at=report.updated_at/></p>
                </div>
            </div>
            {went_in.then(|| view! { <p><a href="/conversations">{t(transfer::SEE_CONVERSATIONS)}</a></p> })}
        </section>
    }
    .into_any()
}

fn under_way(report: &ImportReport) -> impl IntoView + use<> {
    let so_far = (report.total > 0).then(|| transfer::progress(report));
    let (looked_at, total) = (report.looked_at.to_string(), report.total.max(1).to_string());
    view! {
        <h2 id="under-way">{t(transfer::RUNNING)}</h2>
        <progress aria-labelledby="under-way" value=looked_at max=total></progress>
        <p role="status">{so_far}</p>
        <p class="hint">{t(transfer::RUNNING_HINT)}</p>
        <a class="button" href="/transfer">{t(transfer::LOOK_AGAIN)}</a>
    }
}

/// The first names of unreadable files.
fn unreadable(report: &ImportReport) -> impl IntoView + use<> {
    let more = report.unreadable as usize > report.unreadable_names.len();
    let names = report.unreadable_names.clone();
    (report.unreadable > 0).then(|| {
        view! {
            <p>{transfer::unreadable(report.unreadable)}</p>
            <ul>
                {names.into_iter().map(|name| view! { <li>{name}</li> }).collect_view()}
                {more.then(|| view! { <li>"…"</li> })}
            </ul>
        }
    })
}
