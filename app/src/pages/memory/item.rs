//! One memory: its statement, when and where it was learned, and what can be done about it.

use super::{kinds, layers};
use crate::{
    components::{
        fields::options,
        forms::{ConfirmDelete, PostButton, hidden},
        icons::{self, Icon},
    },
    dates,
    server_fns::memory::{AnswerMemory, ChangeMemory, EditMemory, ForgetMemory, PinMemory},
    strings::{common::comma, memory, t},
};
use hearth_types::{Memory, MemoryOrigin, Sensitive, Timestamp};
use leptos::prelude::*;
use server_fn::ServerFn;

/// A memory that is kept.
#[component]
pub fn MemoryItem(memory: Memory) -> impl IntoView {
    let id = memory.id.to_string();
    let ended = memory.valid_to.is_some();
    let actions = format!("{}: {}", t(memory::ACTIONS), memory.statement);
    view! {
        <li class="memory" class:ended=ended id=format!("memory-{id}")>
            <div class="memory-words">
                <p class="memory-statement" dir="auto">{memory.statement.clone()}</p>
                {about(&memory)}
                {layers::members(&memory)}
            </div>
            <details class="menu" name="memory">
                <summary class="icon-button" aria-label=actions><Icon of=icons::MORE/></summary>
                <div class="menu-body">
                    {(!memory.gathered).then(|| edit(&memory))}
                    {(!ended && !memory.gathered).then(|| changed(&id))}
                    {(!ended).then(|| pin(&id, memory.pinned))}
                    {forget(&id)}
                </div>
            </details>
        </li>
    }
}

/// A memory that waits for consent.
#[component]
pub fn WaitingItem(memory: Memory) -> impl IntoView {
    let id = memory.id.to_string();
    let button = |yes: &'static str, words, class| {
        let name = format!("{}: {}", t(words), memory.statement);
        view! { <button class=class name="yes" value=yes aria-label=name>{t(words)}</button> }
    };
    let buttons =
        view! { {button("true", memory::YES, "button")} {button("false", memory::NO, "button quiet")} };
    view! {
        <li class="memory" id=format!("memory-{id}")>
            <div class="memory-words">
                <p class="memory-statement" dir="auto">{memory.statement.clone()}</p>
                {about(&memory)}
            </div>
            <form method="post" action=AnswerMemory::url() class="memory-answer">
                {hidden(vec![("id", id.clone())])}
                {buttons}
            </form>
        </li>
    }
}

/// "About you · you said this on 3 May · until 4 June · now: We moved to Lisbon".
fn about(memory: &Memory) -> impl IntoView + use<> {
    let now = dates::own(dates::now());
    let spoken = |at: Timestamp| dates::own(at).spoken(&now);
    let mut parts: Vec<AnyView> = vec![kinds::name(memory.kind).into_any()];
    if memory.pinned {
        parts.push(t(memory::PINNED).into_any());
    }
    if memory.faded {
        parts.push(view! { <span title=t(memory::FADED_HINT)>{t(memory::FADED)}</span> }.into_any());
    }
    if let Some(why) = memory.sensitive {
        parts.push(why_private(why).into_any());
    }
    // The sources of the memories that it stands for are beside those.
    let own = memory.sources.iter().filter(|source| {
        !memory
            .members
            .iter()
            .any(|member| member.sources.contains(source))
    });
    parts.extend(own.map(|said| layers::source(said).into_any()));
    if memory.sources.is_empty() && !memory.gathered {
        parts.push(origin(memory, &spoken(memory.created_at)).into_any());
    }
    if let Some(from) = memory.valid_from {
        parts.push(memory::since(&dates::as_exact_as(from, memory.from_precision)).into_any());
    }
    if let Some(to) = memory.valid_to {
        parts.push(memory::until(&dates::as_exact_as(to, memory.to_precision)).into_any());
    }
    if let Some(now) = &memory.superseded_by {
        parts.push(memory::now(now).into_any());
    }
    let parts = parts.into_iter().map(|part| view! { <span>{part}</span> });
    view! { <p class="memory-about">{parts.collect_view()}</p> }
}

fn origin(memory: &Memory, when: &str) -> String {
    let how = match memory.origin {
        MemoryOrigin::Person => memory::BY_HAND,
        MemoryOrigin::Import => memory::IMPORTED,
        MemoryOrigin::Model => memory::SOURCE_GONE,
    };
    comma(t(how), when)
}

fn why_private(why: Sensitive) -> &'static str {
    t(match why {
        Sensitive::Health => memory::WHY_HEALTH,
        Sensitive::Sexuality => memory::WHY_SEXUALITY,
        Sensitive::Money => memory::WHY_MONEY,
        Sensitive::Beliefs => memory::WHY_BELIEFS,
        Sensitive::ThirdPerson => memory::WHY_THIRD_PERSON,
    })
}

fn edit(memory: &Memory) -> impl IntoView + use<> {
    let (field, kind) = (format!("edit-{}", memory.id), format!("kind-{}", memory.id));
    let kinds = options(kinds::choices(Some(memory.kind)));
    view! {
        <form method="post" action=EditMemory::url() class="inline-form">
            {hidden(vec![("id", memory.id.to_string())])}
            <label for=field.clone()>{t(memory::STATEMENT)}</label>
            <textarea id=field name="statement" rows="2" maxlength="500" dir="auto" required>{memory.statement.clone()}</textarea>
            <label class="visually-hidden" for=kind.clone()>{t(memory::KIND)}</label>
            <select id=kind name="kind">{kinds}</select>
            <button class="button">{t(memory::EDIT)}</button>
        </form>
    }
}

fn changed(id: &str) -> impl IntoView + use<> {
    let field = format!("changed-{id}");
    view! {
        <details>
            <summary>{t(memory::CHANGED)}</summary>
            <form method="post" action=ChangeMemory::url() class="inline-form">
                {hidden(vec![("id", id.to_owned())])}
                <label for=field.clone()>{t(memory::CHANGED_LABEL)}</label>
                <textarea id=field name="statement" rows="2" maxlength="500" dir="auto" required></textarea>
                <p class="hint">{t(memory::CHANGED_HINT)}</p>
                <button class="button">{t(memory::CHANGED)}</button>
            </form>
        </details>
    }
}

fn pin(id: &str, pinned: bool) -> impl IntoView + use<> {
    let words = if pinned { memory::UNPIN } else { memory::PIN };
    let fields = vec![("id", id.to_owned()), ("pinned", (!pinned).to_string())];
    view! { <PostButton action=PinMemory::url() fields words/> }
}

fn forget(id: &str) -> impl IntoView + use<> {
    view! {
        <ConfirmDelete
            summary=t(memory::FORGET)
            action=ForgetMemory::url()
            fields=vec![("id", id.to_owned()), ("page", true.to_string())]
            warning=memory::FORGET_SURE
            confirm=memory::FORGET_FOR_GOOD
        />
    }
}
