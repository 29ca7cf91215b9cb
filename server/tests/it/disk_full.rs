//! A full disk: all data, PostgreSQL's included, lies on a small file system of the test.

use crate::{
    binary::{TestServer, figure, skip},
    command_line::data_dir,
};
use hearth_inference::fake::Reply;
use hearth_types::AnswerStatus;
use http::{StatusCode, header};
use sqlx::AssertSqlSafe;
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};
use uuid::Uuid;

const MIB: u32 = 500;

struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<Self> {
        let is_root = rustix::process::geteuid().is_root();
        let options = format!("size={MIB}m,mode=755");
        let mount = || {
            Command::new("mount")
                .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
                .arg(at)
                .status()
        };
        let mounted = is_root && mount().is_ok_and(|status| status.success());
        if !mounted {
            skip("a small disk can only be mounted by root, and not in every container");
        }
        mounted.then(|| Self(at.to_owned()))
    }

    /// Writes until not one byte more fits.
    fn fill(&self) -> PathBuf {
        let path = self.0.join("filler");
        let mut file = fs::File::create(&path).unwrap();
        for size in [1024 * 1024, 4096, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(&self.0).status().ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_writes_in_words_serves_reads_and_recovers_by_itself() {
    let (keep, data) = data_dir();
    let disk = keep.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let Some(disk) = SmallDisk::mount(&disk) else {
        return;
    };
    let data = disk.0.join(data.file_name().unwrap());
    let Some(hearth) = TestServer::start_in(keep, data, &[]).await else {
        return;
    };
    hearth.model_server.respond_with(|_| Reply::text("An answer"));
    let mut kept = Vec::new();
    for number in 0..5 {
        let sent = hearth.send(&format!("kept {number}")).await;
        hearth.ended(&sent, Duration::from_secs(20)).await;
        kept.push(sent);
    }

    let filler = disk.fill();
    let postmaster = hearth.postmaster();
    let until = Instant::now() + Duration::from_secs(10);
    let (mut reads, mut refusals) = (0, 0);
    while Instant::now() < until {
        for sent in &kept {
            assert_eq!(hearth.open(sent).await.messages.len(), 2);
            let page = hearth.get(&format!("/c/{}", sent.conversation)).await.unwrap();
            assert_eq!(page.status(), StatusCode::OK);
            reads += 2;
        }
        let refused = hearth.message("one more", Uuid::new_v4()).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::INSUFFICIENT_STORAGE);
        assert_eq!(refused.text().await.unwrap(), r#"{"problem":"disk_full"}"#);
        refusals += 1;
    }
    assert!(
        in_words(&hearth)
            .await
            .contains("The disk of this box is full, so nothing was stored.")
    );
    assert_eq!(hearth.get("/healthz").await.unwrap().status(), StatusCode::OK);
    assert_eq!(hearth.postmaster(), postmaster, "PostgreSQL went on");

    fs::remove_file(filler).unwrap();
    let room = Instant::now();
    let sent = hearth.send("there is room").await;
    let answer = hearth.ended(&sent, Duration::from_secs(20)).await;
    assert_eq!(answer.answer.unwrap().status, AnswerStatus::Done);
    let tables = read_everything(&hearth).await;
    figure(&format!(
        "disk full: {reads} reads, {refusals} refusals, an answer {:?} after there was room, {tables} tables whole",
        room.elapsed()
    ));
}

/// The text of the page in a browser without scripts.
async fn in_words(hearth: &TestServer) -> String {
    let form = hearth
        .message("one more", Uuid::new_v4())
        .header(header::ACCEPT, "text/html")
        .header(header::REFERER, hearth.url("/"));
    // The JSON that the request asked for before is replaced, not added to.
    let mut request = form.build().unwrap();
    request
        .headers_mut()
        .insert(header::ACCEPT, "text/html".parse().unwrap());
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .execute(request)
        .await
        .unwrap()
        .text()
        .await
        .unwrap()
}

/// Reads every row of every table, and checks every index against its table where PostgreSQL has amcheck.
async fn read_everything(hearth: &TestServer) -> usize {
    let mut database = hearth.database().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select quote_ident(relname) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
    )
    .fetch_all(&mut database)
    .await
    .unwrap();
    for table in &tables {
        let read = format!("select count(md5(t::text)) from {table} t");
        let rows: i64 = sqlx::query_scalar(AssertSqlSafe(read))
            .fetch_one(&mut database)
            .await
            .unwrap();
        let rebuilt = format!("reindex table {table}");
        sqlx::query(AssertSqlSafe(rebuilt))
            .execute(&mut database)
            .await
            .unwrap_or_else(|error| {
                panic!("{table} with {rows} rows: {error}");
            });
    }
    tables.len()
}
