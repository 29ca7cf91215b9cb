//! The choice of a time zone: cities under their part of the world, so that typing a city's name finds it.

use crate::strings::{Text, account, t, time_zones};
use chrono_tz::TZ_VARIANTS;
use leptos::{nonce::use_nonce, prelude::*};

/// The parts of the world, as zone names begin, with their names in words.
const PARTS: [(&str, Text); 10] = [
    ("Africa", time_zones::AFRICA),
    ("America", time_zones::AMERICA),
    ("Antarctica", time_zones::ANTARCTICA),
    ("Arctic", time_zones::ARCTIC),
    ("Asia", time_zones::ASIA),
    ("Atlantic", time_zones::ATLANTIC),
    ("Australia", time_zones::AUSTRALIA),
    ("Europe", time_zones::EUROPE),
    ("Indian", time_zones::INDIAN),
    ("Pacific", time_zones::PACIFIC),
];

/// Selects the browser's time zone when none is set. Without scripts the person chooses from the list.
const ASK_BROWSER: &str = "{const zone=document.querySelector('select[name=time_zone]');\
     zone.value=Intl.DateTimeFormat().resolvedOptions().timeZone;zone.value||='UTC'}";

/// Every zone of a place; `now` is the person's own zone, none asks the browser.
#[component]
pub fn TimeZoneChoice(now: Option<String>) -> impl IntoView {
    let unknown = now.is_none();
    let chosen = now.unwrap_or_else(|| "UTC".to_owned());
    let groups = PARTS.iter().map(|part| group(*part, &chosen)).collect_view();
    let elsewhere = (!is_place(&chosen) && chosen != "UTC").then(|| chosen.clone());
    view! {
        <div class="field">
            <label for="field-time_zone">{t(account::TIME_ZONE)}</label>
            <select id="field-time_zone" name="time_zone">
                {elsewhere.map(|zone| view! { <option value=zone.clone() selected>{zone.clone()}</option> })}
                <option value="UTC" selected=chosen == "UTC">"UTC"</option>
                {groups}
            </select>
        </div>
        {unknown.then(|| view! { <script nonce=use_nonce() inner_html=ASK_BROWSER></script> })}
    }
}

/// Whether the zone is named by a place; others (`GB`, `Etc/GMT+5`) are old names.
fn is_place(zone: &str) -> bool {
    zone.split_once('/')
        .is_some_and(|(first, _)| PARTS.iter().any(|(part, _)| *part == first))
}

fn group((part, name): (&'static str, Text), chosen: &str) -> impl IntoView + use<> {
    let mut cities: Vec<(String, &str)> = TZ_VARIANTS
        .iter()
        .filter_map(|zone| {
            Some((
                city(zone.name().strip_prefix(part)?.strip_prefix('/')?),
                zone.name(),
            ))
        })
        .collect();
    cities.sort();
    let cities = cities
        .into_iter()
        .map(|(words, zone)| view! { <option value=zone selected=zone == chosen>{words}</option> })
        .collect_view();
    view! { <optgroup label=t(name)>{cities}</optgroup> }
}

/// "Buenos Aires (Argentina)" of `Argentina/Buenos_Aires`.
fn city(name: &str) -> String {
    let name = name.replace('_', " ");
    match name.rsplit_once('/') {
        Some((state, city)) => format!("{city} ({state})"),
        None => name,
    }
}
