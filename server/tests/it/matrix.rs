//! Every route as a visitor, another person, a disabled person and an administrator. As a reader or a former member of a
//! shared conversation: guests.rs.

use crate::{
    attachments::base64_png,
    support::{Actor, Answer, ORIGIN, TestApp},
};
use axum::body::Body;
use hearth_backend::memory::memories::NewMemory;
use hearth_server::http::routes::{self, Access, Kind, Own, ROUTES, Route};
use hearth_types::{AttachmentId, ConversationId, Device, IdempotencyKey, MemoryFilter, SendMessage};
use http::{Method, Request, StatusCode, header};
use uuid::Uuid;

#[test]
fn the_table_names_exactly_the_apps_pages_and_server_functions() {
    routes::check().unwrap();
}

/// Ids that a request may name.
pub(crate) struct Ids {
    pub conversation: Uuid,
    pub message: Uuid,
    pub answer: Uuid,
    pub device: Uuid,
    pub person: Uuid,
    pub attachment: Uuid,
    pub memory: Uuid,
    pub passage: Uuid,
}

impl Ids {
    pub(crate) fn random() -> Self {
        Self {
            conversation: Uuid::now_v7(),
            message: Uuid::now_v7(),
            answer: Uuid::now_v7(),
            device: Uuid::now_v7(),
            person: Uuid::now_v7(),
            attachment: Uuid::now_v7(),
            memory: Uuid::now_v7(),
            passage: Uuid::now_v7(),
        }
    }
}

