//! Models: the list, the default, and fetching more.

use super::{people::problem, talk::ask};
use hearth_backend::{Backend, Config, testing::TestBackend};
use hearth_inference::{ServerKind, fake::FakeModel};
use hearth_types::{Field, InvalidReason, ModelPull, ModelTrouble, Problem, PullState};
use serde_json::json;

async fn house_with(models: Vec<FakeModel>) -> TestBackend {
    let test = TestBackend::start().await;
    test.fake.set_models(models);
    test
}

/// The pull after it has ended. A background task writes the row, so this polls until then.
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
    let test = house_with(vec![
        FakeModel::embedder("bge-m3:latest"),
        FakeModel::chat("qwen2.5:7b"),
    ])
    .await;
    let models = test.backend.models();
    let chat: Vec<_> = models
        .chat_models()
        .await
        .unwrap()
        .into_iter()
        .map(|m| (m.name, m.default))
        .collect();
    assert_eq!(chat, [("qwen2.5:7b".to_owned(), true)]);
    assert_eq!(models.embedding_model().await.as_deref(), Some("bge-m3:latest"));

    let administration = test.backend.administration(test.anna).await.unwrap();
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
async fn the_server_has_a_default_model() {
    let test = house_with(vec![FakeModel::chat("first:1b"), FakeModel::chat("second:1b")]).await;
    let models = test.backend.models();
    assert_eq!(
        models.default_chat_model().await.unwrap().as_deref(),
        Some("first:1b")
    );
    let administration = test.backend.administration(test.anna).await.unwrap();
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
    let test = house_with(Vec::new()).await;
    let models = test.backend.models();
    assert_eq!(models.default_chat_model().await.unwrap(), None);
    assert_eq!(models.embedding_model().await, None);
    let status = models.status().await.unwrap();
    assert!(status.reachable && status.can_pull && status.chat_models.is_empty());
    assert_eq!(status.recommended.len(), 2);
    assert!(status.recommended.iter().all(|model| !model.present));
}

#[tokio::test]
async fn a_model_server_that_is_away_is_reported_in_plain_words() {
    let test = TestBackend::start().await;
    test.fake.stop();
    let status = test.backend.models().status().await.unwrap();
    assert!(!status.reachable);
    assert_eq!(status.trouble, Some(ModelTrouble::Unreachable));
    let away = Problem::ModelServer {
        trouble: ModelTrouble::Unreachable,
    };
    assert_eq!(problem(test.backend.models().chat_models().await), away);
}

#[tokio::test]
async fn a_pull_reports_its_bytes_and_ends() {
    let test = TestBackend::start().await;
    test.fake.enqueue_pull(vec![
        json!({"status": "pulling manifest"}),
        json!({"status": "pulling aa", "digest": "sha256:aa", "total": 100, "completed": 40}),
        json!({"status": "pulling aa", "digest": "sha256:aa", "total": 100, "completed": 100}),
        json!({"status": "pulling bb", "digest": "sha256:bb", "total": 11, "completed": 11}),
        json!({"status": "success"}),
    ]);
    test.backend.models().pull("qwen2.5:1.5b").await.unwrap();
    let pull = ended(&test.backend, "qwen2.5:1.5b").await;
    assert_eq!((pull.state, pull.trouble), (PullState::Done, None));
    assert_eq!((pull.completed_bytes, pull.total_bytes), (111, 111));
}

#[tokio::test]
async fn a_pull_that_fails_says_why_and_can_be_tried_again() {
    let test = TestBackend::start().await;
    test.fake.enqueue_failing_pull("no space left on device");
    test.backend.models().pull("qwen2.5:1.5b").await.unwrap();
    let pull = ended(&test.backend, "qwen2.5:1.5b").await;
    assert_eq!(
        (pull.state, pull.trouble),
        (PullState::Failed, Some(ModelTrouble::Failed))
    );
    test.backend.models().pull("qwen2.5:1.5b").await.unwrap();
    assert_eq!(ended(&test.backend, "qwen2.5:1.5b").await.state, PullState::Done);
}

#[tokio::test]
async fn an_interrupted_pull_is_resumed_at_the_next_start() {
    let test = TestBackend::start().await;
    test.backend.shut_down().await;
    let pool = sqlx::PgPool::connect_with(test.database.owner.clone())
        .await
        .unwrap();
    sqlx::query(
        "insert into model_pulls (endpoint_id, model, state, runner, updated_at)
         values (configured_endpoint(), 'qwen2.5:1.5b', 'running', gen_random_uuid(), now() - interval '1 minute')",
    )
    .execute(&pool)
    .await
    .unwrap();
    let server = hearth_inference::connect(&test.fake.url(), ServerKind::Ollama);
    let again = Backend::start(Config::new(test.database.app.clone(), server))
        .await
        .unwrap();
    assert_eq!(ended(&again, "qwen2.5:1.5b").await.state, PullState::Done);
}

