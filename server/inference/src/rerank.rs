//! How well texts answer a question, judged by a model that reads both together (a cross-encoder): better than
//! comparing vectors, and thousands of times slower, so it sees only the best that something quicker has found.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{InferenceError, Timeouts, http::Http};

/// A person waits for it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Something that judges texts by a question.
#[async_trait]
pub trait Reranker: Send + Sync {
    /// One score per text, in order; a higher one answers better. Scores of two calls cannot be compared.
    async fn rerank(&self, question: &str, texts: &[String]) -> Result<Vec<f32>, InferenceError>;
}

/// A server with the route `/v1/rerank`: llama-server with `--reranking`, and others that speak Jina's form of it.
/// Cheap to clone.
#[derive(Clone)]
pub struct RerankServer {
    http: Http,
}

#[derive(Serialize)]
struct Asked<'a> {
    query: &'a str,
    documents: &'a [String],
    top_n: usize,
}

#[derive(Deserialize)]
struct Judged {
    results: Vec<Judgement>,
}

#[derive(Deserialize)]
struct Judgement {
    index: usize,
    relevance_score: f32,
}

impl RerankServer {
    /// A client for the server at `url`, with or without `/v1`. Nothing is sent yet.
    pub fn new(url: &str) -> Self {
        let mut http = Http::new(url, Timeouts::default());
        http.base
            .truncate(http.base.trim_end_matches("/v1").trim_end_matches('/').len());
        Self { http }
    }
}

#[async_trait]
impl Reranker for RerankServer {
    async fn rerank(&self, question: &str, texts: &[String]) -> Result<Vec<f32>, InferenceError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let asked = Asked {
            query: question,
            documents: texts,
            top_n: texts.len(),
        };
        let judged: Judged = self.http.post("/v1/rerank", &asked, "", PATIENCE).await?;
        let mut scores = vec![None; texts.len()];
        for Judgement {
            index,
            relevance_score,
        } in judged.results
        {
            if let Some(score) = scores.get_mut(index).filter(|_| relevance_score.is_finite()) {
                *score = Some(relevance_score);
            }
        }
        let whole: Option<Vec<f32>> = scores.into_iter().collect();
        whole.ok_or_else(|| InferenceError::Garbage {
            detail: format!("not a score for each of {} texts", texts.len()),
        })
    }
}
