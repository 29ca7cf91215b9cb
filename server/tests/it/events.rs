//! A reader of `/events` that does not read for a while: nothing of what ended is lost without a word.

use crate::support::{House, change, read};
use axum::body::to_bytes;
use hearth_inference::fake::Reply;
use hearth_types::{Event, Sent};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(60);

/// Sends messages one after another, each in a conversation of its own, and waits for each answer.
async fn talk(house: &House, cookie: &str, times: usize) -> Vec<Sent> {
    let mut all = Vec::new();
    for number in 0..times {
        let form = format!("text=Question+{number}&idempotency_key={}", Uuid::now_v7());
        let sent = house
            .send(change("/api/conversations/send", Some(cookie), &form))
            .await;
        let sent: Sent = serde_json::from_str(&sent.body).unwrap();
        house.answered(cookie, &sent).await;
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
async fn a_reader_that_sleeps_through_ninety_answers_is_told_to_reload_and_finds_all_of_them() {
    let house = House::start().await;
    house.house.fake.respond_with(|_| Reply::text("An answer"));
    let cookie = house.sign_in("Anna").await;
    // Its body is not polled: that is a reader who sleeps.
    let asleep = house.open(read("/events", Some(&cookie))).await;
    let sent = talk(&house, &cookie, 90).await;
    let rest = timeout(PATIENCE, to_bytes(asleep.into_body(), usize::MAX)).await;
    let rest = rest.expect("the stream ends").unwrap();
    let heard = events(&String::from_utf8_lossy(&rest));
    assert_eq!(heard.last(), Some(&Event::Reload), "{} ends", ends(&heard));

    // What the page then asks for: where it stood, and the list.
    let last = sent.last().unwrap();
    let again = house
        .open(read(
            &format!("/events?answer={}&blocks=0", last.answer),
            Some(&cookie),
        ))
        .await;
    let mut frames = again.into_body().into_data_stream();
    let first = timeout(PATIENCE, futures::StreamExt::next(&mut frames)).await;
    let first = String::from_utf8_lossy(&first.unwrap().unwrap().unwrap()).into_owned();
    assert!(first.contains("answer_ended"), "{first}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_sleeps_through_a_few_answers_hears_every_end() {
    let house = House::start().await;
    house.house.fake.respond_with(|_| Reply::text("An answer"));
    let cookie = house.sign_in("Anna").await;
    let asleep = house.open(read("/events", Some(&cookie))).await;
    talk(&house, &cookie, 12).await;
    let mut frames = asleep.into_body().into_data_stream();
    let mut seen = String::new();
    while ends(&events(&seen)) < 12 {
        let frame = timeout(PATIENCE, futures::StreamExt::next(&mut frames)).await;
        seen.push_str(&String::from_utf8_lossy(&frame.unwrap().unwrap().unwrap()));
    }
    assert!(!events(&seen).contains(&Event::Reload));
}

/// Over a connection, whose buffers keep some of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_is_not_read_loses_no_end_without_being_told() {
    let house = House::start().await;
    let paragraphs = "A paragraph of an answer that is long enough to fill buffers.\n\n".repeat(60);
    house.house.fake.respond_with(move |_| Reply::text(&paragraphs));
    let cookie = house.sign_in("Anna").await;
    let origin = house.listen().await;
    let mut socket = TcpStream::connect(origin.trim_start_matches("http://"))
        .await
        .unwrap();
    let head = format!("GET /events HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    talk(&house, &cookie, 90).await;

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
