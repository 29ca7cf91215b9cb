//! `/conversations`: pinned conversations first, then grouped by day, week and month; `?archived=true` is the archive.

use super::guard::for_person;
use crate::{
    components::{
        conversation_menu::{Delete, PinAndArchive, Rename},
        icons::{self, Icon},
        layout::{Frame, title_or_new},
        notices::ProblemNotice,
        suggestions::Suggestions,
        time::Time,
    },
    context, dates, flash,
    server_fns::conversations::{PAGE_ROWS, query_after},
    strings::{common, conversations, sharing, t},
};
use hearth_types::{ConversationCursor, ConversationPage, ConversationRow, Problem, SpaceRole};
use leptos::prelude::*;

/// A page of the list.
#[component]
pub fn ConversationsPage() -> impl IntoView {
    let (problem, cursor) = (flash::any_problem(), cursor());
    let archive = flash::is_set("archived");
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
    Some(ConversationCursor {
        pinned: flash::is_set("before_pinned"),
        updated_at_us: flash::parsed("before_us")?,
        id: flash::parsed("before_id")?,
    })
}

fn page(list: ConversationPage, archive: bool, problem: Option<Problem>) -> impl IntoView {
    let empty = list.rows.is_empty();
    let next = list
        .next
        .map(|next| format!("/conversations?archived={archive}&{}", query_after(next)));
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

/// Shown while there is no conversation.
fn invitation() -> impl IntoView {
    view! {
        <section class="greeting">
            <h2>{t(conversations::EMPTY_TITLE)}</h2>
            <Suggestions/>
        </section>
    }
}

fn groups(rows: Vec<ConversationRow>, archive: bool) -> impl IntoView {
    let now = dates::own(dates::now());
    let mut groups: Vec<(String, Vec<ConversationRow>)> = Vec::new();
    for row in rows {
        let heading = if row.pinned {
            t(conversations::PINNED).to_owned()
        } else {
            dates::own(row.updated_at).heading(&now)
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
    let ConversationRow { id, pinned, .. } = row;
    let cancel = (common::CANCEL, "/conversations");
    let title = title_or_new(row.title.clone());
    let own = row
        .shared
        .as_ref()
        .is_none_or(|shared| shared.role == SpaceRole::Owner);
    let more = format!("{}: {title}", t(conversations::MORE_FOR));
    view! {
        <li class="row">
            <a class="row-main" href=format!("/c/{id}")>
                <span class="row-title" data-conversation=id.to_string() dir="auto">{title}</span>
                <span class="hint"><Time at=row.updated_at/></span>
                <span class="shared-mark" data-shared=id.to_string()>{row.shared.as_ref().map(sharing::mark)}</span>
            </a>
            {own.then(|| view! {
                <details class="menu" name="row">
                    <summary class="icon-button" aria-label=more><Icon of=icons::MORE/></summary>
                    <div class="menu-body">
                        <Rename id title=row.title/>
                        <PinAndArchive id pinned archived/>
                        <Delete id cancel/>
                    </div>
                </details>
            })}
        </li>
    }
}
