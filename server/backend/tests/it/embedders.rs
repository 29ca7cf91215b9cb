//! Changing the embedding model: the old one serves until the new one is complete, and problems are reported.

use crate::talk::{ask, settled};
use hearth_backend::{Backend, Config, memory::memories::NewMemory, testing::TestBackend};
use hearth_inference::{
    ServerKind,
    fake::{EmbedReply, FakeModel, Reply},
};
use hearth_types::{EmbedderProgress, EmbedderTrouble, Message};
use sqlx::PgPool;
use std::time::Duration;

const OLD: &str = "scripted-embed:latest";
const NEW: &str = "other-embed:1b";
const TOLD: &str = "My dog Biscuit is allergic to chicken.";
const ASKED: &str = "What is my dog Biscuit allergic to?";

/// Long enough for a busy machine; a test that needs it has failed.
const PATIENCE: Duration = Duration::from_secs(180);

fn models(new: Option<FakeModel>) -> Vec<FakeModel> {
    let mut models = vec![FakeModel::chat("scripted-chat:1b"), FakeModel::embedder(OLD)];
    models.extend(new);
    models
}

/// A server where two people have sent messages, a memory is stored, and everything is embedded.
async fn test(new: Option<FakeModel>) -> TestBackend {
    let test = TestBackend::start().await;
    test.fake.set_models(models(new));
    let anna = test.annas();
    ask(&anna, None, TOLD).await;
    anna.keep_memory(NewMemory::told("The spare key hangs behind the boiler"))
        .await
        .unwrap();
    let ben = test.backend.for_user(test.person("Ben").await);
    ask(&ben, None, "The boat lies in the harbour of Faro.").await;
    settled(&test).await;
    test
}

async fn choose(test: &TestBackend, model: &str) {
    let administration = test.backend.administration(test.anna).await.unwrap();
    administration
        .set_embedding_model(Some(model.to_owned()))
        .await
        .unwrap();
}

async fn pause(test: &TestBackend, paused: bool) {
    let administration = test.backend.administration(test.anna).await.unwrap();
    administration.pause_embedder(paused).await.unwrap();
}

async fn embedders(backend: &Backend, test: &TestBackend) -> Vec<EmbedderProgress> {
    let administration = backend.administration(test.anna).await.unwrap();
    administration.embedders().await.unwrap()
}

/// Waits until the embedders are as wanted.
async fn until(test: &TestBackend, wanted: impl Fn(&[EmbedderProgress]) -> bool) -> Vec<EmbedderProgress> {
    until_in(&test.backend, test, wanted).await
}

async fn until_in(
    backend: &Backend,
    test: &TestBackend,
    wanted: impl Fn(&[EmbedderProgress]) -> bool,
) -> Vec<EmbedderProgress> {
    let began = std::time::Instant::now();
    loop {
        let now = embedders(backend, test).await;
        if wanted(&now) {
            return now;
        }
        assert!(began.elapsed() < PATIENCE, "{now:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn answers_alone(model: &str) -> impl Fn(&[EmbedderProgress]) -> bool {
    move |now| now.len() == 1 && now[0].model == model && !now[0].incoming
}

fn incoming<'a>(now: &'a [EmbedderProgress], model: &str) -> &'a EmbedderProgress {
    now.iter().find(|e| e.incoming && e.model == model).unwrap()
}

/// Vectors of passages and memories by a model.
async fn vectors(test: &TestBackend, model: &str) -> i64 {
    let pool = PgPool::connect_with(test.database.superuser.clone())
        .await
        .unwrap();
    let count = sqlx::query_scalar(
        "select (select count(*) from passage_embeddings where model = $1) + (select count(*) from memory_embeddings where model = $1)",
    );
    let count = count.bind(model).fetch_one(&pool).await.unwrap();
    pool.close().await;
    count
}

/// The model that embedded the last question.
fn asked_by(test: &TestBackend) -> String {
    let questions = test.fake.embeds();
    let last = questions
        .iter()
        .rfind(|embed| embed.inputs() == [ASKED.to_owned()])
        .unwrap();
    last.model().to_owned()
}

fn recalls(answer: &Message) -> bool {
    let recalled = &answer.answer.as_ref().unwrap().recalled;
    recalled.iter().any(|passage| passage.excerpt == TOLD)
}

async fn another(test: &TestBackend) -> Backend {
    let server = hearth_inference::connect(&test.fake.url(), ServerKind::Ollama);
    let mut config = Config::new(test.database.app.clone(), server);
    config.max_connections = hearth_backend::testing::pool_size();
    config.alone = true;
    config.files.clone_from(&test.files);
    Backend::start(config).await.unwrap()
}

#[tokio::test]
async fn the_old_model_serves_until_the_new_one_is_complete_and_then_its_vectors_are_deleted() {
    let test = test(Some(FakeModel::embedder(NEW))).await;
    let anna = test.annas();
    let before = vectors(&test, OLD).await;
    test.fake.enqueue_embed(EmbedReply::Hold);
    choose(&test, NEW).await;
    test.fake.wait_for_holds(1).await;
    let now = embedders(&test.backend, &test).await;
    assert_eq!((now[0].model.as_str(), now[0].incoming), (OLD, false));
    assert_eq!((incoming(&now, NEW).done, incoming(&now, NEW).total), (0, 5));

    // A question asked meanwhile does not wait, and is answered from the old vectors.
    let (_, answer) = ask(&anna, None, ASKED).await;
    assert!(recalls(&answer));
    assert_eq!(asked_by(&test), OLD);

    until(&test, answers_alone(NEW)).await;
    settled(&test).await;
    assert_eq!(vectors(&test, OLD).await, 0);
    assert_eq!(
        vectors(&test, NEW).await,
        before + 2,
        "and those of what was said meanwhile"
    );
    let (_, answer) = ask(&anna, None, ASKED).await;
    assert!(recalls(&answer));
    assert_eq!(asked_by(&test), NEW);
}

