//! A moment in words, exact on hover.

use crate::{dates, strings::moments::Moment};
use hearth_types::Timestamp;
use leptos::prelude::*;

/// "yesterday evening", in the signed-in person's time zone.
#[component]
pub fn Time(at: Timestamp) -> impl IntoView {
    let Moment { spoken, exact } = dates::own(at).seen_from(&dates::own(dates::now()));
    view! { <time datetime=dates::iso(at) title=exact>{spoken}</time> }
}
