//! CHECKS 10, 11, 16: the cookie, and when it is worth nothing.

use crate::support::{House, change, page, read, request};
use axum::body::Body;
use futures::StreamExt;
use hearth_types::Role;
use http::{Method, StatusCode};
use sha2::{Digest, Sha256};
use sqlx::{ConnectOptions, PgConnection};
use std::time::{Duration, Instant};

async fn hashes(house: &House) -> Vec<Vec<u8>> {
    let mut database: PgConnection = house.house.database.superuser.clone().connect().await.unwrap();
    sqlx::query_scalar("select id_hash from sessions order by created_at")
        .fetch_all(&mut database)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_gets_neither_a_cookie_nor_a_row() {
    let house = House::start().await;
    for path in ["/sign-in", "/", "/setup", "/nothing"] {
        assert_eq!(house.send(page(path, None)).await.set_cookie(), None, "{path}");
    }
    assert!(hashes(&house).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_makes_a_new_id_of_which_only_the_hash_is_stored() {
    let house = House::start().await;
    let first = house.sign_in("Anna").await;
    let form = "name=Anna&password=correct+horse+battery";
    // Signing in again from the same device, as after an id was planted there.
    let second = house
        .send(change("/api/session/sign_in", Some(&first), form))
        .await
        .cookie()
        .unwrap();
    assert_ne!(first, second);
    assert_eq!(
        house.send(read("/api/conversations", Some(&first))).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        house.send(read("/api/conversations", Some(&second))).await.status,
        StatusCode::OK
    );
    let id = second.strip_prefix("hearth_session=").unwrap();
    assert_eq!(hashes(&house).await, [Sha256::digest(id.as_bytes()).to_vec()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_and_takes_the_cookie() {
    let house = House::start().await;
    let cookie = house.sign_in("Anna").await;
    let out = house
        .send(change("/api/session/sign_out", Some(&cookie), ""))
        .await;
    assert!(
        out.set_cookie().unwrap().contains("Max-Age=0"),
        "{:?}",
        out.set_cookie()
    );
    assert_eq!(
        house.send(read("/api/conversations", Some(&cookie))).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert!(hashes(&house).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_are_closed_to_scripts_and_other_sites_and_secure_on_https() {
    let plain = House::start()
        .await
        .sign_in_with("Anna", "")
        .await
        .set_cookie()
        .unwrap();
    assert!(
        plain.contains("HttpOnly") && plain.contains("SameSite=Lax") && plain.contains("Path=/"),
        "{plain}"
    );
    assert!(!plain.contains("Secure") && !plain.contains("Max-Age"), "{plain}");

    let house = House::start_with(&[("HEARTH_PUBLIC_URL", "https://hearth.example")]).await;
    let remembered = house
        .sign_in_with("Anna", "&remember=true")
        .await
        .set_cookie()
        .unwrap();
    assert!(
        remembered.contains("Secure") && remembered.contains("Max-Age=31536000"),
        "{remembered}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_forged_cookies_open_nothing() {
    let house = House::start().await;
    let real = house.sign_in("Anna").await;
    let forged = (0_u32..10_000).map(|number| match number % 5 {
        0 => format!(
            "hearth_session={}",
            tower_sessions::session::Id(i128::from(number))
        ),
        1 => format!("hearth_session={}", tower_sessions::session::Id::default()),
        2 => format!("hearth_session={number}"),
        3 => format!("{}{number}", real),
        _ => format!(
            "hearth_session={}; user={}; X-User=Anna",
            "A".repeat(22),
            house.house.anna
        ),
    });
    let opened = futures::stream::iter(forged)
        .map(async |cookie| {
            let request = request(Method::GET, "/api/account/devices", Some(&cookie));
            let request = request
                .header("x-forwarded-user", "Anna")
                .header("authorization", "Bearer Anna");
            house.send(request.body(Body::empty()).unwrap()).await.status
        })
        .buffer_unordered(8)
        .filter(|status| std::future::ready(*status != StatusCode::UNAUTHORIZED))
        .count()
        .await;
    assert_eq!(opened, 0);
    assert_eq!(
        house.send(read("/api/account/devices", Some(&real))).await.status,
        StatusCode::OK
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn disabling_somebody_ends_their_sessions_and_streams_in_time() {
    let house = House::start().await;
    let bob = house.house.person("Bob").await;
    let cookie = house.sign_in("Bob").await;
    assert_eq!(
        house.send(read("/api/conversations", Some(&cookie))).await.status,
        StatusCode::OK
    );
    let stream = house.open(read("/events", Some(&cookie))).await;
    assert_eq!(stream.status(), StatusCode::OK);

    house
        .house
        .backend
        .administration(house.house.anna)
        .await
        .unwrap()
        .disable(bob)
        .await
        .unwrap();
    let mut lines = stream.into_body().into_data_stream();
    let mut heard = String::new();
    // The stream's own end is awaited; five seconds are what it is allowed.
    let end = async {
        while let Some(Ok(chunk)) = lines.next().await {
            heard.push_str(&String::from_utf8_lossy(&chunk));
        }
    };
    tokio::time::timeout(Duration::from_secs(5), end)
        .await
        .expect("the stream ends in time");
    assert!(heard.contains("session_ended"), "{heard}");
    let deadline = Instant::now() + Duration::from_secs(5);
    while house.send(read("/api/conversations", Some(&cookie))).await.status != StatusCode::UNAUTHORIZED {
        assert!(Instant::now() < deadline, "the session outlived its person");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demoted_administrator_administers_nothing_at_once() {
    let house = House::start().await;
    let bob = house.house.person("Bob").await;
    let administration = house
        .house
        .backend
        .administration(house.house.anna)
        .await
        .unwrap();
    administration.set_role(bob, Role::Administrator).await.unwrap();
    let cookie = house.sign_in("Bob").await;
    assert_eq!(
        house.send(read("/api/people", Some(&cookie))).await.status,
        StatusCode::OK
    );
    administration.set_role(bob, Role::Member).await.unwrap();
    let refused = house.send(read("/api/people", Some(&cookie))).await.status;
    assert!(
        matches!(refused, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_twenty_streams_and_no_more() {
    let house = House::start().await;
    let cookie = house.sign_in("Anna").await;
    let mut open = Vec::new();
    for _ in 0..hearth_server::event_stream::MOST_STREAMS {
        open.push(house.open(read("/events", Some(&cookie))).await);
    }
    assert!(open.iter().all(|stream| stream.status() == StatusCode::OK));
    let refused = house.open(read("/events", Some(&cookie))).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    open.pop();
    assert_eq!(
        house.open(read("/events", Some(&cookie))).await.status(),
        StatusCode::OK
    );
}
