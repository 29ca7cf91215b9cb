//! Words that would be more than words: in titles, names and addresses.

use crate::support::{House, change, page, request};
use axum::body::Body;
use hearth_inference::fake::{FakeModel, Reply};
use hearth_types::{Role, Sent};
use http::{Method, StatusCode, header};
use uuid::Uuid;

/// Short enough for a name; ends every element that a title, a script or an attribute may be in.
const HOSTILE: &str = r#""'></title></script><meta http-equiv=refresh content=0><!--"#;

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn titles_names_models_and_queries_are_text_on_every_page() {
    let house = House::start().await;
    let hostile = encoded(HOSTILE);
    house.house.fake.set_models(vec![FakeModel::chat(HOSTILE)]);
    house.house.fake.respond_with(|_| Reply::text(HOSTILE));
    let administration = house
        .house
        .backend
        .administration(house.house.anna)
        .await
        .unwrap();
    let eve = house.house.person(HOSTILE).await;
    administration.set_role(eve, Role::Administrator).await.unwrap();
    let reset = house
        .house
        .backend
        .administration(eve)
        .await
        .unwrap()
        .reset_link(house.house.person("Bob").await)
        .await
        .unwrap();
    let invitation = administration.invite(HOSTILE).await.unwrap();
    let eves_reset = administration.reset_link(eve).await.unwrap();
    let cookie = house.sign_in(&hostile).await;
    let form = format!("text={hostile}&idempotency_key={}", Uuid::now_v7());
    let sent = house
        .send(change("/api/conversations/send", Some(&cookie), &form))
        .await;
    let sent: Sent = serde_json::from_str(&sent.body).unwrap();
    // Once while the answer waits or runs, once when all is there, title included.
    let conversation = format!("/c/{}", sent.conversation);
    harmless(&house, &conversation, Some(&cookie)).await;
    house.answered(&cookie, &sent).await;
    let rename = format!("id={}&title={hostile}", sent.conversation);
    let renamed = house
        .send(change("/api/conversations/rename", Some(&cookie), &rename))
        .await;
    assert_eq!(renamed.status, StatusCode::OK);
    let shown = house.send(page(&conversation, Some(&cookie))).await.body;
    assert!(
        shown.contains("<title>\"'&gt;&lt;/title&gt;"),
        "the head has the title, as text"
    );

    for path in [
        "/",
        &conversation,
        "/conversations",
        "/settings",
        "/people",
        "/models",
        "/nothing",
    ] {
        for query in [
            "",
            "?name=",
            "?next=",
            "?before=",
            "?saved=",
            "?__path=/api/session/sign_in&__err=",
        ] {
            let hostile = if query.is_empty() { "" } else { &hostile };
            harmless(&house, &format!("{path}{query}{hostile}"), Some(&cookie)).await;
        }
    }
    for path in [
        format!("/sign-in?name={hostile}&next={hostile}&__path=/api/session/sign_in&__err={hostile}"),
        format!("/join/{hostile}"),
        format!("/join/{}?name={hostile}", invitation.secret),
        format!("/join/{}", eves_reset.secret),
        format!("/c/{hostile}"),
        format!("/{hostile}"),
    ] {
        harmless(&house, &path, None).await;
    }
    // What an administrator of that name did is told to its owner.
    house
        .house
        .backend
        .accounts()
        .reset_password(&reset.secret, "correct horse battery")
        .await
        .unwrap();
    let bob = house.sign_in("Bob").await;
    harmless(&house, "/", Some(&bob)).await;
}

/// The page shows the text as text: nothing of it is markup.
async fn harmless(house: &House, path: &str, cookie: Option<&str>) {
    let request = request(Method::GET, path, cookie)
        .header(header::ACCEPT, "text/html")
        .header(header::USER_AGENT, HOSTILE)
        .header(header::REFERER, HOSTILE)
        .header(header::ACCEPT_LANGUAGE, HOSTILE);
    let answer = house.send(request.body(Body::empty()).unwrap()).await;
    assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
    assert!(
        !answer.body.contains("<meta http-equiv"),
        "{path}: {}",
        around(&answer.body)
    );
    assert_eq!(
        answer.body.matches("</title>").count(),
        usize::from(answer.body.contains("<title>")),
        "{path}"
    );
}

fn around(body: &str) -> &str {
    let at = body.find("<meta http-equiv").unwrap_or_default();
    body.get(at.saturating_sub(200)..(at + 100).min(body.len()))
        .unwrap_or(body)
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_leads_to_no_page_elsewhere() {
    let house = House::start().await;
    for next in [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\nlocation: https://evil.example",
        "\t//evil.example",
        " //evil.example",
        "/\u{a0}/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
    ] {
        let form = format!("name=Anna&password=correct+horse+battery&next={}", encoded(next));
        let request = request(Method::POST, "/api/session/sign_in", None)
            .header(header::ORIGIN, crate::support::ORIGIN)
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = house.send(request.body(Body::from(form)).unwrap()).await;
        assert!(answer.status.is_redirection(), "{next:?} {}", answer.status);
        assert_eq!(answer.header("location"), "/", "{next:?}");
        assert!(answer.cookie().is_some(), "{next:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn being_sent_to_sign_in_leads_back_to_a_page_of_ours() {
    let house = House::start().await;
    for (path, referer) in [
        ("/settings", ""),
        ("/c/%09/evil.example", ""),
        ("/api/account/password", "http://localhost:8642//evil.example/"),
        ("/api/account/password", "http://localhost:8642/%5Cevil.example"),
    ] {
        let method = if path.starts_with("/api/") {
            Method::POST
        } else {
            Method::GET
        };
        let mut asked = request(method, path, None)
            .header(header::ORIGIN, crate::support::ORIGIN)
            .header(header::ACCEPT, "text/html");
        if !referer.is_empty() {
            asked = asked.header(header::REFERER, referer);
        }
        let answer = house.send(asked.body(Body::empty()).unwrap()).await;
        let location = answer.header("location").to_owned();
        if answer.status == StatusCode::NOT_FOUND {
            continue;
        }
        let next = location
            .strip_prefix("/sign-in?next=")
            .unwrap_or_else(|| panic!("{path}: {location}"));
        // And then signing in with what it says.
        let form = format!("name=Anna&password=correct+horse+battery&next={next}");
        let sign_in = request(Method::POST, "/api/session/sign_in", None)
            .header(header::ORIGIN, crate::support::ORIGIN)
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let signed_in = house.send(sign_in.body(Body::from(form)).unwrap()).await;
        let place = signed_in.header("location");
        assert!(
            place.starts_with('/') && !place.starts_with("//") && !place.contains('\\'),
            "{path}: {place}"
        );
    }
}
