//! The two frames: conversations beside a reading column, and one card for whoever is not signed in.
//!
//! On the phone the list is a drawer. It is a popover, so opening, Escape and a tap beside it work without
//! scripts; on wide screens the style sheet simply shows it.

use super::{
    icons::{self, Icon},
    logo::Logo,
    notices::AccountNotices,
};
use crate::{
    context,
    server_fns::session::{SetLanguage, SignOut},
    strings::{account, chat, common, conversations, models, people, t},
};
use hearth_types::{ConversationId, ConversationRow, Language, Role};
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;

/// How many conversations the sidebar shows; the rest is on the list page.
const SIDEBAR_ROWS: u32 = 30;

/// A page of a signed-in person. `title` is the document's; the page brings its own heading.
#[component]
pub fn Frame(
    #[prop(into)] title: String,
    /// The conversation that is open, to mark it in the list.
    #[prop(optional, into)]
    current: Option<ConversationId>,
    children: Children,
) -> impl IntoView {
    let heading = title.clone();
    view! {
        <Title text=document_title(&title)/>
        <a class="skip" href="#content">{t(common::SKIP_TO_CONTENT)}</a>
        <div class="frame">
            <header class="bar">
                <button class="icon-button" popovertarget="drawer" aria-label=t(common::OPEN_MENU)><Icon of=icons::MENU/></button>
                <span class="bar-title" data-title>{heading}</span>
                <a class="icon-button" href="/" aria-label=t(chat::NEW_CONVERSATION)><Icon of=icons::NEW/></a>
            </header>
            <nav id="drawer" class="drawer" popover="auto" aria-label=t(common::NAVIGATION)>
                <a class="brand" href="/"><Logo/><span>{t(common::HEARTH)}</span></a>
                <a class="new" href="/"><Icon of=icons::NEW/><span>{t(chat::NEW_CONVERSATION)}</span></a>
                <Sidebar current/>
                <HousePages/>
            </nav>
            <main id="content" tabindex="-1">
                <AccountNotices/>
                {children()}
            </main>
        </div>
    }
}

/// The newest conversations.
#[component]
fn Sidebar(current: Option<ConversationId>) -> impl IntoView {
    Suspend::new(async move {
        let Ok(backend) = context::signed_in() else {
            return ().into_any();
        };
        // The page itself matters more than its sidebar: a failure here only leaves the list out.
        let Ok(page) = backend.list_conversations(None, SIDEBAR_ROWS).await else {
            return ().into_any();
        };
        let rows = page
            .rows
            .into_iter()
            .map(|row| sidebar_row(row, current))
            .collect_view();
        view! {
            <h2 class="drawer-heading">{t(conversations::CONVERSATIONS)}</h2>
            <ul class="drawer-list" data-conversations>{rows}</ul>
            <a class="drawer-all" href="/conversations">{t(conversations::ALL_CONVERSATIONS)}</a>
        }
        .into_any()
    })
}

fn sidebar_row(row: ConversationRow, current: Option<ConversationId>) -> impl IntoView {
    let here = (current == Some(row.id)).then_some("page");
    let id = row.id.to_string();
    view! { <li><a href=format!("/c/{id}") data-conversation=id aria-current=here>{title_or_new(row.title)}</a></li> }
}

/// leptos_meta writes a title into the head as it is, and titles and names may hold anything.
fn document_title(title: &str) -> String {
    let title = title
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    format!("{title} · Hearth")
}

/// A conversation without a title yet is a new one.
pub fn title_or_new(title: String) -> String {
    if title.is_empty() {
        t(chat::NEW_CONVERSATION).to_owned()
    } else {
        title
    }
}

/// Links to the pages beside conversations; administrators see two more.
#[component]
fn HousePages() -> impl IntoView {
    let me = context::me();
    let administrator = me.as_ref().is_some_and(|me| me.role == Role::Administrator);
    view! {
        <ul class="drawer-pages">
            {administrator.then(|| view! {
                <li><a href="/people"><Icon of=icons::PEOPLE/><span>{t(people::PEOPLE)}</span></a></li>
                <li><a href="/models"><Icon of=icons::MODEL/><span>{t(models::MODELS)}</span></a></li>
            })}
            <li><a href="/settings"><Icon of=icons::SETTINGS/><span>{t(account::SETTINGS)}</span></a></li>
            <li>
                <form method="post" action=SignOut::url()>
                    <button><Icon of=icons::SIGN_OUT/><span>{t(account::SIGN_OUT)}</span></button>
                </form>
            </li>
        </ul>
        <p class="drawer-me">{me.map(|me| me.name)}</p>
    }
}

/// A page for whoever is not signed in: the mark, one card, the choice of language.
#[component]
pub fn Doorstep(#[prop(into)] title: String, children: Children) -> impl IntoView {
    let heading = title.clone();
    view! {
        <Title text=document_title(&title)/>
        <div class="doorstep">
            <main id="content">
                <div class="doorstep-mark"><Logo/></div>
                <h1>{heading}</h1>
                {children()}
            </main>
            <footer>
                <LanguageChoice/>
                <p>{t(common::STAYS_HERE)}</p>
            </footer>
        </div>
    }
}

/// Each language by its own name, so that whoever needs it can read it.
#[component]
fn LanguageChoice() -> impl IntoView {
    let now = crate::strings::language();
    let button = move |language, value: &'static str, name| {
        let pressed = if now == language { "true" } else { "false" };
        view! { <button class="quiet" name="language" value=value lang=value aria-pressed=pressed>{t(name)}</button> }
    };
    view! {
        <form method="post" action=SetLanguage::url() class="languages">
            {button(Language::English, "en", common::ENGLISH)}
            {button(Language::SimplifiedChinese, "zh-CN", common::CHINESE)}
        </form>
    }
}
