//! Models: which are there, which answers, and fetching more.

use super::people::problem;
use hearth_backend::{Backend, Config, testing::TestHouse};
use hearth_inference::{ServerKind, fake::FakeModel};
use hearth_types::{Field, InvalidReason, ModelPull, ModelTrouble, Problem, PullState};
use serde_json::json;

async fn house_with(models: Vec<FakeModel>) -> TestHouse {
    let house = TestHouse::start().await;
    house.fake.set_models(models);
    house
}

/// The pull once it has ended. The row is written by a task of its own, so it is looked at until then.
async fn ended(backend: &Backend, model: &str) -> ModelPull {
    loop {
        let pulls = backend.models().status().await.unwrap().pulls;
        let pull = pulls
            .into_iter()
            .find(|pull| pull.model == model)
            .expect("the pull is listed");
        if pull.state != PullState::Running {
            return pull;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn models_that_only_embed_cannot_be_picked_for_a_chat() {
    let house = house_with(vec![
        FakeModel::embedder("bge-m3:latest"),
        FakeModel::chat("qwen2.5:7b"),
    ])
    .await;
    let models = house.backend.models();
    let chat: Vec<_> = models
        .chat_models()
        .await
        .unwrap()
        .into_iter()
        .map(|m| (m.name, m.default))
        .collect();
    assert_eq!(chat, [("qwen2.5:7b".to_owned(), true)]);
    assert_eq!(models.embedding_model().await.as_deref(), Some("bge-m3:latest"));

    let administration = house.backend.administration(house.anna).await.unwrap();
    let unknown = Problem::Invalid {
        field: Field::Model,
        reason: InvalidReason::Unknown,
    };
    assert_eq!(
        problem(administration.set_default_model(Some("bge-m3".into())).await),
        unknown
    );
    assert_eq!(
        problem(
            administration
                .set_default_model(Some("nobody-has-it".into()))
                .await
        ),
        unknown
    );
    assert_eq!(
        problem(
            administration
                .set_embedding_model(Some("qwen2.5:7b".into()))
                .await
        ),
        unknown
    );
}

#[tokio::test]
async fn the_house_has_a_default_model() {
    let house = house_with(vec![FakeModel::chat("first:1b"), FakeModel::chat("second:1b")]).await;
    let models = house.backend.models();
    assert_eq!(
        models.default_chat_model().await.unwrap().as_deref(),
        Some("first:1b")
    );
    let administration = house.backend.administration(house.anna).await.unwrap();
    administration
        .set_default_model(Some("second:1b".into()))
        .await
        .unwrap();
    assert_eq!(
        models.default_chat_model().await.unwrap().as_deref(),
        Some("second:1b")
    );
    let defaults: Vec<_> = models
        .chat_models()
        .await
        .unwrap()
        .into_iter()
        .map(|m| m.default)
        .collect();
    assert_eq!(defaults, [false, true]);
    administration.set_default_model(None).await.unwrap();
    assert_eq!(
        models.default_chat_model().await.unwrap().as_deref(),
        Some("first:1b")
    );
}

#[tokio::test]
async fn without_any_model_there_is_no_default_and_recommendations_say_what_to_fetch() {
    let house = house_with(Vec::new()).await;
    let models = house.backend.models();
    assert_eq!(models.default_chat_model().await.unwrap(), None);
    assert_eq!(models.embedding_model().await, None);
    let status = models.status().await.unwrap();
    assert!(status.reachable && status.can_pull && status.chat_models.is_empty());
    assert_eq!(status.recommended.len(), 2);
    assert!(status.recommended.iter().all(|model| !model.present));
}

#[tokio::test]
async fn a_model_server_that_is_away_is_told_in_plain_words() {
    let house = TestHouse::start().await;
    house.fake.stop();
    let status = house.backend.models().status().await.unwrap();
    assert!(!status.reachable);
    assert_eq!(status.trouble, Some(ModelTrouble::Unreachable));
    let away = Problem::ModelServer {
        trouble: ModelTrouble::Unreachable,
    };
    assert_eq!(problem(house.backend.models().chat_models().await), away);
}

#[tokio::test]
async fn a_pull_reports_its_bytes_and_ends() {
    let house = TestHouse::start().await;
    house.fake.enqueue_pull(vec![
        json!({"status": "pulling manifest"}),
        json!({"status": "pulling aa", "digest": "sha256:aa", "total": 100, "completed": 40}),
        json!({"status": "pulling aa", "digest": "sha256:aa", "total": 100, "completed": 100}),
        json!({"status": "pulling bb", "digest": "sha256:bb", "total": 11, "completed": 11}),
        json!({"status": "success"}),
    ]);
    house.backend.models().pull("qwen2.5:1.5b").await.unwrap();
    let pull = ended(&house.backend, "qwen2.5:1.5b").await;
    assert_eq!((pull.state, pull.trouble), (PullState::Done, None));
    assert_eq!((pull.completed_bytes, pull.total_bytes), (111, 111));
}

#[tokio::test]
async fn a_pull_that_fails_says_why_and_can_be_tried_again() {
    let house = TestHouse::start().await;
    house.fake.enqueue_failing_pull("no space left on device");
    house.backend.models().pull("qwen2.5:1.5b").await.unwrap();
    let pull = ended(&house.backend, "qwen2.5:1.5b").await;
    assert_eq!(
        (pull.state, pull.trouble),
        (PullState::Failed, Some(ModelTrouble::Failed))
    );
    house.backend.models().pull("qwen2.5:1.5b").await.unwrap();
    assert_eq!(ended(&house.backend, "qwen2.5:1.5b").await.state, PullState::Done);
}

#[tokio::test]
async fn a_pull_that_was_left_running_is_taken_up_again_at_the_next_start() {
    let house = TestHouse::start().await;
    house.backend.shut_down().await;
    let pool = sqlx::PgPool::connect_with(house.database.owner.clone())
        .await
        .unwrap();
    sqlx::query(
        "insert into model_pulls (model, state, runner, updated_at)
         values ('qwen2.5:1.5b', 'running', gen_random_uuid(), now() - interval '1 minute')",
    )
    .execute(&pool)
    .await
    .unwrap();
    let server = hearth_inference::connect(&house.fake.url(), ServerKind::Ollama);
    let again = Backend::start(Config::new(house.database.app.clone(), server))
        .await
        .unwrap();
    assert_eq!(ended(&again, "qwen2.5:1.5b").await.state, PullState::Done);
}

#[tokio::test]
async fn addresses_are_no_names_of_models() {
    let house = TestHouse::start().await;
    for name in [
        "",
        "http://10.0.0.1/model",
        "10.0.0.1:5000/a/b",
        "../../etc/passwd",
    ] {
        let refused = problem(house.backend.models().pull(name).await);
        assert_eq!(
            refused,
            Problem::Invalid {
                field: Field::Model,
                reason: InvalidReason::Wrong
            },
            "{name}"
        );
    }
}
