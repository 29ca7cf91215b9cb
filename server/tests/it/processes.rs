//! Secrets of the binary: in no log file, and in no arguments of a process.

use crate::{
    binary::TestServer,
    browser::{Browser, cookie},
    command_line::{data_dir, hearth, sign_in, stop, with_password},
};
use std::{
    fs,
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// The log at the finest level, PostgreSQL's log, and what `ps` shows.
#[tokio::test(flavor = "multi_thread")]
async fn no_password_cookie_or_prompt_is_in_a_log_file_or_a_process_argument() {
    let (keep, data) = data_dir();
    let trace = [("HEARTH_LOG", "trace")];
    let Some(mut server) = TestServer::start_in(keep, data.clone(), &trace).await else {
        return;
    };
    let added = with_password(
        hearth(&data, &["user", "add", "Dora", "--admin"]),
        "canary5e2a of a password",
    );
    assert!(added.status.success());
    let wrong = sign_in(&server.address, "Dora", "canary5e2a of another").await;
    assert_eq!(wrong, Some(401));

    let mut dora = Browser::new(&server.url(""), "hearth_session=canary5e2a");
    let form = "name=Dora&password=canary5e2a+of+a+password";
    dora.cookie = cookie(&dora.post("/api/session/sign_in", form).send().await.unwrap());
    let secret = dora.cookie.trim_start_matches("hearth_session=").to_owned();
    let prompt = format!("text=canary5e2a+is+what+I+ask&idempotency_key={}", Uuid::now_v7());
    let invitation = "name=canary5e2a".to_owned();
    for (path, form) in [
        ("/api/conversations/send", prompt),
        ("/api/people/invite", invitation),
    ] {
        let answer = dora.post(path, &form).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}");
    }
    server.model_server.wait_for_chats(2).await;

    let shown = arguments_of_all_processes();
    assert!(
        shown.contains("postgres") && shown.contains(&server.address),
        "the processes were seen"
    );
    server.model_server.wait_until_idle().await;
    stop(&mut server.process);
    let mut logs = vec![data.with_extension("log")];
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

fn arguments_of_all_processes() -> String {
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
