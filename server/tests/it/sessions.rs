//! The session's cookie, and when it stops working.

use crate::support::{Answer, TestApp};
use axum::body::Body;
use futures::StreamExt;
use hearth_backend::testing::TestBackend;
use hearth_types::{Role, SessionId};
use http::{Method, StatusCode};
use sha2::{Digest, Sha256};
use sqlx::{ConnectOptions, PgConnection};
use std::time::{Duration, Instant};
use uuid::Uuid;

async fn hashes(app: &TestApp) -> Vec<Vec<u8>> {
    let mut database: PgConnection = app.superuser().await;
    sqlx::query_scalar("select id_hash from sessions order by created_at")
        .fetch_all(&mut database)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_gets_neither_a_cookie_nor_a_row() {
    let app = TestApp::start().await;
    for path in ["/sign-in", "/", "/setup", "/nothing"] {
        assert_eq!(app.visitor().page(path).await.set_cookie(), None, "{path}");
    }
    assert!(hashes(&app).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_makes_a_new_id_of_which_only_the_hash_is_stored() {
    let app = TestApp::start().await;
    let first = app.admin().await;
    let form = "name=Anna&password=correct+horse+battery";
    // Signing in again from the same device, as after an id was planted there.
    let again = first.change("/api/session/sign_in", form).await;
    let second = app.device(&again.cookie().unwrap());
    assert_ne!(first.cookie(), second.cookie());
    assert_eq!(
        first.read("/api/conversations").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(second.read("/api/conversations").await.status, StatusCode::OK);
    let id = second.cookie().strip_prefix("hearth_session=").unwrap();
    assert_eq!(hashes(&app).await, [Sha256::digest(id.as_bytes()).to_vec()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_and_removes_the_cookie() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    let out = anna.change("/api/session/sign_out", "").await;
    assert!(
        out.set_cookie().unwrap().contains("Max-Age=0"),
        "{:?}",
        out.set_cookie()
    );
    assert_eq!(
        anna.read("/api/conversations").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert!(hashes(&app).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_are_closed_to_scripts_and_other_sites_and_secure_on_https() {
    let plain = TestApp::start()
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

    let app = TestApp::start_with(&[("HEARTH_PUBLIC_URL", "https://hearth.example")]).await;
    let remembered = app
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
    let app = TestApp::start().await;
    let real = app.admin().await;
    let forged = (0_u32..10_000).map(|number| match number % 5 {
        0 => format!(
            "hearth_session={}",
            tower_sessions::session::Id(i128::from(number))
        ),
        1 => format!("hearth_session={}", tower_sessions::session::Id::default()),
        2 => format!("hearth_session={number}"),
        3 => format!("{}{number}", real.cookie()),
        _ => format!(
            "hearth_session={}; user={}; X-User=Anna",
            "A".repeat(22),
            real.id()
        ),
    });
    let opened = futures::stream::iter(forged)
        .map(async |cookie| {
            let request = app.device(&cookie).request(Method::GET, "/api/account/devices");
            let request = request
                .header("x-forwarded-user", "Anna")
                .header("authorization", "Bearer Anna");
            app.send(request.body(Body::empty()).unwrap()).await.status
        })
        .buffer_unordered(8)
        .filter(|status| std::future::ready(*status != StatusCode::UNAUTHORIZED))
        .count()
        .await;
    assert_eq!(opened, 0);
    assert_eq!(real.read("/api/account/devices").await.status, StatusCode::OK);
}

/// Every change that ends a session also ends its event stream, within five seconds.
#[tokio::test(flavor = "multi_thread")]
async fn disabling_demoting_and_every_new_password_end_sessions_and_open_streams_in_time() {
    let app = TestApp::start().await;
    let administration = app.administration().await;
    let accounts = app.backend().accounts();
    let names = ["Disabled", "Demoted", "Reset", "ByHand", "Elsewhere", "Ended"];
    let mut devices = Vec::new();
    for name in names {
        let person = app.add_person(name).await;
        if name == "Demoted" {
            administration
                .set_role(person, Role::Administrator)
                .await
                .unwrap();
        }
        let device = app.sign_in(name).await;
        assert_eq!(device.read("/api/conversations").await.status, StatusCode::OK);
        let stream = device.open("/events").await;
        assert_eq!(stream.status(), StatusCode::OK);
        devices.push((name, person, device, stream));
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
                    accounts.change_password(*person, TestBackend::PASSWORD, "another horse battery", here);
                changed.await.unwrap();
            }
            _ => accounts
                .end_other_devices(*person, SessionId(Uuid::now_v7()))
                .await
                .unwrap(),
        }
    }
    let all = devices.into_iter().map(async |(name, _, device, stream)| {
        // The stream ends by itself, within five seconds.
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
        let refused = device.read("/api/conversations").await;
        assert_eq!(
            refused.status,
            StatusCode::UNAUTHORIZED,
            "{name}: the session goes on"
        );
    });
    futures::future::join_all(all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_installations_share_no_secret() {
    let (here, there) = (TestApp::start().await, TestApp::start().await);
    let anna = here.admin().await;
    let link = here.administration().await.invite("").await.unwrap();
    let there_too = there.device(anna.cookie());
    assert_eq!(
        there_too.read("/api/account/devices").await.status,
        StatusCode::UNAUTHORIZED
    );
    let form = format!("secret={}&name=Eve&password=correct+horse+battery", link.secret);
    assert_eq!(
        there.visitor().change("/api/links/accept", &form).await.status,
        StatusCode::NOT_FOUND
    );
    // A fresh installation has no rows at all, so none that another installation could have too.
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

/// The web server caches sessions for two seconds, and not longer.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_a_day_ahead_and_back_revives_no_session() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    let mut database: PgConnection = app.superuser().await;
    let day = async |database: &mut PgConnection, days: i32| {
        let shift = "update sessions set expires_at = expires_at + make_interval(days => $1)";
        sqlx::query(shift).bind(days).execute(database).await.unwrap();
    };
    let status = async || anna.read("/api/conversations").await.status;
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
    assert!(hashes(&app).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demoted_administrator_administers_nothing_at_once() {
    let app = TestApp::start().await;
    let id = app.add_person("Bob").await;
    let administration = app.administration().await;
    administration.set_role(id, Role::Administrator).await.unwrap();
    let bob = app.sign_in("Bob").await;
    assert_eq!(bob.read("/api/people").await.status, StatusCode::OK);
    administration.set_role(id, Role::Member).await.unwrap();
    let refused = bob.read("/api/people").await.status;
    assert!(
        matches!(refused, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_sixty_four_streams_and_no_more() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    let mut open = Vec::new();
    for _ in 0..hearth_server::http::open_streams::MOST_STREAMS {
        open.push(anna.open("/events").await);
    }
    assert!(open.iter().all(|stream| stream.status() == StatusCode::OK));
    let refused = anna.open("/events").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    open.pop();
    assert_eq!(anna.open("/events").await.status(), StatusCode::OK);
}

/// Fifty devices sign in with the old password while it is reset; the throttle delays some of them.
#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_sign_ins_sent_during_a_reset_a_disabling_or_a_demotion_no_cookie_works_afterwards() {
    let app = TestApp::start().await;
    let administration = app.administration().await;
    for change in ["Reset", "Disabled", "Demoted"] {
        let person = app.add_person(change).await;
        if change == "Demoted" {
            administration
                .set_role(person, Role::Administrator)
                .await
                .unwrap();
        }
        let form = format!("name={change}&password=correct+horse+battery");
        let sign_ins = (0..50).map(async |n: u8| {
            let peer = axum::extract::ConnectInfo(std::net::SocketAddr::from(([10, 0, 0, n], 1)));
            let mut request = app.visitor().change_request("/api/session/sign_in", &form);
            request.extensions_mut().insert(peer);
            app.send(request).await
        });
        let changes = async {
            match change {
                "Reset" => app
                    .backend()
                    .accounts()
                    .reset_password_by_hand(change, "another horse battery")
                    .await
                    .unwrap(),
                "Disabled" => administration.disable(person).await.unwrap(),
                _ => administration.set_role(person, Role::Member).await.unwrap(),
            }
        };
        let (answers, ()) = futures::join!(futures::future::join_all(sign_ins), changes);
        for cookie in answers.iter().filter_map(Answer::cookie) {
            let status = app.device(&cookie).read("/api/conversations").await.status;
            // A device that signed in after the demotion is a member's who knows the password.
            let lives = change == "Demoted" && is_present(&app, &cookie).await;
            assert!(status == StatusCode::UNAUTHORIZED || lives, "{change}: {status}");
        }
    }
}

/// Whether a session has its account's present generation, in the tables.
async fn is_present(app: &TestApp, cookie: &str) -> bool {
    let id = cookie.strip_prefix("hearth_session=").unwrap();
    let mut database: PgConnection = app.superuser().await;
    sqlx::query_scalar(
        "select exists (select from sessions s join users u on u.id = s.user_id
                        where s.id_hash = $1 and s.generation = u.generation)",
    )
    .bind(Sha256::digest(id.as_bytes()).to_vec())
    .fetch_one(&mut database)
    .await
    .unwrap()
}

/// A download can be open for as long as an event stream.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_download_breaks_off_when_its_device_is_signed_out() {
    let app = TestApp::start().await;
    let bob = app.person("Bob").await;
    for number in 0..8 {
        // Words that a zip file cannot compress.
        let text: String = (0..1_500)
            .map(|_| format!("{} ", Uuid::new_v4().simple()))
            .collect();
        bob.say(&format!("{number} {text}")).await;
    }
    let mut download = bob.open("/export").await.into_body().into_data_stream();
    download.next().await.expect("it begins").unwrap();
    app.administration().await.disable(bob.id()).await.unwrap();
    // The time limit; the client takes nothing meanwhile.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let rest: Vec<_> = download.collect().await;
    assert_eq!(rest.len(), 1, "nothing more is sent");
    assert!(rest[0].is_err(), "and it does not look like an end");
}
