//! An import whose process ends in the middle: after the next start the same file imports without duplicates.

use crate::{binary::TestServer, command_line::stop};
use hearth_types::ImportReport;
use serde_json::{Value, json};
use std::{
    io::{Cursor, Write},
    time::{Duration, Instant},
};
use uuid::Uuid;
use zip::{ZipWriter, write::SimpleFileOptions};

const CONVERSATIONS: u16 = 250;
const MESSAGES: u16 = 20;

fn archive() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let manifest = json!({ "format": "hearth-archive", "version": 1, "exported_at": "2026-05-03T18:05:00Z" });
    let mut put = |name: &str, json: &Value| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(json.to_string().as_bytes()).unwrap();
    };
    put("hearth.json", &manifest);
    put("memories.json", &json!({ "memories": [] }));
    for n in 0..CONVERSATIONS {
        let ids: Vec<Uuid> = (0..MESSAGES).map(|_| Uuid::new_v4()).collect();
        let message = |at: usize| {
            json!({ "id": ids[at], "parent": at.checked_sub(1).map(|before| ids[before]),
                    "said_by": if at.is_multiple_of(2) { "person" } else { "model" }, "said_at": "2026-05-03T18:05:00Z",
                    "text": format!("Number {at} of {n}") })
        };
        let messages: Vec<Value> = (0..usize::from(MESSAGES)).map(message).collect();
        let conversation =
            json!({ "id": Uuid::new_v4(), "title": format!("T {n}"), "memory": true, "messages": messages });
        put(&format!("conversations/{n}.json"), &conversation);
    }
    zip.finish().unwrap().into_inner()
}

async fn count(hearth: &TestServer, table: &str) -> i64 {
    let query = format!("select count(*) from {table}");
    let mut database = hearth.database().await;
    let counted = sqlx::query_scalar(sqlx::AssertSqlSafe(query));
    counted.fetch_one(&mut database).await.unwrap()
}

/// Starts the import, and ends the process once some conversations are stored.
async fn cut_off(hearth: &mut TestServer, archive: &[u8], end: impl FnOnce(&mut TestServer)) {
    let uploading = tokio::spawn(hearth.upload("/import", "a.zip", archive).send());
    let deadline = Instant::now() + Duration::from_secs(60);
    while count(hearth, "conversations").await < 3 {
        assert!(Instant::now() < deadline, "the import does not begin");
    }
    end(hearth);
    uploading.await.unwrap().ok();
    hearth.restart().await;
    let taken = count(hearth, "conversations").await;
    assert!((3..i64::from(CONVERSATIONS)).contains(&taken), "{taken}");
    assert_eq!(count(hearth, "messages").await, taken * i64::from(MESSAGES));
}

async fn comes_whole(hearth: &TestServer, archive: &[u8]) {
    let answer = hearth.upload("/import", "a.zip", archive).send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "at once: {status} {text}");
    let report: ImportReport = serde_json::from_str(&text).unwrap();
    assert_eq!(report.unreadable, 0, "{report:?}");
    let deadline = Instant::now() + Duration::from_secs(120);
    while count(hearth, "imports where state = 'running'").await > 0 {
        assert!(Instant::now() < deadline, "no end of the import");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(count(hearth, "imports where state = 'done'").await, 1);
    assert_eq!(count(hearth, "conversations").await, i64::from(CONVERSATIONS));
    assert_eq!(
        count(hearth, "messages").await,
        i64::from(CONVERSATIONS * MESSAGES)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_during_an_import_the_same_file_imports_without_duplicates() {
    let Some(mut hearth) = TestServer::start().await else {
        return;
    };
    let archive = archive();
    cut_off(&mut hearth, &archive, TestServer::kill).await;
    comes_whole(&hearth, &archive).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_sigterm_during_an_import_the_same_file_imports_without_duplicates() {
    let Some(mut hearth) = TestServer::start().await else {
        return;
    };
    let archive = archive();
    cut_off(&mut hearth, &archive, |hearth| stop(&mut hearth.process)).await;
    assert_eq!(count(&hearth, "imports where state = 'interrupted'").await, 1);
    comes_whole(&hearth, &archive).await;
}
