//! Changing the embedding model: the old one serves until the new one is complete, and problems are reported.

use crate::talk::{ask, settled};
use hearth_backend::{Backend, Config, memory::memories::NewMemory, testing::TestHouse};
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
async fn house(new: Option<FakeModel>) -> TestHouse {
    let house = TestHouse::start().await;
    house.fake.set_models(models(new));
    let anna = house.annas();
    ask(&anna, None, TOLD).await;
    anna.keep_memory(NewMemory::told("The spare key hangs behind the boiler"))
        .await
        .unwrap();
    let ben = house.backend.for_user(house.person("Ben").await);
    ask(&ben, None, "The boat lies in the harbour of Faro.").await;
    settled(&house).await;
    house
}

async fn choose(house: &TestHouse, model: &str) {
    let administration = house.backend.administration(house.anna).await.unwrap();
    administration
        .set_embedding_model(Some(model.to_owned()))
        .await
        .unwrap();
}

async fn pause(house: &TestHouse, paused: bool) {
    let administration = house.backend.administration(house.anna).await.unwrap();
    administration.pause_embedder(paused).await.unwrap();
}

async fn embedders(backend: &Backend, house: &TestHouse) -> Vec<EmbedderProgress> {
    let administration = backend.administration(house.anna).await.unwrap();
    administration.embedders().await.unwrap()
}

/// Waits until the embedders are as wanted.
async fn until(house: &TestHouse, wanted: impl Fn(&[EmbedderProgress]) -> bool) -> Vec<EmbedderProgress> {
    until_in(&house.backend, house, wanted).await
}

