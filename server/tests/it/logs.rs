//! CHECK 31: words, passwords and cookies are in no log, whatever its level.

use crate::support::{House, change, page, read};
use hearth_server::telemetry;
use hearth_types::AnswerStatus;
use std::{
    io::Write,
    sync::{Arc, Mutex},
};
use tracing_subscriber::{fmt, layer::SubscriberExt, util::SubscriberInitExt};
use uuid::Uuid;

const CANARY: &str = "canary7f3b";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_in_every_field_is_in_no_log() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::registry()
        .with(telemetry::filter("trace").unwrap())
        .with(fmt::layer().with_ansi(false).with_writer(move || writer.clone()))
        .init();

    let house = House::start().await;
    let cookie = house.sign_in("Anna").await;
    let key = Uuid::now_v7();
    let sent = house
        .send(change(
            "/api/conversations/send",
            Some(&cookie),
            &format!("text={CANARY}&idempotency_key={key}"),
        ))
        .await;
    let sent: hearth_types::Sent = serde_json::from_str(&sent.body).unwrap();
    let wrong = format!("name={CANARY}&password={CANARY}+and+more");
    house.send(change("/api/session/sign_in", None, &wrong)).await;
    house
        .send(change(
            "/api/session/sign_in",
            Some(&format!("hearth_session={CANARY}")),
            "%",
        ))
        .await;
    house
        .send(change(
            "/api/conversations/rename",
            Some(&cookie),
            &format!("id={CANARY}&title={CANARY}"),
        ))
        .await;
    let rename = format!("id={}&title={CANARY}", sent.conversation);
    house
        .send(change("/api/conversations/rename", Some(&cookie), &rename))
        .await;
    for path in [
        "/join/",
        "/nothing/",
        "/c/",
        "/events?conversation=",
        "/api/conversations/open?id=",
        "/assets/",
        "/search?q=",
    ] {
        house.send(read(&format!("{path}{CANARY}"), Some(&cookie))).await;
        house
            .send(page(
                &format!("{path}{CANARY}"),
                Some(&format!("hearth_session={CANARY}")),
            ))
            .await;
    }
    answered(&house, sent.conversation).await;

    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("/api/conversations/send"), "the log was caught");
    let secret = cookie.trim_start_matches("hearth_session=");
    for line in log.lines() {
        assert!(!line.contains(CANARY) && !line.contains(secret), "{line}");
    }
}

/// The model has read the prompt and the answer has been stored.
async fn answered(house: &House, conversation: hearth_types::ConversationId) {
    loop {
        let opened = house
            .house
            .annas()
            .open_conversation(conversation, None)
            .await
            .unwrap();
        let status = opened
            .messages
            .last()
            .and_then(|message| Some(message.answer.as_ref()?.status));
        if status.is_some_and(AnswerStatus::is_final) {
            return;
        }
        tokio::task::yield_now().await;
    }
}
