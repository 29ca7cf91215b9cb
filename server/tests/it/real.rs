//! The binary itself with the PostgreSQL it carries, a scripted model server beside it that outlives it, and
//! its administrator signed in: what tests kill, fill and flood.

use crate::command_line::{data_dir, free_address, hearth, ready};
use hearth_inference::fake::FakeModelServer;
use hearth_server::serve::database;
use hearth_types::{AnswerId, Conversation, Event, Message, Sent};
use http::{StatusCode, header};
use reqwest::{Client, RequestBuilder, Response};
use sqlx::{PgConnection, postgres::PgConnectOptions};
use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::Child,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use uuid::Uuid;

/// Said past the capture of passing tests, so that nobody takes a test that did not run for one that passed.
pub fn skip(why: &str) {
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    writeln!(std::io::stdout(), "skipped: {name}: {why}").ok();
}

/// Figures that a test measured, for whoever reads its output.
pub fn figure(text: &str) {
    writeln!(std::io::stdout(), "figure: {text}").ok();
}

pub struct Real {
    _keep: TempDir,
    pub data: PathBuf,
    pub address: String,
    /// For the environment of each start.
    variables: Vec<(String, String)>,
    pub fake: FakeModelServer,
    client: Client,
    pub cookie: String,
    pub server: Child,
}

impl Real {
    /// None, said aloud, in a build that carries no PostgreSQL.
    pub async fn start() -> Option<Self> {
        let (keep, data) = data_dir();
        Self::start_in(keep, data, &[]).await
    }

    pub async fn start_in(keep: TempDir, data: PathBuf, variables: &[(&str, &str)]) -> Option<Self> {
        if !database::is_bundled() {
            skip("this build carries no PostgreSQL");
            return None;
        }
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let variables: Vec<_> = variables.iter().map(own).collect();
        let fake = FakeModelServer::start().await;
        let address = free_address();
        let mut server = spawn(&data, &address, &fake, &variables);
        ready(&address, &mut server).await;
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(20));
        let mut real = Self {
            _keep: keep,
            data,
            address,
            variables,
            fake,
            client: client.build().unwrap(),
            cookie: String::new(),
            server,
        };
        let account = "name=Ada&password=a+lamp+on+the+table&language=en&time_zone=UTC";
        let made = real
            .post("/api/setup/administrator", account)
            .send()
            .await
            .unwrap();
        real.cookie = cookie(&made);
        Some(real)
    }

    /// `kill -9`, and the remains are collected.
    pub fn kill(&mut self) {
        self.server.kill().unwrap();
        self.server.wait().unwrap();
    }

    /// Starts again in the same place; how long it took until ready.
    pub async fn restart(&mut self) -> Duration {
        let begun = Instant::now();
        self.server = spawn(&self.data, &self.address, &self.fake, &self.variables);
        ready(&self.address, &mut self.server).await;
        begun.elapsed()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn post(&self, path: &str, form: &str) -> RequestBuilder {
        self.client
            .post(self.url(path))
            .header(header::ORIGIN, self.url(""))
            .header(header::COOKIE, &self.cookie)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.to_owned())
    }

    pub async fn get(&self, path: &str) -> reqwest::Result<Response> {
        let request = self.client.get(self.url(path));
        request.header(header::COOKIE, &self.cookie).send().await
    }

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

    /// An answer once it has ended, as a reload shows it.
    pub async fn ended(&self, sent: &Sent, within: Duration) -> Message {
        let deadline = Instant::now() + within;
        loop {
            let opened = self.open(sent).await;
            let message = opened
                .messages
                .into_iter()
                .find(|m| m.id.0 == sent.answer.0)
                .unwrap();
            if message
                .answer
                .as_ref()
                .is_some_and(|answer| answer.status.is_final())
            {
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

    /// Calls with each event, and when it came, until the stream ends or the listener has had enough.
    pub fn listen(
        &self,
        answer: AnswerId,
        mut each: impl FnMut(Instant, Event) -> bool + Send + 'static,
    ) -> tokio::task::JoinHandle<()> {
        let request = Client::builder().no_proxy().build().unwrap();
        let request = request
            .get(self.url(&format!("/events?answer={answer}")))
            .header(header::COOKIE, &self.cookie);
        tokio::spawn(async move {
            let Ok(mut stream) = request.send().await else {
                return;
            };
            let mut bytes = Vec::new();
            while let Ok(Some(chunk)) = stream.chunk().await {
                let at = Instant::now();
                bytes.extend_from_slice(&chunk);
                while let Some(end) = bytes.windows(2).position(|pair| pair == b"\n\n") {
                    let event: Vec<u8> = bytes.drain(..end + 2).collect();
                    let json = event.strip_prefix(b"data: ");
                    let event = json.and_then(|json| serde_json::from_slice(json).ok());
                    if event.is_some_and(|event| !each(at, event)) {
                        return;
                    }
                }
            }
        })
    }

    /// Its database, past Hearth, as the superuser through the socket.
    pub async fn database(&self) -> PgConnection {
        let socket = fs::read_to_string(self.data.join("postgres-socket")).unwrap();
        let options = PgConnectOptions::new_without_pgpass()
            .socket(socket.trim())
            .port(5432)
            .username(hearth_postgres::SUPERUSER)
            .database("hearth");
        <PgConnection as sqlx::Connection>::connect_with(&options)
            .await
            .unwrap()
    }

    /// PostgreSQL's first process.
    pub fn postmaster(&self) -> Option<i32> {
        let note = fs::read_to_string(self.data.join("postgres/data/postmaster.pid")).ok()?;
        note.lines().next()?.trim().parse().ok()
    }

    /// A file in a form, as a script sends it.
    pub fn upload(&self, path: &str, name: &str, bytes: &[u8]) -> RequestBuilder {
        let head =
            format!("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        let body = [head.as_bytes(), bytes, b"\r\n--edge--\r\n"].concat();
        self.client
            .post(self.url(path))
            .timeout(Duration::from_secs(120))
            .header(header::ORIGIN, self.url(""))
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
            .body(body)
    }

    /// Kilobytes of memory that the server's own process uses now.
    pub fn resident(&self) -> u64 {
        self.kilobytes("VmRSS:")
    }

    /// The most that it used since [`Real::forget_peak`], in kilobytes.
    pub fn peak(&self) -> u64 {
        self.kilobytes("VmHWM:")
    }

    pub fn forget_peak(&self) {
        fs::write(format!("/proc/{}/clear_refs", self.server.id()), "5").unwrap();
    }

    fn kilobytes(&self, field: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.server.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        line.unwrap()
            .trim()
            .trim_end_matches(" kB")
            .trim()
            .parse()
            .unwrap()
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

fn spawn(
    data: &std::path::Path,
    address: &str,
    fake: &FakeModelServer,
    variables: &[(String, String)],
) -> Child {
    let log = fs::File::options()
        .create(true)
        .append(true)
        .open(data.with_extension("log"))
        .unwrap();
    hearth(data, &["--listen", address])
        .env("HEARTH_OLLAMA_URL", fake.url())
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// The session's cookie as a browser would send it back.
pub fn cookie(answer: &Response) -> String {
    let lines = answer.headers().get_all(header::SET_COOKIE).iter();
    let line = lines
        .filter_map(|line| line.to_str().ok())
        .find(|line| line.starts_with("hearth_session="))
        .expect("a cookie comes with signing in");
    line.split(';').next().unwrap().to_owned()
}
