//! CHECK 36 and the rest of 29, over real connections.

use crate::support::House;
use hearth_backend::testing::TestHouse;
use hearth_inference::fake::Reply;
use hearth_types::{AnswerStatus, Conversation, Event, Message, Sent};
use http::header;
use reqwest::{Client, RequestBuilder, Response};
use std::{num::NonZeroUsize, time::Duration};
use uuid::Uuid;

/// Answers that the scripted server writes at once.
const SLOTS: usize = 4;

/// A browser that is signed in.
struct Browser {
    client: Client,
    origin: String,
    cookie: String,
}

impl Browser {
    async fn of_anna(house: &House) -> Self {
        Self {
            client: Client::builder().no_proxy().build().unwrap(),
            origin: house.listen().await,
            cookie: house.sign_in("Anna").await,
        }
    }

    fn post(&self, path: &str, form: String) -> RequestBuilder {
        let request = self.client.post(format!("{}{path}", self.origin));
        request
            .header(header::ORIGIN, &self.origin)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form)
    }

    async fn send(&self, text: &str) -> Sent {
        let form = format!("text={text}&idempotency_key={}", Uuid::now_v7());
        let answer = self.post("/api/conversations/send", form).send().await.unwrap();
        answer.json().await.unwrap()
    }

    async fn get(&self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.origin));
        request.header(header::COOKIE, &self.cookie).send().await.unwrap()
    }

    /// The events of the tab that shows this answer, until one is taken.
    async fn hear<T>(&self, sent: &Sent, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
        let mut stream = self.get(&format!("/events?answer={}", sent.answer)).await;
        assert!(stream.status().is_success(), "{}", stream.status());
        let mut text = String::new();
        loop {
            let chunk = stream.chunk().await.unwrap().expect("the stream goes on");
            text.push_str(std::str::from_utf8(&chunk).unwrap());
            while let Some((event, rest)) = text.split_once("\n\n") {
                let found = event
                    .strip_prefix("data: ")
                    .and_then(|data| wanted(serde_json::from_str(data).expect("an event is JSON")));
                if let Some(found) = found {
                    return found;
                }
                text = rest.to_owned();
            }
        }
    }

    async fn reload(&self, sent: &Sent) -> Message {
        let path = format!("/api/conversations/open?id={}", sent.conversation);
        let opened: Conversation = self.get(&path).await.json().await.unwrap();
        opened
            .messages
            .into_iter()
            .find(|m| m.id.0 == sent.answer.0)
            .unwrap()
    }
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

async fn house() -> House {
    let house = TestHouse::start_with(|config| {
        config.slots = NonZeroUsize::new(SLOTS).unwrap();
    });
    let house = House::over(house.await, &[]);
    house.house.fake.respond_with(|chat| {
        let asked = chat.last_message();
        match asked.rsplit(char::is_whitespace).next() {
            Some(question) if question.starts_with("question") => {
                Reply::text(&reply_to(question)).hold_after(2)
            }
            _ => Reply::text("A title"),
        }
    });
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn of_100_answers_whose_reader_leaves_in_the_middle_all_complete_and_are_the_same_after_a_reload() {
    let house = house().await;
    let anna = Browser::of_anna(&house).await;
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
        house.house.fake.release_many(SLOTS);
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
    assert_eq!(house.house.fake.disconnects(), 0, "the model was never left");
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_frees_the_model_within_two_seconds_though_nobody_listens() {
    let house = house().await;
    let anna = Browser::of_anna(&house).await;
    let sent = anna.send("question0").await;
    anna.hear(&sent, |event| shows_text(&sent, event)).await;
    let stopped = async {
        let answer = anna
            .post("/api/answers/stop", format!("answer={}", sent.answer))
            .send();
        assert!(answer.await.unwrap().status().is_success());
        house.house.fake.wait_for_disconnect().await;
    };
    tokio::time::timeout(Duration::from_secs(2), stopped)
        .await
        .expect("two seconds are what it is allowed");
    let ended = anna.hear(&sent, |event| match event {
        Event::AnswerEnded { detail, .. } => Some(detail.status),
        _ => None,
    });
    assert_eq!(ended.await, AnswerStatus::Stopped);
    assert!(anna.reload(&sent).await.text.starts_with("question0 begins"));
}

/// CHECK 29, with the time that it is allowed.
#[tokio::test(flavor = "multi_thread")]
async fn ten_megabytes_are_refused_within_a_second_over_a_real_connection() {
    let house = house().await;
    let anna = Browser::of_anna(&house).await;
    let long = format!(
        "text={}&idempotency_key={}",
        "x".repeat(10_000_000),
        Uuid::now_v7()
    );
    let refused = anna.post("/api/conversations/send", long).send();
    let refused = tokio::time::timeout(Duration::from_secs(1), refused)
        .await
        .expect("a second is what it is allowed")
        .unwrap();
    assert_eq!(refused.status().as_u16(), 413);
    assert!(refused.text().await.unwrap().contains("too_long"));
}
