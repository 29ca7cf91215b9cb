//! Not found, or not this person's: the same page for both.

use crate::{
    components::layout::{Doorstep, Frame},
    context,
    failure::status,
    strings::{common, t},
};
use hearth_types::Problem;
use leptos::prelude::*;

/// For an address that no page has.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    status::set_status(&Problem::NotFound);
    view! { <NotFoundView/> }
}

/// The message; for signed-in people with the list of conversations.
#[component]
pub fn NotFoundView() -> impl IntoView {
    let words = || {
        view! {
            <p>{t(common::NOT_FOUND_TEXT)}</p>
            <p><a class="button" href="/">{t(common::HOME)}</a></p>
        }
    };
    let title = t(common::NOT_FOUND_TITLE);
    if context::me().is_some() {
        view! { <Frame title><div class="page narrow"><h1>{title}</h1>{words()}</div></Frame> }.into_any()
    } else {
        view! { <Doorstep title>{words()}</Doorstep> }.into_any()
    }
}