/// A request that names ids wherever it can. A route that is missing here fails.
pub(crate) fn request(route: &Route, by: &Actor, ids: &Ids) -> Request<Body> {
    let Ids {
        conversation,
        message,
        answer,
        device,
        person,
        attachment,
        memory,
        passage,
    } = ids;
    let form = match route.path {
        "/c/{id}" => return by.page_request(&format!("/c/{conversation}")),
        "/join/{secret}" => return by.page_request("/join/not-a-secret"),
        "/assets/{*name}" => return by.read_request("/assets/nothing.js"),
        "/events" => {
            return by.read_request(&format!(
                "/events?conversation={conversation}&answer={answer}&blocks=0"
            ));
        }
        "/attachments" => {
            return by.upload_request(
                &format!("/attachments?conversation={conversation}"),
                "a.txt",
                b"words",
            );
        }
        "/import" => return by.upload_request("/import", "words.zip", b"no archive"),
        "/attachments/{id}" => return by.read_request(&format!("/attachments/{attachment}")),
        "/attachments/{id}/preview" => return by.read_request(&format!("/attachments/{attachment}/preview")),
        "/speech/{id}" => return by.read_request(&format!("/speech/{message}")),
        "/speech/write-down" => {
            return by
                .request(Method::POST, route.path)
                .header(header::ORIGIN, ORIGIN)
                .body(Body::from("sound"))
                .unwrap();
        }
        "/api/attachments/remove" => format!("id={attachment}"),
        "/api/conversations/open" => {
            return by.read_request(&format!(
                "/api/conversations/open?id={conversation}&before={message}"
            ));
        }
        "/api/conversations" => {
            return by.read_request(&format!(
                "/api/conversations?before_us=1&before_id={conversation}"
            ));
        }
        "/healthz"
        | "/favicon.svg"
        | "/manifest.webmanifest"
        | "/api/setup/status"
        | "/api/models"
        | "/api/account/devices"
        | "/api/people"
        | "/export"
        | "/api/model_server/status" => return by.read_request(route.path),
        "/" | "/setup" | "/sign-in" | "/conversations" | "/search" | "/memory" | "/settings"
        | "/transfer" | "/people" | "/models" => {
            return by.page_request(route.path);
        }
        "/api/setup/administrator" => {
            "name=Eve&password=correct+horse+battery&language=en&time_zone=UTC".to_owned()
        }
        "/api/session/sign_in" => "name=Eve&password=wrong+horse+battery".to_owned(),
        "/api/links/accept" => "secret=none&name=Eve&password=correct+horse+battery".to_owned(),
        "/api/language" => "language=en".to_owned(),
        "/api/conversations/send" => {
            format!(
                "conversation={conversation}&text=hello&idempotency_key={}",
                Uuid::now_v7()
            )
        }
        "/api/conversations/rename" => format!("id={conversation}&title=stolen"),
        "/api/conversations/delete" => format!("id={conversation}"),
        "/api/conversations/pin" => format!("id={conversation}&pinned=true"),
        "/api/conversations/archive" => format!("id={conversation}&archived=true"),
        "/api/messages/source" => return by.read_request(&format!("/api/messages/source?message={message}")),
        "/api/messages/show" | "/api/messages/delete" => format!("message={message}"),
        "/api/answers/again" => format!("message={answer}"),
        "/api/drafts" => return by.read_request(&format!("/api/drafts?conversation={conversation}")),
        "/api/drafts/save" => format!("conversation={conversation}&text=stolen&age_ms=1"),
        "/api/conversations/memory" => format!("id={conversation}&memory=false"),
        "/api/conversations/model" => format!("id={conversation}&model=stolen"),
        "/api/conversations/share" => format!("id={conversation}&person={person}&role=writer"),
        "/api/conversations/unshare" => format!("id={conversation}&person={person}"),
        "/api/conversations/leave" => format!("id={conversation}"),
        "/api/answers/thoughts" => {
            return by.read_request(&format!("/api/answers/thoughts?answer={answer}"));
        }
        "/api/answers/stop" | "/api/answers/retry" | "/api/answers/continue" | "/api/answers/answer_now" => {
            format!("answer={answer}")
        }
        "/api/memories/add" => "statement=hello&kind=fact".to_owned(),
        "/api/memories/edit" => format!("id={memory}&statement=stolen&kind=fact"),
        "/api/memories/changed" => format!("id={memory}&statement=stolen"),
        "/api/memories/pin" => format!("id={memory}&pinned=true"),
        "/api/memories/forget" | "/api/memories/undo" | "/api/memories/separate" => format!("id={memory}"),
        "/api/memories/forget_passage" => format!("passage={passage}"),
        "/api/memories/forget_all" => String::new(),
        "/api/memories/answer" => format!("id={memory}&yes=true"),
        "/api/memories/not_relevant" => format!("answer={answer}&memory={memory}&passage={passage}"),
        "/api/account/devices/end" => format!("device={device}"),
        "/api/account/password" => "current=wrong+horse+battery&new=correct+horse+battery".to_owned(),
        "/api/account/preferences" => {
            "language=en&theme=device&reading_font=serif&time_zone=UTC&memory=true".to_owned()
        }
        "/api/account/devices/end_others"
        | "/api/account/notices/dismiss"
        | "/api/models/wake"
        | "/api/session/sign_out" => String::new(),
        "/api/people/invite" => "name=Eve".to_owned(),
        "/api/people/reset_link" | "/api/people/disable" | "/api/people/enable" => {
            format!("user={}", Uuid::now_v7())
        }
        "/api/people/role" => format!("user={}&role=administrator", Uuid::now_v7()),
        "/api/people/revoke_link" => format!("link={}", Uuid::now_v7()),
        "/api/model_server/default_model" | "/api/model_server/embedding_model" => "model=".to_owned(),
        "/api/model_server/embedding_paused" => "paused=true".to_owned(),
        "/api/models/pull" => "model=tiny".to_owned(),
        missing => panic!("{missing} is missing from the matrix"),
    };
    by.change_request(route.path, &form)
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_and_disabled_people_get_nothing_that_needs_a_sign_in() {
    let app = TestApp::start().await;
    let disabled = app.person("Bob").await;
    app.administration().await.disable(disabled.id()).await.unwrap();
    for route in ROUTES.iter().filter(|route| route.access != Access::Public) {
        for person in [&app.visitor(), &disabled] {
            let answer = app.send(request(route, person, &Ids::random())).await;
            if route.kind == Kind::Page {
                assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", route.path);
                assert!(
                    answer.header("location").starts_with("/sign-in"),
                    "{}",
                    route.path
                );
            } else {
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", route.path);
                assert_eq!(answer.body, r#"{"problem":"not_signed_in"}"#);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_administer_nothing_and_administrators_do() {
    let app = TestApp::start().await;
    let (bob, anna) = (app.person("Bob").await, app.admin().await);
    for route in ROUTES
        .iter()
        .filter(|route| route.access == Access::Administrator)
    {
        let refused = app.send(request(route, &bob, &Ids::random())).await;
        let expected = if route.kind == Kind::Page {
            StatusCode::NOT_FOUND
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(refused.status, expected, "{}", route.path);
        let allowed = app.send(request(route, &anna, &Ids::random())).await;
        assert!(
            !matches!(
                allowed.status,
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::SEE_OTHER
            ),
            "{} {}",
            route.path,
            allowed.status
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_of_another_person_are_answered_like_ids_that_do_not_exist() {
    let app = TestApp::start().await;
    app.add_person("Bob").await;
    let anna = app.admin().await;
    let sent = anna.backend().send(dog(None, Vec::new())).await.unwrap();
    // Titled by hand, so that no model changes the title meanwhile.
    let titled = anna.backend();
    let titled = titled.rename_conversation(sent.conversation, "Biscuit").await;
    titled.unwrap();
    let mut memory = NewMemory::told(DOG);
    memory.sources = vec![sent.message];
    let memory = anna.backend().keep_memory(memory).await.unwrap();
    let devices: Vec<Device> = anna.read("/api/account/devices").await.json();
    let annas = Ids {
        conversation: sent.conversation.0,
        message: sent.message.0,
        answer: sent.answer.0,
        device: devices[0].id.0,
        person: anna.id().0,
        attachment: anna.attach("", "a.png", &base64_png()).await.id.0,
        memory: memory.0,
        passage: passage_of(&app, sent.message.0).await,
    };
    let state = async || {
        let conversation = anna.backend().open_conversation(sent.conversation, None).await;
        let conversation = conversation.unwrap();
        let memories = anna.backend().list_memories(&MemoryFilter::default(), None).await;
        (
            (conversation.title, conversation.memory, conversation.model),
            memories.unwrap(),
        )
    };
    let before = state().await;
    for route in ROUTES.iter().filter(|route| names_ids(route)) {
        // A session for each: one of the routes signs out.
        let bob = app.sign_in("Bob").await;
        let random = Ids::random();
        let of_anna = app.send(request(route, &bob, &annas)).await;
        let of_none = app.send(request(route, &bob, &random)).await;
        assert_eq!(
            comparable(&of_anna, &annas),
            comparable(&of_none, &random),
            "{}",
            route.path
        );
    }
    assert_eq!(state().await, before);
    let left = app.backend().accounts().devices(anna.id(), devices[0].id).await;
    assert_eq!(left.unwrap().len(), 1);
}

/// The text of [`dog`].
const DOG: &str = "My dog is called Biscuit.";

/// A message that is worth a memory.
pub(crate) fn dog(conversation: Option<ConversationId>, attachments: Vec<AttachmentId>) -> SendMessage {
    SendMessage {
        conversation,
        text: DOG.into(),
        idempotency_key: IdempotencyKey(Uuid::now_v7()),
        model: None,
        memory: None,
        attachments,
        edits: None,
    }
}

/// The passage of a message.
pub(crate) async fn passage_of(app: &TestApp, message: Uuid) -> Uuid {
    sqlx::query_scalar("select id from passages where message_id = $1")
        .bind(message)
        .fetch_one(&mut app.superuser().await)
        .await
        .unwrap()
}

pub(crate) fn names_ids(route: &Route) -> bool {
    let path = route.path;
    route.access == Access::SignedIn
        && (path == "/c/{id}"
            || path == "/api/account/devices/end"
            || route.kind == Kind::Own(Own::Events)
            || path.starts_with("/attachments")
            || path == "/speech/{id}"
            || path.starts_with("/api/attachments")
            || path.starts_with("/api/conversations")
            || path.starts_with("/api/memories")
            || path.starts_with("/api/messages")
            || path.starts_with("/api/drafts")
            || path.starts_with("/api/answers"))
}

/// Status and body, without what differs between any two requests.
pub(crate) fn comparable(answer: &Answer, ids: &Ids) -> (StatusCode, String) {
    let mut body = answer.body.clone();
    for id in [
        ids.conversation,
        ids.message,
        ids.answer,
        ids.device,
        ids.person,
        ids.attachment,
        ids.memory,
        ids.passage,
    ] {
        body = body.replace(&id.to_string(), "ID");
    }
    let policy = answer.header("content-security-policy");
    if let Some(nonce) = policy
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next())
    {
        body = body.replace(nonce, "NONCE");
    }
    (answer.status, body)
}
