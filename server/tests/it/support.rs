//! The application over a database of the test's own, and the people who use it.
//!
//! A test is an application, an actor, a request and an assertion: `TestApp::start()`, `app.person("Bob")`,
//! `bob.read(…)`. Requests pass every layer, without a network; [`TestApp::listen`] adds one.

use axum::{
    Router,
    body::{Body, to_bytes},
};
use hearth_app::flash::escape;
use hearth_backend::{
    Backend, Config, UserBackend,
    people::Administration,
    testing::{TestBackend, TestDatabase},
};
use hearth_inference::fake::FakeModelServer;
use hearth_server::{
    application,
    http::AppState,
    serve::connections,
    settings::{Flags, Settings},
};
use hearth_types::{Attachment, Conversation, ConversationId, Message, Sent, UserId};
use http::{Method, Request, StatusCode, header};
use serde::de::DeserializeOwned;
use sqlx::{ConnectOptions, PgConnection};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use uuid::Uuid;

pub const ORIGIN: &str = "http://localhost:8642";

/// The administrator, who exists from the start.
pub const ADMIN: &str = "Anna";

/// The settings of a server that these variables of the environment configure.
pub fn settings(variables: &[(&str, &str)]) -> Settings {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let flags = Flags {
        data_dir: Some("/nowhere".into()),
        ..Flags::default()
    };
    Settings::load(&flags, variables).unwrap()
}

/// The application over a backend.
pub fn application_over(backend: &Backend, settings: &Settings) -> Router {
    application(AppState::new(backend.clone(), settings, CancellationToken::new()))
}

/// The application with its backend, its database and its scripted model server. Cheap to clone.
#[derive(Clone)]
pub struct TestApp(Arc<Parts>);

struct Parts {
    house: TestBackend,
    router: Router,
    /// Everyone with an account, by name.
    people: Mutex<HashMap<String, UserId>>,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With settings, as variables of the environment.
    pub async fn start_with(variables: &[(&str, &str)]) -> Self {
        Self::over(|_| {}, variables).await
    }

    /// With another configuration of the backend.
    pub async fn configured(change: impl FnOnce(&mut Config)) -> Self {
        Self::over(change, &[]).await
    }

    async fn over(change: impl FnOnce(&mut Config), variables: &[(&str, &str)]) -> Self {
        let house = TestBackend::start_with(|config| {
            // The real binary reads pictures and PDFs.
            config.upload_reader = Some(env!("CARGO_BIN_EXE_hearth").into());
            change(config);
        });
        let house = house.await;
        let router = application_over(&house.backend, &settings(variables));
        let people = Mutex::new(HashMap::from([(ADMIN.to_owned(), house.anna)]));
        Self(Arc::new(Parts {
            house,
            router,
            people,
        }))
    }

    /// The administrator, signed in on a new device.
    pub async fn admin(&self) -> Actor {
        self.sign_in(ADMIN).await
    }

    /// A new member, signed in.
    pub async fn person(&self, name: &str) -> Actor {
        self.add_person(name).await;
        self.sign_in(name).await
    }

    /// A new member without a session.
    pub async fn add_person(&self, name: &str) -> UserId {
        let id = self.0.house.person(name).await;
        self.0.people.lock().unwrap().insert(name.to_owned(), id);
        id
    }

    /// A person who exists, signed in on a new device.
    pub async fn sign_in(&self, name: &str) -> Actor {
        let answer = self.sign_in_with(name, "").await;
        Actor {
            app: self.clone(),
            id: self.0.people.lock().unwrap().get(name).copied(),
            cookie: Some(answer.cookie().expect("a cookie comes with signing in")),
        }
    }

    /// The answer to the form of the sign-in page; `more` is added to it: `&remember=true`.
    pub async fn sign_in_with(&self, name: &str, more: &str) -> Answer {
        let form = format!(
            "name={}&password={}{more}",
            escape(name),
            TestBackend::PASSWORD.replace(' ', "+")
        );
        let answer = self.visitor().change("/api/session/sign_in", &form).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer
    }

    /// A browser that is not signed in.
    pub fn visitor(&self) -> Actor {
        Actor {
            app: self.clone(),
            id: None,
            cookie: None,
        }
    }

    /// A browser with this cookie.
    pub fn device(&self, cookie: &str) -> Actor {
        Actor {
            app: self.clone(),
            id: None,
            cookie: Some(cookie.to_owned()),
        }
    }

    pub fn model_server(&self) -> &FakeModelServer {
        &self.0.house.fake
    }

    pub fn backend(&self) -> &Backend {
        &self.0.house.backend
    }

    pub fn database(&self) -> &TestDatabase {
        &self.0.house.database
    }

    /// A connection past row-level security.
    pub async fn superuser(&self) -> PgConnection {
        self.database().superuser.clone().connect().await.unwrap()
    }

