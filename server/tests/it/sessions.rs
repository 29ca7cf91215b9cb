//! CHECKS 10, 11, 16 and 42: the cookie, and when it is worth nothing.

use crate::support::{House, change, page, read, request};
use axum::body::Body;
use futures::StreamExt;
use hearth_backend::testing::TestHouse;
use hearth_types::{Role, SessionId};
use http::{Method, StatusCode};
use sha2::{Digest, Sha256};
use sqlx::{ConnectOptions, PgConnection};
use std::time::{Duration, Instant};
use uuid::Uuid;

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

/// CHECK 11: whatever takes a session away, the device hears no more within five seconds.
#[tokio::test(flavor = "multi_thread")]
async fn disabling_demoting_and_every_new_password_end_sessions_and_open_streams_in_time() {
    let house = House::start().await;
    let (backend, anna) = (&house.house.backend, house.house.anna);
    let administration = backend.administration(anna).await.unwrap();
    let accounts = backend.accounts();
    let names = ["Disabled", "Demoted", "Reset", "ByHand", "Elsewhere", "Ended"];
    let mut devices = Vec::new();
    for name in names {
        let person = house.house.person(name).await;
        if name == "Demoted" {
            administration
                .set_role(person, Role::Administrator)
                .await
                .unwrap();
        }
        let cookie = house.sign_in(name).await;
        assert_eq!(
            house.send(read("/api/conversations", Some(&cookie))).await.status,
            StatusCode::OK
        );
        let stream = house.open(read("/events", Some(&cookie))).await;
        assert_eq!(stream.status(), StatusCode::OK);
        devices.push((name, person, cookie, stream));
    }
    for (name, person, ..) in &devices {
        match *name {
            "Disabled" => administration.disable(*person).await.unwrap(),
            "Demoted" => administration.set_role(*person, Role::Member).await.unwrap(),
            "Reset" => {
                let link = administration.reset_link(*person).await.unwrap();
                accounts
                    .reset_password(&link.secret, "another horse battery")
                    .await
                    .unwrap();
            }
            "ByHand" => accounts
                .reset_password_by_hand(name, "another horse battery")
                .await
                .unwrap(),
            "Elsewhere" => {
                let here = SessionId(Uuid::now_v7());
                let changed =
                    accounts.change_password(*person, TestHouse::PASSWORD, "another horse battery", here);
                changed.await.unwrap();
            }
            _ => accounts
                .end_other_devices(*person, SessionId(Uuid::now_v7()))
                .await
                .unwrap(),
        }
    }
    let all = devices.into_iter().map(async |(name, _, cookie, stream)| {
        // The stream's own end is awaited; five seconds are what it is allowed.
        let heard = tokio::time::timeout(
            Duration::from_secs(5),
            axum::body::to_bytes(stream.into_body(), usize::MAX),
        );
        let heard = heard
            .await
            .unwrap_or_else(|_| panic!("{name}: the stream goes on"))
            .unwrap();
        assert!(
            String::from_utf8_lossy(&heard).contains("session_ended"),
            "{name}"
        );
        let refused = house.send(read("/api/conversations", Some(&cookie))).await;
        assert_eq!(
            refused.status,
            StatusCode::UNAUTHORIZED,
            "{name}: the session goes on"
        );
    });
    futures::future::join_all(all).await;
}

