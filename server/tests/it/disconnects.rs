//! Clients that disconnect, over real connections.

use crate::{browser::Browser, support::TestApp};
use hearth_inference::fake::Reply;
use hearth_types::{AnswerStatus, Event, Sent};
use std::{num::NonZeroUsize, time::Duration};
use uuid::Uuid;

/// Answers that the scripted server writes at once.
const SLOTS: usize = 4;

async fn browser_of_admin(app: &TestApp) -> Browser {
    Browser::new(&app.listen().await, app.admin().await.cookie())
}

/// Whether this tab shows a part of the answer's text.
fn shows_text(sent: &Sent, event: Event) -> Option<()> {
    let shown = match event {
        Event::AnswerTail { answer, html, .. } => answer == sent.answer && html.contains("begins"),
        Event::AnswerSnapshot { answer, tail, .. } => answer == sent.answer && tail.contains("begins"),
        _ => false,
    };
    shown.then_some(())
}

fn reply_to(question: &str) -> String {
    format!("{question} begins **here**\n\n- and goes on\n- to its end")
}

async fn app() -> TestApp {
    let app = TestApp::configured(|config| config.slots = NonZeroUsize::new(SLOTS).unwrap()).await;
    app.model_server().respond_with(|chat| {
        let asked = chat.last_message();
        match asked.rsplit(char::is_whitespace).next() {
            Some(question) if question.starts_with("question") => {
                Reply::text(&reply_to(question)).hold_after(2)
            }
            _ => Reply::text("A title"),
        }
    });
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_answers_whose_client_disconnects_midway_all_complete_and_look_the_same_after_a_reload() {
    let app = app().await;
    let anna = browser_of_admin(&app).await;
    let numbers: Vec<usize> = (0..100).collect();
    for batch in numbers.chunks(SLOTS) {
        let left = batch.iter().map(async |number| {
            let question = format!("question{number}");
            let sent = anna.send(&question).await;
            // The connection is dropped with the stream, in the middle of the answer.
            anna.hear(&sent, |event| shows_text(&sent, event)).await;
            (sent, question)
        });
        let left = futures::future::join_all(left).await;
        for (sent, _) in &left {
            assert_eq!(
                anna.reload(sent).await.answer.unwrap().status,
                AnswerStatus::Running
            );
        }
        app.model_server().release_many(SLOTS);
        for (sent, question) in left {
            // The tab comes back.
            let ended = anna.hear(&sent, |event| match event {
                Event::AnswerEnded {
                    answer, html, detail, ..
                } if answer == sent.answer => Some((html, detail)),
                _ => None,
            });
            let (html, detail) = ended.await;
            assert_eq!(detail.status, AnswerStatus::Done, "{question}");
            let (once, twice) = (anna.reload(&sent).await, anna.reload(&sent).await);
            assert_eq!(once, twice);
            assert_eq!((once.text, once.html), (reply_to(&question), html), "{question}");
        }
    }
    assert_eq!(
        app.model_server().disconnects(),
        0,
        "no request to the model was cut off"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_frees_the_model_within_two_seconds_without_a_listening_client() {
    let app = app().await;
    let anna = browser_of_admin(&app).await;
    let sent = anna.send("question0").await;
    anna.hear(&sent, |event| shows_text(&sent, event)).await;
    let stopped = async {
        let answer = anna
            .post("/api/answers/stop", &format!("answer={}", sent.answer))
            .send();
        assert!(answer.await.unwrap().status().is_success());
        app.model_server().wait_for_disconnect().await;
    };
    tokio::time::timeout(Duration::from_secs(2), stopped)
        .await
        .expect("stopped within two seconds");
    let ended = anna.hear(&sent, |event| match event {
        Event::AnswerEnded { detail, .. } => Some(detail.status),
        _ => None,
    });
    assert_eq!(ended.await, AnswerStatus::Stopped);
    assert!(anna.reload(&sent).await.text.starts_with("question0 begins"));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_megabytes_are_refused_within_a_second_over_a_real_connection() {
    let app = app().await;
    let anna = browser_of_admin(&app).await;
    let long = format!(
        "text={}&idempotency_key={}",
        "x".repeat(10_000_000),
        Uuid::now_v7()
    );
    let refused = anna.post("/api/conversations/send", &long).send();
    let refused = tokio::time::timeout(Duration::from_secs(1), refused)
        .await
        .expect("refused within a second")
        .unwrap();
    assert_eq!(refused.status().as_u16(), 413);
    assert!(refused.text().await.unwrap().contains("too_long"));
}