    pub async fn administration(&self) -> Administration<'_> {
        self.backend().administration(self.0.house.anna).await.unwrap()
    }

    /// Serves on a free port of the loopback interface, as the binary does; the origin of its pages.
    pub async fn listen(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(connections::serve(
            listener,
            self.0.router.clone(),
            CancellationToken::new(),
        ));
        format!("http://{address}")
    }

    /// Sends a request and reads the answer. An event stream has no end: only its head is read.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.open(request).await.into_parts();
        let streams = parts
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "text/event-stream");
        let body = if streams {
            Vec::new()
        } else {
            to_bytes(body, usize::MAX).await.unwrap().to_vec()
        };
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// As [`TestApp::send`], keeping the stream of the answer's body.
    pub async fn open(&self, request: Request<Body>) -> http::Response<Body> {
        self.0.router.clone().oneshot(request).await.unwrap()
    }
}

/// A browser of one person, or of a visitor who is not signed in.
#[derive(Clone)]
pub struct Actor {
    app: TestApp,
    id: Option<UserId>,
    cookie: Option<String>,
}

impl Actor {
    pub fn id(&self) -> UserId {
        self.id.expect("the person was added by the test")
    }

    /// The backend's handle of this person, past HTTP.
    pub fn backend(&self) -> UserBackend {
        self.app.backend().for_user(self.id())
    }

    /// The session's cookie as a browser sends it.
    pub fn cookie(&self) -> &str {
        self.cookie.as_deref().expect("the browser is signed in")
    }

    /// A request as a browser on the same machine sends it.
    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost:8642");
        match &self.cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        }
    }

    pub fn read_request(&self, path: &str) -> Request<Body> {
        self.request(Method::GET, path).body(Body::empty()).unwrap()
    }

    pub fn page_request(&self, path: &str) -> Request<Body> {
        let request = self
            .request(Method::GET, path)
            .header(header::ACCEPT, "text/html");
        request.body(Body::empty()).unwrap()
    }

    pub fn change_request(&self, path: &str, form: &str) -> Request<Body> {
        self.request(Method::POST, path)
            .header(header::ORIGIN, ORIGIN)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap()
    }

    /// A form with one file.
    pub fn upload_request(&self, path: &str, name: &str, bytes: &[u8]) -> Request<Body> {
        const BOUNDARY: &str = "----seven-lamps";
        let name = name.replace('"', "%22");
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: image/png\r\n\r\n"
        );
        let end = format!("\r\n--{BOUNDARY}--\r\n");
        self.request(Method::POST, path)
            .header(header::ORIGIN, ORIGIN)
            .header(
                header::CONTENT_TYPE,
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(Body::from([head.as_bytes(), bytes, end.as_bytes()].concat()))
            .unwrap()
    }

    /// A script's read.
    pub async fn read(&self, path: &str) -> Answer {
        self.app.send(self.read_request(path)).await
    }

    /// A navigation.
    pub async fn page(&self, path: &str) -> Answer {
        self.app.send(self.page_request(path)).await
    }

    /// A script's change, from a page of ours.
    pub async fn change(&self, path: &str, form: &str) -> Answer {
        self.app.send(self.change_request(path, form)).await
    }

    /// A script's upload.
    pub async fn upload(&self, path: &str, name: &str, bytes: &[u8]) -> Answer {
        self.app.send(self.upload_request(path, name, bytes)).await
    }

    /// A script's read, keeping the stream of the answer's body.
    pub async fn open(&self, path: &str) -> http::Response<Body> {
        self.app.open(self.read_request(path)).await
    }

    /// Uploads a file that is taken; `query` may name a conversation.
    pub async fn attach(&self, query: &str, name: &str, bytes: &[u8]) -> Attachment {
        let answer = self.upload(&format!("/attachments{query}"), name, bytes).await;
        answer.json::<Vec<Attachment>>().remove(0)
    }

    /// Sends a message that begins a conversation.
    pub async fn say(&self, text: &str) -> Sent {
        self.say_with(text, "").await
    }

    /// As [`Actor::say`]; `more` is added to the form: `&conversation=…`.
    pub async fn say_with(&self, text: &str, more: &str) -> Sent {
        let form = format!("text={}&idempotency_key={}{more}", escape(text), Uuid::now_v7());
        self.change("/api/conversations/send", &form).await.json()
    }

    /// A conversation as a reload shows it.
    pub async fn conversation(&self, id: ConversationId) -> Conversation {
        self.read(&format!("/api/conversations/open?id={id}"))
            .await
            .json()
    }

    /// An answer once it has ended, as a reload shows it.
    pub async fn answered(&self, sent: &Sent) -> Message {
        loop {
            let opened = self.conversation(sent.conversation).await;
            let answer = opened.messages.into_iter().find(|m| m.id.0 == sent.answer.0);
            let answer = answer.expect("the answer is in its conversation");
            let detail = answer.answer.as_ref();
            if detail.is_some_and(|detail| detail.status.is_final()) {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// An answer, read.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub body: String,
}

impl Answer {
    /// The body of a success.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{}: {}", self.status, self.body);
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
    }

    /// The session's cookie as a browser sends it back.
    pub fn cookie(&self) -> Option<String> {
        self.set_cookie()?.split(';').next().map(str::to_owned)
    }

    /// The line that sets the session's cookie.
    pub fn set_cookie(&self) -> Option<String> {
        let lines = self.headers.get_all(header::SET_COOKIE).iter();
        lines
            .filter_map(|line| line.to_str().ok())
            .find(|line| line.starts_with("hearth_session="))
            .map(str::to_owned)
    }
}