async fn until_in(
    backend: &Backend,
    house: &TestHouse,
    wanted: impl Fn(&[EmbedderProgress]) -> bool,
) -> Vec<EmbedderProgress> {
    let began = std::time::Instant::now();
    loop {
        let now = embedders(backend, house).await;
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
async fn vectors(house: &TestHouse, model: &str) -> i64 {
    let pool = PgPool::connect_with(house.database.superuser.clone())
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
fn asked_by(house: &TestHouse) -> String {
    let questions = house.fake.embeds();
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

async fn another(house: &TestHouse) -> Backend {
    let server = hearth_inference::connect(&house.fake.url(), ServerKind::Ollama);
    let mut config = Config::new(house.database.app.clone(), server);
    config.max_connections = hearth_backend::testing::pool_size();
    config.alone = true;
    config.files.clone_from(&house.files);
    Backend::start(config).await.unwrap()
}

#[tokio::test]
async fn the_old_model_serves_until_the_new_one_is_complete_and_then_its_vectors_are_deleted() {
    let house = house(Some(FakeModel::embedder(NEW))).await;
    let anna = house.annas();
    let before = vectors(&house, OLD).await;
    house.fake.enqueue_embed(EmbedReply::Hold);
    choose(&house, NEW).await;
    house.fake.wait_for_holds(1).await;
    let now = embedders(&house.backend, &house).await;
    assert_eq!((now[0].model.as_str(), now[0].incoming), (OLD, false));
    assert_eq!((incoming(&now, NEW).done, incoming(&now, NEW).total), (0, 5));

    // A question asked meanwhile does not wait, and is answered from the old vectors.
    let (_, answer) = ask(&anna, None, ASKED).await;
    assert!(recalls(&answer));
    assert_eq!(asked_by(&house), OLD);

    until(&house, answers_alone(NEW)).await;
    settled(&house).await;
    assert_eq!(vectors(&house, OLD).await, 0);
    assert_eq!(
        vectors(&house, NEW).await,
        before + 2,
        "and those of what was said meanwhile"
    );
    let (_, answer) = ask(&anna, None, ASKED).await;
    assert!(recalls(&answer));
    assert_eq!(asked_by(&house), NEW);
}

#[tokio::test]
async fn embedding_can_be_paused_and_resumed_and_survives_a_restart() {
    let house = house(Some(FakeModel::embedder(NEW))).await;
    house.fake.enqueue_embed(EmbedReply::Hold);
    choose(&house, NEW).await;
    house.fake.wait_for_holds(1).await;
    pause(&house, true).await;
    house.backend.shut_down().await;
    let restarted = another(&house).await;
    let now = until_in(&restarted, &house, |now| now.len() == 2).await;
    assert!(incoming(&now, NEW).paused);
    assert_eq!(vectors(&house, NEW).await, 0);
    let administration = restarted.administration(house.anna).await.unwrap();
    administration.pause_embedder(false).await.unwrap();
    let done = until_in(&restarted, &house, answers_alone(NEW)).await;
    assert_eq!(done[0].done, done[0].total);
}

#[tokio::test]
async fn a_reverted_choice_keeps_the_old_vectors() {
    let house = house(Some(FakeModel::embedder(NEW))).await;
    house.fake.enqueue_embed(EmbedReply::Hold);
    choose(&house, NEW).await;
    house.fake.wait_for_holds(1).await;
    choose(&house, OLD).await;
    house.fake.release();
    until(&house, answers_alone(OLD)).await;
    settled(&house).await;
    assert_eq!(vectors(&house, NEW).await, 0);
    let (_, answer) = ask(&house.annas(), None, ASKED).await;
    assert!(recalls(&answer));
}

#[tokio::test]
async fn fetching_another_embedding_model_changes_nothing() {
    let house = house(None).await;
    house
        .fake
        .set_models(models(Some(FakeModel::embedder("bge-m3:latest"))));
    let (_, answer) = ask(&house.annas(), None, ASKED).await;
    settled(&house).await;
    assert!(recalls(&answer));
    assert!(answers_alone(OLD)(&embedders(&house.backend, &house).await));
}

#[tokio::test]
async fn a_missing_model_is_reported_and_its_work_is_done_when_it_is_back() {
    let house = house(Some(FakeModel::embedder(NEW))).await;
    house.fake.enqueue_embed(EmbedReply::Hold);
    choose(&house, NEW).await;
    house.fake.wait_for_holds(1).await;
    house.fake.set_models(models(None));
    // The held call is cancelled for the waiting question; the next one finds no model.
    ask(&house.annas(), None, ASKED).await;
    let listed = until(&house, |now| {
        now.iter().any(|e| e.incoming && e.trouble.is_some())
    })
    .await;
    assert_eq!(
        incoming(&listed, NEW).trouble,
        Some(EmbedderTrouble::ModelNotFound)
    );
    house.fake.set_models(models(Some(FakeModel::embedder(NEW))));
    pause(&house, false).await;
    until(&house, answers_alone(NEW)).await;
}

#[tokio::test]
async fn texts_longer_than_the_window_are_embedded_in_parts_to_their_end_and_counted() {
    let small = FakeModel {
        context_length: 30,
        ..FakeModel::embedder(NEW)
    };
    let house = house(Some(small)).await;
    let anna = house.annas();
    house.fake.respond_with(|_| Reply::text("Well."));
    let long = "The list of what is in the cellar goes on with jars of honey and of plums. ".repeat(3);
    ask(&anna, None, &long).await;
    settled(&house).await;
    choose(&house, NEW).await;
    let done = until(&house, answers_alone(NEW)).await;
    assert_eq!(done[0].cut_texts, 1);
    assert_eq!(done[0].done, done[0].total);
    let embeds = house.fake.embeds();
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
    let house = house(None).await;
    let anna = house.annas();
    // One embedding for the question, and one for the job that embeds the message.
    for _ in 0..2 {
        house
            .fake
            .enqueue_embed(EmbedReply::Vectors(vec![vec![1.0, 0.0, 0.0]]));
    }
    let (_, answer) = ask(&anna, None, ASKED).await;
    assert!(recalls(&answer), "by its words");
    settled(&house).await;
    house
        .fake
        .enqueue_embed(EmbedReply::Vectors(vec![vec![1.0, 0.0, 0.0]]));
    anna.keep_memory(NewMemory::told("The ladder stands in the shed"))
        .await
        .unwrap();
    let listed = until(&house, |now| now[0].trouble.is_some()).await;
    assert_eq!(listed[0].trouble, Some(EmbedderTrouble::OtherDimensions));
    settled(&house).await;
    let well = embedders(&house.backend, &house).await;
    assert_eq!((well[0].trouble, well[0].done), (None, well[0].total));
}
