//! Words, passwords and cookies are in no log, at any level.

use crate::support::TestApp;
use axum::{Router, http::StatusCode};
use hearth_backend::testing::TestBackend;
use hearth_inference::{
    RerankServer, SpeechServer,
    fake::{EmbedReply, Fault, Reply},
};
use hearth_server::telemetry;
use hearth_types::AnswerStatus;
use hearth_types::{IdempotencyKey, SendMessage};
use std::{
    io::Write,
    sync::{Arc, Mutex, OnceLock},
};
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};
use uuid::Uuid;

const CANARY: &str = "canary7f3b";

/// A text that tries to write a log line of its own, with colours.
const FORGED: &str = "forged5d1e\n2026-01-01T00:00:00.000000Z ERROR hearth: forged5d1e\r\u{1b}[31m";

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

/// Everything that is logged in this process, at every level.
fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        let writer = log.clone();
        tracing_subscriber::registry()
            .with(telemetry::filter("trace").unwrap())
            .with(telemetry::layer(move || writer.clone(), false))
            .init();
        log
    })
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_in_every_field_is_in_no_log() {
    let log = log();
    let app = TestApp::start().await;
    let anna = app.admin().await;
    let forged = app.device(&format!("hearth_session={CANARY}"));
    let sent = anna.say(CANARY).await;
    let wrong = format!("name={CANARY}&password={CANARY}+and+more");
    app.visitor().change("/api/session/sign_in", &wrong).await;
    forged.change("/api/session/sign_in", "%").await;
    anna.change(
        "/api/conversations/rename",
        &format!("id={CANARY}&title={CANARY}"),
    )
    .await;
    let rename = format!("id={}&title={CANARY}", sent.conversation);
    anna.change("/api/conversations/rename", &rename).await;
    for path in [
        "/join/",
        "/nothing/",
        "/c/",
        "/events?conversation=",
        "/api/conversations/open?id=",
        "/assets/",
        "/search?q=",
    ] {
        anna.read(&format!("{path}{CANARY}")).await;
        forged.page(&format!("{path}{CANARY}")).await;
    }
    // The model has read the prompt and the answer has been stored.
    anna.answered(&sent).await;

    let log = log.text();
    assert!(log.contains("/api/conversations/send"), "the log was caught");
    let secret = anna.cookie().trim_start_matches("hearth_session=");
    for line in log.lines() {
        assert!(!line.contains(CANARY) && !line.contains(secret), "{line}");
    }
}

#[test]
fn no_logged_value_starts_a_new_line() {
    let _ = log();
    tracing::warn!(target: "hearth", error = %"one7c2a\nWARN two7c2a\r\u{1b}[31m\u{2028}three", "said{}", "\nfour7c2a");
    let log = log().text();
    let line = log.lines().find(|line| line.contains("one7c2a")).unwrap();
    assert!(
        line.contains("two7c2a") && line.contains("four7c2a") && line.contains("three"),
        "{line}"
    );
    assert!(!line.contains(['\r', '\u{1b}', '\u{2028}']), "{line:?}");
}

/// A server that fails at everything, and quotes whatever it was sent.
async fn failing() -> String {
    let app = Router::new().fallback(|| async {
        let body = format!("{{\"error\":{{\"message\":{:?}}}}}", format!("{CANARY} {FORGED}"));
        (StatusCode::INTERNAL_SERVER_ERROR, body)
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

fn message(text: &str) -> SendMessage {
    SendMessage {
        conversation: None,
        text: text.into(),
        idempotency_key: IdempotencyKey(Uuid::now_v7()),
        model: None,
        memory: None,
        attachments: Vec::new(),
        edits: None,
    }
}

/// Everything that asks a server fails in every way, and each failure quotes the canary.
#[tokio::test(flavor = "multi_thread")]
async fn a_canary_in_every_failure_is_in_no_log() {
    let log = log();
    let url = failing().await;
    let app = TestBackend::start_with(|config| {
        config.speech = Some(SpeechServer::new(&url));
        config.reranker = Some(Arc::new(RerankServer::new(&url)));
        config.facts_after = std::time::Duration::from_millis(1);
    })
    .await;
    app.fake.set_error_text(&format!("{CANARY} {FORGED}"));
    let anna = app.annas();
    for fault in [
        Fault::Status(400),
        Fault::Status(500),
        Fault::ContextOverflow,
        Fault::ErrorLineAfter(1),
        Fault::GarbageAfter(0),
        Fault::GarbageAfter(1),
    ] {
        for embedding in [Fault::Status(400), Fault::Status(500), Fault::GarbageAfter(0)] {
            app.fake.enqueue_embed(EmbedReply::Fault(embedding));
        }
        app.fake.enqueue(Reply::fault(fault));
        let sent = anna
            .send(message(&format!("What about {CANARY}?")))
            .await
            .unwrap();
        ended(&anna, sent).await;
    }
    // A title that its server refuses, with a schema and without, and facts likewise.
    app.fake.enqueue(Reply::text("An answer."));
    for _ in 0..6 {
        app.fake.enqueue(Reply::fault(Fault::Status(400)));
    }
    let sent = anna.send(message(&format!("I live in {CANARY}."))).await.unwrap();
    ended(&anna, sent).await;
    let sound = hearth_inference::Sound {
        media_type: "audio/webm".into(),
        bytes: CANARY.as_bytes().to_vec(),
    };
    assert!(anna.transcribe(sound).await.is_err());
    assert!(anna.read_aloud(sent.answer.0.into()).await.is_err());
    app.fake.enqueue_failing_pull(&format!("{CANARY} {FORGED}"));
    let _ = app.backend.models().pull(&format!("{CANARY}:1b")).await;
    while !log.text().contains("a job failed") || !log.text().contains("a pull was interrupted") {
        tokio::task::yield_now().await;
    }
    // A value that PostgreSQL refuses, quoting it.
    let error = sqlx::query("select $1::text::uuid")
        .bind(CANARY)
        .execute(
            &sqlx::PgPool::connect_with(app.database.superuser.clone())
                .await
                .unwrap(),
        )
        .await
        .unwrap_err();
    assert!(error.to_string().contains(CANARY), "PostgreSQL quotes it");
    let error = hearth_backend::Error::from(error);
    tracing::error!(target: "hearth", %error, debugged = ?error, "request failed");
    let panicked = tokio::spawn(async { panic!("{CANARY}") }).await.unwrap_err();
    let error = hearth_backend::Error::from(panicked);
    tracing::error!(target: "hearth", %error, debugged = ?error, "request failed");

    let log = log.text();
    for logged in [
        "an answer broke off",
        "the model server did not answer",
        "the speech server failed",
        "22P02",
        "a task panicked",
    ] {
        assert!(log.contains(logged), "{logged}: the failure was caught");
    }
    for line in log.lines() {
        assert!(!line.contains(CANARY) && !line.contains("forged5d1e"), "{line}");
    }
}

async fn ended(person: &hearth_backend::UserBackend, sent: hearth_types::Sent) {
    loop {
        let opened = person.open_conversation(sent.conversation, None).await.unwrap();
        let answer = opened
            .messages
            .iter()
            .find(|message| message.id.0 == sent.answer.0);
        if answer
            .and_then(|message| Some(message.answer.as_ref()?.status))
            .is_some_and(AnswerStatus::is_final)
        {
            return;
        }
        tokio::task::yield_now().await;
    }
}
