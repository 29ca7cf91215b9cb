//! A person at a browser: a cookie, an Origin header, forms, and one open event stream.

use anyhow::{Context, Result, bail, ensure};
use hearth_types::{ConversationId, Event, Sent};
use reqwest::{RequestBuilder, Response, header};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The administrator's name, and the password of all people.
pub const NAME: &str = "Ada";
pub const PASSWORD: &str = "a lamp on the table";

/// An event, and when its bytes arrived.
pub type Arrived = (Instant, Event);

/// A browser that is not signed in.
pub struct Client {
    http: reqwest::Client,
    url: String,
}

impl Client {
    pub fn new(url: &str) -> Result<Self> {
        let http = reqwest::Client::builder()
            .http1_only()
            .tcp_nodelay(true)
            .no_proxy()
            .build()?;
        Ok(Self {
            http,
            url: url.to_owned(),
        })
    }

    /// Whether a visitor gets an answer within this time.
    pub async fn is_answered(&self, path: &str, within: Duration) -> bool {
        let request = self.http.get(format!("{}{path}", self.url));
        matches!(request.timeout(within).send().await, Ok(reply) if reply.status().is_success())
    }

    /// Sends a form that signs in.
    pub async fn enter(self, path: &str, form: &[(&str, &str)]) -> Result<Person> {
        let reply = checked(post(&self.http, &self.url, path, form).send().await?).await?;
        let mut lines = reply
            .headers()
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok());
        let line = lines
            .find(|line| line.starts_with("hearth_session="))
            .context("signing in set no cookie")?;
        let cookie = line.split(';').next().unwrap_or_default().to_owned();
        Ok(Person { client: self, cookie })
    }
}

/// A signed-in person. A clone shares the connections.
pub struct Person {
    client: Client,
    /// As a browser sends it back.
    pub cookie: String,
}

impl Person {
    /// The same person over connections of their own.
    pub fn elsewhere(&self) -> Result<Self> {
        Ok(Self {
            client: Client::new(&self.client.url)?,
            cookie: self.cookie.clone(),
        })
    }

    /// Reads, and returns the body.
    pub async fn get(&self, path: &str) -> Result<String> {
        let request = self.client.http.get(format!("{}{path}", self.client.url));
        let request = request
            .header(header::COOKIE, &self.cookie)
            .header(header::ACCEPT, "application/json");
        Ok(checked(request.send().await?).await?.text().await?)
    }

    /// Sends a message: the first of a new conversation, or the next of one that is there.
    async fn send(&self, to: Option<ConversationId>, text: &str, memory: bool) -> Result<Sent> {
        let key = uuid::Uuid::new_v4().to_string();
        let place = match to {
            None => ("memory", memory.to_string()),
            Some(conversation) => ("conversation", conversation.to_string()),
        };
        let form = [
            ("text", text),
            ("idempotency_key", key.as_str()),
            (place.0, place.1.as_str()),
        ];
        let request = post(
            &self.client.http,
            &self.client.url,
            "/api/conversations/send",
            &form,
        );
        let reply = request.header(header::COOKIE, &self.cookie).send().await?;
        Ok(serde_json::from_slice(&checked(reply).await?.bytes().await?)?)
    }

    /// Sends a form; the answer's status and body, whatever they are.
    pub async fn change(&self, path: &str, form: &[(&str, &str)]) -> Result<(u16, String)> {
        let request = post(&self.client.http, &self.client.url, path, form);
        outcome(request.header(header::COOKIE, &self.cookie)).await
    }

