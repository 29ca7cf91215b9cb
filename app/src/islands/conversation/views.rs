//! How a message looks. The page renders with these on the server, the island in the browser: one look.

use crate::{
    components::icons::{self, Icon},
    islands::words::ending,
    strings::{attachments, chat, language, t},
};
use hearth_types::{Answer, AnswerId, Language, Message, RecalledPassage, SpaceRole, Speaker, Timestamp};
use leptos::{either::Either, prelude::*};

/// A moment as people say it, and exactly.
pub struct When {
    pub words: String,
    pub exact: String,
}

/// Tells a moment: the server knows the person's time zone, a browser its own.
pub type Clock<'a> = &'a dyn Fn(Timestamp) -> When;

/// What a person wrote: a quiet card, with the name of whoever wrote it when it is somebody else.
pub fn said(message: &Message) -> impl IntoView + use<> {
    view! {
        <article class="message said" id=format!("m-{}", message.id)>
            {match &message.by {
                Some(name) => Either::Left(view! { <h2 class="said-by">{name.clone()}</h2> }),
                None => Either::Right(view! { <h2 class="visually-hidden">{t(chat::YOU)}</h2> }),
            }}
            {super::attached::of_message(&message.attachments)}
            <p class="said-text">{message.text.clone()}</p>
        </article>
    }
}

/// What stands under an answer: how it ended, what was left out, what was used. Whoever only reads does not
/// ask for it once more.
pub fn answer_foot(answer: &Answer, role: SpaceRole, clock: Clock<'_>) -> impl IntoView + use<> {
    let ending = ending(answer);
    let left_out = chat::left_out(answer.left_out.messages, answer.left_out.passages);
    view! {
        {super::thoughts::folded(answer)}
        {ending.map(|sentence| view! { <p class="answer-ending">{sentence}</p> })}
        {ending.filter(|_| role.may_write()).map(|_| retry(answer.id))}
        {left_out.map(|sentence| view! { <p class="answer-left-out">{sentence}</p> })}
        {super::attached::left_out(answer)}
        {speak(answer)}
        {(!answer.recalled.is_empty()).then(|| footnote(&answer.recalled, clock))}
    }
}

/// Shown once the browser is known to have a voice that stays in the house.
fn speak(answer: &Answer) -> impl IntoView + use<> {
    answer.status.is_final().then(|| {
        view! {
            <button type="button" class="quiet speak" data-speak=answer.id.to_string() aria-pressed="false">
                <Icon of=icons::SPEAK />
                <span>{t(attachments::READ_ALOUD)}</span>
            </button>
        }
    })
}

/// A plain form, because trying again is rare and the page then shows the new answer by itself.
fn retry(answer: AnswerId) -> impl IntoView + use<> {
    view! {
        <form class="answer-retry" method="post" action="/api/answers/retry">
            <input type="hidden" name="answer" value=answer.to_string() />
            <button type="submit" class="button">{t(chat::RETRY)}</button>
        </form>
    }
}

/// "Used 2 things you told me": each with its date, opening the message it came from. What an answer said is
/// listed too, but it is nothing that the person told.
fn footnote(recalled: &[RecalledPassage], clock: Clock<'_>) -> impl IntoView + use<> {
    let sources: Vec<_> = recalled
        .iter()
        .map(|passage| source(passage, &clock(passage.said_at)))
        .collect();
    view! {
        <details class="footnote">
            <summary>{summary(recalled)}</summary>
            <ul>{sources}</ul>
        </details>
    }
}

fn summary(recalled: &[RecalledPassage]) -> String {
    let told = |passage: &&RecalledPassage| passage.said_by == Speaker::Person && passage.by.is_none();
    match recalled.iter().filter(told).count() {
        0 if recalled.iter().any(|passage| passage.by.is_some()) => t(chat::USED_OTHERS_WORDS).to_owned(),
        0 => t(chat::USED_OWN_WORDS).to_owned(),
        told => chat::used_things(told as u64),
    }
}

fn source(passage: &RecalledPassage, when: &When) -> impl IntoView + use<> {
    let speaker = match (&passage.by, passage.said_by) {
        (Some(name), _) => chat::said_by(name),
        (None, Speaker::Person) => t(chat::SAID_BY_YOU).to_owned(),
        (None, Speaker::Model) => t(chat::SAID_BY_MODEL).to_owned(),
    };
    let comma = if language() == Language::SimplifiedChinese {
        "，"
    } else {
        ", "
    };
    view! {
        <li>
            <a href=format!("/c/{0}?at={1}#m-{1}", passage.conversation, passage.message)>
                <span class="footnote-when" title=when.exact.clone()>
                    {format!("{speaker}{comma}{}", when.words)}
                </span>
                <q>{passage.excerpt.clone()}</q>
            </a>
        </li>
    }
}
