//! One hit: a link to it, the excerpt, the author and the time.

use crate::{
    components::{layout::title_or_new, time::Time},
    dates,
    strings::{Text, chat, memory, search, t},
};
use hearth_types::{ExcerptPiece, Found, MemoryId, SearchHit, Speaker};
use leptos::prelude::*;

/// The link has the conversation's title and leads to the message.
#[component]
pub fn HitItem(hit: SearchHit) -> impl IntoView {
    let at = hit.at;
    let HitParts {
        address,
        heading,
        excerpt,
        about,
        marks,
    } = parts(hit);
    let spans = |words: Vec<String>| {
        words
            .into_iter()
            .map(|words| view! { <span>{words}</span> })
            .collect_view()
    };
    view! {
        <li class="hit">
            <a class="hit-title" href=address dir="auto">{heading}</a>
            {excerpt.map(|excerpt| view! { <p class="hit-words" dir="auto">{pieces(excerpt)}</p> })}
            <p class="hit-about">
                {spans(about.into_iter().collect())}
                <span><Time at/></span>
                {spans(marks)}
            </p>
        </li>
    }
}

/// What a hit shows.
struct HitParts {
    address: String,
    heading: AnyView,
    excerpt: Option<Vec<ExcerptPiece>>,
    /// The author, or until when a memory held.
    about: Option<String>,
    marks: Vec<String>,
}

fn parts(hit: SearchHit) -> HitParts {
    let similar = hit.similar.then_some(search::SIMILAR);
    let marks = |marks: [Option<Text>; 2]| {
        marks
            .into_iter()
            .flatten()
            .map(|mark| t(mark).to_owned())
            .collect()
    };
    match hit.found {
        Found::Message {
            conversation,
            message,
            title,
            said_by,
            by,
            abandoned,
        } => HitParts {
            address: format!("/c/{conversation}?at={message}#m-{message}"),
            heading: title_or_new(title).into_any(),
            excerpt: Some(hit.excerpt),
            about: Some(speaker(said_by, by)),
            marks: marks([similar, abandoned.then_some(search::ABANDONED)]),
        },
        Found::Title { conversation } => HitParts {
            address: format!("/c/{conversation}"),
            heading: pieces(hit.excerpt).into_any(),
            excerpt: None,
            about: None,
            marks: marks([Some(search::TITLE), None]),
        },
        Found::Memory {
            memory: id,
            created_at_us,
            waits,
            ended_at,
        } => HitParts {
            address: memory_address(id, created_at_us, waits),
            heading: t(search::MEMORY).into_any(),
            excerpt: Some(hit.excerpt),
            about: ended_at.map(|at| memory::until(&dates::spoken(at))),
            marks: marks([similar, waits.then_some(search::WAITS)]),
        },
    }
}

/// The part of the memory page that begins with this memory; memories that wait for consent are on the first part.
fn memory_address(id: MemoryId, created_at_us: i64, waits: bool) -> String {
    if waits {
        return format!("/memory#memory-{id}");
    }
    let before = created_at_us.saturating_add(1);
    format!("/memory?before_us={before}&before_id={id}#memory-{id}")
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
