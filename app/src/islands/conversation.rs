//! The living part of a conversation: the turns since the page was rendered, and the composer.
//!
//! Everything settled before is HTML of the page (`pages::conversation`). A plain page load begins afresh, so
//! nothing here has to end.

pub mod actions;
mod attach;
pub mod attached;
mod code;
mod composer;
mod draft;
pub mod list;
mod live;
mod live_answer;
mod new_below;
mod scroll;
mod thinking;
pub mod thoughts;
pub mod views;
mod wake;
mod window_line;

use crate::json::Given;
pub use attach::Tools;
pub use composer::{Desk, suggestion};
pub use scroll::END;

use super::browser;
use hearth_types::{Message, MessageId, Siblings, SpaceRole};
use leptos::{either::Either, prelude::*};
use live::{Live, Turn};
use live_answer::LiveAnswer;

/// The live end of a conversation and its composer. `turns` are those from the first unfinished answer on.
#[island]
pub fn ConversationLive(desk: Given<Desk>, turns: Given<Vec<Message>>) -> impl IntoView {
    let (Given(desk), Given(turns)) = (desk, turns);
    let role = desk.role;
    let live = Live::new(desk.conversation, role, turns);
    Effect::new(move |_| {
        live.listen();
        list::listen();
        scroll::watch();
        code::listen();
        thoughts::listen();
    });
    Effect::new(move |_| browser::mark_page("data-answering", live.running().is_some()));
    view! {
        {move || live.noted.with(|notes| views::memory_notes(notes))}
        <div class="turns">
            <For each=move || live.turns.get() key=|turn| turn.id() let:turn>
                {match turn {
                    Turn::Said(message) => Either::Left(views::said(&message, role, None)),
                    Turn::Answered(answer, html, siblings) => Either::Right(answered(answer, role, html, siblings)),
                }}
            </For>
        </div>
        <p class="visually-hidden" role="status">{move || live.announcement.get()}</p>
        <div id=END tabindex="-1"></div>
        {desk.role.may_write().then(|| view! { <composer::Composer desk live /> })}
    }
}

fn answered(answer: LiveAnswer, role: SpaceRole, html: String, siblings: Option<Siblings>) -> impl IntoView {
    let id = MessageId(answer.id.0);
    view! {
        <article
            class="message answer"
            id=format!("m-{}", answer.id)
            aria-busy=move || answer.ended.with(Option::is_none).to_string()
        >
            <h2 class="visually-hidden" id=format!("b-{id}")>{crate::strings::t(crate::strings::chat::THE_MODEL)}</h2>
            <div class="prose" id=answer.text_id() inner_html=html></div>
            <p class="wait" role="status">
                {move || answer.sentence()}
                {move || answer.count().map(|count| view! { <span aria-hidden="true">{count}</span> })}
            </p>
            {thinking::thinking(answer, role)}
            <wake::WakeButton answer />
            {move || answer.ended.with(|ended| ended.as_ref().map(|ended| views::answer_foot(ended, role, &browser::when)))}
            <div class="acts" inner_html=move || {
                if answer.ended.with(Option::is_some) {
                    actions::of_answer(id, siblings, role)
                } else {
                    actions::versions(siblings, role)
                }
            }></div>
        </article>
    }
}
