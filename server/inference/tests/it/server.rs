//! Lists, details, pulls, and detection of the protocol.

use futures::{StreamExt, TryStreamExt};
use hearth_inference::{
    Capability, EmbedTask, FaultKind, Foreign, InferenceError, PullProgress, ServerKind, connect,
    fake::FakeModelServer,
};

use crate::support::{BOTH, CHAT, EMBED, answer, ask, patient};

#[tokio::test]
async fn ollamas_models_are_listed_with_their_capabilities() {
    let fake = FakeModelServer::start().await;
    let server = patient(&fake, ServerKind::Ollama);
    let models = server.models().await.unwrap();
    assert_eq!(models[0].name, CHAT);
    assert_eq!(models[0].capabilities, [Capability::Chat]);
    assert_eq!(models[1].capabilities, [Capability::Embedding]);
    assert_eq!(models[0].parameter_size.as_deref(), Some("1.5B"));
    assert_eq!(server.loaded().await.unwrap()[0].context_length, Some(4096));
}

#[tokio::test]
async fn details_contain_window_and_dimensions_in_both_protocols() {
    let fake = FakeModelServer::start().await;
    for kind in BOTH {
        let server = patient(&fake, kind);
        let chat = server.show(CHAT).await.unwrap();
        assert_eq!(
            (chat.context_length, chat.embedding_dimensions),
            (Some(32_768), None),
            "{kind:?}"
        );
        let model = if kind == ServerKind::OpenAi {
            "scripted-embed:latest"
        } else {
            EMBED
        };
        let embedder = server.show(model).await.unwrap();
        assert_eq!(embedder.embedding_dimensions, Some(384), "{kind:?}");
        assert_eq!(embedder.capabilities, [Capability::Embedding], "{kind:?}");
        let missing = server.show("missing-model").await.unwrap_err();
        assert_eq!(
            missing,
            InferenceError::ModelNotFound {
                model: Foreign::new("missing-model")
            }
        );
    }
}

#[tokio::test]
async fn a_missing_capability_is_unsupported() {
    let fake = FakeModelServer::start().await;
    for kind in BOTH {
        let server = patient(&fake, kind);
        let mut request = ask("x");
        request.model = EMBED.into();
        assert_eq!(
            answer(&*server, request).await.error.unwrap().kind(),
            FaultKind::Unsupported
        );
        let error = server
            .embed(CHAT, EmbedTask::Query, &["x".into()])
            .await
            .unwrap_err();
        assert_eq!(error.kind(), FaultKind::Unsupported);
    }
}

#[tokio::test]
async fn a_pull_reports_its_progress_and_adds_the_model() {
    let fake = FakeModelServer::start().await;
    let server = patient(&fake, ServerKind::Ollama);
    let reports: Vec<PullProgress> = server
        .pull("new-chat")
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    assert!(
        reports
            .iter()
            .any(|report| (report.completed, report.total) == (Some(500), Some(1000)))
    );
    assert_eq!(reports.last().unwrap().status, "success");
    assert!(
        server
            .models()
            .await
            .unwrap()
            .iter()
            .any(|model| model.name == "new-chat")
    );
}

#[tokio::test]
async fn a_failing_pull_ends_in_its_own_error() {
    let fake = FakeModelServer::start().await;
    let server = patient(&fake, ServerKind::Ollama);
    fake.enqueue_failing_pull("pull model manifest: file does not exist");
    fake.enqueue_failing_pull("no space left on device");
    fake.enqueue_pull(vec![serde_json::json!({"status": "pulling manifest"})]);
    for expected in [
        FaultKind::ModelNotFound,
        FaultKind::ServerFault,
        FaultKind::EndedEarly,
    ] {
        let reports: Vec<_> = server.pull("x").await.unwrap().collect().await;
        assert_eq!(reports.last().unwrap().as_ref().unwrap_err().kind(), expected);
    }
}

#[tokio::test]
async fn an_openai_server_can_neither_pull_nor_unload() {
    let fake = FakeModelServer::start().await;
    let server = patient(&fake, ServerKind::OpenAi);
    assert_eq!(
        server.pull("x").await.err().unwrap().kind(),
        FaultKind::Unsupported
    );
    assert_eq!(
        server.unload("x").await.unwrap_err().kind(),
        FaultKind::Unsupported
    );
}

#[tokio::test]
async fn the_first_successful_call_detects_the_protocol() {
    let fake = FakeModelServer::start().await;
    let server = connect(&fake.url(), ServerKind::Auto);
    assert_eq!(server.kind(), ServerKind::Auto);
    assert_eq!(answer(&*server, ask("hi")).await.text, "You said: hi");
    assert_eq!(server.kind(), ServerKind::Ollama);
}

#[tokio::test]
async fn an_address_is_accepted_with_and_without_scheme_and_path() {
    let fake = FakeModelServer::start().await;
    let bare = fake.address().to_string();
    assert!(connect(&bare, ServerKind::Ollama).version().await.is_ok());
    assert!(
        connect(&format!(" {bare}/ "), ServerKind::Ollama)
            .version()
            .await
            .is_ok()
    );
    assert!(
        connect(&format!("http://{bare}/v1/"), ServerKind::OpenAi)
            .models()
            .await
            .is_ok()
    );
    let nonsense = connect("http://not a host", ServerKind::Ollama)
        .version()
        .await
        .unwrap_err();
    assert_eq!(nonsense.kind(), FaultKind::Unreachable);
}
