//! kill -9, of the server and of Hearth.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use hearth_postgres::State;

use crate::support::{House, PATIENCE, archive, ask, config, kill_9, lives, run, until};

#[tokio::test]
async fn a_killed_server_comes_back_with_every_row_time_after_time() {
    let house = House::new();
    let postgres = house.start().await;
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
async fn a_server_that_somebody_else_shut_down_comes_back() {
    let house = House::new();
    let postgres = house.start().await;
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
async fn a_killed_hearth_takes_its_server_down_and_the_next_start_recovers() {
    let house = House::new();
    let (mut hearth, server) = another_hearth(&house);
    hearth.kill().unwrap();
    hearth.wait().unwrap();
    // The next start does not wait for the kernel's tie to work: it stops what is left.
    let postgres = house.start().await;
    assert_eq!(ask::<i64>(&postgres, "select count(*) from words").await, 1);
    until_gone(server).await;
    postgres.stop().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_killed_hearth_leaves_no_server_behind() {
    let house = House::new();
    let (mut hearth, server) = another_hearth(&house);
    hearth.kill().unwrap();
    hearth.wait().unwrap();
    until_gone(server).await;
}

/// A process that has ended keeps its number until somebody reaps it.
async fn until_gone(server: u32) {
    let gone = async {
        while lives(server) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, gone)
        .await
        .expect("the server outlived its Hearth");
}

/// A server that Hearth did not start stands in for one that outlived its Hearth.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_that_was_left_over_is_stopped_before_a_start() {
    use std::os::unix::process::CommandExt;
    let house = House::new();
    let first = house.start().await;
    let programs = house.path().join("postgres").join(programs_of(&house));
    let socket_dir = first.socket_dir().to_owned();
    first.stop().await;
    let mut left_over = Command::new(programs.join("bin/postgres"));
    left_over
        .arg("-D")
        .arg(house.cluster())
        .arg("-k")
        .arg(&socket_dir)
        .args(["-c", "listen_addresses="]);
    if let Some(account) = house.config().run_as {
        left_over.uid(account.uid).gid(account.gid);
    }
    let mut left_over = left_over.stderr(Stdio::null()).spawn().unwrap();
    let status_file = house.cluster().join("postmaster.pid");
    while !std::fs::read_to_string(&status_file)
        .unwrap_or_default()
        .contains("ready")
    {
        tokio::task::yield_now().await;
    }
    // A zombie still counts as alive, so somebody has to reap it as the init process would.
    let reaper = std::thread::spawn(move || left_over.wait().unwrap());
    let second = house.start().await;
    assert!(
        reaper.join().unwrap().success(),
        "it was asked to stop, not killed"
    );
    second.stop().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_stale_pid_file_with_a_number_that_was_reused_does_not_keep_the_server_from_starting() {
    let house = House::new();
    let postgres = house.start().await;
    let pid_file = house.cluster().join("postmaster.pid");
    let text = std::fs::read_to_string(&pid_file).unwrap();
    let mut state = postgres.state();
    kill_9(postgres.pid().unwrap());
    state
        .wait_for(|state| matches!(state, State::Restarting(_)))
        .await
        .unwrap();
    postgres.stop().await;
    // A process of the server's own account, or PostgreSQL itself would see through it.
    let mut somebody = Command::new("sleep");
    if let Some(account) = house.config().run_as {
        std::os::unix::process::CommandExt::uid(&mut somebody, account.uid);
    }
    let mut somebody = somebody.arg("600").spawn().unwrap();
    let rest = text.split_once('\n').unwrap().1;
    std::fs::write(&pid_file, format!("{}\n{rest}", somebody.id())).unwrap();
    house.start().await.stop().await;
    somebody.kill().unwrap();
    somebody.wait().unwrap();
}

fn programs_of(house: &House) -> String {
    let entries = std::fs::read_dir(house.path().join("postgres"))
        .unwrap()
        .flatten();
    entries
        .map(|entry| entry.file_name().into_string().unwrap())
        .find(|name| name.starts_with("18."))
        .unwrap()
}

const IN: &str = "HEARTH_TEST_RUN_IN";

/// A process that runs a server in `house`; returns it with the server's process id.
fn another_hearth(house: &House) -> (Child, u32) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "killed::runs_a_server_for_another_test",
        "--ignored",
        "--nocapture",
    ]);
    let mut child = command
        .env(IN, house.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let pid = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("server ")?.parse().ok());
    (
        child,
        pid.expect("the other process says which server it started"),
    )
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
