//! Banners above a page: a problem, a success, changes that administrators made to the account.

use super::icons::{self, Icon};
use crate::{
    context, dates,
    server_fns::account::DismissNotices,
    strings::{Text, account, common, problems, t},
};
use hearth_types::{AccountNotice, Problem};
use leptos::prelude::*;
use server_fn::ServerFn;

/// Why a form failed, unless a field shows it.
#[component]
pub fn ProblemNotice(#[prop(into)] problem: Option<Problem>) -> impl IntoView {
    problem.map(|problem| {
        view! { <p class="notice problem" role="alert"><Icon of=icons::NOTE/><span>{problems::sentence(&problem)}</span></p> }
    })
}

/// A success.
#[component]
pub fn DoneNotice(#[prop(into)] text: Option<Text>) -> impl IntoView {
    text.map(|text| {
        view! { <p class="notice done" role="status"><Icon of=icons::CHECK/><span>{t(text)}</span></p> }
    })
}

/// "Your password was reset by Anna on 3 May", until it is dismissed.
#[component]
pub fn AccountNotices() -> impl IntoView {
    let notices = context::me()
        .map(|me| me.notices)
        .filter(|notices| !notices.is_empty());
    notices.map(|notices| {
        view! {
            <section class="notice account" aria-live="polite">
                <div>{notices.iter().map(|notice| view! { <p>{sentence(notice)}</p> }).collect_view()}</div>
                <form method="post" action=DismissNotices::url()>
                    <button class="quiet">{t(common::NOTED)}</button>
                </form>
            </section>
        }
    })
}

fn sentence(notice: &AccountNotice) -> String {
    account::notice(notice.kind, &notice.by, &dates::spoken(notice.at))
}
