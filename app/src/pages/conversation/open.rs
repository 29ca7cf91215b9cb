//! `/c/{id}`: a conversation, its newest part or, with `?before=` or `?at=`, another one.

use super::{
    below::{OpenTool, ToolSet},
    composer::{composer_setup, plain_upload},
    header::Header,
};
use crate::{
    browser::json::Property,
    components::{
        alive::Alive,
        layout::{Frame, title_or_new},
        time::Time,
    },
    context, dates,
    failure::Failure,
    flash,
    islands::{
        conversation::{
            ConversationLive, actions, scroll, setup::ComposerSetup, thoughts::OpenThoughts, views,
        },
        message_tools::MessageTools,
        voice::Voice,
    },
    pages::guard::for_person,
    server_fns::answers::AnswerAgain,
    strings::{chat, sharing, t},
};
use hearth_types::{
    AnswerId, Conversation, ConversationId, Message, Part, Problem, Shared, SpaceRole, Speaker, UserId,
};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_router::hooks::use_params_map;
use server_fn::ServerFn;

/// The page of a conversation; a conversation of others is not found.
#[component]
pub fn OpenConversation() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id"));
    let open = OpenTool::requested();
    let at = flash::parsed("at").or(open.map(OpenTool::message));
    let thoughts = flash::parsed("thoughts");
    let part = match (flash::parsed("before"), at) {
        (_, Some(at)) => Part::Around(at),
        (Some(before), None) => Part::Before(before),
        (None, None) => Part::Newest,
    };
    for_person(move |me| async move {
        let conversation = load(id, part).await?;
        open_thoughts(thoughts).await?;
        let tools = ToolSet::new(conversation.id, conversation.role, open).await;
        let setup = ComposerSetup {
            role: conversation.role,
            ..composer_setup(me.id, Some(conversation.id), conversation.model.as_deref()).await
        };
        Ok(page(me.id, conversation, setup, tools))
    })
}

/// When the message of the address is gone, the newest part is opened.
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

/// Provides the thoughts of an answer, which its fold then shows.
async fn open_thoughts(answer: Option<AnswerId>) -> Result<(), Failure> {
    if let Some(answer) = answer {
        let html = context::signed_in()?.thoughts(answer).await?;
        provide_context(OpenThoughts { answer, html });
    }
    Ok(())
}

fn page(
    person: UserId,
    mut conversation: Conversation,
    setup: ComposerSetup,
    tools: ToolSet,
) -> impl IntoView {
    let (later, role) = (conversation.later, conversation.role);
    let live = if later {
        Vec::new()
    } else {
        split_unsettled(&mut conversation.messages)
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
            view! { {line.map(views::window_line)} {message(shown, role, &tools)} }
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
                {tools.templates()}
                <MessageTools person/>
                {if later {
                    view! { <Alive/> }.into_any()
                } else {
                    live_end(setup, conversation.id, conversation.shared, live).into_any()
                }}
            </section>
        </Frame>
    }
}

/// Takes out the messages from the first unfinished answer on.
fn split_unsettled(messages: &mut Vec<Message>) -> Vec<Message> {
    let unfinished = |message: &Message| {
        message
            .answer
            .as_ref()
            .is_some_and(|answer| !answer.status.is_final())
    };
    let settled = messages.iter().position(unfinished);
    messages.split_off(settled.unwrap_or(messages.len()))
}

fn live_end(
    setup: ComposerSetup,
    id: ConversationId,
    shared: Option<Shared>,
    turns: Vec<Message>,
) -> impl IntoView {
    let reads = shared.filter(|shared| !shared.role.may_write());
    let running = !turns.is_empty();
    let speech = setup.speech;
    let uploads = setup.role.may_write().then(|| plain_upload(Some(id)));
    view! {
        {running.then(|| view! { <noscript><p class="wait">{t(chat::SHOW_NEWER)}</p></noscript> })}
        <ConversationLive composer=Property(setup) turns=Property(turns)/>
        {reads.map(|shared| view! { <p class="only-to-read">{sharing::only_to_read(&shared.owner)}</p> })}
        {uploads}
        <Voice speech/>
        {scroll_to_end()}
        <Alive/>
    }
}

/// Opens the page at its newest message, before hydration; a link to a message opens it there instead.
fn scroll_to_end() -> impl IntoView {
    let end = scroll::END;
    let script = format!("if(!location.hash)document.getElementById({end:?})?.scrollIntoView(false)");
    view! { <script nonce=use_nonce() inner_html=script></script> }
}

/// Asks for an answer to a message whose answer was deleted.
fn answer_this(message: &Message) -> impl IntoView + use<> {
    view! {
        <form class="unanswered" method="post" action=AnswerAgain::url()>
            <p class="answer-ending">{t(chat::NO_ANSWER)}</p>
            <button class="button" name="message" value=message.id.to_string()>{t(chat::ANSWER_THIS)}</button>
        </form>
    }
}

/// The link to earlier messages.
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

fn message(message: &Message, role: SpaceRole, tools: &ToolSet) -> impl IntoView + use<> {
    match message.said_by {
        Speaker::Person => views::said(message, role, tools.below(message)).into_any(),
        Speaker::Model => answer(message, role, tools.below(message)).into_any(),
    }
}

fn answer(message: &Message, role: SpaceRole, tool: Option<AnyView>) -> impl IntoView + use<> {
    let now = dates::own(dates::now());
    let clock = move |at| dates::own(at).seen_from(&now);
    view! {
        <article class="message answer" id=format!("m-{}", message.id)>
            <h2 class="visually-hidden" id=format!("b-{}", message.id)>{t(chat::THE_MODEL)}</h2>
            <div class="prose" inner_html=message.html.clone()></div>
            {message.answer.as_ref().map(|answer| views::answer_foot(answer, role, &clock))}
            <div class="answer-about">
                <Time at=message.said_at/>
                <div class="acts" inner_html=actions::of_answer(message.id, message.siblings, role)></div>
            </div>
            {tool}
        </article>
    }
}