#[tokio::test]
async fn addresses_are_refused_as_names_of_models() {
    let test = TestBackend::start().await;
    for name in [
        "",
        "http://10.0.0.1/model",
        "10.0.0.1:5000/a/b",
        "../../etc/passwd",
    ] {
        let refused = problem(test.backend.models().pull(name).await);
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

/// The default models for answers and for vectors, after the list was refreshed.
async fn defaults(backend: &Backend) -> (Option<String>, Option<String>) {
    backend.models().forget();
    (
        backend.models().default_chat_model().await.unwrap(),
        backend.models().embedding_model().await,
    )
}

async fn another_start(test: &TestBackend) -> Backend {
    let server = hearth_inference::connect(&test.fake.url(), ServerKind::Ollama);
    let mut config = Config::new(test.database.app.clone(), server);
    config.max_connections = 3;
    Backend::start(config).await.unwrap()
}

/// A random generator with a fixed seed (Knuth's MMIX generator).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

#[tokio::test]
async fn fetching_removing_and_restarting_in_any_order_never_change_a_default() {
    let chat = ["a:1b", "b:7b", "c:latest", "qwen3:30b"].map(FakeModel::chat);
    let embed = ["bge-m3:latest", "nomic-embed-text:latest", "own-embedder:1b"].map(FakeModel::embedder);
    let all: Vec<FakeModel> = chat.into_iter().chain(embed).collect();
    let test = house_with(Vec::new()).await;
    let owner = sqlx::PgPool::connect_with(test.database.owner.clone())
        .await
        .unwrap();
    let mut backend = test.backend.clone();
    let mut dice = Dice(7);
    for walk in 0..200 {
        sqlx::query("update installation set default_chat_model = null, embedding_model = null")
            .execute(&owner)
            .await
            .unwrap();
        let mut here = vec![all[dice.roll(4)].clone(), all[4 + dice.roll(3)].clone()];
        test.fake.set_models(here.clone());
        let first = defaults(&backend).await;
        assert_eq!(first, (Some(here[0].name.clone()), Some(here[1].name.clone())));
        let mut steps = Vec::new();
        for _ in 0..6 {
            match dice.roll(9) {
                // The newest model first, as Ollama lists them, or last.
                0..=4 => {
                    let fetched = all[dice.roll(all.len())].clone();
                    here.retain(|model| model.name != fetched.name);
                    steps.push(format!("fetch {}", fetched.name));
                    let at = if dice.roll(2) == 0 { 0 } else { here.len() };
                    here.insert(at, fetched);
                }
                5..=7 if !here.is_empty() => {
                    let removed = here.remove(dice.roll(here.len()));
                    steps.push(format!("remove {}", removed.name));
                }
                _ => {
                    steps.push("restart".to_owned());
                    if walk % 10 == 0 {
                        backend.shut_down().await;
                        backend = another_start(&test).await;
                    }
                }
            }
            test.fake.set_models(here.clone());
            assert_eq!(defaults(&backend).await, first, "walk {walk}: {steps:?}");
        }
    }
}

#[tokio::test]
async fn a_removed_default_is_reported_and_used_again_when_it_is_back() {
    let test = house_with(vec![FakeModel::chat("old:1b")]).await;
    let models = test.backend.models();
    assert_eq!(defaults(&test.backend).await.0.as_deref(), Some("old:1b"));
    test.fake.set_models(vec![FakeModel::chat("new:1b")]);
    models.forget();
    let status = models.status().await.unwrap();
    assert_eq!(status.lost_default(), Some("old:1b"));
    assert!(status.chat_models.iter().all(|model| !model.default));
    test.fake
        .set_models(vec![FakeModel::chat("new:1b"), FakeModel::chat("old:1b")]);
    models.forget();
    let status = models.status().await.unwrap();
    assert_eq!(
        (status.lost_default(), status.default_model.as_deref()),
        (None, Some("old:1b"))
    );
    test.fake.stop();
    models.forget();
    assert_eq!(
        models.status().await.unwrap().lost_default(),
        None,
        "what is away is not lost"
    );
}

#[tokio::test]
async fn a_conversation_keeps_its_first_model_as_long_as_the_model_exists() {
    let test = house_with(vec![FakeModel::chat("old:1b"), FakeModel::chat("new:1b")]).await;
    let anna = test.annas();
    let (sent, _) = ask(&anna, None, "Hello").await;
    let conversation = sent.conversation;
    let administration = test.backend.administration(test.anna).await.unwrap();
    administration
        .set_default_model(Some("new:1b".into()))
        .await
        .unwrap();
    ask(&anna, Some(conversation), "Still there?").await;
    ask(&anna, None, "Hello again").await;
    test.fake.set_models(vec![FakeModel::chat("new:1b")]);
    test.backend.models().forget();
    ask(&anna, Some(conversation), "And now?").await;
    let answered = |words: &str| {
        let chats = test.fake.chats();
        let chat = chats.iter().find(|chat| chat.last_message().contains(words));
        chat.expect("it was asked").model().to_owned()
    };
    assert_eq!(answered("Still there?"), "old:1b");
    assert_eq!(answered("Hello again"), "new:1b");
    assert_eq!(answered("And now?"), "new:1b");
}

#[tokio::test]
async fn the_settings_name_the_default_before_all_others() {
    let test = TestBackend::start_with(|config| config.chat_model = Some("set:1b".into())).await;
    test.fake
        .set_models(vec![FakeModel::chat("other:1b"), FakeModel::chat("set:1b")]);
    test.backend.models().forget();
    let administration = test.backend.administration(test.anna).await.unwrap();
    administration
        .set_default_model(Some("other:1b".into()))
        .await
        .unwrap();
    assert_eq!(defaults(&test.backend).await.0.as_deref(), Some("set:1b"));
    assert!(test.backend.models().status().await.unwrap().default_is_set);
}
