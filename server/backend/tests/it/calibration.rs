//! One threshold for every embedder: each is calibrated once, by related and unrelated sentences.

use crate::talk::{ask, settled};
use async_trait::async_trait;
use hearth_backend::{
    UserBackend,
    evaluation::Squeezed,
    retrieval::recall::{Recall, Settings},
    testing::TestBackend,
};
use hearth_inference::{
    ChatModel, ChatRequest, ChatStream, EmbedTask, Embedder, InferenceError, LoadedModel, ModelDetails,
    ModelInfo, ModelServer, PullStream, ServerKind,
};
use hearth_types::{ByMeaning, Eagerness, Search};
use sqlx::{Connection, PgConnection};
use std::sync::Arc;

const TOLD: [&str; 3] = [
    "Our tortoise sleeps under the stove in winter",
    "My sister Ruth moved to Antwerp with her piano",
    "The spare fuses are in the blue biscuit tin",
];

/// Tells what is to be recalled, and embeds it.
async fn tell(test: &TestBackend, told: &[&str]) {
    for text in told {
        ask(&test.annas(), None, text).await;
    }
    settled(test).await;
}

async fn recalled(person: &UserBackend, question: &str, eagerness: Eagerness) -> Recall {
    let settings = Settings {
        threshold: eagerness.probability(),
        ..Settings::default()
    };
    let vector = person.question_vector(question).await;
    assert!(vector.is_some(), "the embedder is calibrated");
    person.recall(question, vector.as_ref(), &settings).await.unwrap()
}

async fn texts(test: &TestBackend, question: &str) -> Vec<String> {
    let found = recalled(&test.annas(), question, Eagerness::Balanced).await;
    found.passages.into_iter().map(|passage| passage.text).collect()
}

async fn house_with_narrow_cosines() -> TestBackend {
    TestBackend::start_with(|config| {
        config.model_server = Arc::new(Squeezed(config.model_server.clone()));
    })
    .await
}

#[tokio::test]
async fn an_embedder_with_narrow_cosines_keeps_quiet_and_recalls() {
    let test = house_with_narrow_cosines().await;
    tell(&test, &TOLD).await;
    assert_eq!(
        texts(&test, "Where does our tortoise sleep in winter?").await,
        [TOLD[0]]
    );
    assert_eq!(texts(&test, "Where are the spare fuses?").await, [TOLD[2]]);
    for general in [
        "Explain how volcanoes erupt.",
        "What is the capital of Peru?",
        "Write a limerick.",
    ] {
        assert!(texts(&test, general).await.is_empty(), "{general}");
    }
}

#[tokio::test]
async fn relevance_does_not_depend_on_the_width_of_an_embedders_cosines() {
    let (wide, narrow) = (TestBackend::start().await, house_with_narrow_cosines().await);
    tell(&wide, &TOLD).await;
    tell(&narrow, &TOLD).await;
    let any = f32::NEG_INFINITY;
    for question in [
        "Where does our tortoise sleep?",
        "Who moved to Antwerp?",
        "What is a fuse made of?",
    ] {
        let mut all = Vec::new();
        for test in [&wide, &narrow] {
            let person = test.annas();
            let settings = Settings {
                threshold: any,
                ..Settings::default()
            };
            let vector = person.question_vector(question).await;
            let found = person.recall(question, vector.as_ref(), &settings).await.unwrap();
            let mut relevance: Vec<_> = found
                .passages
                .into_iter()
                .map(|p| (p.text, p.relevance))
                .collect();
            relevance.sort_by(|a, b| a.0.cmp(&b.0));
            all.push(relevance);
        }
        for ((text, of_wide), (_, of_narrow)) in all[0].iter().zip(&all[1]) {
            assert!(
                (of_wide - of_narrow).abs() < 0.02,
                "{text}: {of_wide} {of_narrow}"
            );
        }
    }
}

#[tokio::test]
async fn an_embedder_is_calibrated_once() {
    let test = TestBackend::start().await;
    tell(&test, &TOLD[..1]).await;
    let first = test.fake.embeds().len();
    tell(&test, &TOLD[1..2]).await;
    let more = test.fake.embeds().len() - first;
    assert!(more <= 4, "{more} requests for one message and its question");
}

#[tokio::test]
async fn an_embedder_is_calibrated_again_with_other_sentences() {
    let test = TestBackend::start().await;
    tell(&test, &TOLD).await;
    let mut superuser = PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    sqlx::query("update calibrations set version = 0, bias = -100")
        .execute(&mut superuser)
        .await
        .unwrap();
    test.backend.models().forget();
    tell(&test, &["A message that is embedded"]).await;
    assert_eq!(
        texts(&test, "Where does our tortoise sleep in winter?").await,
        [TOLD[0]]
    );
}

