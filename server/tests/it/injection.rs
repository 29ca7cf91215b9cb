//! Markup and line ends in titles, names and addresses stay text.

use crate::support::{Actor, ORIGIN, TestApp};
use axum::body::Body;
use hearth_inference::fake::{FakeModel, Reply};
use hearth_types::Role;
use http::{Method, StatusCode, header};

/// Short enough for a name; ends every element that a title, a script or an attribute may be in.
const HOSTILE: &str = r#""'></title></script><meta http-equiv=refresh content=0><!--"#;

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn titles_names_models_and_queries_are_text_on_every_page() {
    let app = TestApp::start().await;
    let hostile = encoded(HOSTILE);
    app.model_server().set_models(vec![FakeModel::chat(HOSTILE)]);
    app.model_server().respond_with(|_| Reply::text(HOSTILE));
    let administration = app.administration().await;
    let eve = app.add_person(HOSTILE).await;
    administration.set_role(eve, Role::Administrator).await.unwrap();
    let reset = app
        .backend()
        .administration(eve)
        .await
        .unwrap()
        .reset_link(app.add_person("Bob").await)
        .await
        .unwrap();
    let invitation = administration.invite(HOSTILE).await.unwrap();
    let eves_reset = administration.reset_link(eve).await.unwrap();
    let (eve, visitor) = (app.sign_in(HOSTILE).await, app.visitor());
    let sent = eve.say(HOSTILE).await;
    // Once while the answer waits or runs, once when all is there, title included.
    let conversation = format!("/c/{}", sent.conversation);
    harmless(&app, &conversation, &eve).await;
    eve.answered(&sent).await;
    let rename = format!("id={}&title={hostile}", sent.conversation);
    let renamed = eve.change("/api/conversations/rename", &rename).await;
    assert_eq!(renamed.status, StatusCode::OK);
    let shown = eve.page(&conversation).await.body;
    assert!(
        shown.contains("<title>&quot;'&gt;&lt;/title&gt;"),
        "the head has the title, as text: {:?}",
        shown
            .split("<title>")
            .nth(1)
            .map(|rest| rest.chars().take(120).collect::<String>())
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
            harmless(&app, &format!("{path}{query}{hostile}"), &eve).await;
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
        harmless(&app, &path, &visitor).await;
    }
    // Bob is shown the name of the administrator who reset his password.
    app.backend()
        .accounts()
        .reset_password(&reset.secret, "correct horse battery")
        .await
        .unwrap();
    let bob = app.sign_in("Bob").await;
    harmless(&app, "/", &bob).await;
}

/// The page shows the text as text: nothing of it is markup.
async fn harmless(app: &TestApp, path: &str, reader: &Actor) {
    let request = reader
        .request(Method::GET, path)
        .header(header::ACCEPT, "text/html")
        .header(header::USER_AGENT, HOSTILE)
        .header(header::REFERER, HOSTILE)
        .header(header::ACCEPT_LANGUAGE, HOSTILE);
    let answer = app.send(request.body(Body::empty()).unwrap()).await;
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
    let app = TestApp::start().await;
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
        let request = app
            .visitor()
            .request(Method::POST, "/api/session/sign_in")
            .header(header::ORIGIN, ORIGIN)
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = app.send(request.body(Body::from(form)).unwrap()).await;
        assert!(answer.status.is_redirection(), "{next:?} {}", answer.status);
        assert_eq!(answer.header("location"), "/", "{next:?}");
        assert!(answer.cookie().is_some(), "{next:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_to_sign_in_leads_back_to_a_page_of_ours() {
    let app = TestApp::start().await;
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
        let mut asked = app
            .visitor()
            .request(method, path)
            .header(header::ORIGIN, ORIGIN)
            .header(header::ACCEPT, "text/html");
        if !referer.is_empty() {
            asked = asked.header(header::REFERER, referer);
        }
        let answer = app.send(asked.body(Body::empty()).unwrap()).await;
        let location = answer.header("location").to_owned();
        if answer.status == StatusCode::NOT_FOUND {
            continue;
        }
        let next = location
            .strip_prefix("/sign-in?next=")
            .unwrap_or_else(|| panic!("{path}: {location}"));
        // Then signing in with this address.
        let form = format!("name=Anna&password=correct+horse+battery&next={next}");
        let sign_in = app
            .visitor()
            .request(Method::POST, "/api/session/sign_in")
            .header(header::ORIGIN, ORIGIN)
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let signed_in = app.send(sign_in.body(Body::from(form)).unwrap()).await;
        let place = signed_in.header("location");
        assert!(
            place.starts_with('/') && !place.starts_with("//") && !place.contains('\\'),
            "{path}: {place}"
        );
    }
}
