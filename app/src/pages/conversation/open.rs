//! `/c/{id}`: a conversation, its newest part or, with `?before=`, an earlier one.

use super::{
    begin_at_the_end, desk,
    header::Header,
    tools::{plain_upload, tools},
};
use crate::{
    components::{
        alive::Alive,
        layout::{Frame, title_or_new},
        time::Moment,
    },
    context, dates,
    failure::{Failure, flash},
    islands::{
        conversation::{
            ConversationLive, Desk,
            thoughts::Opened,
            views::{self, When},
        },
        voice::Voice,
        words,
    },
    pages::guard::for_person,
    strings::{chat, sharing, t},
};
use hearth_types::{AnswerId, Conversation, ConversationId, Message, MessageId, Problem, SpaceRole, Speaker};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// How many parts to look through for a message that a link names.
const MOST_PARTS: usize = 50;

/// Which part of a conversation a link asks for.
struct Wanted {
    /// The part before this message.
    before: Option<MessageId>,
    /// The part that has this message.
    at: Option<MessageId>,
    /// The answer whose thoughts are shown.
    thoughts: Option<MessageId>,
}

/// The page of a conversation; somebody else's is as if it were not there.
#[component]
pub fn OpenConversation() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id"));
    let message = |key| flash::query(key).and_then(|id| id.parse().ok());
    let wanted = Wanted {
        before: message("before"),
        at: message("at"),
        thoughts: message("thoughts"),
    };
    for_person(move |me| async move {
        let (conversation, earlier_part) = load(id, wanted).await?;
        let tools = tools(Some(conversation.id), conversation.model.as_deref()).await;
        let desk = desk(me.id, Some(conversation.id), tools);
        Ok(page(desk, conversation, earlier_part))
    })
}

/// The part that is wanted, and whether it is an earlier one than the newest.
async fn load(id: Option<String>, wanted: Wanted) -> Result<(Conversation, bool), Failure> {
    let id: ConversationId = id.and_then(|id| id.parse().ok()).ok_or(Problem::NotFound)?;
    let backend = context::signed_in()?;
    let newest = backend.open_conversation(id, wanted.before).await?;
    if let Some(MessageId(id)) = wanted.thoughts {
        let answer = AnswerId(id);
        let html = backend.thoughts(answer).await?;
        provide_context(Opened { answer, html });
    }
    let Some(at) = wanted.at else {
        return Ok((newest, wanted.before.is_some()));
    };
    let has = |part: &Conversation| part.messages.iter().any(|message| message.id == at);
    let mut part = newest.clone();
    for _ in 0..MOST_PARTS {
        if has(&part) || !part.earlier {
            break;
        }
        let before = part.messages.first().map(|first| first.id);
        part = backend.open_conversation(id, before).await?;
    }
    let is_newest = part.messages == newest.messages;
    // What is gone cannot be shown; the conversation still can.
    Ok(if has(&part) && !is_newest {
        (part, true)
    } else {
        (newest, false)
    })
}

fn page(desk: Desk, mut conversation: Conversation, earlier_part: bool) -> impl IntoView {
    let unfinished = |message: &Message| {
        message
            .answer
            .as_ref()
            .is_some_and(|answer| !answer.status.is_final())
    };
    let settled = conversation
        .messages
        .iter()
        .position(unfinished)
        .unwrap_or(conversation.messages.len());
    let live = if earlier_part {
        Vec::new()
    } else {
        conversation.messages.split_off(settled)
    };
    let window = conversation.window.take();
    view! {
        <Frame title=title_or_new(conversation.title.clone()) current=conversation.id>
            <section class="conversation">
                <Header conversation=conversation.clone()/>
                {earlier(&conversation)}
                <div class="turns">
                    {conversation.messages.iter().map(|said| {
                        let line = window.as_ref().filter(|window| window.first == said.id).map(views::window_line);
                        view! { {line} {message(said, conversation.role)} }
                    }).collect_view()}
                    {window.as_ref().filter(|window| live.first().is_some_and(|next| next.id == window.first)).map(views::window_line)}
                </div>
                {if earlier_part { newest(conversation.id).into_any() } else { alive(desk, &conversation, live).into_any() }}
            </section>
        </Frame>
    }
}

fn alive(desk: Desk, conversation: &Conversation, turns: Vec<Message>) -> impl IntoView + use<> {
    let running = !turns.is_empty();
    let reads = conversation
        .shared
        .as_ref()
        .filter(|shared| !shared.role.may_write());
    let speech = desk.tools.speech;
    let desk = Desk {
        role: conversation.role,
        ..desk
    };
    let uploads = conversation
        .role
        .may_write()
        .then(|| plain_upload(Some(conversation.id)));
    view! {
        {running.then(|| view! { <noscript><p class="wait">{t(words::SHOW_NEWER)}</p></noscript> })}
        <ConversationLive desk turns/>
        {reads.map(|shared| view! { <p class="only-to-read">{sharing::only_to_read(&shared.owner)}</p> })}
        {uploads}
        <Voice speech/>
        {begin_at_the_end()}
        <Alive/>
    }
}

/// The link to what was said before the first of these messages.
fn earlier(conversation: &Conversation) -> impl IntoView + use<> {
    let first = conversation.messages.first().filter(|_| conversation.earlier);
    first.map(|first| {
        let page = format!("/c/{}?before={}", conversation.id, first.id);
        view! { <p class="earlier"><a href=page>{t(chat::EARLIER_MESSAGES)}</a></p> }
    })
}

fn newest(id: ConversationId) -> impl IntoView {
    view! { <p class="earlier"><a href=format!("/c/{id}")>{t(chat::TO_NEWEST)}</a></p> }
}

fn message(message: &Message, role: SpaceRole) -> impl IntoView + use<> {
    match message.said_by {
        Speaker::Person => views::said(message).into_any(),
        Speaker::Model => answer(message, role).into_any(),
    }
}

fn answer(message: &Message, role: SpaceRole) -> impl IntoView + use<> {
    let zone = dates::zone();
    let clock = move |at| When {
        words: dates::spoken(at, dates::now(), zone),
        exact: dates::exact(at, zone),
    };
    view! {
        <article class="message answer" id=format!("m-{}", message.id)>
            <h2 class="visually-hidden">{t(chat::THE_MODEL)}</h2>
            <div class="prose" inner_html=message.html.clone()></div>
            {message.answer.as_ref().map(|answer| views::answer_foot(answer, role, &clock))}
            <p class="answer-about"><Moment at=message.said_at/></p>
        </article>
    }
}