#[tokio::test]
async fn a_person_chooses_how_readily_something_is_recalled() {
    let test = TestBackend::start().await;
    tell(&test, &TOLD).await;
    let anna = test.annas();
    let mut counts = Vec::new();
    for eagerness in [Eagerness::Seldom, Eagerness::Balanced, Eagerness::Often] {
        let mut count = 0;
        for question in [
            "Is the tortoise fine?",
            "What about Ruth?",
            "Are there biscuits?",
            "Does the stove work?",
        ] {
            count += recalled(&anna, question, eagerness).await.passages.len();
        }
        counts.push(count);
    }
    assert!(
        counts[0] < counts[2] && counts[0] <= counts[1] && counts[1] <= counts[2],
        "{counts:?}"
    );
}

/// Questions of which nothing is surely relevant to what was told, and something may be.
async fn doubtful(test: &TestBackend) -> Vec<&'static str> {
    let mut doubtful = Vec::new();
    for question in [
        "Does any tortoise fly?",
        "What about Ruth?",
        "Are fuses dangerous?",
        "Does the stove work at night?",
        "How long does winter last here?",
        "Is Antwerp far away from Hamburg?",
        "Who tuned that piano lately?",
        "Do blue biscuits taste good?",
    ] {
        let often = recalled(&test.annas(), question, Eagerness::Often).await.passages;
        let seldom = recalled(&test.annas(), question, Eagerness::Seldom)
            .await
            .passages;
        if !often.is_empty() && seldom.is_empty() {
            doubtful.push(question);
        }
    }
    doubtful
}

#[tokio::test]
async fn the_choice_decides_what_an_answer_is_given() {
    let test = TestBackend::start().await;
    tell(&test, &TOLD).await;
    let doubtful = doubtful(&test).await;
    assert!(doubtful.len() >= 2, "{doubtful:?}");
    let accounts = test.backend.accounts();
    let mut preferences = accounts.me(test.anna).await.unwrap().preferences;
    for (choice, question) in [(Eagerness::Seldom, doubtful[0]), (Eagerness::Often, doubtful[1])] {
        preferences.recall = choice;
        accounts
            .set_preferences(test.anna, preferences.clone())
            .await
            .unwrap();
        let (_, answer) = ask(&test.annas(), None, question).await;
        let recalled = answer.answer.unwrap().recalled;
        assert_eq!(recalled.is_empty(), choice == Eagerness::Seldom, "{question}");
    }
}

/// An embedder whose vectors say nothing about the text.
struct Blind(Arc<dyn ModelServer>);

#[async_trait]
impl Embedder for Blind {
    async fn embed(
        &self,
        model: &str,
        task: EmbedTask,
        texts: &[String],
    ) -> Result<Vec<Vec<f32>>, InferenceError> {
        let scrambled: Vec<String> = texts
            .iter()
            .map(|text| {
                let start = text
                    .bytes()
                    .fold(u64::from(task == EmbedTask::Query), |hash, byte| {
                        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
                    });
                (0..8_u64)
                    .map(|n| format!("w{} ", start.rotate_left(u32::try_from(n * 7).unwrap_or(0))))
                    .collect()
            })
            .collect();
        self.0.embed(model, task, &scrambled).await
    }
}

#[async_trait]
impl ChatModel for Blind {
    async fn chat(&self, request: ChatRequest) -> Result<ChatStream, InferenceError> {
        self.0.chat(request).await
    }
}

#[async_trait]
impl ModelServer for Blind {
    fn base_url(&self) -> &str {
        self.0.base_url()
    }

    fn kind(&self) -> ServerKind {
        self.0.kind()
    }

    async fn version(&self) -> Result<String, InferenceError> {
        self.0.version().await
    }

    async fn models(&self) -> Result<Vec<ModelInfo>, InferenceError> {
        self.0.models().await
    }

    async fn show(&self, model: &str) -> Result<ModelDetails, InferenceError> {
        self.0.show(model).await
    }

    async fn pull(&self, model: &str) -> Result<PullStream, InferenceError> {
        self.0.pull(model).await
    }

    async fn loaded(&self) -> Result<Vec<LoadedModel>, InferenceError> {
        self.0.loaded().await
    }

    async fn unload(&self, model: &str) -> Result<(), InferenceError> {
        self.0.unload(model).await
    }
}

#[tokio::test]
async fn an_embedder_that_brings_nothing_closer_is_not_used_and_words_still_find() {
    let test = TestBackend::start_with(|config| {
        config.model_server = Arc::new(Blind(config.model_server.clone()));
    })
    .await;
    tell(&test, &TOLD).await;
    let question = "Where does our tortoise sleep in winter?";
    let vector = test.annas().question_vector(question).await.unwrap();
    assert!(!vector.scale.is_read(), "{:?}", vector.scale);
    let wanted = Search {
        words: "tortoise".into(),
        ..Search::default()
    };
    let page = test.annas().search(&wanted, None).await.unwrap();
    assert!(page.by_meaning == ByMeaning::No && !page.hits.is_empty());
}
