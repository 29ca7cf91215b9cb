//! How a message looks. The page renders with these on the server, the island in the browser: one look.

mod footnote;
mod notes;

pub use notes::memory_notes;

use super::actions;
use crate::{
    components::icons::{self, Icon},
    strings::{Text, answers::ending, attachments, chat, t},
};
use footnote::Clock;
use hearth_types::{Answer, AnswerId, Message, SeenWindow, SpaceRole};
use leptos::{either::Either, prelude::*};

/// A person's message: a quiet card, with the author's name when it is another person. `tool` is open below it.
pub fn said(message: &Message, role: SpaceRole, tool: Option<AnyView>) -> impl IntoView + use<> {
    let heading = format!("b-{}", message.id);
    view! {
        <article class="message said" id=format!("m-{}", message.id)>
            {match &message.by {
                Some(name) => Either::Left(view! { <h2 class="said-by" id=heading dir="auto">{name.clone()}</h2> }),
                None => Either::Right(view! { <h2 class="visually-hidden" id=heading>{t(chat::YOU)}</h2> }),
            }}
            {super::attached::of_message(&message.attachments)}
            <p class="said-text" dir="auto">{message.text.clone()}</p>
            <div class="acts" inner_html=actions::of_said(message.id, message.siblings, role)></div>
            {tool}
        </article>
    }
}

/// The id of the line where the model's context window begins.
pub const WINDOW_LINE: &str = "window-line";

/// The line where the model's context window begins, with the summary of the messages before it.
pub fn window_line(window: &SeenWindow) -> impl IntoView + use<> {
    let version = window_version(window);
    view! { <div id=WINDOW_LINE class="window-line" data-window=version>{window_words(window)}</div> }
}

/// The content of that line.
pub fn window_words(window: &SeenWindow) -> impl IntoView + use<> {
    let sentence = chat::no_longer_sees(window.left_out, window.summarised);
    let Some(summary) = &window.summary else {
        return view! { <p>{sentence}</p> }.into_any();
    };
    let note = |line: &str| line.strip_prefix("- ").unwrap_or(line).to_owned();
    let notes: Vec<_> = summary
        .lines()
        .map(|line| view! { <li>{note(line)}</li> })
        .collect();
    view! {
        <details>
            <summary>{sentence}</summary>
            <ul>{notes}</ul>
            <p class="window-about">{t(chat::SUMMARY_BY_MODEL)}</p>
        </details>
    }
    .into_any()
}

/// Changes whenever the line does.
pub fn window_version(window: &SeenWindow) -> String {
    format!("{}-{}", window.left_out, window.summarised)
}

/// The foot of an answer: how it ended, what was left out, what was used. Readers get no button to ask again.
pub fn answer_foot(answer: &Answer, role: SpaceRole, clock: Clock<'_>) -> impl IntoView + use<> {
    let ending = ending(answer);
    let continuations = continuations(answer);
    let left_out = chat::left_out(answer.left_out.messages, answer.left_out.passages);
    view! {
        {super::thoughts::folded(answer)}
        {ending.map(|sentence| view! { <p class="answer-ending">{sentence}</p> })}
        {continuations.filter(|_| role.may_write()).map(|ways| view! { <div class="answer-ways" inner_html=ways></div> })}
        {left_out.map(|sentence| view! { <p class="answer-left-out">{sentence}</p> })}
        {super::attached::left_out(answer)}
        {speak(answer)}
        {memory_notes(&answer.notes)}
        {footnote::footnote(answer, clock)}
    }
}

/// Shown once a voice is found that sends nothing to another network.
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

/// What can be done about an answer that ended early. Plain forms, because this is rare.
fn continuations(answer: &Answer) -> Option<String> {
    let again = ending(answer).map(|_| way("retry", chat::RETRY, answer.id));
    let further = answer
        .can_continue
        .then(|| way("continue", chat::CONTINUE, answer.id));
    let ways = [further, again].into_iter().flatten().collect::<String>();
    (!ways.is_empty()).then_some(ways)
}

fn way(what: &str, words: Text, answer: AnswerId) -> String {
    format!(
        "<form method=\"post\" action=\"/api/answers/{what}\"><button class=\"button\" name=\"answer\" \
         value=\"{answer}\">{}</button></form>",
        t(words)
    )
}
