//! The living part of a conversation: the turns since the page was rendered, and the composer.
//!
//! Everything settled before is HTML of the page (`pages::conversation`). Each page load starts over, so no handler
//! here is ever removed.

pub mod actions;
mod answer_text;
mod attach;
pub mod attached;
mod code;
pub mod composer;
mod draft;
pub mod list;
mod live;
mod live_answer;
mod new_below;
mod phase;
pub mod scroll;
pub mod setup;
mod thinking_time;
pub mod thoughts;
mod turn;
pub mod views;
mod waiting;
mod window_line;

use crate::{
    browser::{clock, json::Property, page},
    strings::{
        chat,
        moments::{LocalTime, Moment},
        t,
    },
};
use composer::Composer;
use hearth_types::{Message, MessageId, Siblings, SpaceRole, Timestamp};
use leptos::{either::Either, prelude::*};
use live::Live;
use live_answer::LiveAnswer;
use setup::ComposerSetup;
use turn::Turn;
use waiting::{Thinking, WakeButton};

/// The live end of a conversation and its composer. `turns` are those from the first unfinished answer on.
#[island]
pub fn ConversationLive(composer: Property<ComposerSetup>, turns: Property<Vec<Message>>) -> impl IntoView {
    let (Property(setup), Property(turns)) = (composer, turns);
    let role = setup.role;
    let live = Live::new(setup.conversation, role, turns);
    Effect::new(move |_| {
        live.listen();
        list::listen();
        scroll::watch();
        code::listen();
        thoughts::listen();
    });
    Effect::new(move |_| page::mark("data-answering", live.running().is_some()));
    view! {
        {move || live.notes.with(|notes| views::memory_notes(notes))}
        <div class="turns">
            <For each=move || live.turns.get() key=|turn| turn.id() let:turn>
                {match turn {
                    Turn::Said(message) => Either::Left(views::said(&message, role, None)),
                    Turn::Answered(answer, html, siblings) => Either::Right(answered(answer, role, html, siblings)),
                }}
            </For>
        </div>
        <p class="visually-hidden" role="status">{move || live.announcement.get()}</p>
        <div id=scroll::END tabindex="-1"></div>
        {role.may_write().then(|| view! { <Composer setup live /> })}
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
            <h2 class="visually-hidden" id=format!("b-{id}")>{t(chat::THE_MODEL)}</h2>
            <div class="prose" id=answer.text_id() inner_html=html></div>
            <p class="wait" role="status">
                {move || answer.sentence()}
                {move || answer.count().map(|count| view! { <span aria-hidden="true">{count}</span> })}
            </p>
            <Thinking answer role />
            <WakeButton answer />
            {move || answer.ended.with(|ended| ended.as_ref().map(|ended| views::answer_foot(ended, role, &moment)))}
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

/// A moment in the browser's time zone.
fn moment(at: Timestamp) -> Moment {
    let local = |at| LocalTime::new(at, clock::utc_offset_minutes(at));
    local(at).seen_from(&local(clock::now()))
}
