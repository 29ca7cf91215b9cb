//! The HTTP layer of both clients: one connection pool per server, no proxies, no redirects, no overall timeout. Every
//! failure becomes an [`InferenceError`].

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect::Policy};
use serde::{Serialize, de::DeserializeOwned};

use crate::{InferenceError, Sound, Timeouts};

mod fault;
pub(crate) use fault::{in_stream, is_missing_manifest, refusal};

/// Maximum size of a body read as a whole, in bytes. 100 embeddings of 4,096 dimensions are about 5 MB.
const MAX_BODY_BYTES: usize = 64 << 20;

/// Idle connections close before the keep-alive timeout of llama-server and uvicorn (5 s), so that no request is
/// written to a connection that the server is closing.
const IDLE_CONNECTION: Duration = Duration::from_secs(4);

/// A server's address and HTTP client. Clones share the connection pool.
#[derive(Clone)]
pub(crate) struct Http {
    /// Fails only if TLS cannot be set up; the first call reports it.
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
        json(self.send_checked(request, wait, "").await?, wait).await
    }

    /// POSTs a JSON value and reads one back. `model` is named in the error if the server does not have it; `wait` is
    /// the timeout for the start of the response.
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

    /// POSTs a JSON value and returns the response with its body unread.
    pub(crate) async fn open(
        &self,
        path: &str,
        body: &(impl Serialize + Sync),
        model: &str,
        wait: Duration,
    ) -> Result<Response, InferenceError> {
        let request = self.client()?.post(format!("{}{path}", self.base)).json(body);
        self.send_checked(request, wait, model).await
    }

    /// POSTs bytes and reads bytes back, with their media type.
    pub(crate) async fn send(
        &self,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
        wait: Duration,
    ) -> Result<Sound, InferenceError> {
        let request = self.client()?.post(format!("{}{path}", self.base));
        let request = request.header("content-type", content_type).body(body);
        let response = self.send_checked(request, wait, "").await?;
        let media_type = response
            .headers()
            .get("content-type")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let bytes = read(response, self.timeouts.between_tokens.min(wait)).await?;
        Ok(Sound { media_type, bytes })
    }

    async fn send_checked(
        &self,
        request: RequestBuilder,
        wait: Duration,
        model: &str,
    ) -> Result<Response, InferenceError> {
        let response = match tokio::time::timeout(wait, request.send()).await {
            Err(_) => return Err(InferenceError::Stalled { after: wait }),
            Ok(Err(error)) => return Err(self.send_error(&error)),
            Ok(Ok(response)) => response,
        };
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let body = read(response, self.timeouts.short_call).await.unwrap_or_default();
        Err(refusal(status, &body, model))
    }

    fn send_error(&self, error: &reqwest::Error) -> InferenceError {
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

    /// The base address without credentials, for logs.
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
        // Load the system's certificates only when needed: a bare container has none, and loading them takes longer
        // than the rest of Hearth's start.
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

/// The innermost cause as the operating system describes it: "Connection refused (os error 111)". Messages of other
/// libraries may quote the remote side (such as names in its certificate), so they become a fixed text.
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

/// Reads the whole body with limits on silence and length.
async fn read(mut response: Response, wait: Duration) -> Result<Vec<u8>, InferenceError> {
    let mut body = Vec::new();
    loop {
        match tokio::time::timeout(wait, response.chunk()).await {
            Err(_) => return Err(InferenceError::Stalled { after: wait }),
            Ok(Err(_)) => return Err(InferenceError::EndedEarly),
            Ok(Ok(None)) => return Ok(body),
            Ok(Ok(Some(chunk))) => body.extend_from_slice(&chunk),
        }
        if body.len() > MAX_BODY_BYTES {
            return Err(InferenceError::Garbage {
                detail: format!("a reply of more than {MAX_BODY_BYTES} bytes"),
            });
        }
    }
}

/// Whether this error means that the route (not the model) does not exist.
pub(crate) fn is_missing_route(error: &InferenceError) -> bool {
    let missing = [
        StatusCode::NOT_FOUND.as_u16(),
        StatusCode::METHOD_NOT_ALLOWED.as_u16(),
    ];
    matches!(error, InferenceError::Refused { status, .. } if missing.contains(status))
}
