//! The cookie, and what signing in and out do to the session behind it.
//!
//! A visitor who is not signed in has no session: no cookie and no row. Signing in always makes a new id, so that an id
//! planted before is useless afterwards; the old one is deleted.

use super::store::{DatabaseSessions, key, lifetime};
use hearth_app::context::{BoxFuture, SessionControl};
use hearth_backend::{Backend, people::Admission};
use hearth_types::{Problem, SessionId};
use http::{HeaderMap, header::USER_AGENT};
use tower_sessions::{
    Expiry, Session, SessionManagerLayer,
    cookie::{SameSite, time::Duration},
};
use uuid::Uuid;

/// The cookie's name.
pub const COOKIE: &str = "hearth_session";

/// The sessions' layer: a session is loaded when a handler asks for it.
pub fn layer(store: DatabaseSessions, secure: bool) -> SessionManagerLayer<DatabaseSessions> {
    SessionManagerLayer::new(store)
        .with_name(COOKIE)
        .with_http_only(true)
        // Not strict: following a link to Hearth from elsewhere should not ask to sign in again.
        .with_same_site(SameSite::Lax)
        .with_secure(secure)
        .with_path("/")
        .with_expiry(Expiry::OnSessionEnd)
}

/// Signs the device that sends a request in and out.
pub struct DeviceSession {
    backend: Backend,
    session: Session,
    label: String,
}

impl DeviceSession {
    pub fn new(backend: &Backend, session: Session, headers: &HeaderMap) -> Self {
        let agent = headers
            .get(USER_AGENT)
            .and_then(|agent| agent.to_str().ok())
            .unwrap_or("");
        Self {
            backend: backend.clone(),
            session,
            label: device_label(agent),
        }
    }

    /// Stores the session at once and not with the response, so that a failure can still be reported.
    async fn begin(
        &self,
        admission: Admission,
        remember: bool,
    ) -> Result<(), tower_sessions::session::Error> {
        if self.session.id().is_some() {
            self.session.flush().await?;
        }
        let stays = Duration::seconds(lifetime(true).num_seconds());
        self.session.set_expiry(Some(if remember {
            Expiry::OnInactivity(stays)
        } else {
            Expiry::OnSessionEnd
        }));
        self.session.insert(key::USER, admission.user).await?;
        self.session.insert(key::GENERATION, admission.generation).await?;
        self.session
            .insert(key::SESSION, SessionId(Uuid::now_v7()))
            .await?;
        self.session.insert(key::LABEL, &self.label).await?;
        self.session.insert(key::REMEMBER, remember).await?;
        self.session.save().await
    }

    /// The problem after a failed [`Self::begin`]. Clears the session, so that the response stores nothing of it.
    async fn refuse(&self, admission: Admission, error: tower_sessions::session::Error) -> Problem {
        self.session.clear().await;
        match self.backend.accounts().is_admitted(admission).await {
            Ok(false) => Problem::WrongCredentials,
            Ok(true) => internal(error),
            Err(error) => error.into(),
        }
    }
}

impl SessionControl for DeviceSession {
    fn sign_in(&self, admission: Admission, remember: bool) -> BoxFuture<'_, Result<(), Problem>> {
        Box::pin(async move {
            match self.begin(admission, remember).await {
                Ok(()) => Ok(()),
                Err(error) => Err(self.refuse(admission, error).await),
            }
        })
    }

    fn sign_out(&self) -> BoxFuture<'_, Result<(), Problem>> {
        Box::pin(async move { self.session.flush().await.map_err(internal) })
    }
}

fn internal(error: tower_sessions::session::Error) -> Problem {
    tracing::error!(%error, "sessions failed");
    Problem::Internal
}

/// The name of a device, from its `User-Agent`: enough for a person to recognise their own devices.
pub fn device_label(agent: &str) -> String {
    let first = |table: &[(&str, &'static str)]| {
        table
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    // The order matters: Edge and Opera name Chrome as well, and nearly all name Safari.
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::device_label;

    #[test]
    fn a_device_is_called_by_its_browser_and_system() {
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        assert_eq!(device_label(agent), "Firefox on Linux");
        let agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1";
        assert_eq!(device_label(agent), "Safari on iPhone");
        assert_eq!(device_label("an unknown browser"), "");
    }
}
