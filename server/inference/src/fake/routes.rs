//! The fake's routes: Ollama's and OpenAI's, on one state.

use std::{convert::Infallible, net::TcpListener, sync::Arc};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, State as Shared},
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::{EmbedReply, FakeModel, Protocol, Recorded, Reply, embedding, schema, state::State};

mod stream;

type Fake = Arc<State>;

/// Serves until `stopped` resolves. The runtime ends with this function, and with it all connections.
pub(super) fn serve(listener: TcpListener, state: Fake, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime for the fake");
    runtime.block_on(async move {
        listener
            .set_nonblocking(true)
            .expect("a listener that does not block");
        let listener = tokio::net::TcpListener::from_std(listener).expect("a listener in the runtime");
        let listener = axum::serve::ListenerExt::tap_io(listener, |connection| {
            let _ = connection.set_nodelay(true);
        });
        tokio::select! {
            _ = axum::serve(listener, router(state)) => {}
            _ = stopped => {}
        }
    });
}

fn router(state: Fake) -> Router {
    Router::new()
        .route(
            "/api/version",
            get(|| async { Json(json!({ "version": "0.0.0-fake" })) }),
        )
        .route("/api/tags", get(tags))
        .route("/api/ps", get(running))
        .route("/api/show", post(show))
        .route("/api/pull", post(pull))
        .route("/api/generate", post(|| async { Json(json!({ "done": true })) }))
        .route("/api/chat", post(chat))
        .route("/api/embed", post(embed))
        .route("/v1/models", get(openai_models))
        .route("/v1/chat/completions", post(chat))
        .route("/v1/embeddings", post(embed))
        .route("/v1/rerank", post(rerank))
        .layer(DefaultBodyLimit::max(64 << 20))
        .with_state(state)
}

async fn tags(Shared(state): Shared<Fake>) -> Json<Value> {
    let models: Vec<Value> = state.script().models.iter().map(FakeModel::tag).collect();
    Json(json!({ "models": models }))
}

async fn running(Shared(state): Shared<Fake>) -> Json<Value> {
    let script = state.script();
    let loaded = script.models.iter().filter(|_| script.loaded);
    let models: Vec<Value> = loaded.map(FakeModel::running).collect();
    Json(json!({ "models": models }))
}

async fn openai_models(Shared(state): Shared<Fake>) -> Json<Value> {
    let models: Vec<Value> = state.script().models.iter().map(FakeModel::openai).collect();
    Json(json!({ "object": "list", "data": models }))
}

async fn show(Shared(state): Shared<Fake>, uri: Uri, body: Bytes) -> Response {
    let request = recorded(&state, &uri, &body);
    match model(&state, &request) {
        Some(model) => Json(model.show()).into_response(),
        None => missing(&request),
    }
}

/// Plays the scripted lines; a pull that ends in "success" adds the model.
async fn pull(Shared(state): Shared<Fake>, uri: Uri, body: Bytes) -> Response {
    let request = recorded(&state, &uri, &body);
    let lines = state.script().pulls.pop_front().unwrap_or_else(default_pull);
    if lines.last().is_some_and(|line| line["status"] == "success") && model(&state, &request).is_none() {
        let name = request.model();
        let made = if name.contains("embed") {
            FakeModel::embedder(name)
        } else {
            FakeModel::chat(name)
        };
        state.script().models.push(made);
    }
    let lines = lines
        .into_iter()
        .map(|line| Ok::<_, Infallible>(Bytes::from(format!("{line}\n"))));
    Body::from_stream(futures::stream::iter(lines)).into_response()
}

fn default_pull() -> Vec<Value> {
    let layer = |digest: &str, completed: u64, total: u64| json!({ "status": format!("pulling {digest}"), "digest": digest, "completed": completed, "total": total });
    vec![
        json!({ "status": "pulling manifest" }),
        layer("sha256:aa", 0, 1000),
        layer("sha256:aa", 500, 1000),
        layer("sha256:aa", 1000, 1000),
        layer("sha256:bb", 10, 10),
        json!({ "status": "verifying sha256 digest" }),
        json!({ "status": "writing manifest" }),
        json!({ "status": "success" }),
    ]
}

async fn chat(Shared(state): Shared<Fake>, uri: Uri, body: Bytes) -> Response {
    let request = recorded(&state, &uri, &body);
    let reply = scripted(&state, &request);
    match model(&state, &request) {
        None => return missing(&request),
        Some(model) if !model.can("completion") => {
            return refused(400, &format!("{:?} does not support chat", request.model()));
        }
        Some(model) if !model.can("vision") && request.pictures().iter().any(|of| !of.is_empty()) => {
            return refused(400, "this model cannot see pictures");
        }
        Some(_) => {}
    }
    stream::play(state, reply, &request).await
}

