//! Behind a reverse proxy each person is an address of their own, if the proxy is one that the settings name.

use crate::support::{Answer, ORIGIN, TestApp};
use axum::{body::Body, extract::ConnectInfo};
use http::{Method, StatusCode, header};
use std::net::{IpAddr, SocketAddr};

const PROXY: &str = "127.0.0.9";

/// As a form writes it.
const PASSWORD: &str = "correct+horse+battery";

async fn sign_in(
    app: &TestApp,
    name: &str,
    password: &str,
    from: &str,
    headers: &[(&'static str, &str)],
) -> Answer {
    let mut asked = app
        .visitor()
        .request(Method::POST, "/api/session/sign_in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if !headers.iter().any(|(name, _)| *name == "origin") {
        asked = asked.header(header::ORIGIN, ORIGIN);
    }
    for (name, value) in headers {
        asked = asked.header(*name, *value);
    }
    let form = format!("name={name}&password={password}");
    let mut asked = asked.body(Body::from(form)).unwrap();
    let from: IpAddr = from.parse().unwrap();
    asked
        .extensions_mut()
        .insert(ConnectInfo(SocketAddr::new(from, 1_000)));
    app.send(asked).await
}

/// Guesses names that do not exist until the address may not guess any more; how many guesses were allowed.
async fn guesses(app: &TestApp, from: &str, address: impl Fn(usize) -> String) -> usize {
    for number in 0..40 {
        let (name, forwarded) = (format!("Stranger{number}"), address(number));
        let headers = [("x-forwarded-for", &*forwarded)];
        if sign_in(app, &name, "wrong+horse", from, &headers).await.status == StatusCode::TOO_MANY_REQUESTS {
            return number;
        }
    }
    40
}

async fn behind_a_proxy() -> TestApp {
    TestApp::start_with(&[("HEARTH_TRUSTED_PROXIES", "127.0.0.9, 10.9.0.0/16")]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_behind_a_trusted_proxy_lock_out_only_the_address_that_made_them() {
    let app = behind_a_proxy().await;
    assert!(guesses(&app, PROXY, |_| "203.0.113.7".into()).await < 40);
    let status_from = async |address: &str| {
        let headers = [("x-forwarded-for", address)];
        sign_in(&app, "Anna", PASSWORD, PROXY, &headers).await.status
    };
    assert_eq!(status_from("203.0.113.7").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(status_from("203.0.113.8").await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_the_client_makes_up_gives_no_more_guesses() {
    let app = behind_a_proxy().await;
    // What the client writes stands left of what the proxy appends.
    let made_up = |number: usize| format!("198.51.100.{number}, 203.0.113.7");
    assert!(guesses(&app, PROXY, made_up).await < 40);
    // Not a trusted proxy: the header does not count.
    let made_up = |number: usize| format!("198.51.100.{number}");
    assert!(guesses(&app, "127.0.0.8", made_up).await < 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn https_is_believed_from_the_proxy_and_makes_cookies_secure() {
    let app = behind_a_proxy().await;
    let headers = [
        ("origin", "https://localhost:8642"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-for", "203.0.113.7"),
    ];
    let signed_in = sign_in(&app, "Anna", PASSWORD, PROXY, &headers).await;
    assert_eq!(signed_in.status, StatusCode::OK, "{}", signed_in.body);
    let cookie = signed_in.set_cookie().unwrap();
    assert_eq!(cookie.matches("; Secure").count(), 1, "{cookie}");

    let elsewhere = sign_in(&app, "Anna", PASSWORD, "127.0.0.8", &headers).await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN, "{}", elsewhere.body);
}
