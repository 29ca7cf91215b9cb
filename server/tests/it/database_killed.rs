//! kill -9 of PostgreSQL under load: its first process, and those that serve Hearth.

use crate::binary::{TestServer, figure};
use hearth_inference::fake::Reply;
use hearth_types::Sent;
use std::{
    fs,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use uuid::Uuid;

const KILLS: usize = 10;
const PEOPLE: usize = 6;
const BACK_WITHIN: Duration = Duration::from_secs(15);

type Acknowledged = Arc<Mutex<Vec<(Instant, Uuid, Sent)>>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_postgresql_killed_ten_times_no_acknowledged_message_is_lost() {
    let Some(hearth) = TestServer::start().await else {
        return;
    };
    hearth
        .model_server
        .respond_with(|_| Reply::text("A short answer"));
    let hearth = Arc::new(hearth);
    let (acknowledged, done) = (Acknowledged::default(), Arc::new(AtomicBool::new(false)));
    let senders = (0..PEOPLE).map(|number| {
        let (hearth, acknowledged, done) = (hearth.clone(), acknowledged.clone(), done.clone());
        tokio::spawn(async move { send_on(&hearth, number, &acknowledged, &done).await })
    });
    let senders: Vec<_> = senders.collect();
    let mut slowest = Duration::ZERO;
    for round in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let killed = Instant::now();
        kill(&hearth, round);
        slowest = slowest.max(back(&acknowledged, killed, round).await);
    }
    done.store(true, Ordering::Relaxed);
    for sender in senders {
        sender.await.unwrap();
    }
    let acknowledged = acknowledged.lock().unwrap().clone();
    each_is_there_once(&hearth, &acknowledged).await;
    all_are_answered(&hearth).await;
    figure(&format!(
        "PostgreSQL killed {KILLS} times: back after at most {slowest:?}, {} acknowledged messages, each there once",
        acknowledged.len()
    ));
}

/// Sends one message after another, each with one key until it is acknowledged, as a browser does.
async fn send_on(hearth: &TestServer, number: usize, acknowledged: &Acknowledged, done: &AtomicBool) {
    let mut count = 0;
    while !done.load(Ordering::Relaxed) {
        count += 1;
        let (text, key) = (format!("message {count} of {number}"), Uuid::new_v4());
        loop {
            if let Ok(answer) = hearth.message(&text, key).send().await
                && answer.status().is_success()
                && let Ok(sent) = answer.json().await
            {
                acknowledged.lock().unwrap().push((Instant::now(), key, sent));
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// In turn the first process, and one that serves Hearth: then PostgreSQL restarts all of them by itself.
fn kill(hearth: &TestServer, round: usize) {
    let postmaster = hearth.postmaster().expect("PostgreSQL runs");
    let victim = match round % 2 {
        0 => postmaster,
        _ => serving(postmaster).unwrap_or(postmaster),
    };
    let victim = rustix::process::Pid::from_raw(victim).unwrap();
    rustix::process::kill_process(victim, rustix::process::Signal::KILL).unwrap();
}

fn serving(postmaster: i32) -> Option<i32> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter_map(|process| process.file_name().to_str()?.parse::<i32>().ok())
        .find(|pid| {
            let about = |file: &str| fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default();
            about("status").contains(&format!("PPid:\t{postmaster}\n"))
                && about("cmdline").contains("hearth_app")
        })
}

/// How long until the first message that was sent and acknowledged after the kill.
async fn back(acknowledged: &Acknowledged, killed: Instant, round: usize) -> Duration {
    // An acknowledgement of the last moment may still have been under way.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let settled = Instant::now();
    loop {
        let last = acknowledged.lock().unwrap().last().map(|(at, ..)| *at);
        if let Some(at) = last.filter(|at| *at > settled) {
            let took = at - killed;
            assert!(took < BACK_WITHIN, "round {round}: {took:?}");
            return took;
        }
        assert!(
            killed.elapsed() < BACK_WITHIN,
            "round {round}: not back after {BACK_WITHIN:?}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn each_is_there_once(hearth: &TestServer, acknowledged: &[(Instant, Uuid, Sent)]) {
    let mut database = hearth.database().await;
    for (_, key, sent) in acknowledged {
        let stored: Vec<Uuid> = sqlx::query_scalar("select id from messages where idempotency_key = $1")
            .bind(key)
            .fetch_all(&mut database)
            .await
            .unwrap();
        assert_eq!(stored, [sent.message.0], "{sent:?}");
    }
}

/// No answer is left waiting or claimed without a runner.
async fn all_are_answered(hearth: &TestServer) {
    let mut database = hearth.database().await;
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let open: i64 = sqlx::query_scalar(
            "select (select count(*) from answers where status in ('waiting', 'running'))
                  + (select count(*) from answer_queue)",
        )
        .fetch_one(&mut database)
        .await
        .unwrap();
        if open == 0 {
            break;
        }
        assert!(Instant::now() < deadline, "{open} answers have no end");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let ends: Vec<(String, i64)> =
        sqlx::query_as("select status, count(*) from answers group by 1 order by 2 desc")
            .fetch_all(&mut database)
            .await
            .unwrap();
    figure(&format!("answers after PostgreSQL was killed: {ends:?}"));
}
