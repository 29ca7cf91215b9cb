//! What the handler of every request can reach.

use super::{auth::DatabaseSessions, layers::hosts::Hosts, open_streams::OpenStreams, routes::SOURCE};
use crate::{
    serve::{health::Health, site::Site},
    settings::{Settings, TrustedProxies},
};
use axum::extract::FromRef;
use hearth_backend::Backend;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio_util::sync::CancellationToken;

/// Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub backend: Backend,
    pub sessions: DatabaseSessions,
    pub site: &'static Site,
    pub hosts: Arc<Hosts>,
    pub streams: OpenStreams,
    pub health: Arc<Health>,
    /// Cancelled when the server stops: event streams end, other requests finish.
    pub shutdown: CancellationToken,
    /// Whether cookies are `Secure`: the public address is https.
    #[from_ref(skip)]
    pub secure_cookies: bool,
    /// The address of the source code, for the link on pages.
    #[from_ref(skip)]
    pub source: Arc<str>,
    /// The proxies whose forwarding headers count.
    pub proxies: TrustedProxies,
    #[from_ref(skip)]
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
            source: settings.source_url.as_deref().unwrap_or(SOURCE).into(),
            proxies: settings.trusted_proxies.clone(),
            set_up: Arc::default(),
            backend,
            shutdown,
        }
    }

    /// Whether the first administrator exists. It stays so: once true, the database is not asked again.
    pub async fn is_set_up(&self) -> hearth_backend::Result<bool> {
        if self.set_up.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let set_up = self.backend.accounts().is_set_up().await?;
        self.set_up.store(set_up, Ordering::Relaxed);
        Ok(set_up)
    }
}
