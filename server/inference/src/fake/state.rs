//! The fake's state: script, recorded requests, and the counters that tests wait for.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use serde_json::Value;
use tokio::sync::{Semaphore, watch};

use super::{EmbedReply, FakeModel, Reply};

/// The routes that a request used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    Ollama,
    OpenAi,
}

/// A recorded request.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub protocol: Protocol,
    /// The path, such as `/api/chat`.
    pub path: String,
    pub body: Value,
}

impl Recorded {
    /// Whether it is a chat request.
    pub fn is_chat(&self) -> bool {
        matches!(self.path.as_str(), "/api/chat" | "/v1/chat/completions")
    }

    /// Whether it is an embedding request.
    pub fn is_embed(&self) -> bool {
        matches!(self.path.as_str(), "/api/embed" | "/v1/embeddings")
    }

    /// The requested model.
    pub fn model(&self) -> &str {
        self.body["model"].as_str().unwrap_or_default()
    }

    /// Role and text of each message, in order.
    pub fn messages(&self) -> Vec<(String, String)> {
        let messages = self.body["messages"].as_array().into_iter().flatten();
        messages
            .map(|message| {
                let role = message["role"].as_str().unwrap_or_default();
                (role.to_owned(), text_of(&message["content"]))
            })
            .collect()
    }

    /// The pictures of a chat's messages in base64, one list per message.
    pub fn pictures(&self) -> Vec<Vec<String>> {
        let messages = self.body["messages"].as_array().into_iter().flatten();
        messages.map(pictures).collect()
    }

    /// The text of the last message.
    pub fn last_message(&self) -> String {
        self.messages()
            .pop()
            .map(|(_, content)| content)
            .unwrap_or_default()
    }

    /// The beginning of the answer that the model is asked to continue.
    pub fn answer_prefix(&self) -> Option<String> {
        let (role, content) = self.messages().pop()?;
        (role == "assistant").then_some(content)
    }

    /// The JSON schema for the answer.
    pub fn schema(&self) -> Option<&Value> {
        let openai = self.body.pointer("/response_format/json_schema/schema");
        openai.or_else(|| self.body.get("format").filter(|format| format.is_object()))
    }

    /// Whether the model may think before it answers, which a request can disable.
    pub fn may_think(&self) -> bool {
        let openai = self.body.pointer("/chat_template_kwargs/enable_thinking");
        openai.or_else(|| self.body.get("think")) != Some(&Value::Bool(false))
    }

    /// The texts to embed.
    pub fn inputs(&self) -> Vec<String> {
        match &self.body["input"] {
            Value::String(one) => vec![one.clone()],
            Value::Array(many) => many
                .iter()
                .filter_map(|text| text.as_str().map(str::to_owned))
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// The text of a message, or of its parts.
fn text_of(content: &Value) -> String {
    let parts = content.as_array().into_iter().flatten();
    let texts: String = parts.filter_map(|part| part["text"].as_str()).collect();
    content.as_str().map_or(texts, str::to_owned)
}

fn pictures(message: &Value) -> Vec<String> {
    let ollama = message["images"].as_array().into_iter().flatten();
    let ollama = ollama.filter_map(Value::as_str);
    let parts = message["content"].as_array().into_iter().flatten();
    let openai = parts.filter_map(|part| part.pointer("/image_url/url")?.as_str()?.split(',').nth(1));
    ollama.chain(openai).map(str::to_owned).collect()
}

type Responder = Arc<dyn Fn(&Recorded) -> Reply + Send + Sync>;

pub(super) struct Script {
    pub replies: VecDeque<Reply>,
    pub responder: Option<Responder>,
    pub embeds: VecDeque<EmbedReply>,
    pub pulls: VecDeque<Vec<Value>>,
    pub models: Vec<FakeModel>,
    /// Whether the models are reported as loaded.
    pub loaded: bool,
    pub requests: Vec<Recorded>,
    pub record: bool,
    /// Replaces the usual text of errors.
    pub error_text: Option<String>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub chats: usize,
    pub open: usize,
    pub held: usize,
    pub disconnected: usize,
}

pub(super) struct State {
    script: Mutex<Script>,
    counts: watch::Sender<Counts>,
    pub holds: Semaphore,
    unreachable: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

impl Default for State {
    fn default() -> Self {
        let script = Script {
            replies: VecDeque::new(),
            responder: None,
            embeds: VecDeque::new(),
            pulls: VecDeque::new(),
            models: FakeModel::defaults(),
            loaded: true,
            requests: Vec::new(),
            record: true,
            error_text: None,
        };
        Self {
            script: Mutex::new(script),
            counts: watch::Sender::new(Counts::default()),
            holds: Semaphore::new(0),
            unreachable: OnceLock::new(),
        }
    }
}

impl State {
    pub(super) fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The text of an error.
    pub(super) fn error_text_or(&self, usual: &str) -> String {
        self.script()
            .error_text
            .clone()
            .unwrap_or_else(|| usual.to_owned())
    }

    pub(super) fn counts(&self) -> Counts {
        *self.counts.borrow()
    }

    pub(super) fn count(&self, change: impl FnOnce(&mut Counts)) {
        self.counts.send_modify(change);
    }

    pub(super) async fn wait(&self, reached: impl FnMut(&Counts) -> bool) {
        let mut reached = reached;
        // The sender lives as long as `self`, so this cannot fail.
        let _ = self.counts.subscribe().wait_for(|counts| reached(counts)).await;
    }

    pub(super) fn on_unreachable(&self, stop: impl Fn() + Send + Sync + 'static) {
        let _ = self.unreachable.set(Box::new(stop));
    }

    pub(super) fn disconnect_all(&self) {
        if let Some(stop) = self.unreachable.get() {
            stop();
        }
    }

    /// Waits for a release.
    pub(super) async fn hold(self: &Arc<Self>) {
        let _held = Held::new(self);
        if let Ok(permit) = self.holds.acquire().await {
            permit.forget();
        }
    }
}

/// Counts a reply as held, even if its client disconnects meanwhile.
struct Held<'a>(&'a State);

impl<'a> Held<'a> {
    fn new(state: &'a State) -> Self {
        state.count(|counts| counts.held += 1);
        Self(state)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.count(|counts| counts.held -= 1);
    }
}

/// Counts a chat as open until it is dropped: finished, or abandoned by its client.
pub(super) struct OpenStream {
    state: Arc<State>,
    finished: bool,
}

impl OpenStream {
    pub(super) fn new(state: &Arc<State>) -> Self {
        state.count(|counts| {
            counts.chats += 1;
            counts.open += 1;
        });
        Self {
            state: state.clone(),
            finished: false,
        }
    }

    /// The scripted reply was sent; a later disconnect does not count.
    pub(super) fn finish(&mut self) {
        self.finished = true;
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let left = usize::from(!self.finished);
        self.state.count(|counts| {
            counts.open -= 1;
            counts.disconnected += left;
        });
    }
}
