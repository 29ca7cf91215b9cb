//! A moment as people say it, exact on hover.

use crate::dates;
use hearth_types::Timestamp;
use leptos::prelude::*;

/// "yesterday evening", in the signed-in person's time zone.
#[component]
pub fn Moment(at: Timestamp) -> impl IntoView {
    let zone = dates::zone();
    view! {
        <time datetime=dates::iso(at) title=dates::exact(at, zone)>
            {dates::spoken(at, dates::now(), zone)}
        </time>
    }
}
