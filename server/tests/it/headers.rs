//! The headers of every response.

use crate::support::{Actor, Answer, ORIGIN, TestApp};
use axum::body::{Body, to_bytes};
use flate2::read::GzDecoder;
use hearth_server::http::routes::{Kind, Own, ROUTES};
use std::io::Read;

fn nonce(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    policy
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next())
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_has_a_fresh_nonce_and_no_other_inline_script() {
    let app = TestApp::start().await;
    let (visitor, anna) = (app.visitor(), app.admin().await);
    let sent = anna.say("hello").await;
    let pages = ROUTES.iter().filter(|route| route.kind == Kind::Page);
    let paths = pages.map(|route| route.path).chain(["/nothing"]);
    for (path, person) in paths.flat_map(|path| [(path, &visitor), (path, &anna)]) {
        let path = path
            .replace("{id}", &sent.conversation.to_string())
            .replace("{secret}", "none");
        let path = path.as_str();
        if person.page(path).await.status.is_redirection() {
            continue;
        }
        let (first, second) = (person.page(path).await, person.page(path).await);
        assert!(nonce(&first).len() >= 22, "{path}");
        assert_ne!(nonce(&first), nonce(&second), "{path}");
        let policy = first.header("content-security-policy");
        assert!(
            !policy.contains("unsafe-inline") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        for script in first.body.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap_or_default();
            assert!(
                tag.contains(&format!("nonce=\"{}\"", nonce(&first))),
                "{path}: <script{tag}>"
            );
        }
        assert!(
            !first.body.contains("javascript:") && !first.body.contains(" onclick="),
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_is_cached_or_framed() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    for route in ROUTES {
        let path = route.path.replace(['{', '}', '*'], "");
        for person in [&app.visitor(), &anna] {
            let request = person.request(route.method(), &path).header("origin", ORIGIN);
            let answer = app.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
            assert!(
                answer
                    .header("content-security-policy")
                    .contains("frame-ancestors 'none'"),
                "{path}"
            );
            let is_file =
                matches!(route.kind, Kind::Own(Own::Asset | Own::RootFile)) && answer.status.is_success();
            assert!(is_file || answer.header("cache-control") == "no-store", "{path}");
        }
    }
}

/// The encoding of an answer, its text, and how many bytes of it are sent.
async fn unpacked(app: &TestApp, path: &str, person: &Actor, takes: &str) -> (String, String, usize) {
    let request = person
        .request(http::Method::GET, path)
        .header("accept-encoding", takes);
    let response = app.open(request.body(Body::empty()).unwrap()).await;
    let packing = response.headers().get("content-encoding").cloned();
    let packing = packing.map_or(String::new(), |packing| packing.to_str().unwrap().to_owned());
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let mut words = String::new();
    match packing.as_str() {
        "gzip" => GzDecoder::new(&*bytes).read_to_string(&mut words).unwrap(),
        _ => bytes.as_ref().read_to_string(&mut words).unwrap(),
    };
    (packing, words, bytes.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_lists_are_compressed_for_clients_that_accept_gzip_and_event_streams_are_not() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    for _ in 0..20 {
        anna.say("The same again and again").await;
    }
    for path in ["/conversations", "/api/conversations"] {
        let (packing, words, small) = unpacked(&app, path, &anna, "gzip, br").await;
        assert_eq!(packing, "gzip", "{path}");
        let (packing, plain, whole) = unpacked(&app, path, &anna, "identity").await;
        assert_eq!(packing, "", "{path}");
        assert!(small * 3 < whole, "{path}: {small} of {whole} bytes");
        // Only the ends are compared: a title may have arrived in between.
        let ends = |text: &str| text[text.len() - 8..].to_owned();
        assert_eq!(ends(&words), ends(&plain), "{path}");
    }
    let stream = anna
        .request(http::Method::GET, "/events")
        .header("accept-encoding", "gzip");
    let stream = app.open(stream.body(Body::empty()).unwrap()).await;
    assert_eq!(stream.status(), http::StatusCode::OK);
    assert!(stream.headers().get("content-encoding").is_none());
}
