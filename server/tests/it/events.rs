//! A client of `/events` that stops reading for a while: it learns the end of every answer, or that it must reload.

use crate::support::{Actor, TestApp};
use axum::body::to_bytes;
use hearth_inference::fake::Reply;
use hearth_types::{Event, Sent};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// Sends messages one after another, each in a conversation of its own, and waits for each answer.
async fn talk(person: &Actor, times: usize) -> Vec<Sent> {
    let mut all = Vec::new();
    for number in 0..times {
        let sent = person.say(&format!("Question {number}")).await;
        person.answered(&sent).await;
        all.push(sent);
    }
    all
}

fn events(stream: &str) -> Vec<Event> {
    let lines = stream.lines().filter_map(|line| line.strip_prefix("data: "));
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ends(events: &[Event]) -> usize {
    let ended = |event: &&Event| matches!(event, Event::AnswerEnded { .. });
    events.iter().filter(ended).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_misses_ninety_answers_is_asked_to_reload_and_finds_all_of_them() {
    let app = TestApp::start().await;
    app.model_server().respond_with(|_| Reply::text("An answer"));
    let anna = app.admin().await;
    // Its body is not polled: this client does not read.
    let asleep = anna.open("/events").await;
    let sent = talk(&anna, 90).await;
    let rest = timeout(PATIENCE, to_bytes(asleep.into_body(), usize::MAX)).await;
    let rest = rest.expect("the stream ends").unwrap();
    let heard = events(&String::from_utf8_lossy(&rest));
    assert_eq!(heard.last(), Some(&Event::Reload), "{} ends", ends(&heard));

    // The page then reconnects with its position.
    let last = sent.last().unwrap();
    let again = anna
        .open(&format!("/events?answer={}&blocks=0", last.answer))
        .await;
    let mut frames = again.into_body().into_data_stream();
    let first = timeout(PATIENCE, futures::StreamExt::next(&mut frames)).await;
    let first = String::from_utf8_lossy(&first.unwrap().unwrap().unwrap()).into_owned();
    assert!(first.contains("answer_ended"), "{first}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_misses_a_few_answers_gets_every_end() {
    let app = TestApp::start().await;
    app.model_server().respond_with(|_| Reply::text("An answer"));
    let anna = app.admin().await;
    let asleep = anna.open("/events").await;
    talk(&anna, 12).await;
    let mut frames = asleep.into_body().into_data_stream();
    let mut seen = String::new();
    while ends(&events(&seen)) < 12 {
        let frame = timeout(PATIENCE, futures::StreamExt::next(&mut frames)).await;
        seen.push_str(&String::from_utf8_lossy(&frame.unwrap().unwrap().unwrap()));
    }
    assert!(!events(&seen).contains(&Event::Reload));
}

/// Over a connection, whose buffers hold a part of the stream.
#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_is_not_read_gets_every_end_or_is_asked_to_reload() {
    let app = TestApp::start().await;
    let paragraphs = "A paragraph of an answer that is long enough to fill buffers.\n\n".repeat(60);
    app.model_server().respond_with(move |_| Reply::text(&paragraphs));
    let anna = app.admin().await;
    let origin = app.listen().await;
    let mut socket = TcpStream::connect(origin.trim_start_matches("http://"))
        .await
        .unwrap();
    let head = format!(
        "GET /events HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\n\r\n",
        anna.cookie()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    talk(&anna, 90).await;

    let (mut seen, mut buffer) = (Vec::new(), vec![0; 1 << 20]);
    let mut ended = false;
    let text = |seen: &[u8]| String::from_utf8_lossy(seen).into_owned();
    while !ended && text(&seen).matches("answer_ended").count() < 90 {
        match timeout(PATIENCE, socket.read(&mut buffer))
            .await
            .expect("more, or the end")
        {
            Ok(0) | Err(_) => ended = true,
            Ok(some) => seen.extend_from_slice(&buffer[..some]),
        }
    }
    let text = text(&seen);
    assert!(
        !ended || text.contains("data: \"reload\""),
        "{} ends, and then silence",
        text.matches("answer_ended").count()
    );
}
