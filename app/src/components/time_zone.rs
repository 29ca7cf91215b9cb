//! The choice of a time zone: cities under their part of the world, so that typing a city's name finds it.

use crate::strings::{account, language, t};
use chrono_tz::TZ_VARIANTS;
use hearth_types::Language;
use leptos::{nonce::use_nonce, prelude::*};

/// The parts of the world, as zone names begin, with their names in both languages.
const PARTS: [(&str, &str, &str); 10] = [
    ("Africa", "Africa", "非洲"),
    ("America", "Americas", "美洲"),
    ("Antarctica", "Antarctica", "南极洲"),
    ("Arctic", "Arctic", "北极"),
    ("Asia", "Asia", "亚洲"),
    ("Atlantic", "Atlantic", "大西洋"),
    ("Australia", "Australia", "澳大利亚"),
    ("Europe", "Europe", "欧洲"),
    ("Indian", "Indian Ocean", "印度洋"),
    ("Pacific", "Pacific", "太平洋"),
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
        .is_some_and(|(first, _)| PARTS.iter().any(|(part, ..)| *part == first))
}

fn group((part, en, zh): (&'static str, &'static str, &'static str), chosen: &str) -> impl IntoView + use<> {
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
    let label = match language() {
        Language::English => en,
        Language::SimplifiedChinese => zh,
    };
    view! { <optgroup label=label>{cities}</optgroup> }
}

/// "Buenos Aires (Argentina)" of `Argentina/Buenos_Aires`.
fn city(name: &str) -> String {
    let name = name.replace('_', " ");
    match name.rsplit_once('/') {
        Some((state, city)) => format!("{city} ({state})"),
        None => name,
    }
}
