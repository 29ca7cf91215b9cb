//! Many requests to set up or to sign in at the same time.

use crate::{
    binary::{TestServer, figure},
    command_line::{sign_in, stop},
    support::{ORIGIN, TestApp, application_over, settings},
};
use axum::{body::Body, extract::ConnectInfo};
use futures::{StreamExt, future::join_all};
use hearth_backend::{Backend, Config, testing::TestDatabase};
use hearth_inference::ServerKind;
use http::{Method, Request, StatusCode, header};
use sqlx::PgConnection;
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};
use tower::ServiceExt;

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_parallel_first_administrators_one_is_signed_in() {
    for _ in 0..20 {
        let database = TestDatabase::create().await;
        let away = hearth_inference::connect("http://127.0.0.1:9", ServerKind::Ollama);
        let mut config = Config::new(database.app.clone(), away);
        config.max_connections = 5;
        let backend = Backend::start(config).await.unwrap();
        let app = application_over(&backend, &settings(&[]));
        let posts = (0..100).map(|number| {
            let form =
                format!("name=Person+{number}&password=correct+horse+battery&language=en&time_zone=UTC");
            let request = Request::post("/api/setup/administrator")
                .header(header::HOST, "localhost:8642")
                .header(header::ORIGIN, ORIGIN)
                .header(header::CONTENT_TYPE, FORM)
                .body(Body::from(form))
                .unwrap();
            tokio::spawn(app.clone().oneshot(request))
        });
        let answers: Vec<_> = join_all(posts)
            .await
            .into_iter()
            .map(|done| done.unwrap().unwrap())
            .collect();
        let won = |status| answers.iter().filter(|answer| answer.status() == status).count();
        assert_eq!((won(StatusCode::OK), won(StatusCode::CONFLICT)), (1, 99));
        let signed_in = answers
            .iter()
            .filter(|answer| answer.headers().contains_key(header::SET_COOKIE));
        assert_eq!(signed_in.count(), 1);
        backend.shut_down().await;
    }
}

/// An ignored test of the backend measures the times.
#[tokio::test(flavor = "multi_thread")]
async fn known_and_unknown_names_get_the_same_answer_to_the_byte() {
    let app = TestApp::start().await;
    let mut database: PgConnection = app.superuser().await;
    sqlx::query(
        "insert into users (id, name, name_folded, password_hash, role)
         select gen_random_uuid(), 'Known ' || n, 'known ' || n, password_hash, 'member'
         from users, generate_series(0, 499) n",
    )
    .execute(&mut database)
    .await
    .unwrap();
    let answers = futures::stream::iter(0_u16..1_000).map(async |number| {
        let (kind, half) = (if number % 2 == 0 { "Known" } else { "Unknown" }, number / 2);
        let form = format!("name={kind}+{half}&password=a+wrong+password");
        // By a script, and by a plain form whose page repeats the name.
        let accept = if half % 2 == 0 {
            "application/json"
        } else {
            "text/html"
        };
        let mut request = app
            .visitor()
            .request(Method::POST, "/api/session/sign_in")
            .header(header::ORIGIN, ORIGIN)
            .header(header::REFERER, format!("{}/sign-in", ORIGIN))
            .header(header::ACCEPT, accept)
            .header(header::CONTENT_TYPE, FORM)
            .body(Body::from(form))
            .unwrap();
        let [high, low] = number.to_be_bytes();
        let address = SocketAddr::from((Ipv4Addr::new(10, 0, high, low), 1_000));
        request.extensions_mut().insert(ConnectInfo(address));
        let answer = app.send(request).await;
        let mut headers: Vec<String> = answer
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value:?}"))
            .collect();
        headers.sort();
        let typed = [format!("{kind}+{half}"), format!("{kind}%20{half}")];
        let text = format!("{} {} {}", answer.status, headers.join("\n"), answer.body);
        let policy = answer.header("content-security-policy").to_owned();
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .and_then(|rest| rest.split('\'').next())
            .unwrap_or("-none-");
        (
            accept,
            typed
                .iter()
                .fold(text, |text, name| text.replace(name, "NAME"))
                .replace(nonce, "NONCE"),
        )
    });
    let mut different: Vec<_> = answers.buffer_unordered(8).collect().await;
    assert_eq!(different.len(), 1_000);
    different.sort();
    different.dedup();
    assert_eq!(different.len(), 2, "one to scripts, one to forms: {different:#?}");
    assert!(
        different[0].1.starts_with("401") && different[1].1.starts_with("302"),
        "{different:#?}"
    );
}

/// Against the binary. The memory is asserted; the times are only printed, because the test's machine is busy with other
/// tests.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_parallel_sign_ins_need_less_than_300_mib() {
    let Some(mut server) = TestServer::start().await else {
        return;
    };
    let address = server.address.clone();
    let sign_in = || sign_in(&address, "Ada", "a lamp on the table");
    assert_eq!(sign_in().await, Some(200));

    let before = server.resident();
    let crowd = join_all((0..200).map(|_| sign_in()));
    let others = async {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut times = Vec::new();
        for number in 0..200 {
            let path = ["healthz", "sign-in", "favicon.svg"][number % 3];
            let started = Instant::now();
            let get = || client.get(format!("http://{address}/{path}")).send();
            // A kept-alive connection may close just when it is used again; a browser retries.
            let reply = match get().await {
                Ok(reply) => reply,
                Err(_) => get().await.unwrap(),
            };
            reply.bytes().await.unwrap();
            times.push(started.elapsed());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        times.sort();
        times[times.len() * 95 / 100]
    };
    let (signed_in, p95) = tokio::join!(crowd, others);
    let most = server.peak();
    let in_time = signed_in.iter().filter(|status| **status == Some(200)).count();
    figure(&format!(
        "200 sign-ins: {in_time} in, + {} MiB, other routes p95 {p95:?}",
        (most - before) / 1024
    ));
    assert_eq!(in_time, 200);
    assert!(most - before <= 300 * 1024, "+ {} KiB", most - before);
    stop(&mut server.process);
}
