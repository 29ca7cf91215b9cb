//! Every address as nobody, as another person, as a disabled person, and as an administrator. As somebody who may only
//! read a shared conversation, or no longer has it: guests.rs.

use crate::{
    attachments::{attach, base64_png},
    support::{Answer, House, change, page, read, request as request_of, upload, upload_to},
};
use axum::body::Body;
use hearth_backend::{memory::memories::NewMemory, testing::TestHouse};
use hearth_server::http::routes::{self, Access, Kind, Own, ROUTES, Route};
use hearth_types::{AttachmentId, ConversationId, IdempotencyKey, MemoryFilter, SendMessage, Sent};
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
pub(crate) fn request(route: &Route, cookie: Option<&str>, ids: &Ids) -> Request<Body> {
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
        "/c/{id}" => return page(&format!("/c/{conversation}"), cookie),
        "/join/{secret}" => return page("/join/not-a-secret", cookie),
        "/assets/{*name}" => return read("/assets/nothing.js", cookie),
        "/events" => {
            return read(
                &format!("/events?conversation={conversation}&answer={answer}&blocks=0"),
                cookie,
            );
        }
        "/attachments" => {
            return upload(
                &format!("?conversation={conversation}"),
                cookie,
                "a.txt",
                b"words",
            );
        }
        "/import" => return upload_to("/import", cookie, "words.zip", b"no archive"),
        "/attachments/{id}" => return read(&format!("/attachments/{attachment}"), cookie),
        "/attachments/{id}/preview" => return read(&format!("/attachments/{attachment}/preview"), cookie),
        "/speech/{id}" => return read(&format!("/speech/{message}"), cookie),
        "/speech/write-down" => {
            return request_of(Method::POST, route.path, cookie)
                .header(header::ORIGIN, crate::support::ORIGIN)
                .body(Body::from("sound"))
                .unwrap();
        }
        "/api/attachments/remove" => format!("id={attachment}"),
        "/api/conversations/open" => {
            return read(
                &format!("/api/conversations/open?id={conversation}&before={message}"),
                cookie,
            );
        }
        "/api/conversations" => {
            return read(
                &format!("/api/conversations?before_us=1&before_id={conversation}"),
                cookie,
            );
        }
        "/healthz"
        | "/favicon.svg"
        | "/manifest.webmanifest"
        | "/api/setup/status"
        | "/api/models"
        | "/api/account/devices"
        | "/api/people"
        | "/export"
        | "/api/house/status" => return read(route.path, cookie),
        "/" | "/setup" | "/sign-in" | "/conversations" | "/search" | "/memory" | "/settings"
        | "/transfer" | "/people" | "/models" => {
            return page(route.path, cookie);
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
        "/api/messages/source" => return read(&format!("/api/messages/source?message={message}"), cookie),
        "/api/messages/show" | "/api/messages/delete" => format!("message={message}"),
        "/api/answers/again" => format!("message={answer}"),
        "/api/drafts" => return read(&format!("/api/drafts?conversation={conversation}"), cookie),
        "/api/drafts/save" => format!("conversation={conversation}&text=stolen&age_ms=1"),
        "/api/conversations/memory" => format!("id={conversation}&memory=false"),
        "/api/conversations/model" => format!("id={conversation}&model=stolen"),
        "/api/conversations/share" => format!("id={conversation}&person={person}&role=writer"),
        "/api/conversations/unshare" => format!("id={conversation}&person={person}"),
        "/api/conversations/leave" => format!("id={conversation}"),
        "/api/answers/thoughts" => {
            return read(&format!("/api/answers/thoughts?answer={answer}"), cookie);
        }
        "/api/answers/stop" | "/api/answers/retry" | "/api/answers/continue" | "/api/answers/answer_now" => {
            format!("answer={answer}")
        }
        "/api/memories/add" => "statement=hello&kind=fact".to_owned(),
        "/api/memories/edit" => format!("id={memory}&statement=stolen&kind=fact"),
        "/api/memories/changed" => format!("id={memory}&statement=stolen"),
        "/api/memories/pin" => format!("id={memory}&pinned=true"),
        "/api/memories/forget" | "/api/memories/undo" => format!("id={memory}"),
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
        "/api/house/default_model" | "/api/house/embedding_model" => "model=".to_owned(),
        "/api/house/embedding_paused" => "paused=true".to_owned(),
        "/api/models/pull" => "model=tiny".to_owned(),
        missing => panic!("{missing} is missing from the matrix"),
    };
    change(route.path, cookie, &form)
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_and_a_disabled_person_get_nothing_that_needs_a_sign_in() {
    let house = House::start().await;
    let bob = house.house.person("Bob").await;
    let disabled = house.sign_in("Bob").await;
    house
        .house
        .backend
        .administration(house.house.anna)
        .await
        .unwrap()
        .disable(bob)
        .await
        .unwrap();
    for route in ROUTES.iter().filter(|route| route.access != Access::Public) {
        for cookie in [None, Some(disabled.as_str())] {
            let answer = house.send(request(route, cookie, &Ids::random())).await;
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
    let house = House::start().await;
    house.house.person("Bob").await;
    let (bob, anna) = (house.sign_in("Bob").await, house.sign_in("Anna").await);
    for route in ROUTES
        .iter()
        .filter(|route| route.access == Access::Administrator)
    {
        let refused = house.send(request(route, Some(&bob), &Ids::random())).await;
        let expected = if route.kind == Kind::Page {
            StatusCode::NOT_FOUND
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(refused.status, expected, "{}", route.path);
        let allowed = house.send(request(route, Some(&anna), &Ids::random())).await;
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
async fn somebody_elses_ids_are_answered_as_ids_that_nobody_has() {
    let house = House::start().await;
    house.house.person("Bob").await;
    let sent = send(&house.house).await;
    // Named by hand, so that no model names it meanwhile.
    house
        .house
        .annas()
        .rename_conversation(sent.conversation, "Biscuit")
        .await
        .unwrap();
    let mut told = NewMemory::told("My dog is called Biscuit.");
    told.sources = vec![sent.message];
    let memory = house.house.annas().keep_memory(told).await.unwrap();
    let kept = house
        .house
        .annas()
        .list_memories(&MemoryFilter::default(), None)
        .await
        .unwrap();
    let before = house
        .house
        .annas()
        .open_conversation(sent.conversation, None)
        .await
        .unwrap();
    let device = house.house.backend.accounts();
    let annas_cookie = house.sign_in("Anna").await;
    let devices = house
        .send(read("/api/account/devices", Some(&annas_cookie)))
        .await;
    let devices: Vec<hearth_types::Device> = serde_json::from_str(&devices.body).unwrap();
    let annas = Ids {
        conversation: sent.conversation.0,
        message: sent.message.0,
        answer: sent.answer.0,
        device: devices[0].id.0,
        person: house.house.anna.0,
        attachment: attach(&house, &annas_cookie, "", "a.png", &base64_png())
            .await
            .id
            .0,
        memory: memory.0,
        passage: passage_of(&house.house, sent.message.0).await,
    };
    for route in ROUTES.iter().filter(|route| names_ids(route)) {
        // A session of its own each: one of the routes signs out.
        let cookie = house.sign_in("Bob").await;
        let theirs = house.send(request(route, Some(&cookie), &annas)).await;
        let random = Ids::random();
        let nobodys = house.send(request(route, Some(&cookie), &random)).await;
        assert_eq!(
            comparable(&theirs, &annas),
            comparable(&nobodys, &random),
            "{}",
            route.path
        );
    }
    let after = house
        .house
        .annas()
        .open_conversation(sent.conversation, None)
        .await
        .unwrap();
    assert_eq!(
        (before.title, before.memory, before.model),
        (after.title, after.memory, after.model)
    );
    assert_eq!(
        house
            .house
            .annas()
            .list_memories(&MemoryFilter::default(), None)
            .await
            .unwrap(),
        kept
    );
    assert_eq!(
        device
            .devices(house.house.anna, devices[0].id)
            .await
            .unwrap()
            .len(),
        1
    );
}

async fn send(house: &TestHouse) -> Sent {
    house.annas().send(said(None, Vec::new())).await.unwrap()
}

pub(crate) fn said(conversation: Option<ConversationId>, attachments: Vec<AttachmentId>) -> SendMessage {
    SendMessage {
        conversation,
        text: "My dog is called Biscuit.".into(),
        idempotency_key: IdempotencyKey(Uuid::now_v7()),
        model: None,
        memory: None,
        attachments,
        edits: None,
    }
}

/// The piece of a message that recall would find.
pub(crate) async fn passage_of(house: &TestHouse, message: Uuid) -> Uuid {
    let pool = sqlx::PgPool::connect_with(house.database.superuser.clone())
        .await
        .unwrap();
    sqlx::query_scalar("select id from passages where message_id = $1")
        .bind(message)
        .fetch_one(&pool)
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
