//! kill -9 of Hearth in the middle of an answer.

use crate::binary::{TestServer, figure};
use hearth_inference::fake::Reply;
use hearth_types::{AnswerStatus, Event, Sent};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use uuid::Uuid;

const ROUNDS: usize = 20;

/// The latest moment of a kill, after the first word was shown.
const LATEST_MS: u128 = 2_500;

/// Each time with the number of words that were shown first at it.
type Shown = Arc<Mutex<Vec<(Instant, usize)>>>;

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_twenty_moments_of_an_answer_hearth_loses_less_than_a_second_of_text() {
    let Some(mut hearth) = TestServer::start().await else {
        return;
    };
    hearth
        .model_server
        .respond_with(|chat| match chat.last_message().ends_with("Title:") {
            true => Reply::text("A title"),
            false => Reply::tokens((0..1_000).map(|n| format!("word{n} ")).collect())
                .tokens_every(Duration::from_millis(10)),
        });
    let (mut most_lost, mut slowest) = (Duration::ZERO, Duration::ZERO);
    for round in 0..ROUNDS {
        let moment = Duration::from_millis(u64::try_from(Uuid::new_v4().as_u128() % LATEST_MS).unwrap());
        let (lost, ready) = one_kill(&mut hearth, round, moment).await;
        assert!(
            lost <= Duration::from_secs(1),
            "round {round}: {lost:?} lost at {moment:?}"
        );
        assert!(
            ready <= Duration::from_secs(10),
            "round {round}: ready after {ready:?}"
        );
        (most_lost, slowest) = (most_lost.max(lost), slowest.max(ready));
    }
    figure(&format!(
        "kill -9 at {ROUNDS} moments: at most {most_lost:?} of shown text lost, ready again after at most {slowest:?}"
    ));
}

/// The time in which the lost text was shown, and the time until the server is ready again.
async fn one_kill(hearth: &mut TestServer, round: usize, moment: Duration) -> (Duration, Duration) {
    let sent = hearth.send(&format!("question {round}")).await;
    let shown = Shown::default();
    let seen = shown.clone();
    let tab = hearth.listen(sent.answer, move |at, event| {
        let html = match event {
            Event::AnswerTail { answer, html, .. } if answer == sent.answer => html,
            Event::AnswerSnapshot { answer, tail, .. } if answer == sent.answer => tail,
            _ => return true,
        };
        let words = html.matches("word").count();
        let mut seen = seen.lock().unwrap();
        if seen.last().is_none_or(|(_, before)| *before < words) && words > 0 {
            seen.push((at, words));
        }
        true
    });
    while shown.lock().unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    tokio::time::sleep(moment).await;
    let killed = Instant::now();
    hearth.kill();
    tab.await.unwrap();
    hearth.restart().await;
    let ready = killed.elapsed();

    let shown = shown.lock().unwrap().clone();
    let Some(text) = interrupted(hearth, &sent).await else {
        // Nothing was stored yet, so the answer was generated again; that may happen only in the first second.
        let shown_for = killed - shown[0].0;
        assert!(
            shown_for < Duration::from_secs(1),
            "generated again after {shown_for:?}"
        );
        let stop = hearth.post("/api/answers/stop", &format!("answer={}", sent.answer));
        assert!(stop.send().await.unwrap().status().is_success());
        hearth.ended(&sent, Duration::from_secs(10)).await;
        return (shown_for, ready);
    };
    let kept = text.split_whitespace().count();
    let first_lost = shown.iter().find(|(_, words)| *words > kept);
    (first_lost.map_or(Duration::ZERO, |(at, _)| killed - *at), ready)
}

/// The text of an answer that is marked as interrupted, which happens soon; none when it was generated again.
async fn interrupted(hearth: &TestServer, sent: &Sent) -> Option<String> {
    let deadline = Instant::now() + Duration::from_secs(5);
    while Instant::now() < deadline {
        let opened = hearth.open(sent).await;
        let message = opened.messages.into_iter().find(|m| m.id.0 == sent.answer.0)?;
        let status = message.answer.as_ref()?.status;
        if status.is_final() {
            assert_eq!(status, AnswerStatus::Interrupted);
            return Some(message.text);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    None
}
