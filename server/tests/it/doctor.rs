//! `hearth doctor` and the words of `hearth user`: what is wrong, in plain sentences, with an exit code.

use crate::command_line::{data_dir, free_address, hearth, ready, stop, with_password};
use hearth_backend::testing::OwnServer;
use hearth_inference::fake::FakeModelServer;
use hearth_server::serve::database;
use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt, path::Path, process::Command};

/// Exit code and what was said.
fn says(mut command: impl std::borrow::BorrowMut<Command>) -> (Option<i32>, String) {
    let output = command
        .borrow_mut()
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

fn doctor(data: &Path, address: &str, model_server: &str) -> Command {
    let mut command = hearth(data, &["doctor", "--listen", address]);
    command.env("HEARTH_OLLAMA_URL", model_server);
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_nothing_wrong_where_nothing_is_wrong() {
    if !database::is_bundled() {
        eprintln!("skipped: this build carries no PostgreSQL");
        return;
    }
    let (_keep, data) = data_dir();
    let fake = FakeModelServer::start().await;
    let address = free_address();
    let (code, text) = says(doctor(&data, &address, &fake.url()));
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.contains("Nothing is wrong.") && text.contains("Nobody listens"),
        "{text}"
    );

    // Beside the running server, through its database.
    let mut server = hearth(&data, &["--listen", &address]).spawn().unwrap();
    ready(&address, &mut server).await;
    let (code, text) = says(doctor(&data, &address, &fake.url()));
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("Hearth answers on"), "{text}");
    stop(&mut server);

    fake.set_models(Vec::new());
    let (code, text) = says(doctor(&data, &address, &fake.url()));
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("no chat model") && text.contains("no embedding model"),
        "{text}"
    );
    assert!(text.contains("1 to put right."), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_recognises_another_program_on_the_port() {
    let (_keep, data) = data_dir();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    // It closes every connection, as a program that is not Hearth may.
    std::thread::spawn(move || taken.incoming().for_each(drop));
    let (code, text) = says(doctor(&data, &address, "http://127.0.0.1:9"));
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("Another program listens on"), "{text}");
}

#[test]
fn a_data_directory_that_cannot_be_written_is_one_sentence() {
    let (_keep, data) = data_dir();
    fs::create_dir(&data).unwrap();
    fs::write(data.join("something"), "").unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o500)).unwrap();
    let (code, text) = says(doctor(&data, &free_address(), "http://127.0.0.1:9"));
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("cannot") && text.contains("chown"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_notes_a_database_with_one_role() {
    let own = OwnServer::start().await;
    let roles = "create role admin createrole login PASSWORD; create database hearth owner admin";
    own.run("postgres", roles).await;
    own.run("hearth", "create extension vector").await;
    let (_keep, data) = data_dir();
    let fake = FakeModelServer::start().await;
    let mut command = doctor(&data, &free_address(), &fake.url());
    command.env("DATABASE_URL", own.url("admin", "hearth"));
    let (code, text) = says(command);
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.contains("leakproof") && text.contains("HEARTH_OWNER_DATABASE_URL"),
        "{text}"
    );

    let mut command = doctor(&data, &free_address(), &fake.url());
    command
        .env(
            "DATABASE_URL",
            own.url("admin", "hearth").replace("canary", "wrong"),
        )
        .env("HEARTH_LOG", "trace");
    let (code, text) = says(command);
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("password authentication failed") && !text.contains("wrong-of-the"),
        "{text}"
    );
}

#[test]
fn an_invalid_database_address_is_one_sentence_that_does_not_quote_it() {
    let (_keep, data) = data_dir();
    for wrong in [
        "mysql://me:canary@host/hearth",
        "me:canary@host",
        "postgres://me:canary@host:port/hearth",
    ] {
        let mut command = doctor(&data, &free_address(), "http://127.0.0.1:9");
        let (code, text) = says(command.env("DATABASE_URL", wrong));
        assert_eq!(code, Some(1), "{text}");
        assert!(
            text.contains("DATABASE_URL is no address") && !text.contains("canary"),
            "{text}"
        );
    }
}

#[test]
fn failures_of_hearth_user_are_explained_in_words() {
    if !database::is_bundled() {
        eprintln!("skipped: this build carries no PostgreSQL");
        return;
    }
    let (_keep, data) = data_dir();
    let add = |name: &'static str| hearth(&data, &["user", "add", name]);
    let (code, text) = says(add("Dora"));
    assert!(code == Some(1) && text.contains("standard input"), "{text}");
    let good = "correct horse battery";
    assert!(with_password(add("Dora"), good).status.success());
    for (command, password, about) in [
        (add("Emil"), "short", "at least 8 characters"),
        (add("dora"), good, "somebody of that name already"),
        (add(" "), good, "visible character"),
        (
            hearth(&data, &["user", "reset-password", "Nobody"]),
            good,
            "no person of that name",
        ),
    ] {
        let output = with_password(command, password);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains(about) && text.lines().count() == 1, "{text}");
    }
}

#[test]
fn version_and_help_touch_no_files() {
    let (_keep, data) = data_dir();
    let (code, text) = says(hearth(&data, &["--version"]));
    assert_eq!(
        (code, text.trim()),
        (Some(0), concat!("hearth ", env!("CARGO_PKG_VERSION")))
    );
    let (code, text) = says(hearth(&data, &["--help"]));
    assert!(
        code == Some(0) && text.contains("doctor") && text.contains("HEARTH_LISTEN"),
        "{text}"
    );
    let (code, text) = says(hearth(&data, &["--lisen", "1"]));
    assert!(code == Some(2) && text.contains("--listen"), "{text}");
    assert!(!data.exists());
}
