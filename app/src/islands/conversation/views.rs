//! How a message looks. The page renders with these on the server, the island in the browser: one look.

mod footnote;
mod notes;

pub use notes::memory_notes;

use super::actions;
use crate::{
    components::icons::{self, Icon},
    islands::words::ending,
    strings::{Text, attachments, chat, t},
};
use hearth_types::{Answer, AnswerId, Message, SeenWindow, SpaceRole, Timestamp};
use leptos::{either::Either, prelude::*};

/// A moment as people say it, and exactly.
pub struct When {
    pub words: String,
    pub exact: String,
}

/// Tells a moment: the server knows the person's time zone, a browser its own.
pub type Clock<'a> = &'a dyn Fn(Timestamp) -> When;

/// What a person wrote: a quiet card, with the name of whoever wrote it when it is somebody else. `tool` is what
/// the page comes with open.
pub fn said(message: &Message, role: SpaceRole, tool: Option<AnyView>) -> impl IntoView + use<> {
    let place = format!("b-{}", message.id);
    view! {
        <article class="message said" id=format!("m-{}", message.id)>
            {match &message.by {
                Some(name) => Either::Left(view! { <h2 class="said-by" id=place dir="auto">{name.clone()}</h2> }),
                None => Either::Right(view! { <h2 class="visually-hidden" id=place>{t(chat::YOU)}</h2> }),
            }}
            {super::attached::of_message(&message.attachments)}
            <p class="said-text" dir="auto">{message.text.clone()}</p>
            <div class="acts" inner_html=actions::of_said(message.id, message.siblings, role)></div>
            {tool}
        </article>
    }
}

/// The id of the line above which the model no longer sees.
pub const WINDOW_LINE: &str = "window-line";

/// Where what the model sees begins, with what it knows of the messages before.
pub fn window_line(window: &SeenWindow) -> impl IntoView + use<> {
    let version = window_version(window);
    view! { <div id=WINDOW_LINE class="window-line" data-window=version>{window_words(window)}</div> }
}

/// The words of that line.
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

/// What stands under an answer: how it ended, what was left out, what was used. Whoever only reads does not
/// ask for it once more.
pub fn answer_foot(answer: &Answer, role: SpaceRole, clock: Clock<'_>) -> impl IntoView + use<> {
    let ending = ending(answer);
    let going_on = going_on(answer);
    let left_out = chat::left_out(answer.left_out.messages, answer.left_out.passages);
    view! {
        {super::thoughts::folded(answer)}
        {ending.map(|sentence| view! { <p class="answer-ending">{sentence}</p> })}
        {going_on.filter(|_| role.may_write()).map(|ways| view! { <div class="answer-ways" inner_html=ways></div> })}
        {left_out.map(|sentence| view! { <p class="answer-left-out">{sentence}</p> })}
        {super::attached::left_out(answer)}
        {speak(answer)}
        {memory_notes(&answer.notes)}
        {footnote::footnote(answer, clock)}
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

/// How to go on from an answer that did not come to its end. Plain forms, because this is rare and the page then
/// shows the answer by itself.
fn going_on(answer: &Answer) -> Option<String> {
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
