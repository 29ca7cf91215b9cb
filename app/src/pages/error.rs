//! The page for a problem: what happened, what was kept, the next step.

use crate::{
    components::layout::Doorstep,
    strings::{common, problems, t},
};
use hearth_types::Problem;
use leptos::prelude::*;

/// Without the list of conversations, because it may fail for the same reason.
#[component]
pub fn ErrorView(problem: Problem) -> impl IntoView {
    view! {
        <Doorstep title=t(common::ERROR_TITLE)>
            <p>{problems::sentence(&problem)}</p>
            <p><a class="button" href="">{t(common::RELOAD)}</a></p>
            <p><a href="/">{t(common::HOME)}</a></p>
        </Doorstep>
    }
}
