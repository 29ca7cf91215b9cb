//! Whether requests can be served. Without the model server they can: people sign in and read.

use hearth_backend::Backend;
use std::time::{Duration, Instant};
use tokio::{sync::Mutex, time::timeout};

/// How long an answer of the model server is cached, so that a program that polls us does not poll the model server.
const CACHED: Duration = Duration::from_secs(5);

/// What was last seen of the model server.
#[derive(Default)]
pub struct Health {
    model_server: Mutex<Option<(Instant, bool)>>,
}

impl Health {
    /// Whether the model server answers.
    ///
    /// # Errors
    /// Why requests cannot be served.
    pub async fn check(&self, backend: &Backend) -> Result<bool, &'static str> {
        match timeout(Duration::from_secs(3), backend.ready()).await {
            Ok(Ok(())) => Ok(self.model_server_answers(backend).await),
            Ok(Err(_)) => Err("the database does not answer"),
            Err(_) => Err("the database is too slow to answer"),
        }
    }

    async fn model_server_answers(&self, backend: &Backend) -> bool {
        let mut seen = self.model_server.lock().await;
        if let Some((at, answers)) = *seen
            && at.elapsed() < CACHED
        {
            return answers;
        }
        let status = timeout(Duration::from_secs(1), backend.models().status()).await;
        let answers = matches!(status, Ok(Ok(status)) if status.reachable);
        *seen = Some((Instant::now(), answers));
        answers
    }
}
