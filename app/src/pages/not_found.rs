//! There is nothing here, or it is not this person's: the same page for both.

use crate::{
    components::layout::{Doorstep, Frame},
    context,
    strings::{common, t},
};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

/// For an address that no page has.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! { <NotFoundView/> }
}

/// The words; whoever is signed in keeps the list beside them.
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
