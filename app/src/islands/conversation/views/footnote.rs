//! "Used 2 things you told me": each with its date, a link to its message, and what can be done about it. Passages of
//! answers are listed too but not counted: the person did not say them.

use crate::strings::{chat, common::comma, memory, moments::Moment, t};
use hearth_types::{
    Answer, AnswerId, ConversationId, MessageId, RecalledPassage, Speaker, Timestamp, UsedMemory,
};
use leptos::prelude::*;

/// Puts a moment into words: the server knows the person's time zone, a browser its own.
pub type Clock<'a> = &'a dyn Fn(Timestamp) -> Moment;

/// What was used for an answer; none when nothing was.
pub fn footnote(answer: &Answer, clock: Clock<'_>) -> Option<AnyView> {
    if answer.recalled.is_empty() && answer.memories.is_empty() {
        return None;
    }
    let memories = answer
        .memories
        .iter()
        .map(|used| memory_line(answer.id, used, clock).into_any());
    let passages = answer
        .recalled
        .iter()
        .map(|passage| passage_line(answer.id, passage, clock).into_any());
    let lines: Vec<_> = memories.chain(passages).collect();
    let summary = summary(answer);
    Some(
        view! {
            <details class="footnote">
                <summary>{summary}</summary>
                <ul>{lines}</ul>
            </details>
        }
        .into_any(),
    )
}

fn summary(answer: &Answer) -> String {
    let own = |passage: &&RecalledPassage| passage.said_by == Speaker::Person && passage.by.is_none();
    match answer.recalled.iter().filter(own).count() + answer.memories.len() {
        0 if answer.recalled.iter().any(|passage| passage.by.is_some()) => {
            t(chat::USED_OTHERS_WORDS).to_owned()
        }
        0 => t(chat::USED_OWN_WORDS).to_owned(),
        things => chat::used_things(things as u64),
    }
}

fn memory_line(answer: AnswerId, used: &UsedMemory, clock: Clock<'_>) -> impl IntoView + use<> {
    let (address, said_at) = match used.source {
        Some(source) => (message(source.conversation, source.message), source.said_at),
        None => (format!("/memory#memory-{}", used.memory), used.created_at),
    };
    let line = line(
        address,
        t(chat::SAID_BY_YOU).to_owned(),
        &clock(said_at),
        &used.statement,
    );
    actions(
        line,
        answer,
        "memory",
        used.memory.to_string(),
        "/api/memories/forget",
        "id",
    )
}

fn passage_line(answer: AnswerId, passage: &RecalledPassage, clock: Clock<'_>) -> impl IntoView + use<> {
    let speaker = match (&passage.by, passage.said_by) {
        (Some(name), _) => chat::said_by(name),
        (None, Speaker::Person) => t(chat::SAID_BY_YOU).to_owned(),
        (None, Speaker::Model) => t(chat::SAID_BY_MODEL).to_owned(),
    };
    let address = message(passage.conversation, passage.message);
    let line = line(address, speaker, &clock(passage.said_at), &passage.excerpt);
    let id = passage.passage.to_string();
    actions(
        line,
        answer,
        "passage",
        id,
        "/api/memories/forget_passage",
        "passage",
    )
}

fn message(conversation: ConversationId, message: MessageId) -> String {
    format!("/c/{conversation}?at={message}#m-{message}")
}

fn line(address: String, speaker: String, when: &Moment, words: &str) -> AnyView {
    view! {
        <a href=address>
            <span class="footnote-when" title=when.exact.clone()>
                {comma(&speaker, &when.spoken)}
            </span>
            <q dir="auto">{words.to_owned()}</q>
        </a>
    }
    .into_any()
}

/// Plain forms, because this is rare. Forgetting takes two steps, because it cannot be undone.
fn actions(
    line: AnyView,
    answer: AnswerId,
    what: &'static str,
    id: String,
    forget: &'static str,
    field: &'static str,
) -> impl IntoView + use<> {
    view! {
        <li>
            {line}
            <div class="footnote-actions">
                <form method="post" action="/api/memories/not_relevant">
                    <input type="hidden" name="answer" value=answer.to_string() />
                    <input type="hidden" name=what value=id.clone() />
                    <button class="quiet">{t(memory::NOT_RELEVANT)}</button>
                </form>
                <details class="delete">
                    <summary>{t(memory::FORGET)}</summary>
                    <form method="post" action=forget>
                        <input type="hidden" name=field value=id />
                        <p>{t(memory::FORGET_SURE)}</p>
                        <button class="button danger">{t(memory::FORGET_FOR_GOOD)}</button>
                    </form>
                </details>
            </div>
        </li>
    }
}
