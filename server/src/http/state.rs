//! What every request's handler can reach.

use crate::{
    assets::Site,
    event_stream::OpenStreams,
    health::Health,
    layers::hosts::Hosts,
    session_store::DatabaseSessions,
    settings::{Settings, TrustedProxies},
    source,
};
use hearth_backend::Backend;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio_util::sync::CancellationToken;

/// Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub backend: Backend,
    pub sessions: DatabaseSessions,
    pub site: &'static Site,
    pub hosts: Arc<Hosts>,
    pub streams: OpenStreams,
    pub health: Arc<Health>,
    /// Cancelled when the server stops: event streams end, others finish.
    pub shutdown: CancellationToken,
    /// Whether cookies are `Secure`: the public address says https.
    pub secure_cookies: bool,
    /// Where pages send those who want the source code.
    pub source: Arc<str>,
    /// What these say of who asks is believed.
    pub proxies: TrustedProxies,
    set_up: Arc<AtomicBool>,
}

impl AppState {
    pub fn new(backend: Backend, settings: &Settings, shutdown: CancellationToken) -> Self {
        Self {
            sessions: DatabaseSessions::new(backend.clone()),
            site: Site::get(),
            hosts: Arc::new(Hosts::new(settings)),
            streams: OpenStreams::default(),
            health: Arc::default(),
            secure_cookies: settings.public_url.as_ref().is_some_and(|url| url.secure),
            source: settings.source_url.as_deref().unwrap_or(source::PATH).into(),
            proxies: settings.trusted_proxies.clone(),
            set_up: Arc::default(),
            backend,
            shutdown,
        }
    }

    /// Whether the first administrator exists. Once true it stays so, and nobody asks the database again.
    pub async fn is_set_up(&self) -> hearth_backend::Result<bool> {
        if self.set_up.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let set_up = self.backend.accounts().is_set_up().await?;
        self.set_up.store(set_up, Ordering::Relaxed);
        Ok(set_up)
    }
}
