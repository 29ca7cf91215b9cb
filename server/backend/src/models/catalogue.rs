//! The model server's list of models, fetched once for all callers within a few seconds.

use hearth_inference::{Capability, InferenceError, ModelInfo, ModelServer};
use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::Mutex;

const FRESH: Duration = Duration::from_secs(5);
/// An unreachable server is asked again sooner: it may just be starting.
const FRESH_FAILURE: Duration = Duration::from_secs(1);

/// State of the server at one moment.
#[derive(Clone)]
pub(super) struct Snapshot {
    pub version: String,
    /// In the server's order. While it is away, its models are in `last_known`.
    pub models: Result<Arc<Vec<ModelInfo>>, InferenceError>,
    pub last_known: Arc<Vec<ModelInfo>>,
}

pub(super) struct Catalogue {
    server: Arc<dyn ModelServer>,
    /// Held during a request, so that concurrent callers share one.
    state: Mutex<State>,
    /// The latest result, for callers that prefer an old one to waiting.
    latest: std::sync::Mutex<Option<(Instant, u64, Snapshot)>>,
    /// Incremented by every [`Catalogue::forget`], which must not wait for a running request.
    age: AtomicU64,
}

#[derive(Default)]
struct State {
    snapshot: Option<(Instant, u64, Snapshot)>,
    last_known: Arc<Vec<ModelInfo>>,
    /// By name and digest, for servers whose list has no capabilities: asking for them can cost an embedding.
    capabilities: HashMap<(String, Option<String>), Vec<Capability>>,
}

impl Catalogue {
    pub fn new(server: Arc<dyn ModelServer>) -> Self {
        Self {
            server,
            state: Mutex::default(),
            latest: std::sync::Mutex::default(),
            age: AtomicU64::new(0),
        }
    }

    pub fn forget(&self) {
        self.age.fetch_add(1, Ordering::Relaxed);
    }

    /// The server's models, a few seconds old at most.
    pub async fn snapshot(&self) -> Snapshot {
        let mut state = self.state.lock().await;
        let age = self.age.load(Ordering::Relaxed);
        if let Some((at, snapshot_age, snapshot)) = &state.snapshot {
            let fresh = if snapshot.models.is_ok() {
                FRESH
            } else {
                FRESH_FAILURE
            };
            if *snapshot_age == age && at.elapsed() < fresh {
                return snapshot.clone();
            }
        }
        let snapshot = self.ask(&mut state).await;
        state.snapshot = Some((Instant::now(), age, snapshot.clone()));
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = state.snapshot.clone();
        snapshot
    }

    /// The latest result, and whether it is old; none before the first one, or after [`Catalogue::forget`].
    pub fn latest(&self) -> Option<(Snapshot, bool)> {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, age, snapshot) = latest.as_ref()?;
        (*age == self.age.load(Ordering::Relaxed)).then(|| (snapshot.clone(), at.elapsed() >= FRESH))
    }

    async fn ask(&self, state: &mut State) -> Snapshot {
        let version = match self.server.version().await {
            // A kept connection from before the server went away fails early; a new one shows its state.
            Err(InferenceError::EndedEarly) => self.server.version().await,
            version => version,
        };
        let models = match &version {
            Ok(_) => self.list(state).await,
            Err(error) => Err(error.clone()),
        };
        if let Ok(models) = &models {
            state.last_known = models.clone();
        }
        Snapshot {
            version: version.unwrap_or_default(),
            models,
            last_known: state.last_known.clone(),
        }
    }

    async fn list(&self, state: &mut State) -> Result<Arc<Vec<ModelInfo>>, InferenceError> {
        let mut models = self.server.models().await?;
        for model in models.iter_mut().filter(|model| model.capabilities.is_empty()) {
            let key = (model.name.clone(), model.digest.clone());
            if !state.capabilities.contains_key(&key)
                && let Ok(details) = self.server.show(&model.name).await
            {
                state.capabilities.insert(key.clone(), details.capabilities);
            }
            model.capabilities = state.capabilities.get(&key).cloned().unwrap_or_default();
        }
        Ok(Arc::new(models))
    }
}

/// Whether a model can hold a conversation. One without known capabilities is assumed to, unless its name is that of
/// an embedder.
pub(super) fn chats(model: &ModelInfo) -> bool {
    match &model.capabilities[..] {
        [] => !named_like_embedder(&model.name),
        capabilities => capabilities.contains(&Capability::Chat),
    }
}

/// Whether a model makes vectors.
pub(super) fn embeds(model: &ModelInfo) -> bool {
    match &model.capabilities[..] {
        [] => named_like_embedder(&model.name),
        capabilities => capabilities.contains(&Capability::Embedding),
    }
}

fn named_like_embedder(name: &str) -> bool {
    let name = name.to_lowercase();
    ["embed", "minilm", "bge-", "e5-"]
        .iter()
        .any(|word| name.contains(word))
}

/// Whether two names mean one model: without a tag, `latest` is meant.
pub(crate) fn same_model(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.strip_suffix(":latest").unwrap_or(name).to_lowercase();
    plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(name: &str, capabilities: &[Capability]) -> ModelInfo {
        ModelInfo {
            name: name.into(),
            capabilities: capabilities.to_vec(),
            ..ModelInfo::default()
        }
    }

    #[test]
    fn a_model_that_only_embeds_does_not_chat() {
        assert!(!chats(&model("bge-m3", &[Capability::Embedding])));
        assert!(chats(&model("qwen", &[Capability::Chat, Capability::Tools])));
        assert!(!embeds(&model("qwen", &[Capability::Chat])));
    }

    #[test]
    fn a_model_of_unknown_capabilities_is_judged_by_its_name() {
        assert!(chats(&model("mistral", &[])) && !embeds(&model("mistral", &[])));
        assert!(embeds(&model("nomic-embed-text", &[])) && !chats(&model("nomic-embed-text", &[])));
    }

    #[test]
    fn a_name_without_a_tag_means_the_latest() {
        assert!(same_model("bge-m3", "bge-m3:latest"));
        assert!(!same_model("qwen2.5:7b", "qwen2.5:1.5b"));
    }
}
