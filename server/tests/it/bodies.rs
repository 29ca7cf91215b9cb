//! Bodies that are too long, broken, or of visitors.

use crate::support::{ORIGIN, TestApp};
use axum::body::{Body, Bytes};
use hearth_server::http::routes::{Access, Kind, ROUTES};
use http::{Method, StatusCode, header};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_ten_megabytes_is_refused_in_words() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    let long = format!(
        "text={}&idempotency_key=01890000-0000-7000-8000-000000000000",
        "x".repeat(10_000_000)
    );
    let refused = anna.change("/api/conversations/send", &long).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(
        refused.body.contains(r#""reason":"too_long""#),
        "{}",
        refused.body
    );
    let list = anna.read("/api/conversations").await;
    assert!(list.body.contains(r#""rows":[]"#), "{}", list.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_body_without_a_length_is_cut_off() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    let chunks = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 64 * 1024])));
    let endless = anna
        .request(Method::POST, "/api/conversations/send")
        .header(header::ORIGIN, ORIGIN)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from_stream(chunks))
        .unwrap();
    assert_eq!(app.send(endless).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitors_body_is_never_read() {
    let app = TestApp::start().await;
    let closed = |route: &&hearth_server::http::routes::Route| {
        route.method() == Method::POST && route.access != Access::Public
    };
    for route in ROUTES.iter().filter(closed) {
        let touched = Arc::new(AtomicBool::new(false));
        let witness = touched.clone();
        let body = futures::stream::repeat_with(move || {
            witness.store(true, Ordering::Relaxed);
            Ok::<_, std::io::Error>(Bytes::from_static(b"x"))
        });
        let request = app
            .visitor()
            .request(Method::POST, route.path)
            .header(header::ORIGIN, ORIGIN)
            .header(header::CONTENT_LENGTH, "1000000000")
            .body(Body::from_stream(body))
            .unwrap();
        assert_eq!(
            app.send(request).await.status,
            StatusCode::UNAUTHORIZED,
            "{}",
            route.path
        );
        assert!(!touched.load(Ordering::Relaxed), "{}", route.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_broken_and_deep_bodies_are_refused_without_harm() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    let deep = "[".repeat(100_000);
    for route in ROUTES.iter().filter(|route| route.kind == Kind::Change) {
        for body in ["", "%ff%fe=%", "text", "a[b][c][d]=e", &deep] {
            let answer = anna.change(route.path, body).await;
            assert_ne!(
                answer.status,
                StatusCode::INTERNAL_SERVER_ERROR,
                "{} {}",
                route.path,
                answer.body
            );
        }
        if route.path.ends_with("sign_out") {
            break;
        }
    }
}
