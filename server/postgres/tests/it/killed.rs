//! kill -9 of the server and of Hearth.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use hearth_postgres::State;

use crate::support::{TIMEOUT, TestDir, archive, ask, config, kill_9, lives, run, until};

#[tokio::test]
async fn a_killed_server_restarts_with_every_row_each_time() {
    let dir = TestDir::new();
    let postgres = dir.start().await;
    run(&postgres, "create table words (n serial)").await;
    for round in 1..=3_i64 {
        run(&postgres, "insert into words default values").await;
        let before = postgres.pid().unwrap();
        let mut state = postgres.state();
        state.mark_unchanged();
        kill_9(before);
        state
            .wait_for(|state| matches!(state, State::Restarting(_)))
            .await
            .unwrap();
        until(&postgres, |state| *state == State::Ready).await;
        assert_ne!(postgres.pid(), Some(before));
        assert_eq!(ask::<i64>(&postgres, "select count(*) from words").await, round);
    }
    postgres.stop().await;
}

#[tokio::test]
async fn a_server_shut_down_from_outside_restarts() {
    let dir = TestDir::new();
    let postgres = dir.start().await;
    let mut state = postgres.state();
    let pid = rustix::process::Pid::from_raw(postgres.pid().unwrap().cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    state
        .wait_for(|state| matches!(state, State::Restarting(_)))
        .await
        .unwrap();
    until(&postgres, |state| *state == State::Ready).await;
    assert_eq!(ask::<i32>(&postgres, "select 1").await, 1);
    postgres.stop().await;
}

#[tokio::test]
async fn killing_hearth_ends_its_server_and_the_next_start_recovers() {
    let dir = TestDir::new();
    let (mut hearth, server) = another_hearth(&dir);
    hearth.kill().unwrap();
    hearth.wait().unwrap();
    // The next start does not rely on the kernel: it stops leftover processes.
    let postgres = dir.start().await;
    assert_eq!(ask::<i64>(&postgres, "select count(*) from words").await, 1);
    until_gone(server).await;
    postgres.stop().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn killing_hearth_leaves_no_server_running() {
    let dir = TestDir::new();
    let (mut hearth, server) = another_hearth(&dir);
    hearth.kill().unwrap();
    hearth.wait().unwrap();
    until_gone(server).await;
}

/// A process that has ended keeps its id until it is reaped.
async fn until_gone(server: u32) {
    let gone = async {
        while lives(server) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(TIMEOUT, gone)
        .await
        .expect("the server outlived its Hearth");
}

/// Stands in for a server that outlived its Hearth.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_leftover_server_is_stopped_before_a_start() {
    use std::os::unix::process::CommandExt;
    let dir = TestDir::new();
    let first = dir.start().await;
    let programs = dir.path().join("postgres").join(programs_of(&dir));
    let socket_dir = first.socket_dir().to_owned();
    first.stop().await;
    let mut left_over = Command::new(programs.join("bin/postgres"));
    left_over
        .arg("-D")
        .arg(dir.cluster())
        .arg("-k")
        .arg(&socket_dir)
        .args(["-c", "listen_addresses="]);
    if let Some(account) = dir.config().run_as {
        left_over.uid(account.uid).gid(account.gid);
    }
    let mut left_over = left_over.stderr(Stdio::null()).spawn().unwrap();
    let status_file = dir.cluster().join("postmaster.pid");
    while !std::fs::read_to_string(&status_file)
        .unwrap_or_default()
        .contains("ready")
    {
        tokio::task::yield_now().await;
    }
    // A zombie still counts as alive, so it must be reaped here, as init would do.
    let reaper = std::thread::spawn(move || left_over.wait().unwrap());
    let second = dir.start().await;
    assert!(
        reaper.join().unwrap().success(),
        "it was asked to stop, not killed"
    );
    second.stop().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_stale_pid_file_with_a_reused_id_does_not_prevent_a_start() {
    let dir = TestDir::new();
    let postgres = dir.start().await;
    let pid_file = dir.cluster().join("postmaster.pid");
    let text = std::fs::read_to_string(&pid_file).unwrap();
    let mut state = postgres.state();
    kill_9(postgres.pid().unwrap());
    state
        .wait_for(|state| matches!(state, State::Restarting(_)))
        .await
        .unwrap();
    postgres.stop().await;
    // A process of the server's own account, otherwise PostgreSQL itself would detect that it is another program.
    let mut other_process = Command::new("sleep");
    if let Some(account) = dir.config().run_as {
        std::os::unix::process::CommandExt::uid(&mut other_process, account.uid);
    }
    let mut other_process = other_process.arg("600").spawn().unwrap();
    let rest = text.split_once('\n').unwrap().1;
    std::fs::write(&pid_file, format!("{}\n{rest}", other_process.id())).unwrap();
    dir.start().await.stop().await;
    other_process.kill().unwrap();
    other_process.wait().unwrap();
}

fn programs_of(dir: &TestDir) -> String {
    let entries = std::fs::read_dir(dir.path().join("postgres")).unwrap().flatten();
    entries
        .map(|entry| entry.file_name().into_string().unwrap())
        .find(|name| name.starts_with("18."))
        .unwrap()
}

const IN: &str = "HEARTH_TEST_RUN_IN";

/// A process that runs a server in `home`; returned with the server's process id.
fn another_hearth(dir: &TestDir) -> (Child, u32) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "killed::runs_a_server_for_another_test",
        "--ignored",
        "--nocapture",
    ]);
    let mut child = command
        .env(IN, dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let pid = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("server ")?.parse().ok());
    (child, pid.expect("the other process prints the id of its server"))
}

#[tokio::test]
#[ignore = "is the other process of the tests above"]
async fn runs_a_server_for_another_test() {
    let Some(dir) = std::env::var_os(IN) else { return };
    let postgres = hearth_postgres::start(archive(), config(dir.as_ref()))
        .await
        .unwrap();
    run(
        &postgres,
        "create table words (word text); insert into words values ('kept')",
    )
    .await;
    println!("\nserver {}", postgres.pid().unwrap());
    std::future::pending::<()>().await;
}
