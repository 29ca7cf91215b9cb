//! The clients against real servers, where the environment names them: `HEARTH_TEST_OLLAMA_URL`,
//! `HEARTH_TEST_OPENAI_URL`, with `HEARTH_TEST_CHAT_MODEL` and `HEARTH_TEST_EMBED_MODEL` (an OpenAI-compatible server
//! that only embeds is `HEARTH_TEST_OPENAI_EMBED_URL`). Small models answer nonsense, so only the form of answers is
//! checked.
#![allow(clippy::print_stdout, reason = "a skipped test reports it")]

use std::{env, sync::Arc};

use futures::StreamExt;
use hearth_inference::{
    Capability, ChatEvent, ChatMessage, ChatRequest, EmbedTask, FaultKind, ModelServer, Role, ServerKind,
    connect,
};
use serde_json::json;

use crate::support::{answer, collect};

fn server(variable: &str, kind: ServerKind) -> Option<Arc<dyn ModelServer>> {
    let url = env::var(variable).ok().filter(|url| !url.is_empty());
    if url.is_none() {
        println!("skipped: {variable} is not set");
    }
    url.map(|url| connect(&url, kind))
}

async fn model(server: &dyn ModelServer, variable: &str, capability: Capability) -> String {
    if let (Ok(name), ServerKind::Ollama) = (env::var(variable), server.kind()) {
        return name;
    }
    let models = server.models().await.unwrap();
    let able = models
        .iter()
        .find(|model| model.capabilities.is_empty() || model.capabilities.contains(&capability));
    able.expect("a model on the real server").name.clone()
}

fn ask(model: &str, text: &str, max_tokens: u32) -> ChatRequest {
    let mut request = ChatRequest::new(model, vec![ChatMessage::new(Role::User, text)], 1024);
    request.max_tokens = Some(max_tokens);
    request.temperature = Some(0.0);
    request.seed = Some(1);
    request
}

async fn chats(server: &dyn ModelServer) {
    let model = model(server, "HEARTH_TEST_CHAT_MODEL", Capability::Chat).await;
    assert!(server.show(&model).await.unwrap().context_length.is_some());

    let whole = answer(server, ask(&model, "Say hello.", 16)).await;
    assert_eq!(whole.error, None);
    assert!(!whole.text.is_empty() && whole.done.unwrap().prompt_tokens.unwrap() > 0);

    let mut request = ask(&model, "Name a fruit and its colour.", 80);
    request.json_schema = Some(json!({
        "type": "object", "required": ["fruit", "colour"], "additionalProperties": false,
        "properties": {
            "fruit": {"type": "string", "maxLength": 12}, "colour": {"enum": ["red", "green", "yellow"]},
        },
    }));
    let structured = answer(server, request).await.text;
    let value: serde_json::Value =
        serde_json::from_str(&structured).unwrap_or_else(|_| panic!("{structured}"));
    assert!(value["fruit"].is_string() && value["colour"].is_string());

    let overflow = answer(server, ask(&model, &"hello dog ".repeat(2000), 8)).await;
    assert_eq!(overflow.error.unwrap().kind(), FaultKind::ContextOverflow);

    let missing = answer(server, ask("no-such-model", "x", 8)).await.error;
    if server.kind() == ServerKind::Ollama {
        assert_eq!(missing.unwrap().kind(), FaultKind::ModelNotFound);
    }

    let mut stream = server
        .chat(ask(&model, "Tell a very long story.", 500))
        .await
        .unwrap();
    assert!(matches!(stream.next().await, Some(Ok(ChatEvent::Text(_)))));
    drop(stream);
    assert!(
        collect(server.chat(ask(&model, "Hi", 4)).await.unwrap())
            .await
            .done
            .is_some()
    );
}

async fn embeds(server: &dyn ModelServer) {
    let model = model(server, "HEARTH_TEST_EMBED_MODEL", Capability::Embedding).await;
    let details = server.show(&model).await.unwrap();
    assert!(details.capabilities.contains(&Capability::Embedding));

    let texts = ["My dog must not eat chicken", "The tram leaves at nine"].map(str::to_owned);
    let documents = server.embed(&model, EmbedTask::Document, &texts).await.unwrap();
    let query = server
        .embed(&model, EmbedTask::Query, &["food for my dog".to_owned()])
        .await
        .unwrap();
    let near = |i: usize| -> f32 { query[0].iter().zip(&documents[i]).map(|(a, b)| a * b).sum() };
    assert!(near(0) > near(1), "vectors reflect meaning");
    assert_eq!(details.embedding_dimensions, u32::try_from(query[0].len()).ok());

    let long = ["hello dog ".repeat(20_000)];
    let overflow = server
        .embed(&model, EmbedTask::Document, &long)
        .await
        .unwrap_err();
    assert_eq!(overflow.kind(), FaultKind::ContextOverflow, "{overflow}");
}

#[tokio::test]
async fn a_real_ollama_lists_chats_and_embeds() {
    let Some(server) = server("HEARTH_TEST_OLLAMA_URL", ServerKind::Auto) else {
        return;
    };
    println!(
        "Ollama {}: {:?}",
        server.version().await.unwrap(),
        server.models().await.unwrap()
    );
    assert_eq!(server.kind(), ServerKind::Ollama);
    chats(&*server).await;
    embeds(&*server).await;
    assert!(!server.loaded().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_real_openai_compatible_server_lists_and_chats() {
    let Some(server) = server("HEARTH_TEST_OPENAI_URL", ServerKind::Auto) else {
        return;
    };
    println!(
        "{}: {:?}",
        server.version().await.unwrap(),
        server.models().await.unwrap()
    );
    assert_eq!(server.kind(), ServerKind::OpenAi);
    chats(&*server).await;
}

#[tokio::test]
async fn a_real_openai_compatible_server_embeds() {
    let Some(server) = server("HEARTH_TEST_OPENAI_EMBED_URL", ServerKind::OpenAi) else {
        return;
    };
    embeds(&*server).await;
}
