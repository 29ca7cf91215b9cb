//! Relevance of texts to a question, scored by a cross-encoder that reads both together: more accurate than comparing
//! vectors and thousands of times slower, so it scores only the best results of a faster search.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{InferenceError, Timeouts, http::Http};

/// Time limit; a person is waiting for the answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A model that scores texts by their relevance to a question.
#[async_trait]
pub trait Reranker: Send + Sync {
    /// One score per text, in order; higher is more relevant. Scores of different calls are not comparable.
    async fn rerank(&self, question: &str, texts: &[String]) -> Result<Vec<f32>, InferenceError>;
}

/// A server with the route `/v1/rerank`: llama-server with `--reranking`, and others with Jina's form of it. Cheap to
/// clone.
#[derive(Clone)]
pub struct RerankServer {
    http: Http,
}

#[derive(Serialize)]
struct Request<'a> {
    query: &'a str,
    documents: &'a [String],
    top_n: usize,
}

#[derive(Deserialize)]
struct Response {
    results: Vec<Score>,
}

#[derive(Deserialize)]
struct Score {
    index: usize,
    relevance_score: f32,
}

impl RerankServer {
    /// A client for the server at `url`, with or without `/v1`. Does not connect yet.
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
        let request = Request {
            query: question,
            documents: texts,
            top_n: texts.len(),
        };
        let response: Response = self.http.post("/v1/rerank", &request, "", TIMEOUT).await?;
        let mut scores = vec![None; texts.len()];
        for Score {
            index,
            relevance_score,
        } in response.results
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