/// CHECK 16.
#[tokio::test(flavor = "multi_thread")]
async fn two_installations_share_no_secret() {
    let (here, there) = (House::start().await, House::start().await);
    let cookie = here.sign_in("Anna").await;
    let administration = here.house.backend.administration(here.house.anna).await.unwrap();
    let link = administration.invite("").await.unwrap();
    assert_eq!(
        there
            .send(read("/api/account/devices", Some(&cookie)))
            .await
            .status,
        StatusCode::UNAUTHORIZED
    );
    let form = format!("secret={}&name=Eve&password=correct+horse+battery", link.secret);
    assert_eq!(
        there.send(change("/api/links/accept", None, &form)).await.status,
        StatusCode::NOT_FOUND
    );
    // A fresh installation holds no row at all, so nothing that another one could hold as well.
    let fresh = hearth_backend::testing::TestDatabase::create().await;
    let mut database: PgConnection = fresh.superuser.connect().await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "select tablename::text from pg_tables where schemaname = 'public' and tablename <> '_sqlx_migrations'",
    )
    .fetch_all(&mut database)
    .await
    .unwrap();
    assert!(tables.len() > 10);
    for table in tables {
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
            .fetch_one(&mut database)
            .await
            .unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

/// CHECK 42, the web server's part: it remembers sessions for a moment, and must not longer.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_a_day_ahead_and_back_revives_no_session() {
    let house = House::start().await;
    let cookie = house.sign_in("Anna").await;
    let mut database: PgConnection = house.house.database.superuser.clone().connect().await.unwrap();
    let day = async |database: &mut PgConnection, days: i32| {
        let shift = "update sessions set expires_at = expires_at + make_interval(days => $1)";
        sqlx::query(shift).bind(days).execute(database).await.unwrap();
    };
    let status = async || house.send(read("/api/conversations", Some(&cookie))).await.status;
    assert_eq!(status().await, StatusCode::OK);
    // A day ahead for the clock is a day less for the session, which lasts for one.
    day(&mut database, -1).await;
    let deadline = Instant::now() + Duration::from_secs(5);
    while status().await == StatusCode::OK {
        assert!(Instant::now() < deadline, "the session outlived its time");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    day(&mut database, 2).await;
    assert_eq!(status().await, StatusCode::UNAUTHORIZED);
    assert!(hashes(&house).await.is_empty());
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
async fn a_person_has_sixty_four_streams_and_no_more() {
    let house = House::start().await;
    let cookie = house.sign_in("Anna").await;
    let mut open = Vec::new();
    for _ in 0..hearth_server::http::open_streams::MOST_STREAMS {
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

/// Fifty devices of one office sign in with the old password while it is reset; the throttle lets some of them wait.
#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_sign_ins_sent_during_a_reset_a_disabling_or_a_demotion_no_cookie_works_afterwards() {
    let house = House::start().await;
    let backend = &house.house.backend;
    let administration = backend.administration(house.house.anna).await.unwrap();
    for change in ["Reset", "Disabled", "Demoted"] {
        let person = house.house.person(change).await;
        if change == "Demoted" {
            administration
                .set_role(person, Role::Administrator)
                .await
                .unwrap();
        }
        let form = format!("name={change}&password=correct+horse+battery");
        let sign_ins = (0..50).map(async |n: u8| {
            let peer = axum::extract::ConnectInfo(std::net::SocketAddr::from(([10, 0, 0, n], 1)));
            let mut request = change_request(&form);
            request.extensions_mut().insert(peer);
            house.send(request).await
        });
        let changes = async {
            match change {
                "Reset" => backend
                    .accounts()
                    .reset_password_by_hand(change, "another horse battery")
                    .await
                    .unwrap(),
                "Disabled" => administration.disable(person).await.unwrap(),
                _ => administration.set_role(person, Role::Member).await.unwrap(),
            }
        };
        let (answers, ()) = futures::join!(futures::future::join_all(sign_ins), changes);
        let cookies: Vec<_> = answers
            .iter()
            .filter_map(crate::support::Answer::cookie)
            .collect();
        for cookie in &cookies {
            let status = house.send(read("/api/conversations", Some(cookie))).await.status;
            // Who signed in after the demotion is a member who knows the password.
            let lives = change == "Demoted" && is_present(&house, cookie).await;
            assert!(status == StatusCode::UNAUTHORIZED || lives, "{change}: {status}");
        }
    }
}

fn change_request(form: &str) -> http::Request<Body> {
    change("/api/session/sign_in", None, form)
}

/// Whether a session is of its account's present generation, as the tables say.
async fn is_present(house: &House, cookie: &str) -> bool {
    let id = cookie.strip_prefix("hearth_session=").unwrap();
    let mut database: PgConnection = house.house.database.superuser.clone().connect().await.unwrap();
    sqlx::query_scalar(
        "select exists (select from sessions s join users u on u.id = s.user_id
                        where s.id_hash = $1 and s.generation = u.generation)",
    )
    .bind(Sha256::digest(id.as_bytes()).to_vec())
    .fetch_one(&mut database)
    .await
    .unwrap()
}

/// A download goes on for as long as it is taken; it is as open a stream as the events are.
#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_is_taken_slowly_breaks_off_when_its_device_is_signed_out() {
    let house = House::start().await;
    let bob = house.house.person("Bob").await;
    let person = house.house.backend.for_user(bob);
    for number in 0..8 {
        // Words that a zip file cannot make short.
        let text: String = (0..1_500)
            .map(|_| format!("{} ", Uuid::new_v4().simple()))
            .collect();
        let message = crate::matrix::said(None, Vec::new());
        let text = format!("{number} {text}");
        person
            .send(hearth_types::SendMessage { text, ..message })
            .await
            .unwrap();
    }
    let cookie = house.sign_in("Bob").await;
    let mut download = house
        .open(read("/export", Some(&cookie)))
        .await
        .into_body()
        .into_data_stream();
    download.next().await.expect("it begins").unwrap();
    let administration = house
        .house
        .backend
        .administration(house.house.anna)
        .await
        .unwrap();
    administration.disable(bob).await.unwrap();
    // What it is allowed; nothing is taken meanwhile.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let rest: Vec<_> = download.collect().await;
    assert_eq!(rest.len(), 1, "nothing more is sent");
    assert!(rest[0].is_err(), "and it does not look like an end");
}
