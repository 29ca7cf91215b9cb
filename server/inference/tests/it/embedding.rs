//! Embeddings, in both protocols.

use hearth_inference::{
    EmbedTask::{Document, Query},
    FaultKind, InferenceError, RerankServer, Reranker,
    fake::{EmbedReply, FakeModel, FakeModelServer, Fault},
};

use crate::support::{BOTH, EMBED, client, patient};

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[tokio::test]
async fn texts_with_common_words_are_similar_and_every_vector_has_length_one() {
    let fake = FakeModelServer::start().await;
    for kind in BOTH {
        let server = patient(&fake, kind);
        let said = texts(&["My dog Biscuit is allergic to chicken", "The tram leaves at nine"]);
        let documents = server.embed(EMBED, Document, &said).await.unwrap();
        let query = server
            .embed(EMBED, Query, &texts(&["What must I not feed my dogs?"]))
            .await
            .unwrap();
        assert!(cosine(&query[0], &documents[0]) > 0.3 && cosine(&query[0], &documents[1]) < 0.1);
        for vector in documents.iter().chain(&query) {
            assert!((cosine(vector, vector) - 1.0).abs() < 1e-5);
        }
    }
}

#[tokio::test]
async fn a_vector_of_any_length_is_normalised() {
    let fake = FakeModelServer::start().await;
    for kind in BOTH {
        fake.enqueue_embed(EmbedReply::Vectors(vec![vec![3.0, 4.0]]));
        let vectors = patient(&fake, kind)
            .embed(EMBED, Query, &texts(&["x"]))
            .await
            .unwrap();
        assert_eq!(vectors, [[0.6, 0.8]]);
    }
}

#[tokio::test]
async fn the_task_prefix_of_the_model_is_sent() {
    let fake = FakeModelServer::start().await;
    fake.set_models(vec![
        FakeModel::embedder("nomic-embed-text"),
        FakeModel::embedder("all-minilm"),
    ]);
    for kind in BOTH {
        let server = patient(&fake, kind);
        for (model, task, sent) in [
            ("nomic-embed-text", Query, "search_query: my dog"),
            ("nomic-embed-text:latest", Document, "search_document: my dog"),
            ("all-minilm", Query, "my dog"),
        ] {
            server.embed(model, task, &texts(&["my dog"])).await.unwrap();
            assert_eq!(fake.embeds().pop().unwrap().inputs(), [sent], "{kind:?}, {model}");
        }
    }
}

#[tokio::test]
async fn a_text_beyond_the_window_is_refused_and_never_truncated() {
    let fake = FakeModelServer::start().await;
    for kind in BOTH {
        let long = vec!["word ".repeat(3000)];
        let error = patient(&fake, kind)
            .embed(EMBED, Document, &long)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), FaultKind::ContextOverflow, "{kind:?}");
    }
    assert_eq!(
        fake.embeds()[0].body["truncate"],
        serde_json::json!(false),
        "the request must tell Ollama"
    );
}

#[tokio::test]
async fn wrong_counts_and_dimensions_are_errors() {
    let fake = FakeModelServer::start().await;
    let two = texts(&["a", "b"]);
    for kind in BOTH {
        let server = patient(&fake, kind);
        fake.enqueue_embed(EmbedReply::OneMissing);
        assert_eq!(
            server.embed(EMBED, Query, &two).await.unwrap_err().kind(),
            FaultKind::Garbage
        );
        fake.enqueue_embed(EmbedReply::Vectors(vec![vec![1.0, 0.0], vec![1.0]]));
        let expected = InferenceError::DimensionMismatch {
            expected: 2,
            found: 1,
        };
        assert_eq!(server.embed(EMBED, Query, &two).await.unwrap_err(), expected);
        fake.enqueue_embed(EmbedReply::Vectors(vec![vec![0.0, 0.0], vec![1.0, 0.0]]));
        assert_eq!(
            server.embed(EMBED, Query, &two).await.unwrap_err().kind(),
            FaultKind::Garbage
        );
    }
}

#[tokio::test]
async fn each_fault_of_the_embedder_has_its_own_error() {
    let fake = FakeModelServer::start().await;
    for kind in BOTH {
        let server = client(&fake, kind);
        for (fault, expected) in [
            (Fault::NotFound, FaultKind::ModelNotFound),
            (Fault::Busy503, FaultKind::Busy),
            (Fault::Status(400), FaultKind::Refused),
            (Fault::StallBeforeFirst, FaultKind::Stalled),
            (Fault::GarbageAfter(0), FaultKind::Garbage),
        ] {
            fake.enqueue_embed(EmbedReply::Fault(fault));
            let error = server.embed(EMBED, Query, &texts(&["x"])).await.unwrap_err();
            assert_eq!(error.kind(), expected, "{kind:?}, {fault:?}");
        }
        assert!(server.embed(EMBED, Query, &texts(&["x"])).await.is_ok());
    }
}

#[tokio::test]
async fn no_texts_to_embed_send_no_request() {
    let fake = FakeModelServer::start().await;
    for kind in BOTH {
        assert!(
            patient(&fake, kind)
                .embed(EMBED, Query, &[])
                .await
                .unwrap()
                .is_empty()
        );
    }
    assert!(fake.embeds().is_empty());
}

#[tokio::test]
async fn reranking_scores_each_text_by_the_question() {
    let fake = FakeModelServer::start().await;
    let judge = RerankServer::new(&format!("{}/v1/", fake.url()));
    let said = texts(&["the tram leaves at nine", "a dog eats chicken", "nothing"]);
    let scores = judge.rerank("May the dog have chicken?", &said).await.unwrap();
    assert!(scores[1] > scores[0] && scores[0] > scores[2], "{scores:?}");
    assert_eq!(judge.rerank("?", &[]).await.unwrap(), [0.0_f32; 0]);
}
