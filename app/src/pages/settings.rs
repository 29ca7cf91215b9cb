//! `/settings`: preferences, the password, export and import, the signed-in devices.

use super::guard::for_person;
use crate::{
    components::{
        alive::Alive,
        fields::{Input, Select, choice},
        forms::PostButton,
        layout::Frame,
        notices::{DoneNotice, ProblemNotice},
        time::Time,
        time_zone::TimeZoneChoice,
        transfer::{Export, Import},
    },
    context, flash,
    islands::voice::VoiceHere,
    server_fns::account::{ChangePassword, EndDevice, EndOtherDevices, SetPreferences},
    strings::{Text, account, attachments, common, t, transfer},
};
use hearth_types::{
    Device, Eagerness, Field, Language, Me, MemoryChoice, Preferences, Problem, ReadingFont, Theme,
};
use leptos::prelude::*;
use server_fn::ServerFn;

/// The result of the form that led to the page.
struct FormResult {
    saved: Option<Text>,
    password: Option<Problem>,
    other: Option<Problem>,
}

/// The page of the signed-in person.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let password = flash::problem::<ChangePassword>();
    let saved = match flash::query("saved").as_deref() {
        Some("password") => Some(account::PASSWORD_CHANGED),
        Some(_) => Some(common::SAVED),
        None => None,
    };
    let other = flash::any_problem().filter(|_| password.is_none());
    let result = FormResult {
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
        Ok(page(me, devices, result))
    })
}

fn page(me: Me, devices: Vec<Device>, result: FormResult) -> impl IntoView {
    view! {
        <Frame title=t(account::SETTINGS)>
            <div class="page">
                <h1>{t(account::SETTINGS)}</h1>
                <DoneNotice text=result.saved/>
                <ProblemNotice problem=result.other/>
                {preferences(me.preferences)}
                {password(me.name, result.password)}
                {voice()}
                {export_and_import()}
                {signed_in_devices(devices)}
            </div>
            <Alive/>
        </Frame>
    }
}

/// Whether there is speech, and where it is processed.
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
    let language = |language: Language| {
        let chosen = now.language == language;
        (language.tag().to_owned(), language.own_name().to_owned(), chosen)
    };
    let languages = Language::ALL.map(language).into();
    let themes = vec![
        choice("device", account::THEME_DEVICE, now.theme == Theme::Device),
        choice("light", account::THEME_LIGHT, now.theme == Theme::Light),
        choice("dark", account::THEME_DARK, now.theme == Theme::Dark),
    ];
    let serif = now.reading_font == ReadingFont::Serif;
    let fonts = vec![
        choice("serif", account::FONT_SERIF, serif),
        choice("sans", account::FONT_SANS, !serif),
    ];
    let memories = vec![
        choice("on", account::MEMORY_ON, now.memory == MemoryChoice::On),
        choice("ask", account::MEMORY_ASK, now.memory == MemoryChoice::Ask),
        choice("off", account::MEMORY_OFF, now.memory == MemoryChoice::Off),
    ];
    let recall = vec![
        choice("seldom", account::RECALL_SELDOM, now.recall == Eagerness::Seldom),
        choice(
            "balanced",
            account::RECALL_BALANCED,
            now.recall == Eagerness::Balanced,
        ),
        choice("often", account::RECALL_OFTEN, now.recall == Eagerness::Often),
    ];
    view! {
        <section>
            <h2>{t(account::PREFERENCES)}</h2>
            <form method="post" action=SetPreferences::url() class="fields">
                <Select label=common::LANGUAGE name="language" choices=languages/>
                <Select label=account::THEME name="theme" choices=themes/>
                <Select label=account::READING_FONT name="reading_font" choices=fonts/>
                <TimeZoneChoice now=Some(now.time_zone)/>
                <Select label=account::MEMORY_CHOICE name="memory" choices=memories hint=account::MEMORY_CHOICE_HINT/>
                <Select label=account::RECALL name="recall" choices=recall hint=account::RECALL_HINT/>
                <button class="button primary">{t(common::SAVE)}</button>
            </form>
        </section>
    }
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
                // The account of the password, for password managers.
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

/// Export and import.
fn export_and_import() -> impl IntoView {
    view! {
        <section id="words">
            <h2>{t(transfer::TITLE)}</h2>
            <Export/>
        </section>
        <section>
            <h2>{t(transfer::IMPORT)}</h2>
            <Import/>
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
                <PostButton action=EndOtherDevices::url() fields=Vec::new() words=account::END_OTHERS/>
            })}
        </section>
    }
}

fn device_row(device: Device) -> impl IntoView {
    // A program that sends no name.
    let label = if device.label.is_empty() {
        t(account::UNKNOWN_DEVICE).to_owned()
    } else {
        device.label
    };
    let end = format!("{}: {label}", t(account::END));
    view! {
        <li class="row">
            <div>
                <strong translate="no">{label}</strong>
                <span class="hint">
                    {if device.current {
                        t(account::THIS_DEVICE).into_any()
                    } else {
                        view! { {t(account::LAST_USED)} {t(common::GAP)} <Time at=device.last_used_at/> }.into_any()
                    }}
                </span>
            </div>
            {(!device.current).then(|| view! {
                <PostButton
                    action=EndDevice::url()
                    fields=vec![("device", device.id.to_string())]
                    words=account::END
                    label=end
                />
            })}
        </li>
    }
}
