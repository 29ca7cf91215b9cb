//! Whatever a request names, it is led to a page of this server and nowhere else.

use crate::support::{Answer, ORIGIN, TestApp};
use axum::body::Body;
use hearth_server::http::routes::{Kind, ROUTES};
use http::{Method, header};
use reqwest::Url;

/// Places that are not ours, as a page elsewhere would write them into a `Referer` or an address.
const ELSEWHERE: &[&str] = &[
    "//evil.example",
    "///evil.example",
    "////evil.example/a",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "http://evil.example",
    "https://evil.example/page?__err=1",
    "HTTP://EVIL.EXAMPLE",
    "http:evil.example",
    "https:evil.example",
    "http:/evil.example",
    "http:\\\\evil.example",
    "https:///evil.example",
    "http://localhost:8642@evil.example/",
    "http://localhost:8642:80@evil.example/",
    "http://localhost:8642.evil.example/",
    "http://localhost:86422/",
    "http://localhost:1/",
    "http://localhost/",
    "https://localhost:8642/",
    "ftp://localhost:8642/",
    "//localhost:8642//evil.example",
    "http://localhost:8642//evil.example",
    "http://localhost:8642/\\evil.example",
    "http://localhost:8642\\@evil.example",
    "http://localhost:8642/\t/evil.example",
    "http://me:secret@localhost:8642/",
    "javascript:alert(1)",
    "data:text/html,evil",
    "//evil.example/http://localhost:8642/",
    "evil.example",
    ".",
    "",
];

/// As a browser reads the answer's `Location` on one of our pages.
fn assert_local(answer: &Answer, what: &str) {
    let location = answer.header("location");
    let page = Url::parse(&format!("{ORIGIN}/page")).unwrap();
    let led_to = page.join(location).unwrap();
    assert_eq!(led_to.origin(), page.origin(), "{what}: {location}");
    assert!(!location.starts_with("//"), "{what}: {location}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_referer_redirects_a_reading_request_to_another_site() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    let reads: Vec<_> = ROUTES.iter().filter(|route| route.kind == Kind::Read).collect();
    assert!(reads.len() > 5);
    for referer in ELSEWHERE {
        for route in &reads {
            let asked = anna
                .request(Method::GET, route.path)
                .header(header::ACCEPT, "text/html,*/*")
                .header(header::REFERER, *referer);
            let answer = app.send(asked.body(Body::empty()).unwrap()).await;
            assert_local(&answer, &format!("{} from {referer:?}", route.path));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_redirects_to_another_site_by_its_referer_or_its_next_page() {
    let app = TestApp::start().await;
    for place in ELSEWHERE {
        let escaped: String = place.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for (password, what) in [("correct+horse+battery", "in"), ("wrong+horse+battery", "not in")] {
            let form = format!("name=Anna&password={password}&next={escaped}");
            for referer in [None, Some(*place)] {
                let mut asked = app
                    .visitor()
                    .request(Method::POST, "/api/session/sign_in")
                    .header(header::ORIGIN, ORIGIN)
                    .header(header::ACCEPT, "text/html")
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                if let Some(referer) = referer {
                    asked = asked.header(header::REFERER, referer);
                }
                let answer = app.send(asked.body(Body::from(form.clone())).unwrap()).await;
                assert_local(&answer, &format!("{what}, next {place:?}, from {referer:?}"));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_to_a_page_of_ours_keeps_its_query() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    for (referer, place) in [
        ("http://localhost:8642/search?words=a\\b", "/search?words=a%5Cb"),
        ("http://localhost:8642/search?words=//a", "/search?words=%2F%2Fa"),
        ("http://LOCALHOST:8642/c/1?at=2", "/c/1?at=2"),
        // server_fn writes an empty query.
        ("http://localhost:8642", "/?"),
        ("http://localhost:8642?a=b", "/?a=b"),
        ("/memory", "/memory"),
    ] {
        let asked = anna
            .request(Method::GET, "/api/conversations")
            .header(header::ACCEPT, "text/html")
            .header(header::REFERER, referer);
        let answer = app.send(asked.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.header("location"), place, "{referer}");
    }
}
