//! CHECK 20: what every response tells the browser.

use crate::support::{Answer, House, change, page, request};
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
    let house = House::start().await;
    let cookie = house.sign_in("Anna").await;
    let form = format!("text=hello&idempotency_key={}", uuid::Uuid::now_v7());
    let sent = house
        .send(change("/api/conversations/send", Some(&cookie), &form))
        .await;
    let sent: hearth_types::Sent = serde_json::from_str(&sent.body).unwrap();
    let (visitor, anna) = (None, Some(cookie.as_str()));
    let pages = ROUTES.iter().filter(|route| route.kind == Kind::Page);
    let pages = pages.flat_map(|route| [(route.path, visitor), (route.path, anna)]);
    for (path, cookie) in pages.chain([("/nothing", visitor), ("/nothing", anna)]) {
        let path = path
            .replace("{id}", &sent.conversation.to_string())
            .replace("{secret}", "none");
        let path = path.as_str();
        if house.send(page(path, cookie)).await.status.is_redirection() {
            continue;
        }
        let (first, second) = (
            house.send(page(path, cookie)).await,
            house.send(page(path, cookie)).await,
        );
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
async fn every_answer_is_kept_by_nobody_and_framed_by_nobody() {
    let house = House::start().await;
    let cookie = house.sign_in("Anna").await;
    for route in ROUTES {
        let path = route.path.replace(['{', '}', '*'], "");
        for cookie in [None, Some(cookie.as_str())] {
            let request = request(route.method(), &path, cookie).header("origin", crate::support::ORIGIN);
            let answer = house.send(request.body(Body::empty()).unwrap()).await;
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

/// The words of an answer that may be packed, and how many bytes of it travel.
async fn unpacked(house: &House, path: &str, cookie: &str, takes: &str) -> (String, String, usize) {
    let request = request(http::Method::GET, path, Some(cookie)).header("accept-encoding", takes);
    let response = house.open(request.body(Body::empty()).unwrap()).await;
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
async fn pages_and_lists_travel_small_to_whoever_takes_gzip_and_event_streams_as_they_are() {
    let house = House::start().await;
    let cookie = house.sign_in("Anna").await;
    for number in 0..20 {
        let form = format!(
            "text=The+same+again+and+again&idempotency_key={}",
            uuid::Uuid::now_v7()
        );
        let sent = house
            .send(change("/api/conversations/send", Some(&cookie), &form))
            .await;
        assert_eq!(sent.status, http::StatusCode::OK, "{number}: {}", sent.body);
    }
    for path in ["/conversations", "/api/conversations"] {
        let (packing, words, small) = unpacked(&house, path, &cookie, "gzip, br").await;
        assert_eq!(packing, "gzip", "{path}");
        let (packing, plain, whole) = unpacked(&house, path, &cookie, "identity").await;
        assert_eq!(packing, "", "{path}");
        assert!(small * 3 < whole, "{path}: {small} of {whole} bytes");
        // To its end; in between, a title may have come.
        let ends = |text: &str| text[text.len() - 8..].to_owned();
        assert_eq!(ends(&words), ends(&plain), "{path}");
    }
    let stream = request(http::Method::GET, "/events", Some(&cookie)).header("accept-encoding", "gzip");
    let stream = house.open(stream.body(Body::empty()).unwrap()).await;
    assert_eq!(stream.status(), http::StatusCode::OK);
    assert!(stream.headers().get("content-encoding").is_none());
}
