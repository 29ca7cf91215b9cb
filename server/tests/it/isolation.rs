//! Words stay with their person, whatever ids and fields a request names, and also for administrators.

use crate::support::{Actor, TestApp};
use hearth_inference::fake::Reply;
use hearth_server::http::routes::{Access, Kind, ROUTES};
use hearth_types::Sent;
use http::StatusCode;
use uuid::Uuid;

const CANARY: &str = "canary9c1d";

#[tokio::test(flavor = "multi_thread")]
async fn stream_resume_and_stop_of_another_persons_running_answer_are_not_found() {
    let app = TestApp::start().await;
    app.model_server()
        .enqueue(Reply::text(&format!("{CANARY} and more words")).hold_after(2));
    let (anna, bob) = (app.admin().await, app.person("Bob").await);
    let annas = anna.say("Begin.").await;
    app.model_server().wait_for_holds(1).await;
    let bobs = bob.say("Mine.").await;

    let (theirs, mine) = (annas.answer, bobs.conversation);
    for address in [
        format!("/events?answer={theirs}"),
        format!("/events?answer={theirs}&blocks=0"),
        format!("/events?conversation={}", annas.conversation),
        format!("/events?conversation={mine}&answer={theirs}&blocks=0"),
        format!("/api/conversations/open?id={}", annas.conversation),
        format!("/api/conversations/open?id={mine}&before={}", annas.message),
    ] {
        let refused = bob.read(&address).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{address}");
        assert_eq!(refused.body, r#"{"problem":"not_found"}"#, "{address}");
    }
    let pages = [
        format!("/c/{}", annas.conversation),
        format!("/c/{mine}?before={}", annas.message),
    ];
    for address in pages {
        let refused = bob.page(&address).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{address}");
        assert!(!refused.body.contains("Begin."), "{address}");
    }
    for path in ["/api/answers/stop", "/api/answers/retry"] {
        let refused = bob.change(path, &format!("answer={theirs}")).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
    }
    // It still runs, for its owner.
    app.model_server().release_many(1_000);
    let answer = anna.answered(&annas).await;
    assert!(answer.text.starts_with(CANARY), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_of_another_person_sends_a_new_message() {
    let app = TestApp::start().await;
    let (anna, bob) = (app.admin().await, app.person("Bob").await);
    let form = format!("text={CANARY}&idempotency_key={}", Uuid::now_v7());
    let first = anna.change("/api/conversations/send", &form).await;
    let second = bob
        .change("/api/conversations/send", &form.replace(CANARY, "hello"))
        .await;
    let [annas, bobs]: [Sent; 2] = [&first, &second].map(|answer| answer.json());
    assert_ne!(annas.conversation, bobs.conversation);
    let opened = bob.conversation(bobs.conversation).await;
    assert_eq!(opened.messages[0].text, "hello");
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_no_form_has_change_nothing() {
    let app = TestApp::start().await;
    let (anna, bob) = (app.admin().await, app.person("Bob").await);
    let admin = anna.id();
    let more = format!(
        "user={admin}&user_id={admin}&author_id={admin}&space_id={admin}&role=administrator&disabled=false"
    );
    let key = Uuid::now_v7();
    for (path, form) in [
        (
            "/api/conversations/send",
            format!("text=hello&idempotency_key={key}&id={key}"),
        ),
        (
            "/api/account/preferences",
            "language=en&theme=device&reading_font=serif&time_zone=UTC&memory=true".to_owned(),
        ),
        ("/api/account/notices/dismiss", String::new()),
    ] {
        let answer = bob.change(path, &format!("{form}&{more}")).await;
        assert!(
            matches!(answer.status, StatusCode::OK | StatusCode::UNPROCESSABLE_ENTITY),
            "{path} {}",
            answer.status
        );
    }
    let administration = app.administration().await;
    let link = administration.invite("").await.unwrap();
    let form = format!(
        "secret={}&name=Eve&password=correct+horse+battery&{more}",
        link.secret
    );
    assert_eq!(
        app.visitor().change("/api/links/accept", &form).await.status,
        StatusCode::OK
    );
    let form = format!("name=Bob&password=correct+horse+battery&{more}");
    assert_eq!(
        app.visitor().change("/api/session/sign_in", &form).await.status,
        StatusCode::OK
    );

    let people = administration.people().await.unwrap();
    let administrators: Vec<_> = people
        .iter()
        .filter(|person| person.role == hearth_types::Role::Administrator)
        .collect();
    assert_eq!(administrators.len(), 1);
    assert_eq!((rows_of(&anna).await, rows_of(&bob).await), (0, 1));
}

async fn rows_of(person: &Actor) -> usize {
    let page = person.backend().list_conversations(None, 50).await.unwrap();
    page.rows.len()
}

/// With a member's ids, on every route that reads or names one.
#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_reads_no_members_words() {
    let app = TestApp::start().await;
    let (anna, bob) = (app.admin().await, app.person("Bob").await);
    app.model_server().respond_with(|_| Reply::text(CANARY));
    let sent = bob.say(&format!("My secret is {CANARY}.")).await;
    bob.answered(&sent).await;
    let (conversation, message, answer) = (sent.conversation, sent.message, sent.answer);
    let named = [
        format!("/c/{conversation}"),
        format!("/c/{conversation}?before={message}"),
        format!("/api/conversations/open?id={conversation}"),
        format!("/api/conversations/open?id={conversation}&before={message}"),
        format!("/api/conversations?before_us=9000000000000000&before_id={conversation}"),
        format!("/events?conversation={conversation}&answer={answer}"),
    ];
    let plain = ROUTES
        .iter()
        .filter(|route| route.kind != Kind::Change && !route.path.contains('{') && route.path != "/events");
    assert!(plain.clone().any(|route| route.access == Access::Administrator));
    for address in named.into_iter().chain(plain.map(|route| route.path.to_owned())) {
        for request in [anna.page_request(&address), anna.read_request(&address)] {
            let answer = app.send(request).await;
            assert!(!answer.body.contains(CANARY), "{address}");
        }
    }
    for (path, form) in [
        ("/api/conversations/rename", format!("id={conversation}&title=x")),
        ("/api/conversations/delete", format!("id={conversation}")),
        (
            "/api/conversations/memory",
            format!("id={conversation}&memory=false"),
        ),
        ("/api/conversations/model", format!("id={conversation}&model=")),
        ("/api/answers/stop", format!("answer={answer}")),
        ("/api/answers/retry", format!("answer={answer}")),
        (
            "/api/conversations/send",
            format!(
                "conversation={conversation}&text=x&idempotency_key={}",
                Uuid::now_v7()
            ),
        ),
    ] {
        let refused = anna.change(path, &form).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
    }
    let after = bob.answered(&sent).await;
    assert_eq!(after.text, CANARY);
}
