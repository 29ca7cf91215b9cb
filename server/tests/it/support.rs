//! A house with its web server, and people who ask it things.

use axum::{
    Router,
    body::{Body, to_bytes},
};
use hearth_backend::testing::TestHouse;
use hearth_server::{
    application,
    http::AppState,
    serve::connections,
    settings::{Flags, Settings},
};
use hearth_types::{Conversation, Message, Sent};
use http::{Method, Request, StatusCode, header};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

pub const ORIGIN: &str = "http://localhost:8642";

/// Anna is the administrator; Bob and Carl are members.
pub struct House {
    pub house: TestHouse,
    state: AppState,
    app: Router,
}

impl House {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With settings, as variables of the environment. Pictures and PDFs are read by the real binary.
    pub async fn start_with(variables: &[(&str, &str)]) -> Self {
        let house = TestHouse::start_with(|config| {
            config.upload_reader = Some(env!("CARGO_BIN_EXE_hearth").into());
        });
        Self::over(house.await, variables)
    }

    /// Over a backend of the test's own.
    pub fn over(house: TestHouse, variables: &[(&str, &str)]) -> Self {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let flags = Flags {
            data_dir: Some("/nowhere".into()),
            ..Flags::default()
        };
        let settings = Settings::load(&flags, variables).unwrap();
        let state = AppState::new(house.backend.clone(), &settings, CancellationToken::new());
        Self {
            house,
            app: application(state.clone()),
            state,
        }
    }

    /// Serves on a free port of the loopback interface, as the binary does; the origin of its pages.
    pub async fn listen(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(connections::serve(
            listener,
            self.app.clone(),
            self.state.shutdown.clone(),
        ));
        format!("http://{address}")
    }

    /// An answer once it has ended, as a reload shows it.
    pub async fn answered(&self, cookie: &str, sent: &Sent) -> Message {
        let address = format!("/api/conversations/open?id={}", sent.conversation);
        loop {
            let opened = self.send(read(&address, Some(cookie))).await;
            let opened: Conversation = serde_json::from_str(&opened.body).unwrap();
            let answer = opened.messages.into_iter().find(|m| m.id.0 == sent.answer.0);
            let answer = answer.expect("the answer is in its conversation");
            if answer
                .answer
                .as_ref()
                .is_some_and(|detail| detail.status.is_final())
            {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Sends a request through every layer.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let streams = parts
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "text/event-stream");
        // An event stream has no end; its head is what these tests look at.
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

    /// As [`House::send`], keeping the stream of the answer's body.
    pub async fn open(&self, request: Request<Body>) -> http::Response<Body> {
        self.app.clone().oneshot(request).await.unwrap()
    }

    /// Signs somebody in; their cookie.
    pub async fn sign_in(&self, name: &str) -> String {
        self.sign_in_with(name, "")
            .await
            .cookie()
            .expect("a cookie comes with signing in")
    }

    /// `more` goes into the form: `&remember=true`.
    pub async fn sign_in_with(&self, name: &str, more: &str) -> Answer {
        let form = format!(
            "name={name}&password={}{more}",
            TestHouse::PASSWORD.replace(' ', "+")
        );
        let answer = self.send(change("/api/session/sign_in", None, &form)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer
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
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
    }

    /// The session's cookie as a browser would send it back.
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

/// A request as a browser on the box sends it.
pub fn request(method: Method, path: &str, cookie: Option<&str>) -> http::request::Builder {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "localhost:8642");
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    request
}

/// A script's read.
pub fn read(path: &str, cookie: Option<&str>) -> Request<Body> {
    request(Method::GET, path, cookie).body(Body::empty()).unwrap()
}

/// A navigation.
pub fn page(path: &str, cookie: Option<&str>) -> Request<Body> {
    request(Method::GET, path, cookie)
        .header(header::ACCEPT, "text/html")
        .body(Body::empty())
        .unwrap()
}

/// A script's upload; `query` may name a conversation.
pub fn upload(query: &str, cookie: Option<&str>, name: &str, bytes: &[u8]) -> Request<Body> {
    upload_to(&format!("/attachments{query}"), cookie, name, bytes)
}

/// A script's upload to any place that takes files.
pub fn upload_to(path: &str, cookie: Option<&str>, name: &str, bytes: &[u8]) -> Request<Body> {
    const BOUNDARY: &str = "----seven-lamps";
    let name = name.replace('"', "%22");
    let mut body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: image/png\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    request(Method::POST, path, cookie)
        .header(header::ORIGIN, ORIGIN)
        .header(
            header::CONTENT_TYPE,
            format!("multipart/form-data; boundary={BOUNDARY}"),
        )
        .body(Body::from(body))
        .unwrap()
}

/// A script's change, from a page of ours.
pub fn change(path: &str, cookie: Option<&str>, form: &str) -> Request<Body> {
    request(Method::POST, path, cookie)
        .header(header::ORIGIN, ORIGIN)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()))
        .unwrap()
}
