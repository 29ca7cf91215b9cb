//! `/settings`: how pages look, the password, the signed-in devices.

use super::guard::for_person;
use crate::{
    components::{
        alive::Alive,
        fields::{Input, Select},
        layout::Frame,
        notices::{DoneNotice, ProblemNotice},
        time::Moment,
        time_zone::TimeZoneChoice,
        transfer::{BringIn, TakeAway},
    },
    context,
    failure::flash,
    islands::voice::VoiceHere,
    server_fns::account::{ChangePassword, EndDevice, EndOtherDevices, SetPreferences},
    strings::{Text, account, attachments, common, t, transfer},
};
use hearth_types::{Device, Field, Language, Me, MemoryChoice, Preferences, Problem, ReadingFont, Theme};
use leptos::prelude::*;
use server_fn::ServerFn;

/// What the page was told by the form that led to it.
struct Flash {
    saved: Option<Text>,
    password: Option<Problem>,
    other: Option<Problem>,
}

/// The page of whoever is signed in.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let password = flash::problem::<ChangePassword>();
    let saved = match flash::query("saved").as_deref() {
        Some("password") => Some(account::PASSWORD_CHANGED),
        Some(_) => Some(common::SAVED),
        None => None,
    };
    let other = flash::any_problem().filter(|_| password.is_none());
    let flash = Flash {
        saved: saved.filter(|_| password.is_none() && other.is_none()),
        password,
        other,
    };
    for_person(move |me| async move {
        let who = context::current()?;
        let devices = context::backend()?
            .accounts()
            .devices(who.user, who.session)
            .await?;
        Ok(page(me, devices, flash))
    })
}

fn page(me: Me, devices: Vec<Device>, flash: Flash) -> impl IntoView {
    view! {
        <Frame title=t(account::SETTINGS)>
            <div class="page">
                <h1>{t(account::SETTINGS)}</h1>
                <DoneNotice text=flash.saved/>
                <ProblemNotice problem=flash.other/>
                {preferences(me.preferences)}
                {password(me.name, flash.password)}
                {voice()}
                {own_words()}
                {signed_in_devices(devices)}
            </div>
            <Alive/>
        </Frame>
    }
}

/// Whether speech is there, and where it goes.
fn voice() -> impl IntoView {
    let speech = context::backend().is_ok_and(|backend| backend.speech().is_some());
    view! {
        <section>
            <h2>{t(attachments::VOICE)}</h2>
            <VoiceHere speech/>
        </section>
    }
}

fn preferences(now: Preferences) -> impl IntoView {
    let languages = options(&[
        ("en", common::ENGLISH, now.language == Language::English),
        (
            "zh-CN",
            common::CHINESE,
            now.language == Language::SimplifiedChinese,
        ),
    ]);
    let themes = options(&[
        ("device", account::THEME_DEVICE, now.theme == Theme::Device),
        ("light", account::THEME_LIGHT, now.theme == Theme::Light),
        ("dark", account::THEME_DARK, now.theme == Theme::Dark),
    ]);
    let fonts = options(&[
        (
            "serif",
            account::FONT_SERIF,
            now.reading_font == ReadingFont::Serif,
        ),
        ("sans", account::FONT_SANS, now.reading_font == ReadingFont::Sans),
    ]);
    let memories = options(&[
        ("on", account::MEMORY_ON, now.memory == MemoryChoice::On),
        ("ask", account::MEMORY_ASK, now.memory == MemoryChoice::Ask),
        ("off", account::MEMORY_OFF, now.memory == MemoryChoice::Off),
    ]);
    view! {
        <section>
            <h2>{t(account::PREFERENCES)}</h2>
            <form method="post" action=SetPreferences::url() class="fields">
                <Select label=common::LANGUAGE name="language" options=languages/>
                <Select label=account::THEME name="theme" options=themes/>
                <Select label=account::READING_FONT name="reading_font" options=fonts/>
                <TimeZoneChoice now=Some(now.time_zone)/>
                <Select label=account::MEMORY_CHOICE name="memory" options=memories hint=account::MEMORY_CHOICE_HINT/>
                <button class="button primary">{t(common::SAVE)}</button>
            </form>
        </section>
    }
}

fn options(choices: &[(&str, Text, bool)]) -> Vec<(String, String, bool)> {
    choices
        .iter()
        .map(|(value, words, chosen)| ((*value).to_owned(), t(*words).to_owned(), *chosen))
        .collect()
}

fn password(name: String, problem: Option<Problem>) -> impl IntoView {
    let elsewhere = problem
        .clone()
        .filter(|problem| !matches!(problem, Problem::Invalid { .. }));
    view! {
        <section>
            <h2>{t(account::CHANGE_PASSWORD)}</h2>
            <p class="hint">{t(account::CHANGE_PASSWORD_NOTE)}</p>
            <ProblemNotice problem=elsewhere/>
            <form method="post" action=ChangePassword::url() class="fields">
                // For password managers: whose password this is.
                <input type="text" name="username" value=name autocomplete="username" readonly hidden/>
                <Input
                    label=account::CURRENT_PASSWORD
                    name="current"
                    kind="password"
                    autocomplete="current-password"
                    field=Field::CurrentPassword
                    problem=problem.clone()
                />
                <Input
                    label=account::NEW_PASSWORD
                    name="new"
                    kind="password"
                    autocomplete="new-password"
                    hint=account::PASSWORD_HINT
                    field=Field::Password
                    problem
                />
                <button class="button">{t(account::CHANGE_PASSWORD)}</button>
            </form>
        </section>
    }
}

/// Taking one's words away, and bringing them in.
fn own_words() -> impl IntoView {
    view! {
        <section id="words">
            <h2>{t(transfer::TITLE)}</h2>
            <TakeAway/>
        </section>
        <section>
            <h2>{t(transfer::IMPORT)}</h2>
            <BringIn/>
            <p><a href="/transfer">{t(transfer::LAST)}</a></p>
        </section>
    }
}

fn signed_in_devices(devices: Vec<Device>) -> impl IntoView {
    let others = devices.iter().any(|device| !device.current);
    view! {
        <section>
            <h2>{t(account::DEVICES)}</h2>
            <ul class="rows">{devices.into_iter().map(device_row).collect_view()}</ul>
            {others.then(|| view! {
                <form method="post" action=EndOtherDevices::url()>
                    <button class="button">{t(account::END_OTHERS)}</button>
                </form>
            })}
        </section>
    }
}

fn device_row(device: Device) -> impl IntoView {
    // A program that does not say what it is.
    let label = if device.label.is_empty() {
        t(account::UNKNOWN_DEVICE).to_owned()
    } else {
        device.label
    };
    let end = format!("{}: {label}", t(account::END));
    view! {
        <li class="row">
            <div>
                <strong>{label}</strong>
                <span class="hint">
                    {if device.current {
                        t(account::THIS_DEVICE).into_any()
                    } else {
                        view! { {t(account::LAST_USED)} {t(common::GAP)} <Moment at=device.last_used_at/> }.into_any()
                    }}
                </span>
            </div>
            {(!device.current).then(|| view! {
                <form method="post" action=EndDevice::url()>
                    <input type="hidden" name="device" value=device.id.to_string()/>
                    <button class="button" aria-label=end>{t(account::END)}</button>
                </form>
            })}
        </li>
    }
}
