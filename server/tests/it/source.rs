//! Section 13 of the licence: every user of Hearth over the network is offered the source of exactly this version.

use crate::support::TestApp;
use axum::body::to_bytes;
use flate2::read::GzDecoder;
use http::StatusCode;
use std::{collections::BTreeSet, io::Read};

#[tokio::test(flavor = "multi_thread")]
async fn visitors_can_download_the_source_of_this_version() {
    let app = TestApp::start().await;
    let answer = app.visitor().open("/source").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let disposition = answer.headers()["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment") && disposition.ends_with("-source.tar.gz\""));
    let packed = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    assert!(packed.len() < 3 << 20, "{} bytes", packed.len());
    let mut unpacked = Vec::new();
    GzDecoder::new(&*packed).read_to_end(&mut unpacked).unwrap();
    let mut archive = tar::Archive::new(&*unpacked);
    let names: BTreeSet<_> = archive
        .entries()
        .unwrap()
        .map(|entry| entry.unwrap().path().unwrap().display().to_string())
        .collect();
    for file in [
        "LICENSE",
        "Cargo.lock",
        "server/tests/it/source.rs",
        "migrations/README.md",
    ] {
        assert!(names.contains(&format!("hearth/{file}")), "{file}");
    }
    let own = include_str!("source.rs");
    assert!(
        String::from_utf8_lossy(&unpacked).contains(own),
        "changes are part of it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_links_to_the_source_before_and_after_signing_in() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    for (path, person) in [
        ("/sign-in", &app.visitor()),
        ("/join/none", &app.visitor()),
        ("/", &anna),
        ("/settings", &anna),
        ("/conversations", &anna),
    ] {
        let shown = person.page(path).await.body;
        assert!(
            shown.contains("href=\"/source\"") && shown.contains("Source code"),
            "{path}"
        );
    }
    let chinese = app.open(
        app.visitor()
            .request(http::Method::GET, "/sign-in")
            .header("accept", "text/html")
            .header("accept-language", "zh-CN")
            .body(axum::body::Body::empty())
            .unwrap(),
    );
    let chinese = to_bytes(chinese.await.into_body(), usize::MAX).await.unwrap();
    assert!(String::from_utf8_lossy(&chinese).contains("源代码"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_repository_is_linked_to_where_there_is_one() {
    let app = TestApp::start_with(&[("HEARTH_SOURCE_URL", "https://git.example/hearth")]).await;
    let shown = app.visitor().page("/sign-in").await.body;
    assert!(
        shown.contains("href=\"https://git.example/hearth\"") && !shown.contains("href=\"/source\""),
        "{shown}"
    );
    let own = app.visitor().open("/source").await;
    assert_eq!(own.status(), StatusCode::OK);
}
