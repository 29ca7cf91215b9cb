//! One hit: a link to it, the excerpt, the author and the time.

use crate::{
    components::{layout::title_or_new, time::Time},
    dates,
    strings::{chat, memory, search, t},
};
use hearth_types::{ExcerptPiece, Found, SearchHit, Speaker};
use leptos::prelude::*;

/// The link has the conversation's title and leads to the message.
#[component]
pub fn HitItem(hit: SearchHit) -> impl IntoView {
    let similar = hit.similar.then_some(search::SIMILAR);
    let is_title = matches!(hit.found, Found::Title { .. });
    let (address, name, who, marks) = match hit.found {
        Found::Message {
            conversation,
            message,
            title,
            said_by,
            by,
            abandoned,
        } => (
            format!("/c/{conversation}?at={message}#m-{message}"),
            title_or_new(title),
            speaker(said_by, by),
            vec![similar.map(t), abandoned.then(|| t(search::ABANDONED))],
        ),
        Found::Title { conversation } => {
            let marks = vec![Some(t(search::TITLE))];
            (format!("/c/{conversation}"), String::new(), String::new(), marks)
        }
        Found::Memory {
            memory: id,
            created_at_us,
            waits,
            ended_at,
        } => {
            // The part that begins with it; memories that wait for consent are on the first.
            let page = if waits {
                String::new()
            } else {
                format!("?before_us={}&before_id={id}", created_at_us.saturating_add(1))
            };
            let ended = ended_at.map(|at| memory::until(&dates::spoken(at)));
            (
                format!("/memory{page}#memory-{id}"),
                t(search::MEMORY).to_owned(),
                ended.unwrap_or_default(),
                vec![similar.map(t), waits.then(|| t(search::WAITS))],
            )
        }
    };
    let marks = marks
        .into_iter()
        .flatten()
        .map(|mark| view! { <span>{mark}</span> })
        .collect_view();
    let excerpt = pieces(hit.excerpt);
    let (heading, excerpt) = if is_title {
        (excerpt.into_any(), None)
    } else {
        (
            name.into_any(),
            Some(view! { <p class="hit-words" dir="auto">{excerpt}</p> }),
        )
    };
    view! {
        <li class="hit">
            <a class="hit-title" href=address dir="auto">{heading}</a>
            {excerpt}
            <p class="hit-about">
                {(!who.is_empty()).then(|| view! { <span>{who}</span> })}
                <span><Time at=hit.at/></span>
                {marks}
            </p>
        </li>
    }
}

fn speaker(said_by: Speaker, by: Option<String>) -> String {
    match (said_by, by) {
        (Speaker::Model, _) => t(search::HEARTH).to_owned(),
        (Speaker::Person, Some(name)) => name,
        (Speaker::Person, None) => t(chat::YOU).to_owned(),
    }
}

fn pieces(excerpt: Vec<ExcerptPiece>) -> impl IntoView {
    let piece = |piece: ExcerptPiece| {
        if piece.marked {
            view! { <mark>{piece.text}</mark> }.into_any()
        } else {
            piece.text.into_any()
        }
    };
    excerpt.into_iter().map(piece).collect_view()
}
