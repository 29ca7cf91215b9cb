//! A wrong host name is refused on every address.

use crate::support::TestApp;
use axum::body::Body;
use hearth_server::http::routes::ROUTES;
use http::{Request, StatusCode, header};

const WRONG: [&str; 30] = [
    "evil.example",
    "evil.example:8642",
    "localhost.evil.example",
    "evil.localhost",
    "localhost.",
    "127.0.0.1.nip.io",
    "127.0.0.2",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0.0.0.0",
    "10.0.0.1:8642",
    "192.168.1.7",
    "[::2]",
    "[::]",
    "[fe80::1]",
    "[::ffff:127.0.0.1]",
    "localhost:",
    "localhost:x",
    "localhost:99999",
    "evil@localhost",
    "localhost@evil.example",
    "localhost,evil.example",
    "localhost evil",
    "local host",
    "",
    ":8642",
    "hearth",
    "localhost/evil",
    "lоcalhost",
];

#[tokio::test(flavor = "multi_thread")]
async fn thirty_wrong_names_are_refused_on_every_address() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    let unknown = ["/nothing", "/assets/", "/api/nothing"].map(|path| (http::Method::GET, path));
    let routes = ROUTES.iter().map(|route| (route.method(), route.path));
    for (method, path) in routes.chain(unknown) {
        for host in WRONG {
            let request = Request::builder()
                .method(method.clone())
                .uri(path.replace(['{', '}', '*'], ""));
            let request = request
                .header(header::HOST, host.as_bytes())
                .header(header::COOKIE, anna.cookie());
            let answer = app.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host:?} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_refusal_names_the_setting_and_runs_nothing() {
    let app = TestApp::start().await;
    let request = Request::get("/")
        .header(header::HOST, "evil.example")
        .header(header::ACCEPT, "text/html");
    let answer = app.send(request.body(Body::empty()).unwrap()).await;
    assert!(answer.body.contains("HEARTH_ALLOWED_HOSTS"), "{}", answer.body);
    assert!(
        answer
            .header("content-security-policy")
            .starts_with("default-src 'none'")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_repeated_and_contradictory_host_names_are_refused() {
    let app = TestApp::start().await;
    let none = Request::get("/sign-in").body(Body::empty()).unwrap();
    let two = Request::get("/sign-in")
        .header(header::HOST, "localhost")
        .header(header::HOST, "evil.example");
    let line = Request::get("http://evil.example/sign-in").header(header::HOST, "localhost");
    for request in [
        none,
        two.body(Body::empty()).unwrap(),
        line.body(Body::empty()).unwrap(),
    ] {
        assert_eq!(app.send(request).await.status, StatusCode::MISDIRECTED_REQUEST);
    }
}
