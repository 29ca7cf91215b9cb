//! Changes are accepted only from our own pages, and pages of other sites can read nothing.

use crate::support::{ORIGIN, TestApp};
use axum::body::Body;
use hearth_server::http::routes::{Kind, ROUTES};
use http::{Method, Request, StatusCode, header};

/// Headers of requests that other pages can make a browser send.
const FOREIGN: &[&[(&str, &str)]] = &[
    &[],
    &[("origin", "null")],
    &[("origin", "http://evil.example")],
    &[("origin", "http://localhost:8642.evil.example")],
    &[("origin", "http://localhost")],
    &[("origin", "http://localhost:1")],
    &[("origin", "https://localhost:8642")],
    &[("origin", "")],
    &[("origin", "http://evil.example"), ("origin", ORIGIN)],
    &[("origin", ORIGIN), ("sec-fetch-site", "cross-site")],
    &[("origin", ORIGIN), ("sec-fetch-site", "same-site")],
    &[("referer", "http://evil.example/http://localhost:8642/")],
    &[("referer", "http://localhost:8642.evil.example/")],
    &[("origin", "null"), ("referer", "http://localhost:8642/")],
    &[("origin", ORIGIN), ("referer", "http://evil.example/")],
    &[("origin", ORIGIN), ("referer", "//evil.example/")],
];

#[tokio::test(flavor = "multi_thread")]
async fn every_change_from_elsewhere_is_refused() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    for route in ROUTES.iter().filter(|route| route.kind == Kind::Change) {
        for headers in FOREIGN {
            for kind in [
                "application/x-www-form-urlencoded",
                "text/plain",
                "application/json",
            ] {
                let mut request = anna
                    .request(Method::POST, route.path)
                    .header(header::CONTENT_TYPE, kind);
                for (name, value) in *headers {
                    request = request.header(*name, *value);
                }
                let answer = app.send(request.body(Body::from("name=x")).unwrap()).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{} {headers:?}", route.path);
            }
        }
        for method in [Method::GET, Method::HEAD] {
            let request = anna.request(method, route.path).body(Body::empty()).unwrap();
            assert_eq!(
                app.send(request).await.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{}",
                route.path
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_ours_may_change_things_with_an_origin_or_a_referer() {
    let app = TestApp::start().await;
    let with_origin = app.visitor().change("/api/language", "language=en").await;
    assert_eq!(with_origin.status, StatusCode::OK, "{}", with_origin.body);
    let with_referer = app
        .visitor()
        .request(Method::POST, "/api/language")
        .header(header::REFERER, format!("{ORIGIN}/sign-in"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("language=en"))
        .unwrap();
    assert_eq!(app.send(with_referer).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_the_public_address_is_the_origin() {
    let app = TestApp::start_with(&[("HEARTH_PUBLIC_URL", "https://hearth.example")]).await;
    let from = |origin: &str| {
        Request::post("/api/language")
            .header(header::HOST, "hearth.example")
            .header(header::ORIGIN, origin)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("language=en"))
            .unwrap()
    };
    assert_eq!(
        app.send(from("https://hearth.example")).await.status,
        StatusCode::OK
    );
    assert_eq!(
        app.send(from("http://hearth.example")).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_allows_pages_of_other_sites_to_read_it() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    for route in ROUTES {
        let path = route.path.replace(['{', '}', '*'], "");
        for method in [route.method(), Method::OPTIONS] {
            let request = anna
                .request(method, &path)
                .header(header::ORIGIN, "http://evil.example")
                .header("access-control-request-method", "POST");
            let answer = app.send(request.body(Body::empty()).unwrap()).await;
            let granted = answer
                .headers
                .keys()
                .find(|name| name.as_str().starts_with("access-control"));
            assert_eq!(granted, None, "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_is_not_found() {
    let app = TestApp::start().await;
    assert_eq!(app.visitor().read("/nothing").await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.visitor().page("/nothing").await.status, StatusCode::NOT_FOUND);
}
