//! Helpers for every test: a fake, a client for each protocol, and an answer collected to its end.

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use hearth_inference::{
    ChatDone, ChatEvent, ChatMessage, ChatRequest, ChatStream, InferenceError, ModelServer, Role, ServerKind,
    Timeouts, connect_with, fake::FakeModelServer,
};

pub const CHAT: &str = "scripted-chat:1b";
pub const EMBED: &str = "scripted-embed";
pub const BOTH: [ServerKind; 2] = [ServerKind::Ollama, ServerKind::OpenAi];

/// A client with short timeouts. Only tests of stalls wait this long.
pub fn client(fake: &FakeModelServer, kind: ServerKind) -> Arc<dyn ModelServer> {
    let patience = Duration::from_millis(300);
    let timeouts = Timeouts {
        first_byte: patience,
        between_tokens: patience,
        ..Timeouts::default()
    };
    connect_with(&fake.url(), kind, timeouts)
}

/// A client with the default timeouts.
pub fn patient(fake: &FakeModelServer, kind: ServerKind) -> Arc<dyn ModelServer> {
    hearth_inference::connect(&fake.url(), kind)
}

pub fn ask(text: &str) -> ChatRequest {
    ChatRequest::new(CHAT, vec![ChatMessage::new(Role::User, text)], 4096)
}

/// An answer, possibly incomplete.
#[derive(Debug, Default)]
pub struct Answer {
    pub text: String,
    pub thinking: String,
    pub done: Option<ChatDone>,
    pub error: Option<InferenceError>,
}

pub async fn collect(mut stream: ChatStream) -> Answer {
    let mut answer = Answer::default();
    while let Some(item) = stream.next().await {
        assert!(
            answer.done.is_none() && answer.error.is_none(),
            "an item after the last one: {item:?}"
        );
        match item {
            Ok(ChatEvent::Text(text)) => answer.text.push_str(&text),
            Ok(ChatEvent::Thinking(text)) => answer.thinking.push_str(&text),
            Ok(ChatEvent::Done(done)) => answer.done = Some(done),
            Err(error) => answer.error = Some(error),
        }
    }
    answer
}

/// Sends a request and collects the answer; a refusal counts as an answer without text.
pub async fn answer(server: &dyn ModelServer, request: ChatRequest) -> Answer {
    match server.chat(request).await {
        Ok(stream) => collect(stream).await,
        Err(error) => Answer {
            error: Some(error),
            ..Answer::default()
        },
    }
}
