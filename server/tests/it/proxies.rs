//! Behind a reverse proxy each person is an address of their own, if the proxy is one that the settings name.

use crate::support::{House, ORIGIN, request};
use axum::{body::Body, extract::ConnectInfo};
use http::{Method, StatusCode, header};
use std::net::{IpAddr, SocketAddr};

const PROXY: &str = "127.0.0.9";

fn sign_in(name: &str, password: &str, from: &str, headers: &[(&'static str, &str)]) -> http::Request<Body> {
    let mut asked = request(Method::POST, "/api/session/sign_in", None)
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
    asked
}

/// Guesses names that do not exist until the address may not guess any more; how many were looked at.
async fn guesses(house: &House, from: &str, address: impl Fn(usize) -> String) -> usize {
    for number in 0..40 {
        let forwarded = address(number);
        let asked = sign_in(
            &format!("Stranger{number}"),
            "wrong+horse",
            from,
            &[("x-forwarded-for", &forwarded)],
        );
        if house.send(asked).await.status == StatusCode::TOO_MANY_REQUESTS {
            return number;
        }
    }
    40
}

async fn behind_a_proxy() -> House {
    House::start_with(&[("HEARTH_TRUSTED_PROXIES", "127.0.0.9, 10.9.0.0/16")]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_behind_a_trusted_proxy_shut_out_only_the_address_that_made_them() {
    let house = behind_a_proxy().await;
    assert!(guesses(&house, PROXY, |_| "203.0.113.7".into()).await < 40);
    let shut_out = sign_in(
        "Anna",
        "correct+horse+battery",
        PROXY,
        &[("x-forwarded-for", "203.0.113.7")],
    );
    assert_eq!(house.send(shut_out).await.status, StatusCode::TOO_MANY_REQUESTS);
    let other = sign_in(
        "Anna",
        "correct+horse+battery",
        PROXY,
        &[("x-forwarded-for", "203.0.113.8")],
    );
    assert_eq!(house.send(other).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_the_client_makes_up_gives_no_more_guesses() {
    let house = behind_a_proxy().await;
    // What the client writes stands left of what the proxy appends.
    let made_up = |number: usize| format!("198.51.100.{number}, 203.0.113.7");
    assert!(guesses(&house, PROXY, made_up).await < 40);
    // No proxy of ours: the header is the client's alone.
    let made_up = |number: usize| format!("198.51.100.{number}");
    assert!(guesses(&house, "127.0.0.8", made_up).await < 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn https_is_believed_from_the_proxy_and_makes_cookies_secure() {
    let house = behind_a_proxy().await;
    let headers = [
        ("origin", "https://localhost:8642"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-for", "203.0.113.7"),
    ];
    let signed_in = house
        .send(sign_in("Anna", "correct+horse+battery", PROXY, &headers))
        .await;
    assert_eq!(signed_in.status, StatusCode::OK, "{}", signed_in.body);
    let cookie = signed_in.set_cookie().unwrap();
    assert_eq!(cookie.matches("; Secure").count(), 1, "{cookie}");

    let elsewhere = house
        .send(sign_in("Anna", "correct+horse+battery", "127.0.0.8", &headers))
        .await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN, "{}", elsewhere.body);
}
