//! `/conversations`: all of them, pinned ones first, then under the days people think in; `?archived=true` has those
//! that were put away.

use super::guard::for_person;
use crate::{
    components::{
        icons::{self, Icon},
        layout::{Frame, title_or_new},
        notices::ProblemNotice,
        time::Moment,
    },
    context, dates,
    failure::flash,
    islands::conversation::suggestion,
    server_fns::conversations::{
        ArchiveConversation, DeleteConversation, PAGE_ROWS, PinConversation, RenameConversation,
    },
    strings::{common, conversations, sharing, t},
};
use hearth_types::{
    ConversationCursor, ConversationId, ConversationPage, ConversationRow, Problem, SpaceRole,
};
use leptos::prelude::*;
use server_fn::ServerFn;

/// A page of the list.
#[component]
pub fn ConversationsPage() -> impl IntoView {
    let (problem, cursor) = (flash::any_problem(), cursor());
    let archive = flash::query("archived").is_some_and(|archived| archived == "true");
    for_person(move |_| async move {
        let person = context::signed_in()?;
        let list = if archive {
            person.list_archive(cursor, PAGE_ROWS).await?
        } else {
            person.list_conversations(cursor, PAGE_ROWS).await?
        };
        Ok(page(list, archive, problem))
    })
}

fn cursor() -> Option<ConversationCursor> {
    let updated_at_us = flash::query("before_us")?.parse().ok()?;
    Some(ConversationCursor {
        pinned: flash::query("before_pinned").is_some_and(|pinned| pinned == "true"),
        updated_at_us,
        id: flash::query("before_id")?.parse().ok()?,
    })
}

fn page(list: ConversationPage, archive: bool, problem: Option<Problem>) -> impl IntoView {
    let empty = list.rows.is_empty();
    let next = list.next.map(|next| {
        format!(
            "/conversations?archived={archive}&before_pinned={}&before_us={}&before_id={}",
            next.pinned, next.updated_at_us, next.id
        )
    });
    let title = t(if archive {
        conversations::THE_ARCHIVE
    } else {
        conversations::CONVERSATIONS
    });
    view! {
        <Frame title>
            <div class="page">
                <h1>{title}</h1>
                <ProblemNotice problem/>
                {(empty && !archive).then(invitation)}
                {(empty && archive).then(|| view! { <p class="hint">{t(conversations::ARCHIVE_EMPTY)}</p> })}
                {groups(list.rows, archive)}
                {next.map(|next| view! { <p><a class="button" href=next rel="next">{t(conversations::EARLIER)}</a></p> })}
                <p class="actions">{other_view(archive)}</p>
            </div>
        </Frame>
    }
}

fn other_view(archive: bool) -> impl IntoView {
    let (page, words) = if archive {
        ("/conversations", conversations::BACK_TO_LIST)
    } else {
        ("/conversations?archived=true", conversations::THE_ARCHIVE)
    };
    view! { <a class="button quiet" href=page>{t(words)}</a> }
}

/// Three things one could really ask here.
fn invitation() -> impl IntoView {
    let idea =
        |number: u8| view! { <li><a href=format!("/?idea={number}")>{suggestion(Some(number))}</a></li> };
    view! {
        <section class="greeting">
            <h2>{t(conversations::EMPTY_TITLE)}</h2>
            <p>{t(conversations::EMPTY_TEXT)}</p>
            <ul class="ideas">{(1..=3).map(idea).collect_view()}</ul>
        </section>
    }
}

fn groups(rows: Vec<ConversationRow>, archive: bool) -> impl IntoView {
    let (now, zone) = (dates::now(), dates::zone());
    let mut groups: Vec<(String, Vec<ConversationRow>)> = Vec::new();
    for row in rows {
        let heading = if row.pinned {
            t(conversations::PINNED).to_owned()
        } else {
            dates::group(row.updated_at, now, zone)
        };
        match groups.last_mut() {
            Some((last, rows)) if *last == heading => rows.push(row),
            _ => groups.push((heading, vec![row])),
        }
    }
    let section = move |(heading, rows): (String, Vec<ConversationRow>)| {
        view! {
            <section>
                <h2>{heading}</h2>
                <ul class="rows">{rows.into_iter().map(|shown| row(shown, archive)).collect_view()}</ul>
            </section>
        }
    };
    groups.into_iter().map(section).collect_view()
}

fn row(row: ConversationRow, archived: bool) -> impl IntoView {
    let id = row.id.to_string();
    let marks = marks(row.id, row.pinned, archived);
    let title = title_or_new(row.title.clone());
    let own = row
        .shared
        .as_ref()
        .is_none_or(|shared| shared.role == SpaceRole::Owner);
    let more = format!("{}: {title}", t(conversations::MORE_FOR));
    view! {
        <li class="row">
            <a class="row-main" href=format!("/c/{id}")>
                <span class="row-title" data-conversation=id.clone() dir="auto">{title}</span>
                <span class="hint"><Moment at=row.updated_at/></span>
                <span class="shared-mark" data-shared=id.clone()>{row.shared.as_ref().map(sharing::mark)}</span>
            </a>
            {own.then(|| view! {
                <details class="menu" name="row">
                    <summary class="icon-button" aria-label=more><Icon of=icons::MORE/></summary>
                    <div class="menu-body">{rename(id.clone(), row.title)}{marks}{delete(id)}</div>
                </details>
            })}
        </li>
    }
}

/// Pinning and the archive, each way.
pub fn marks(id: ConversationId, pinned: bool, archived: bool) -> impl IntoView {
    let id = id.to_string();
    let (pin, archive) = (
        if pinned {
            conversations::UNPIN
        } else {
            conversations::PIN
        },
        if archived {
            conversations::UNARCHIVE
        } else {
            conversations::ARCHIVE
        },
    );
    view! {
        <div class="marks">
            <form method="post" action=PinConversation::url()>
                <input type="hidden" name="id" value=id.clone()/>
                <input type="hidden" name="pinned" value=(!pinned).to_string()/>
                <button class="button quiet">{t(pin)}</button>
            </form>
            <form method="post" action=ArchiveConversation::url()>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="archived" value=(!archived).to_string()/>
                <button class="button quiet">{t(archive)}</button>
            </form>
        </div>
    }
}

fn rename(id: String, title: String) -> impl IntoView {
    let field = format!("title-{id}");
    view! {
        <form method="post" action=RenameConversation::url() class="inline-form">
            <input type="hidden" name="id" value=id/>
            <label for=field.clone()>{t(conversations::TITLE)}</label>
            <input id=field name="title" value=title maxlength="200" dir="auto" required/>
            <button class="button">{t(conversations::RENAME)}</button>
        </form>
    }
}

/// Two steps, because it is for good.
fn delete(id: String) -> impl IntoView {
    view! {
        <details class="delete">
            <summary>{t(conversations::DELETE)}</summary>
            <form method="post" action=DeleteConversation::url()>
                <input type="hidden" name="id" value=id/>
                <p>{t(conversations::DELETE_SURE)}</p>
                <button class="button danger">{t(conversations::DELETE_FOR_GOOD)}</button>
                <a class="button quiet" href="/conversations">{t(common::CANCEL)}</a>
            </form>
        </details>
    }
}
