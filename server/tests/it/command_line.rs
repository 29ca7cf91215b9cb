//! The binary: serving, `hearth user` beside a server and alone, and stopping.

use hearth_server::serve::database;
use std::{
    fs::{self, Permissions},
    io::Write,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

pub fn hearth(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearth"));
    for variable in [
        "DATABASE_URL",
        "HEARTH_OWNER_DATABASE_URL",
        "HEARTH_LISTEN",
        "HEARTH_CONFIG",
    ] {
        command.env_remove(variable);
    }
    // No server listens there: these tests need no model.
    command
        .env("HEARTH_OLLAMA_URL", "http://127.0.0.1:9")
        // Where the tests run as root: by its name, because Hearth never chooses that account by itself.
        .env("HEARTH_USER", "nobody")
        .arg("--data-dir")
        .arg(dir)
        .args(arguments);
    command
}

pub fn with_password(mut command: Command, password: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
    child.wait_with_output().unwrap()
}

/// A data directory that the binary can reach, also after it dropped root.
pub fn data_dir() -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), Permissions::from_mode(0o711)).unwrap();
    let data = dir.path().join("data");
    (dir, data)
}

pub fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string()
}

pub async fn sign_in(address: &str, name: &str, password: &str) -> Option<u16> {
    let request = reqwest::Client::new()
        .post(format!("http://{address}/api/session/sign_in"))
        .header("origin", format!("http://{address}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("name={name}&password={}", password.replace(' ', "+")));
    Some(request.send().await.ok()?.status().as_u16())
}

pub async fn ready(address: &str, child: &mut Child) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !reqwest::get(format!("http://{address}/healthz"))
        .await
        .is_ok_and(|r| r.status() == 200)
    {
        assert!(child.try_wait().unwrap().is_none(), "hearth ended");
        assert!(Instant::now() < deadline, "hearth does not become ready");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_added_beside_a_running_server_and_passwords_reset_without_one() {
    if !database::is_bundled() {
        eprintln!("skipped: this build carries no PostgreSQL");
        return;
    }
    let (_keep, data) = data_dir();
    let address = free_address();
    let mut server = hearth(&data, &["--listen", &address]).spawn().unwrap();
    ready(&address, &mut server).await;

    let added = with_password(
        hearth(&data, &["user", "add", "Dora", "--admin"]),
        "correct horse battery",
    );
    assert!(
        added.status.success(),
        "{}",
        String::from_utf8_lossy(&added.stderr)
    );
    assert_eq!(
        sign_in(&address, "Dora", "correct horse battery").await,
        Some(200)
    );

    let second = hearth(&data, &["--listen", &free_address()]).output().unwrap();
    assert!(
        String::from_utf8_lossy(&second.stderr).contains("another Hearth"),
        "{second:?}"
    );

    stop(&mut server);
    let reset = with_password(
        hearth(&data, &["user", "reset-password", "Dora"]),
        "another horse battery",
    );
    assert!(
        reset.status.success(),
        "{}",
        String::from_utf8_lossy(&reset.stderr)
    );

    let mut server = hearth(&data, &["--listen", &address]).spawn().unwrap();
    ready(&address, &mut server).await;
    assert_eq!(
        sign_in(&address, "Dora", "correct horse battery").await,
        Some(401)
    );
    assert_eq!(
        sign_in(&address, "Dora", "another horse battery").await,
        Some(200)
    );
    stop(&mut server);
}

#[test]
fn the_doctor_says_what_is_wrong_and_fails() {
    let (_keep, data) = data_dir();
    let output = hearth(&data, &["doctor"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stdout);
    let about = if database::is_bundled() {
        "HEARTH_OLLAMA_URL"
    } else {
        "DATABASE_URL"
    };
    assert!(text.contains(about), "{text}");
}

#[test]
fn a_port_in_use_is_one_clear_sentence() {
    let (_keep, data) = data_dir();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let output = hearth(&data, &["--listen", &taken.local_addr().unwrap().to_string()])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && text.contains("HEARTH_LISTEN") && !text.contains("os error"),
        "{text}"
    );
}

/// SIGTERM, and exit status 0. A server that does not stop hangs the test until the runner's limit.
pub fn stop(server: &mut Child) {
    let pid = rustix::process::Pid::from_child(server);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert!(server.wait().unwrap().success());
}