    /// Sends a file as a page's form does; the answer's status and body, whatever they are.
    pub async fn upload(&self, path: &str, name: &str, bytes: Vec<u8>) -> Result<(u16, String)> {
        const BOUNDARY: &str = "----a-file-of-the-bench";
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [
            head.into_bytes(),
            bytes,
            format!("\r\n--{BOUNDARY}--\r\n").into_bytes(),
        ]
        .concat();
        let request = self.client.http.post(format!("{}{path}", self.client.url));
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let request = request
            .header(header::ORIGIN, &self.client.url)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, kind);
        outcome(request.header(header::COOKIE, &self.cookie).body(body)).await
    }

    /// Opens the event stream; returns when the server has sent its head.
    pub async fn listen(&self) -> Result<UnboundedReceiver<Arrived>> {
        let request = self.client.http.get(format!("{}/events", self.client.url));
        let reply = checked(request.header(header::COOKIE, &self.cookie).send().await?).await?;
        let (sender, receiver) = unbounded_channel();
        tokio::spawn(read_events(reply, sender));
        Ok(receiver)
    }

    /// Begins a conversation and waits for the end of its answer.
    pub async fn ask(
        &self,
        events: &mut UnboundedReceiver<Arrived>,
        text: &str,
        memory: bool,
    ) -> Result<Answered> {
        let begin = Instant::now();
        Self::answer(events, self.send(None, text, memory).await?, begin).await
    }

    /// The same, going on in a conversation.
    pub async fn go_on(
        &self,
        events: &mut UnboundedReceiver<Arrived>,
        conversation: ConversationId,
        text: &str,
    ) -> Result<Answered> {
        let begin = Instant::now();
        Self::answer(events, self.send(Some(conversation), text, true).await?, begin).await
    }

    async fn answer(events: &mut UnboundedReceiver<Arrived>, sent: Sent, begin: Instant) -> Result<Answered> {
        let ended = tokio::time::timeout(Duration::from_secs(120), follow(events, sent, begin)).await;
        ended.context("no end of an answer within two minutes")?
    }
}

/// What came of a message.
pub struct Answered {
    pub sent: Sent,
    /// From before the message was sent to the arrival of the first text.
    pub first_text: Duration,
    pub model: String,
    /// Passages that were recalled for it.
    pub recalled: usize,
}

async fn follow(events: &mut UnboundedReceiver<Arrived>, sent: Sent, begin: Instant) -> Result<Answered> {
    let mut first_text = None;
    loop {
        let (at, event) = events.recv().await.context("the event stream ended")?;
        match event {
            Event::AnswerTail { answer, html, .. } | Event::AnswerBlock { answer, html, .. }
                if answer == sent.answer && !html.is_empty() =>
            {
                first_text.get_or_insert(at.duration_since(begin));
            }
            Event::AnswerEnded { answer, detail, .. } if answer == sent.answer => {
                ensure!(
                    detail.status == hearth_types::AnswerStatus::Done,
                    "an answer ended {:?} ({:?})",
                    detail.status,
                    detail.trouble
                );
                let first_text = first_text.context("an answer ended without text")?;
                return Ok(Answered {
                    sent,
                    first_text,
                    model: detail.model,
                    recalled: detail.recalled.len(),
                });
            }
            _ => {}
        }
    }
}

/// Events end with an empty line; lines that are no data are the server's way of keeping the connection.
async fn read_events(mut reply: Response, sender: UnboundedSender<Arrived>) {
    let mut buffer: Vec<u8> = Vec::new();
    while let Ok(Some(chunk)) = reply.chunk().await {
        let at = Instant::now();
        buffer.extend_from_slice(&chunk);
        let mut used = 0;
        while let Some(end) = find(&buffer[used..], b"\n\n") {
            let event = buffer[used..used + end].strip_prefix(b"data: ");
            if let Some(event) = event.and_then(|json| serde_json::from_slice(json).ok())
                && sender.send((at, event)).is_err()
            {
                return;
            }
            used += end + 2;
        }
        buffer.drain(..used);
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn post(http: &reqwest::Client, url: &str, path: &str, form: &[(&str, &str)]) -> RequestBuilder {
    let body: Vec<String> = form
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    http.post(format!("{url}{path}"))
        .header(header::ORIGIN, url)
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.join("&"))
}

async fn outcome(request: RequestBuilder) -> Result<(u16, String)> {
    let reply = request.send().await?;
    Ok((reply.status().as_u16(), reply.text().await?))
}

/// Characters beyond ASCII as they are: a long message in another script stays within the limit of a form.
fn encoded(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c) || !c.is_ascii();
    text.chars()
        .map(|c| {
            if plain(c) {
                c.to_string()
            } else {
                format!("%{:02X}", u32::from(c))
            }
        })
        .collect()
}

async fn checked(reply: Response) -> Result<Response> {
    if reply.status().is_success() {
        return Ok(reply);
    }
    bail!(
        "{}: {} {}",
        reply.url().path().to_owned(),
        reply.status(),
        reply.text().await.unwrap_or_default()
    );
}
