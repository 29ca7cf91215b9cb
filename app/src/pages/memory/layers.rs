//! What was made of memories: those that faded, and those that one memory stands for.

use crate::{
    components::{
        fields::{Choice, choice},
        forms::PostButton,
    },
    dates,
    server_fns::memory::SeparateMemory,
    strings::{Text, memory, t},
};
use hearth_types::{Memory, MemoryLayer, MemoryMember, MemorySource};
use leptos::prelude::*;
use server_fn::ServerFn;

const LAYERS: [(MemoryLayer, &str, Text); 2] = [
    (MemoryLayer::Faded, "faded", memory::FADED_ONES),
    (MemoryLayer::Together, "together", memory::TOGETHER_ONES),
];

/// The options of a list of layers.
pub fn choices(chosen: Option<MemoryLayer>) -> Vec<Choice> {
    let any = choice("", memory::ANY_LAYER, chosen.is_none());
    let layers = LAYERS
        .iter()
        .map(|(layer, name, words)| choice(name, *words, chosen == Some(*layer)));
    std::iter::once(any).chain(layers).collect()
}

/// The layer that an address names.
pub fn named(name: &str) -> Option<MemoryLayer> {
    LAYERS.iter().find(|layer| layer.1 == name).map(|layer| layer.0)
}

/// The name in an address.
pub fn value(layer: MemoryLayer) -> &'static str {
    LAYERS.iter().find(|one| one.0 == layer).map_or("", |one| one.1)
}

/// What the page says when a filter finds nothing.
pub const fn nothing(layer: Option<MemoryLayer>) -> Text {
    match layer {
        Some(MemoryLayer::Faded) => memory::NO_FADED,
        Some(MemoryLayer::Together) => memory::NO_TOGETHER,
        None => memory::NOTHING_FOUND,
    }
}

/// A fold with the memories that this one stands for, each with its sources, and the way to separate them.
pub fn members(of: &Memory) -> Option<impl IntoView + use<>> {
    let count = u64::try_from(of.members.len()).unwrap_or(u64::MAX);
    let summary = if of.gathered {
        memory::events(count)
    } else {
        memory::wordings(count)
    };
    let label = format!("{}: {}", t(memory::SEPARATE), of.statement);
    let fields = vec![("id", of.id.to_string())];
    let members = of.members.iter().map(member).collect_view();
    (count > 0).then(|| {
        view! {
            <details class="memory-members">
                <summary>{summary}</summary>
                <ul>{members}</ul>
                <PostButton
                    action=SeparateMemory::url()
                    fields
                    words=memory::SEPARATE
                    label
                    hint=memory::SEPARATE_HINT
                />
            </details>
        }
    })
}

fn member(member: &MemoryMember) -> impl IntoView + use<> {
    let sources = member
        .sources
        .iter()
        .map(|said| view! { <span>{source(said)}</span> });
    view! {
        <li id=format!("memory-{}", member.id)>
            <p dir="auto">{member.statement.clone()}</p>
            <p class="memory-about">{sources.collect_view()}</p>
        </li>
    }
}

/// A link to the message in which the person said something.
pub fn source(said: &MemorySource) -> impl IntoView + use<> {
    let address = format!("/c/{0}?at={1}#m-{1}", said.conversation, said.message);
    let (at, now) = (dates::own(said.said_at), dates::own(dates::now()));
    view! { <a href=address title=at.exact()>{memory::you_said_this(&at.spoken(&now))}</a> }
}
