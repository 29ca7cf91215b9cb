//! `/healthz` answers whatever else is done.

use crate::support::TestApp;
use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{Arc, Barrier, mpsc},
    time::{Duration, Instant},
};

/// As a supervisor asks: over a connection of its own, from a thread that is none of the server's.
fn healthz(address: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(
        stream,
        "GET /healthz HTTP/1.1\r\nHost: localhost:8642\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .expect("an answer while two tasks are blocked");
    answer
}

#[test]
fn healthz_answers_beside_two_tasks_that_block_their_threads() {
    let runtime = hearth_server::serve::runtime::build().unwrap();
    let (_house, origin) = runtime.block_on(async {
        let app = TestApp::start().await;
        let origin = app.listen().await;
        (app, origin)
    });
    let address = origin.trim_start_matches("http://").to_owned();
    assert!(healthz(&address).starts_with("HTTP/1.1 200"));
    // Two tasks that never await: both run once the barrier opens, and end when they are released.
    let running = Arc::new(Barrier::new(3));
    let releases: Vec<mpsc::Sender<()>> = (0..2)
        .map(|_| {
            let (release, released) = mpsc::channel::<()>();
            let running = running.clone();
            runtime.spawn(async move {
                running.wait();
                released.recv().ok();
            });
            release
        })
        .collect();
    running.wait();
    let mut slowest = Duration::ZERO;
    for _ in 0..20 {
        let asked = Instant::now();
        let answer = healthz(&address);
        slowest = slowest.max(asked.elapsed());
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    eprintln!("healthz with two blocked tasks: {slowest:?} at most");
    drop(releases);
    runtime.shutdown_background();
}
