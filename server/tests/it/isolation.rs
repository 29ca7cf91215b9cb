//! CHECKS 2, 3, 4, 7 and 8 over HTTP: whatever a request names, and whoever asks, words stay with their person.

use crate::support::{House, change, page, read};
use hearth_inference::fake::Reply;
use hearth_server::http::routes::{Access, Kind, ROUTES};
use hearth_types::{Conversation, IdempotencyKey, SendMessage, Sent, UserId};
use http::StatusCode;
use uuid::Uuid;

const CANARY: &str = "canary9c1d";

async fn told(house: &House, who: UserId, text: &str) -> Sent {
    let message = SendMessage {
        conversation: None,
        text: text.into(),
        idempotency_key: IdempotencyKey(Uuid::now_v7()),
        model: None,
        memory: None,
        attachments: Vec::new(),
        edits: None,
    };
    house.house.backend.for_user(who).send(message).await.unwrap()
}

/// CHECK 7, for an answer that is being written, when there is most to hear.
#[tokio::test(flavor = "multi_thread")]
async fn the_stream_resume_and_stop_of_somebody_elses_running_answer_are_not_found() {
    let house = House::start().await;
    house.house.person("Bob").await;
    house
        .house
        .fake
        .enqueue(Reply::text(&format!("{CANARY} and more words")).hold_after(2));
    let annas = told(&house, house.house.anna, "Begin.").await;
    house.house.fake.wait_for_holds(1).await;
    let bob = house.sign_in("Bob").await;
    let bobs = told_by(&house, &bob, "Mine.").await;

    let (theirs, mine) = (annas.answer, bobs.conversation);
    for address in [
        format!("/events?answer={theirs}"),
        format!("/events?answer={theirs}&blocks=0"),
        format!("/events?conversation={}", annas.conversation),
        format!("/events?conversation={mine}&answer={theirs}&blocks=0"),
        format!("/api/conversations/open?id={}", annas.conversation),
        format!("/api/conversations/open?id={mine}&before={}", annas.message),
    ] {
        let refused = house.send(read(&address, Some(&bob))).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{address}");
        assert_eq!(refused.body, r#"{"problem":"not_found"}"#, "{address}");
    }
    let pages = [
        format!("/c/{}", annas.conversation),
        format!("/c/{mine}?before={}", annas.message),
    ];
    for address in pages {
        let refused = house.send(page(&address, Some(&bob))).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{address}");
        assert!(!refused.body.contains("Begin."), "{address}");
    }
    for path in ["/api/answers/stop", "/api/answers/retry"] {
        let refused = house
            .send(change(path, Some(&bob), &format!("answer={theirs}")))
            .await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
    }
    // It still runs, and only its owner hears it.
    house.house.fake.release_many(1_000);
    let anna = house.sign_in("Anna").await;
    let answer = house.answered(&anna, &annas).await;
    assert!(answer.text.starts_with(CANARY), "{}", answer.text);
}

async fn told_by(house: &House, cookie: &str, text: &str) -> Sent {
    let form = format!("text={text}&idempotency_key={}", Uuid::now_v7());
    let sent = house
        .send(change("/api/conversations/send", Some(cookie), &form))
        .await;
    serde_json::from_str(&sent.body).unwrap()
}

/// CHECK 3: a key that somebody else has used is as good as any.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_key_sends_ones_own_message() {
    let house = House::start().await;
    house.house.person("Bob").await;
    let (anna, bob) = (house.sign_in("Anna").await, house.sign_in("Bob").await);
    let form = format!("text={CANARY}&idempotency_key={}", Uuid::now_v7());
    let first = house
        .send(change("/api/conversations/send", Some(&anna), &form))
        .await;
    let second = house
        .send(change(
            "/api/conversations/send",
            Some(&bob),
            &form.replace(CANARY, "hello"),
        ))
        .await;
    let [annas, bobs]: [Sent; 2] =
        [&first, &second].map(|answer| serde_json::from_str(&answer.body).unwrap());
    assert_ne!(annas.conversation, bobs.conversation);
    let opened = house
        .send(read(
            &format!("/api/conversations/open?id={}", bobs.conversation),
            Some(&bob),
        ))
        .await;
    let opened: Conversation = serde_json::from_str(&opened.body).unwrap();
    assert_eq!(opened.messages[0].text, "hello");
}

/// CHECK 4.
#[tokio::test(flavor = "multi_thread")]
async fn fields_that_no_form_has_change_nothing() {
    let house = House::start().await;
    let (anna, bob) = (house.house.anna, house.house.person("Bob").await);
    let cookie = house.sign_in("Bob").await;
    let more = format!(
        "user={anna}&user_id={anna}&author_id={anna}&space_id={anna}&role=administrator&disabled=false"
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
        let answer = house
            .send(change(path, Some(&cookie), &format!("{form}&{more}")))
            .await;
        assert!(
            matches!(answer.status, StatusCode::OK | StatusCode::UNPROCESSABLE_ENTITY),
            "{path} {}",
            answer.status
        );
    }
    let administration = house.house.backend.administration(anna).await.unwrap();
    let link = administration.invite("").await.unwrap();
    let form = format!(
        "secret={}&name=Eve&password=correct+horse+battery&{more}",
        link.secret
    );
    assert_eq!(
        house.send(change("/api/links/accept", None, &form)).await.status,
        StatusCode::OK
    );
    let form = format!("name=Bob&password=correct+horse+battery&{more}");
    assert_eq!(
        house
            .send(change("/api/session/sign_in", None, &form))
            .await
            .status,
        StatusCode::OK
    );

    let people = administration.people().await.unwrap();
    let administrators: Vec<_> = people
        .iter()
        .filter(|person| person.role == hearth_types::Role::Administrator)
        .collect();
    assert_eq!(administrators.len(), 1);
    assert_eq!((rows_of(&house, anna).await, rows_of(&house, bob).await), (0, 1));
}

async fn rows_of(house: &House, user: UserId) -> usize {
    let person = house.house.backend.for_user(user);
    person.list_conversations(None, 50).await.unwrap().rows.len()
}

/// CHECKS 1 and 8: an administrator asks for everything that there is, with a member's ids.
#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_reads_no_members_words() {
    let house = House::start().await;
    let bob = house.house.person("Bob").await;
    house.house.fake.respond_with(|_| Reply::text(CANARY));
    let sent = told(&house, bob, &format!("My secret is {CANARY}.")).await;
    let bobs = house.sign_in("Bob").await;
    house.answered(&bobs, &sent).await;
    let anna = house.sign_in("Anna").await;
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
        for request in [page(&address, Some(&anna)), read(&address, Some(&anna))] {
            let answer = house.send(request).await;
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
        let refused = house.send(change(path, Some(&anna), &form)).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
    }
    let after = house.answered(&bobs, &sent).await;
    assert_eq!(after.text, CANARY);
}
