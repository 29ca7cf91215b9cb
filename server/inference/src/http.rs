//! The HTTP underneath both clients: one connection pool per server, no proxies, no redirects, no overall
//! timeout, and every failure turned into its [`InferenceError`].

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect::Policy};
use serde::{Serialize, de::DeserializeOwned};

use crate::{InferenceError, Sound, Timeouts};

mod fault;
pub(crate) use fault::{in_stream, is_missing_manifest, refusal};

/// The longest body read as a whole: 100 embeddings of 4,096 dimensions are about 5 MB.
const LONGEST_BODY: usize = 64 << 20;

/// Shorter than the keep-alive of llama-server and uvicorn (5 s), so that a request is not written into a
/// connection that the server is just closing.
const IDLE_CONNECTION: Duration = Duration::from_secs(4);

/// A server's address with the client that talks to it. Cloning shares the pool.
#[derive(Clone)]
pub(crate) struct Http {
    /// Building fails only when TLS cannot be set up; that is told at the first call.
    client: Result<Client, String>,
    pub base: String,
    pub timeouts: Timeouts,
}

impl Http {
    pub(crate) fn new(url: &str, timeouts: Timeouts) -> Self {
        let base = with_scheme(url);
        let client = client(&base, timeouts.connect).map_err(|error| root_cause(&error));
        Self {
            client,
            base,
            timeouts,
        }
    }

    /// GETs a JSON value.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, InferenceError> {
        let request = self.client()?.get(format!("{}{path}", self.base));
        let wait = self.timeouts.short_call;
        json(self.answered(request, wait, "").await?, wait).await
    }

    /// POSTs a JSON value and reads one back. `model` is named when the server does not have it; `wait` is
    /// for the reply to begin.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &(impl Serialize + Sync),
        model: &str,
        wait: Duration,
    ) -> Result<T, InferenceError> {
        let response = self.open(path, body, model, wait).await?;
        json(response, self.timeouts.between_tokens.min(wait)).await
    }

    /// POSTs a JSON value and hands over the reply with its body unread.
    pub(crate) async fn open(
        &self,
        path: &str,
        body: &(impl Serialize + Sync),
        model: &str,
        wait: Duration,
    ) -> Result<Response, InferenceError> {
        let request = self.client()?.post(format!("{}{path}", self.base)).json(body);
        self.answered(request, wait, model).await
    }

    /// POSTs bytes and reads bytes back, with their type.
    pub(crate) async fn send(
        &self,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
        wait: Duration,
    ) -> Result<Sound, InferenceError> {
        let request = self.client()?.post(format!("{}{path}", self.base));
        let request = request.header("content-type", content_type).body(body);
        let response = self.answered(request, wait, "").await?;
        let media_type = response
            .headers()
            .get("content-type")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let bytes = read(response, self.timeouts.between_tokens.min(wait)).await?;
        Ok(Sound { media_type, bytes })
    }

    async fn answered(
        &self,
        request: RequestBuilder,
        wait: Duration,
        model: &str,
    ) -> Result<Response, InferenceError> {
        let response = match tokio::time::timeout(wait, request.send()).await {
            Err(_) => return Err(InferenceError::Stalled { after: wait }),
            Ok(Err(error)) => return Err(self.not_sent(&error)),
            Ok(Ok(response)) => response,
        };
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let body = read(response, self.timeouts.short_call).await.unwrap_or_default();
        Err(refusal(status, &body, model))
    }

    fn not_sent(&self, error: &reqwest::Error) -> InferenceError {
        if error.is_connect() || error.is_timeout() || error.is_builder() {
            return self.unreachable(root_cause(error));
        }
        InferenceError::EndedEarly
    }

    pub(crate) fn unreachable(&self, detail: String) -> InferenceError {
        InferenceError::Unreachable {
            url: self.address(),
            detail,
        }
    }

    /// The base address as it may be logged: without the name and password that it may hold.
    pub(crate) fn address(&self) -> String {
        let Some((scheme, rest)) = self.base.split_once("://") else {
            return self.base.clone();
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        match rest[..end].rfind('@') {
            Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
            None => self.base.clone(),
        }
    }

    fn client(&self) -> Result<&Client, InferenceError> {
        self.client
            .as_ref()
            .map_err(|detail| self.unreachable(detail.clone()))
    }
}

fn client(base: &str, connect: Duration) -> reqwest::Result<Client> {
    let mut builder = Client::builder()
        .connect_timeout(connect)
        .pool_idle_timeout(IDLE_CONNECTION)
        .tcp_nodelay(true)
        .no_proxy()
        .redirect(Policy::none());
    if base.starts_with("http://") {
        // The system's certificates are read only where they are needed: a bare container has none, and
        // reading them takes longer than the whole start of Hearth should.
        builder = builder.tls_certs_only([]);
    }
    builder.build()
}

fn with_scheme(url: &str) -> String {
    let url = url.trim().trim_end_matches('/');
    if url.contains("://") {
        url.to_owned()
    } else {
        format!("http://{url}")
    }
}

/// The innermost cause in the system's words: "Connection refused (os error 111)". What another library says could
/// quote the other side, such as the names in its certificate: then it is only said what failed.
fn root_cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no connection in time".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    let mut lookup = false;
    while let Some(inner) = cause.source() {
        cause = inner;
        lookup |= cause.to_string() == "dns error";
    }
    match cause.downcast_ref::<std::io::Error>() {
        _ if lookup => "its name was not found".to_owned(),
        Some(error) => match error.raw_os_error() {
            Some(code) => std::io::Error::from_raw_os_error(code).to_string(),
            None => error.kind().to_string(),
        },
        None if error.is_builder() => "not an address".to_owned(),
        None => "no connection".to_owned(),
    }
}

async fn json<T: DeserializeOwned>(response: Response, wait: Duration) -> Result<T, InferenceError> {
    let body = read(response, wait).await?;
    serde_json::from_slice(&body).map_err(|error| InferenceError::garbage("a reply", body.len(), &error))
}

/// The whole body, with a limit on silence and on length.
async fn read(mut response: Response, wait: Duration) -> Result<Vec<u8>, InferenceError> {
    let mut body = Vec::new();
    loop {
        match tokio::time::timeout(wait, response.chunk()).await {
            Err(_) => return Err(InferenceError::Stalled { after: wait }),
            Ok(Err(_)) => return Err(InferenceError::EndedEarly),
            Ok(Ok(None)) => return Ok(body),
            Ok(Ok(Some(chunk))) => body.extend_from_slice(&chunk),
        }
        if body.len() > LONGEST_BODY {
            return Err(InferenceError::Garbage {
                detail: format!("a reply of more than {LONGEST_BODY} bytes"),
            });
        }
    }
}

/// Whether this status says that the route does not exist (as opposed to the model).
pub(crate) fn is_missing_route(error: &InferenceError) -> bool {
    let missing = [
        StatusCode::NOT_FOUND.as_u16(),
        StatusCode::METHOD_NOT_ALLOWED.as_u16(),
    ];
    matches!(error, InferenceError::Refused { status, .. } if missing.contains(status))
}
