//! `/c/{id}`: a conversation, its newest part or, with `?before=` or `?at=`, another one.

use super::{
    begin_at_the_end,
    below::{Bench, Open},
    desk,
    header::Header,
    tools::{plain_upload, tools},
};
use crate::json::Given;
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
            ConversationLive, Desk, actions,
            thoughts::Opened,
            views::{self, When},
        },
        message_tools::MessageTools,
        voice::Voice,
        words,
    },
    pages::guard::for_person,
    server_fns::answers::AnswerAgain,
    strings::{chat, sharing, t},
};
use hearth_types::{
    AnswerId, Conversation, ConversationId, Message, MessageId, Part, Problem, Shared, SpaceRole, Speaker,
    UserId,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use server_fn::ServerFn;

/// The page of a conversation; somebody else's is as if it were not there.
#[component]
pub fn OpenConversation() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id"));
    let message = |key| flash::query(key).and_then(|id| id.parse().ok());
    let open = Open::asked();
    let at = message("at").or(open.map(Open::message));
    let thoughts = message("thoughts");
    let part = match (message("before"), at) {
        (_, Some(at)) => Part::Around(at),
        (Some(before), None) => Part::Before(before),
        (None, None) => Part::Newest,
    };
    for_person(move |me| async move {
        let conversation = load(id, part).await?;
        open_thoughts(thoughts).await?;
        let bench = Bench::new(conversation.id, conversation.role, open).await;
        let tools = tools(Some(conversation.id), conversation.model.as_deref()).await;
        let desk = Desk {
            role: conversation.role,
            ..desk(me.id, Some(conversation.id), tools).await
        };
        Ok(page(me.id, conversation, desk, bench))
    })
}

/// What is gone cannot be shown; the conversation still can.
async fn load(id: Option<String>, part: Part) -> Result<Conversation, Failure> {
    let id: ConversationId = id.and_then(|id| id.parse().ok()).ok_or(Problem::NotFound)?;
    let person = context::signed_in()?;
    match person.open_conversation(id, part).await.map_err(Failure::from) {
        Err(Failure::Problem(Problem::NotFound)) if matches!(part, Part::Around(_)) => {
            Ok(person.open_conversation(id, Part::Newest).await?)
        }
        opened => opened,
    }
}

/// Shows what the model thought before one of its answers.
async fn open_thoughts(answer: Option<MessageId>) -> Result<(), Failure> {
    if let Some(MessageId(id)) = answer {
        let answer = AnswerId(id);
        let html = context::signed_in()?.thoughts(answer).await?;
        provide_context(Opened { answer, html });
    }
    Ok(())
}

fn page(person: UserId, mut conversation: Conversation, desk: Desk, bench: Bench) -> impl IntoView {
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
    let (later, role) = (conversation.later, conversation.role);
    let live = if later {
        Vec::new()
    } else {
        conversation.messages.split_off(settled)
    };
    let window = conversation.window.take();
    let unanswered = conversation
        .messages
        .last()
        .filter(|last| !later && live.is_empty() && role.may_write() && last.said_by == Speaker::Person);
    let unanswered = unanswered.map(answer_this);
    let messages = conversation
        .messages
        .iter()
        .map(|shown| {
            let line = window.as_ref().filter(|window| window.first == shown.id);
            view! { {line.map(views::window_line)} {message(shown, role, &bench)} }
        })
        .collect_view();
    let line_at_end = window
        .as_ref()
        .filter(|window| live.first().is_some_and(|next| next.id == window.first))
        .map(views::window_line);
    view! {
        <Frame title=title_or_new(conversation.title.clone()) current=conversation.id>
            <section class="conversation">
                <Header conversation=conversation.clone()/>
                {earlier(&conversation)}
                <div class="turns">{messages}{line_at_end}{unanswered}</div>
                {later.then(|| newest(conversation.id))}
                {bench.templates()}
                <MessageTools person/>
                {if later {
                    view! { <Alive/> }.into_any()
                } else {
                    alive(desk, conversation.id, conversation.shared, live).into_any()
                }}
            </section>
        </Frame>
    }
}

fn alive(desk: Desk, id: ConversationId, shared: Option<Shared>, turns: Vec<Message>) -> impl IntoView {
    let reads = shared.filter(|shared| !shared.role.may_write());
    let running = !turns.is_empty();
    let speech = desk.tools.speech;
    let uploads = desk.role.may_write().then(|| plain_upload(Some(id)));
    view! {
        {running.then(|| view! { <noscript><p class="wait">{t(words::SHOW_NEWER)}</p></noscript> })}
        <ConversationLive desk=Given(desk) turns=Given(turns)/>
        {reads.map(|shared| view! { <p class="only-to-read">{sharing::only_to_read(&shared.owner)}</p> })}
        {uploads}
        <Voice speech/>
        {begin_at_the_end()}
        <Alive/>
    }
}

/// Its answer was deleted: another one can be asked for.
fn answer_this(message: &Message) -> impl IntoView + use<> {
    view! {
        <form class="unanswered" method="post" action=AnswerAgain::url()>
            <p class="answer-ending">{t(chat::NO_ANSWER)}</p>
            <button class="button" name="message" value=message.id.to_string()>{t(chat::ANSWER_THIS)}</button>
        </form>
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

fn message(message: &Message, role: SpaceRole, bench: &Bench) -> impl IntoView + use<> {
    match message.said_by {
        Speaker::Person => views::said(message, role, bench.below(message)).into_any(),
        Speaker::Model => answer(message, role, bench.below(message)).into_any(),
    }
}

fn answer(message: &Message, role: SpaceRole, tool: Option<AnyView>) -> impl IntoView + use<> {
    let zone = dates::zone();
    let clock = move |at| When {
        words: dates::spoken(at, dates::now(), zone),
        exact: dates::exact(at, zone),
    };
    view! {
        <article class="message answer" id=format!("m-{}", message.id)>
            <h2 class="visually-hidden" id=format!("b-{}", message.id)>{t(chat::THE_MODEL)}</h2>
            <div class="prose" inner_html=message.html.clone()></div>
            {message.answer.as_ref().map(|answer| views::answer_foot(answer, role, &clock))}
            <div class="answer-about">
                <Moment at=message.said_at/>
                <div class="acts" inner_html=actions::of_answer(message.id, message.siblings, role)></div>
            </div>
            {tool}
        </article>
    }
}
