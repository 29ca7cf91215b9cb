//! The two frames: conversations beside a reading column, and one card for people who are not signed in.
//!
//! On the phone the list is a drawer. It is a popover, so opening, Escape and a tap beside it work without
//! scripts; on wide screens the style sheet simply shows it.

use super::{
    icons::{self, Icon},
    logo::Logo,
    notices::AccountNotices,
    shortcuts::{Shortcuts, ShortcutsButton},
};
use crate::{
    browser::html::escape_html,
    context,
    server_fns::{
        conversations::query_after,
        session::{SetLanguage, SignOut},
    },
    strings::{account, chat, common, conversations, memory, models, people, search, sharing, t},
};
use hearth_types::{ConversationId, ConversationRow, Language, Role, UserId};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_location;
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
                <span class="bar-title" data-title dir=current.map(|_| "auto")>{heading}</span>
                <a class="icon-button bar-search" href="/search" aria-label=t(search::SEARCH)><Icon of=icons::SEARCH/></a>
                <a class="icon-button" href="/" aria-label=t(chat::NEW_CONVERSATION)><Icon of=icons::NEW/></a>
            </header>
            <nav id="drawer" class="drawer" popover="auto" aria-label=t(common::NAVIGATION)>
                <a class="brand" href="/"><Logo/><span>{t(common::HEARTH)}</span></a>
                <a class="new" href="/"><Icon of=icons::NEW/><span>{t(chat::NEW_CONVERSATION)}</span></a>
                {page_link("/search", t(search::SEARCH), Some(icons::SEARCH))}
                <Sidebar current/>
                <PageLinks/>
            </nav>
            <main id="content" tabindex="-1">
                <AccountNotices/>
                {children()}
            </main>
            <Shortcuts/>
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
        // The page matters more: a failure leaves only the list out.
        let Ok(page) = backend.list_conversations(None, SIDEBAR_ROWS).await else {
            return ().into_any();
        };
        let next = page.next.map(query_after);
        let rows = page
            .rows
            .into_iter()
            .map(|row| sidebar_row(row, current))
            .collect_view();
        view! {
            <h2 class="drawer-heading">{t(conversations::CONVERSATIONS)}</h2>
            <ul class="drawer-list" data-conversations>{rows}</ul>
            {next.map(|next| view! {
                <a class="drawer-all" data-more-conversations href=format!("/conversations?{next}")>
                    <span>{t(conversations::MORE_ROWS)}</span>
                </a>
            })}
            {page_link("/conversations", t(conversations::ALL_CONVERSATIONS), None)}
        }
        .into_any()
    })
}

fn sidebar_row(row: ConversationRow, current: Option<ConversationId>) -> impl IntoView {
    let here = (current == Some(row.id)).then_some("page");
    let id = row.id.to_string();
    let pinned = row.pinned;
    view! {
        <li data-pinned=pinned>
            <a href=format!("/c/{id}") data-conversation=id.clone() aria-current=here dir="auto">{title_or_new(row.title)}</a>
            <span class="shared-mark" data-shared=id>{row.shared.as_ref().map(sharing::mark)}</span>
            {pinned.then(|| view! { <span class="pin" role="img" aria-label=t(conversations::PINNED)></span> })}
        </li>
    }
}

/// The document's title; leptos_meta does not escape it.
fn document_title(title: &str) -> String {
    format!("{} · Hearth", escape_html(title))
}

/// A conversation without a title yet is a new one.
pub fn title_or_new(title: String) -> String {
    if title.is_empty() {
        t(chat::NEW_CONVERSATION).to_owned()
    } else {
        title
    }
}

/// A link to a page, marked when it is this one.
fn page_link(path: &'static str, words: &'static str, icon: Option<&'static str>) -> impl IntoView {
    let here = (use_location().pathname.get_untracked() == path).then_some("page");
    let plain = icon.is_none().then_some("drawer-all");
    view! { <a class=plain href=path aria-current=here>{icon.map(|icon| view! { <Icon of=icon/> })}<span>{words}</span></a> }
}

/// Who is signed in, and the pages beside conversations; administrators see two more.
#[component]
fn PageLinks() -> impl IntoView {
    let me = context::me();
    let administrator = me.as_ref().is_some_and(|me| me.role == Role::Administrator);
    view! {
        <div class="drawer-foot">
            {me.as_ref().map(|me| view! {
                <p class="drawer-me">{t(common::SIGNED_IN_AS)} {t(common::GAP)} <strong dir="auto">{me.name.clone()}</strong></p>
            })}
            <ul class="drawer-pages">
                <li>{page_link("/memory", t(memory::MEMORY), Some(icons::MEMORY))}</li>
                {administrator.then(|| view! {
                    <li>{page_link("/people", t(people::PEOPLE), Some(icons::PEOPLE))}</li>
                    <li>{page_link("/models", t(models::MODELS), Some(icons::MODEL))}</li>
                })}
                <li>{page_link("/settings", t(account::SETTINGS), Some(icons::SETTINGS))}</li>
                <li><ShortcutsButton/></li>
                <li>{me.map(|me| sign_out(me.id))}</li>
                <li class="drawer-source"><SourceLink/></li>
            </ul>
        </div>
    }
}

/// A link to the source code, which the licence grants to everybody who uses Hearth over a network.
#[component]
fn SourceLink() -> impl IntoView {
    let source = context::request().map(|request| request.source.to_string());
    // Another site opens in a new tab, because a message may be half written; a download does not leave the page.
    let elsewhere = source.as_ref().is_ok_and(|source| !source.starts_with('/'));
    let (target, rel) = (
        elsewhere.then_some("_blank"),
        elsewhere.then_some("noopener noreferrer"),
    );
    view! { <a href=source.unwrap_or_default() target=target rel=rel>{t(common::SOURCE_CODE)}</a> }
}

/// Signing out removes the person's drafts from this device: the next person at it may be another one.
const FORGET_DRAFTS: &str = "document.querySelector('form[data-leaves]').addEventListener('submit',event=>{\
     const own='hearth-draft-'+event.target.dataset.leaves;\
     for(const key of Object.keys(localStorage))if(key.startsWith(own))localStorage.removeItem(key)})";

fn sign_out(person: UserId) -> impl IntoView {
    view! {
        <form method="post" action=SignOut::url() data-leaves=person.to_string()>
            <button><Icon of=icons::SIGN_OUT/><span>{t(account::SIGN_OUT)}</span></button>
        </form>
        <script nonce=use_nonce() inner_html=FORGET_DRAFTS></script>
    }
}

/// A page for people who are not signed in: the logo, one card, the choice of language.
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
                <p><SourceLink/></p>
            </footer>
        </div>
    }
}

/// Each language by its own name, so that its speakers can read it.
#[component]
fn LanguageChoice() -> impl IntoView {
    let button = |language: Language| {
        let pressed = (language == crate::strings::language()).to_string();
        view! {
            <button class="quiet" name="language" value=language.tag() lang=language.tag() aria-pressed=pressed>
                {language.own_name()}
            </button>
        }
    };
    view! { <form method="post" action=SetLanguage::url() class="languages">{Language::ALL.map(button)}</form> }
}
