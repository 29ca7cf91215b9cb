//! A browser over a real connection: a cookie, an Origin header, forms, and event streams.

use hearth_types::{AnswerId, Conversation, Event, Message, Sent};
use http::{StatusCode, header};
use reqwest::{Client, RequestBuilder, Response};
use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// For a whole answer that is not an event stream.
const TIME_TO_ANSWER: Duration = Duration::from_secs(20);

/// A browser of one person.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    origin: String,
    /// The session's cookie; empty before signing in.
    pub cookie: String,
}

impl Browser {
    pub fn new(origin: &str, cookie: &str) -> Self {
        Self {
            client: Client::builder().no_proxy().build().unwrap(),
            origin: origin.to_owned(),
            cookie: cookie.to_owned(),
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    pub fn post(&self, path: &str, form: &str) -> RequestBuilder {
        self.client
            .post(self.url(path))
            .timeout(TIME_TO_ANSWER)
            .header(header::ORIGIN, &self.origin)
            .header(header::COOKIE, &self.cookie)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.to_owned())
    }

    /// A file in a form, as a script sends it.
    pub fn upload(&self, path: &str, name: &str, bytes: &[u8]) -> RequestBuilder {
        let head =
            format!("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        let body = [head.as_bytes(), bytes, b"\r\n--edge--\r\n"].concat();
        self.client
            .post(self.url(path))
            .timeout(Duration::from_secs(120))
            .header(header::ORIGIN, &self.origin)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
            .body(body)
    }

    pub async fn get(&self, path: &str) -> reqwest::Result<Response> {
        self.reading(path).timeout(TIME_TO_ANSWER).send().await
    }

    fn reading(&self, path: &str) -> RequestBuilder {
        let request = self.client.get(self.url(path));
        request.header(header::COOKIE, &self.cookie)
    }

    /// A message that begins a conversation without memory.
    pub fn message(&self, text: &str, key: Uuid) -> RequestBuilder {
        let text = text.replace(' ', "+");
        self.post(
            "/api/conversations/send",
            &format!("text={text}&idempotency_key={key}&memory=false"),
        )
    }

    pub async fn send(&self, text: &str) -> Sent {
        let answer = self.message(text, Uuid::now_v7()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{text}");
        answer.json().await.unwrap()
    }

    pub async fn open(&self, sent: &Sent) -> Conversation {
        let path = format!("/api/conversations/open?id={}", sent.conversation);
        self.get(&path).await.unwrap().json().await.unwrap()
    }

    /// An answer as a reload shows it.
    pub async fn reload(&self, sent: &Sent) -> Message {
        let messages = self.open(sent).await.messages.into_iter();
        let mut answers = messages.filter(|message| message.id.0 == sent.answer.0);
        answers.next().expect("the answer is in its conversation")
    }

    /// An answer once it has ended.
    pub async fn ended(&self, sent: &Sent, within: Duration) -> Message {
        let deadline = Instant::now() + within;
        loop {
            let message = self.reload(sent).await;
            let answer = message.answer.as_ref();
            if answer.is_some_and(|answer| answer.status.is_final()) {
                return message;
            }
            assert!(
                Instant::now() < deadline,
                "no end of an answer: {:?}",
                message.answer
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Calls with each event of a tab that shows this answer, and its time of arrival, until the stream ends or `each`
    /// returns false.
    pub fn listen(
        &self,
        answer: AnswerId,
        mut each: impl FnMut(Instant, Event) -> bool + Send + 'static,
    ) -> tokio::task::JoinHandle<()> {
        let browser = self.clone();
        tokio::spawn(async move {
            let each = |at, event| match each(at, event) {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            };
            browser.each_event(answer, each).await;
        })
    }

    /// The first event of a tab that shows this answer for which `wanted` returns a value.
    pub async fn hear<T>(&self, sent: &Sent, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
        let each = |_, event| wanted(event).map_or(ControlFlow::Continue(()), ControlFlow::Break);
        let heard = self.each_event(sent.answer, each).await;
        heard.expect("the stream has the event")
    }

    async fn each_event<T>(
        &self,
        answer: AnswerId,
        mut each: impl FnMut(Instant, Event) -> ControlFlow<T>,
    ) -> Option<T> {
        let path = format!("/events?answer={answer}");
        let mut stream = self.reading(&path).send().await.ok()?;
        let mut bytes = Vec::new();
        while let Ok(Some(chunk)) = stream.chunk().await {
            let at = Instant::now();
            bytes.extend_from_slice(&chunk);
            while let Some(end) = bytes.windows(2).position(|pair| pair == b"\n\n") {
                let event: Vec<u8> = bytes.drain(..end + 2).collect();
                let json = event.strip_prefix(b"data: ");
                if let Some(event) = json.and_then(|json| serde_json::from_slice(json).ok())
                    && let ControlFlow::Break(value) = each(at, event)
                {
                    return Some(value);
                }
            }
        }
        None
    }
}

/// The session's cookie as a browser sends it back.
pub fn cookie(answer: &Response) -> String {
    let lines = answer.headers().get_all(header::SET_COOKIE).iter();
    let line = lines
        .filter_map(|line| line.to_str().ok())
        .find(|line| line.starts_with("hearth_session="))
        .expect("a cookie comes with signing in");
    line.split(';').next().unwrap().to_owned()
}
