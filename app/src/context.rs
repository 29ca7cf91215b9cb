//! Request data for pages and server functions, by Leptos context.
//!
//! The server makes one [`RequestContext`] per request and calls [`RequestContext::provide`] in the closure that
//! leptos_axum runs before a page or a server function. The functions below read it.

use crate::failure::Failure;
use chrono_tz::Tz;
use hearth_backend::{
    Backend, UserBackend,
    people::{Administration, Admission},
};
use hearth_types::{ChatModelChoice, Language, Me, Problem, SessionId, UserId};
use leptos::{nonce::Nonce, prelude::*};
use std::{net::IpAddr, pin::Pin, sync::Arc};

/// A boxed future, so that [`SessionControl`] can be a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Starts and ends the session of the request's cookie; the server crate implements it.
pub trait SessionControl: Send + Sync {
    /// Starts a session of this person in the browser; `remember` keeps it for a year of use. Fails with
    /// [`Problem::WrongCredentials`] when the account has changed since it was admitted.
    fn sign_in(&self, admission: Admission, remember: bool) -> BoxFuture<'_, Result<(), Problem>>;
    /// Ends the request's session, if there is one.
    fn sign_out(&self) -> BoxFuture<'_, Result<(), Problem>>;
}

/// Addresses of the browser's half: paths with a hash in them, such as `/assets/hearth-1a2b3c.js`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetNames {
    pub js: String,
    pub wasm: String,
    pub css: String,
}

/// A request, except for its sender.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    /// The peer's address, for slowing down guesses.
    pub address: IpAddr,
    /// Scheme, name and port as the browser wrote them, such as `http://hearth.local:8642`; links are made of it.
    pub origin: String,
    /// Whether the browser came over https, so that cookies may be `Secure`.
    pub secure: bool,
    /// From the cookie `hearth_language`, else `Accept-Language`; a signed-in person's own choice goes before it.
    pub language: Language,
    /// The nonce of this response's Content-Security-Policy.
    pub nonce: String,
}

/// The sender of a request, after the session was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrentUser {
    pub user: UserId,
    pub session: SessionId,
}

/// Everything one request needs.
#[derive(Clone)]
pub struct RequestContext {
    pub backend: Backend,
    pub info: RequestInfo,
    pub current: Option<CurrentUser>,
    /// The person in full; pages need it, server functions do not. See [`RequestContext::with_me`].
    pub me: Option<Me>,
    pub session: Arc<dyn SessionControl>,
    pub assets: Arc<AssetNames>,
    /// Address of this program's source code: a path of this server, or another site.
    pub source: Arc<str>,
}

impl RequestContext {
    /// Looks the person up; call it before a page is rendered.
    pub async fn with_me(mut self) -> Result<Self, Problem> {
        if let Some(current) = self.current {
            self.me = Some(self.backend.accounts().me(current.user).await?);
        }
        Ok(self)
    }

    /// Puts everything into the Leptos context of this request.
    pub fn provide(&self) {
        let language = self
            .me
            .as_ref()
            .map_or(self.info.language, |me| me.preferences.language);
        provide_context(Nonce::from_value(self.info.nonce.clone()));
        provide_context(language);
        provide_context(self.clone());
    }
}

/// This request's context.
pub fn request() -> Result<RequestContext, Failure> {
    use_context::<RequestContext>().ok_or_else(|| Problem::Internal.into())
}

/// The backend.
pub fn backend() -> Result<Backend, Failure> {
    Ok(request()?.backend)
}

/// The sender; fails without a session.
pub fn current() -> Result<CurrentUser, Failure> {
    request()?.current.ok_or_else(|| Problem::NotSignedIn.into())
}

/// The sender's own data; fails without a session.
pub fn signed_in() -> Result<UserBackend, Failure> {
    Ok(backend()?.for_user(current()?.user))
}

/// The operations of administrators; fails when the sender is none.
pub async fn administration(backend: &Backend) -> Result<Administration<'_>, Failure> {
    Ok(backend.administration(current()?.user).await?)
}

/// The chat models that can be picked; none while the model server is away.
pub async fn chat_models() -> Vec<ChatModelChoice> {
    match backend() {
        Ok(backend) => backend.models().chat_models().await.unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

/// Whether the first account exists; true when that cannot be found out.
pub async fn is_set_up() -> bool {
    match backend() {
        Ok(backend) => backend.accounts().is_set_up().await.unwrap_or(true),
        Err(_) => true,
    }
}

/// The signed-in person in full; only in pages.
pub fn me() -> Option<Me> {
    use_context::<RequestContext>().and_then(|context| context.me)
}

/// The signed-in person's time zone; UTC without a session.
pub fn time_zone() -> Tz {
    me().and_then(|me| me.preferences.time_zone.parse().ok())
        .unwrap_or(Tz::UTC)
}