/// The queue first, then the responder, then an echo. A scripted reply is sent unchanged even if the request continues
/// an answer; the echo continues it like a model.
fn scripted(state: &State, request: &Recorded) -> Reply {
    let (queued, responder) = {
        let mut script = state.script();
        (script.replies.pop_front(), script.responder.clone())
    };
    queued
        .or_else(|| responder.map(|responder| responder(request)))
        .unwrap_or_else(|| echo(request))
}

fn echo(request: &Recorded) -> Reply {
    if let Some(prefix) = request.answer_prefix() {
        let messages = request.messages();
        let question = messages.iter().rfind(|(role, _)| role == "user");
        let text = format!("You said: {}", question.map_or("", |(_, content)| content));
        return Reply::text(text.strip_prefix(&prefix).unwrap_or(" and so on."));
    }
    let seen = match request.pictures().iter().map(Vec::len).sum() {
        0 => String::new(),
        seen => format!(" (and {seen} pictures)"),
    };
    let text = format!("You said: {}{seen}", request.last_message());
    match request.schema() {
        Some(wanted) => Reply::text(&schema::simplest(wanted, "echo").to_string()),
        None => Reply::text(&text),
    }
}

async fn embed(Shared(state): Shared<Fake>, uri: Uri, body: Bytes) -> Response {
    let request = recorded(&state, &uri, &body);
    let scripted = state.script().embeds.pop_front();
    let Some(model) = model(&state, &request) else {
        return missing(&request);
    };
    if !model.can("embedding") {
        return refused(501, "this model does not support embeddings");
    }
    let texts = request.inputs();
    if texts
        .iter()
        .any(|text| text.split_whitespace().count() > model.context_length as usize)
    {
        return refused(400, "the input length exceeds the context length");
    }
    let mut vectors: Vec<Vec<f32>> = texts.iter().map(|text| embedding::embed(text)).collect();
    match scripted {
        None => {}
        Some(EmbedReply::Vectors(given)) => vectors = given,
        Some(EmbedReply::OneMissing) => drop(vectors.pop()),
        Some(EmbedReply::Hold) => state.hold().await,
        Some(EmbedReply::Fault(fault)) => return stream::failure(&state, fault, &request).await,
    }
    embedded(request.protocol, vectors)
}

/// Scores texts by the number of words they share with the question, and returns the best first, as real servers do.
async fn rerank(Shared(state): Shared<Fake>, uri: Uri, body: Bytes) -> Json<Value> {
    let request = recorded(&state, &uri, &body);
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric());
        words
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let question = words(request.body["query"].as_str().unwrap_or_default());
    let texts = request.body["documents"].as_array().cloned().unwrap_or_default();
    let mut results: Vec<(usize, usize)> = texts
        .iter()
        .map(|text| words(text.as_str().unwrap_or_default()))
        .map(|has| question.iter().filter(|word| has.contains(word)).count())
        .enumerate()
        .collect();
    results.sort_by_key(|(_, shared)| std::cmp::Reverse(*shared));
    let results: Vec<Value> = results
        .into_iter()
        .map(|(index, shared)| json!({ "index": index, "relevance_score": shared as f32 - 5.0 }))
        .collect();
    Json(json!({ "results": results }))
}

fn embedded(protocol: Protocol, vectors: Vec<Vec<f32>>) -> Response {
    if protocol == Protocol::Ollama {
        return Json(json!({ "embeddings": vectors })).into_response();
    }
    let item = |(index, vector)| json!({ "object": "embedding", "index": index, "embedding": vector });
    let data: Vec<Value> = vectors.into_iter().enumerate().map(item).collect();
    Json(json!({ "object": "list", "data": data })).into_response()
}

fn recorded(state: &State, uri: &Uri, body: &[u8]) -> Recorded {
    let path = uri.path().to_owned();
    let protocol = if path.starts_with("/v1/") {
        Protocol::OpenAi
    } else {
        Protocol::Ollama
    };
    let request = Recorded {
        protocol,
        path,
        body: serde_json::from_slice(body).unwrap_or_default(),
    };
    let mut script = state.script();
    if script.record {
        script.requests.push(request.clone());
    }
    request
}

fn model(state: &State, request: &Recorded) -> Option<FakeModel> {
    state
        .script()
        .models
        .iter()
        .find(|model| model.is(request.model()))
        .cloned()
}

fn missing(request: &Recorded) -> Response {
    refused(404, &format!("model '{}' not found", request.model()))
}

/// An error in a form that the clients of both protocols read.
fn refused(status: u16, message: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(json!({ "error": message }))).into_response()
}
