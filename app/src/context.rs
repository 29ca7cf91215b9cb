//! What the server hands to pages and server functions, by Leptos context.
//!
//! The server makes one [`RequestContext`] per request and calls [`RequestContext::provide`] in the closure that
//! leptos_axum runs before a page or a server function. Everything here reads from that.

use crate::{failure::Failure, shell::AssetNames};
use hearth_backend::{Backend, UserBackend, people::Admission};
use hearth_types::{Language, Me, Problem, SessionId, UserId};
use leptos::{nonce::Nonce, prelude::*};
use std::{net::IpAddr, pin::Pin, sync::Arc};

/// A boxed future, so that [`SessionControl`] can be a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Begins and ends the session behind the request's cookie; the server crate implements it.
pub trait SessionControl: Send + Sync {
    /// Gives the browser a fresh session of this person; `remember` keeps it for a year of use. Refused with
    /// [`Problem::WrongCredentials`] when the account has changed since.
    fn sign_in(&self, admission: Admission, remember: bool) -> BoxFuture<'_, Result<(), Problem>>;
    /// Ends the request's session, if there is one.
    fn sign_out(&self) -> BoxFuture<'_, Result<(), Problem>>;
}

/// What is known about a request besides who sent it.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    /// The peer's address, for slowing down guesses.
    pub address: IpAddr,
    /// Scheme, name and port as the browser wrote them, such as `http://hearth.local:8642`; links are made of it.
    pub origin: String,
    /// Whether the browser speaks https with us, so that cookies may say `Secure`.
    pub secure: bool,
    /// From the cookie `hearth_language`, else `Accept-Language`; a signed-in person's own choice goes before it.
    pub language: Language,
    /// The nonce of this response's Content-Security-Policy.
    pub nonce: String,
}

/// Who asks, once the session has been checked.
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

/// Who asks; refused when nobody is signed in.
pub fn current() -> Result<CurrentUser, Failure> {
    request()?.current.ok_or_else(|| Problem::NotSignedIn.into())
}

/// The words of whoever asks; refused when nobody is signed in.
pub fn signed_in() -> Result<UserBackend, Failure> {
    Ok(backend()?.for_user(current()?.user))
}

/// The signed-in person in full; only in pages.
pub fn me() -> Option<Me> {
    use_context::<RequestContext>().and_then(|context| context.me)
}