#[tokio::test]
async fn embedding_can_be_paused_and_resumed_and_survives_a_restart() {
    let test = test(Some(FakeModel::embedder(NEW))).await;
    test.fake.enqueue_embed(EmbedReply::Hold);
    choose(&test, NEW).await;
    test.fake.wait_for_holds(1).await;
    pause(&test, true).await;
    test.backend.shut_down().await;
    let restarted = another(&test).await;
    let now = until_in(&restarted, &test, |now| now.len() == 2).await;
    assert!(incoming(&now, NEW).paused);
    assert_eq!(vectors(&test, NEW).await, 0);
    let administration = restarted.administration(test.anna).await.unwrap();
    administration.pause_embedder(false).await.unwrap();
    let done = until_in(&restarted, &test, answers_alone(NEW)).await;
    assert_eq!(done[0].done, done[0].total);
}

#[tokio::test]
async fn a_reverted_choice_keeps_the_old_vectors() {
    let test = test(Some(FakeModel::embedder(NEW))).await;
    test.fake.enqueue_embed(EmbedReply::Hold);
    choose(&test, NEW).await;
    test.fake.wait_for_holds(1).await;
    choose(&test, OLD).await;
    test.fake.release();
    until(&test, answers_alone(OLD)).await;
    settled(&test).await;
    assert_eq!(vectors(&test, NEW).await, 0);
    let (_, answer) = ask(&test.annas(), None, ASKED).await;
    assert!(recalls(&answer));
}

#[tokio::test]
async fn fetching_another_embedding_model_changes_nothing() {
    let test = test(None).await;
    test.fake
        .set_models(models(Some(FakeModel::embedder("bge-m3:latest"))));
    let (_, answer) = ask(&test.annas(), None, ASKED).await;
    settled(&test).await;
    assert!(recalls(&answer));
    assert!(answers_alone(OLD)(&embedders(&test.backend, &test).await));
}

#[tokio::test]
async fn a_missing_model_is_reported_and_its_work_is_done_when_it_is_back() {
    let test = test(Some(FakeModel::embedder(NEW))).await;
    test.fake.enqueue_embed(EmbedReply::Hold);
    choose(&test, NEW).await;
    test.fake.wait_for_holds(1).await;
    test.fake.set_models(models(None));
    // The held call is cancelled for the waiting question; the next one finds no model.
    ask(&test.annas(), None, ASKED).await;
    let listed = until(&test, |now| now.iter().any(|e| e.incoming && e.trouble.is_some())).await;
    assert_eq!(
        incoming(&listed, NEW).trouble,
        Some(EmbedderTrouble::ModelNotFound)
    );
    test.fake.set_models(models(Some(FakeModel::embedder(NEW))));
    pause(&test, false).await;
    until(&test, answers_alone(NEW)).await;
}

#[tokio::test]
async fn texts_longer_than_the_window_are_embedded_in_parts_to_their_end_and_counted() {
    let small = FakeModel {
        context_length: 30,
        ..FakeModel::embedder(NEW)
    };
    let test = test(Some(small)).await;
    let anna = test.annas();
    test.fake.respond_with(|_| Reply::text("Well."));
    let long = "The list of what is in the cellar goes on with jars of honey and of plums. ".repeat(3);
    ask(&anna, None, &long).await;
    settled(&test).await;
    choose(&test, NEW).await;
    let done = until(&test, answers_alone(NEW)).await;
    assert_eq!(done[0].cut_texts, 1);
    assert_eq!(done[0].done, done[0].total);
    let embeds = test.fake.embeds();
    let read: Vec<String> = embeds
        .iter()
        .flat_map(hearth_inference::fake::Recorded::inputs)
        .collect();
    assert!(
        read.iter()
            .any(|part| part.len() < long.len() && part.trim_end().ends_with("plums.")),
        "{read:#?}"
    );
}

#[tokio::test]
async fn another_model_under_the_same_name_is_noticed_and_words_recall() {
    let test = test(None).await;
    let anna = test.annas();
    // One embedding for the question, and one for the job that embeds the message.
    for _ in 0..2 {
        test.fake
            .enqueue_embed(EmbedReply::Vectors(vec![vec![1.0, 0.0, 0.0]]));
    }
    let (_, answer) = ask(&anna, None, ASKED).await;
    assert!(recalls(&answer), "by its words");
    settled(&test).await;
    test.fake
        .enqueue_embed(EmbedReply::Vectors(vec![vec![1.0, 0.0, 0.0]]));
    anna.keep_memory(NewMemory::told("The ladder stands in the shed"))
        .await
        .unwrap();
    let listed = until(&test, |now| now[0].trouble.is_some()).await;
    assert_eq!(listed[0].trouble, Some(EmbedderTrouble::OtherDimensions));
    settled(&test).await;
    let well = embedders(&test.backend, &test).await;
    assert_eq!((well[0].trouble, well[0].done), (None, well[0].total));
}
