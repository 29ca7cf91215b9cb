//! The choice of a time zone.

use super::fields::Select;
use crate::strings::account;
use chrono_tz::TZ_VARIANTS;
use leptos::{nonce::use_nonce, prelude::*};

/// Picks what the browser says as long as nobody has picked. Without scripts the list is there to choose from.
const ASK_BROWSER: &str = "document.querySelector('select[name=time_zone]').value=\
     Intl.DateTimeFormat().resolvedOptions().timeZone||'UTC'";

/// Every zone by its IANA name; `now` is the person's own, none asks the browser.
#[component]
pub fn TimeZoneChoice(now: Option<String>) -> impl IntoView {
    let chosen = now.as_deref().unwrap_or("UTC");
    let options = TZ_VARIANTS.iter().map(|zone| zone.name()).map(|name| {
        let words = name.replace('_', " ");
        (name.to_owned(), words, name == chosen)
    });
    let unknown = now.is_none();
    view! {
        <Select label=account::TIME_ZONE name="time_zone" options=options.collect()/>
        {unknown.then(|| view! { <script nonce=use_nonce() inner_html=ASK_BROWSER></script> })}
    }
}
