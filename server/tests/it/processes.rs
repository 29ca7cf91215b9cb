//! CHECK 31 against the binary itself.

use crate::command_line::{data_dir, free_address, hearth, ready, sign_in, stop, with_password};
use hearth_server::serve::database;
use http::header;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// CHECK 31 against the binary: its log at the finest level, PostgreSQL's log, and what `ps` shows.
#[tokio::test(flavor = "multi_thread")]
async fn no_password_cookie_or_prompt_is_in_a_log_file_or_a_process_argument() {
    if !database::is_bundled() {
        eprintln!("skipped: this build carries no PostgreSQL");
        return;
    }
    let (keep, data) = data_dir();
    let address = free_address();
    let log = keep.path().join("log");
    let model_server = hearth_inference::fake::FakeModelServer::start().await;
    let mut server = hearth(&data, &["--listen", &address])
        .env("HEARTH_OLLAMA_URL", model_server.url())
        .env("HEARTH_LOG", "trace")
        .stderr(fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    ready(&address, &mut server).await;
    let added = with_password(
        hearth(&data, &["user", "add", "Dora", "--admin"]),
        "canary5e2a of a password",
    );
    assert!(added.status.success());
    assert_eq!(
        sign_in(&address, "Dora", "canary5e2a of another").await,
        Some(401)
    );

    let post = |path: &str, cookie: &str, form: String| {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client
            .post(format!("http://{address}{path}"))
            .header(header::ORIGIN, format!("http://{address}"))
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form)
            .send()
    };
    let form = "name=Dora&password=canary5e2a+of+a+password".to_owned();
    let signed_in = post("/api/session/sign_in", "hearth_session=canary5e2a", form)
        .await
        .unwrap();
    let cookie = signed_in.headers()[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let secret = cookie.trim_start_matches("hearth_session=").to_owned();
    let prompt = format!(
        "text=canary5e2a+is+what+I+ask&idempotency_key={}",
        uuid::Uuid::now_v7()
    );
    assert!(
        post("/api/conversations/send", &cookie, prompt)
            .await
            .unwrap()
            .status()
            .is_success()
    );
    model_server.wait_for_chats(2).await;
    // A statement that fails in the database, with a value of somebody's.
    let invitation = "name=canary5e2a".to_owned();
    assert!(
        post("/api/people/invite", &cookie, invitation)
            .await
            .unwrap()
            .status()
            .is_success()
    );

    let shown = everybodys_arguments();
    assert!(
        shown.contains("postgres") && shown.contains(&address),
        "the processes were seen"
    );
    model_server.wait_until_idle().await;
    stop(&mut server);
    let mut logs = vec![log];
    logs.extend(files_with_log_in_their_name(&data));
    for file in logs {
        let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        assert!(
            !text.contains("canary5e2a") && !text.contains(&secret),
            "{}",
            file.display()
        );
    }
    assert!(!shown.contains("canary5e2a") && !shown.contains(&secret));
}

fn everybodys_arguments() -> String {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let arguments = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    arguments
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .collect::<Vec<_>>()
        .join("\n")
}

fn files_with_log_in_their_name(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_with_log_in_their_name(&path));
        } else if entry.file_name().to_string_lossy().contains(".log") {
            found.push(path);
        }
    }
    found
}
