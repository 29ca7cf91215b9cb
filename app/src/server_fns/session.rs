//! Signing in and out.

use super::Reply;
#[cfg(feature = "ssr")]
use crate::{context, flash};
use hearth_types::Language;
use leptos::prelude::*;

/// Signs in by name and password; `next` is the page of this server to go on to.
#[server(endpoint = "session/sign_in")]
pub async fn sign_in(
    name: String,
    password: String,
    #[server(default)] remember: bool,
    #[server(default)] next: String,
) -> Reply<()> {
    let request = context::request()?;
    let found = request
        .backend
        .accounts()
        .sign_in(&name, &password, request.info.address)
        .await;
    let admission = found.map_err(|error| flash::keep_name::<SignIn>(error.into(), &name))?;
    let started = request.session.sign_in(admission, remember).await;
    started.map_err(|problem| flash::keep_name::<SignIn>(problem.into(), &name))?;
    flash::go_to(flash::own_page(&next).unwrap_or("/"));
    Ok(())
}

/// Ends this device's session.
#[server(endpoint = "session/sign_out")]
pub async fn sign_out() -> Reply<()> {
    context::request()?.session.sign_out().await?;
    flash::go_to("/sign-in");
    Ok(())
}

/// Sets the language of pages for people who are not signed in.
#[server(endpoint = "language")]
pub async fn set_language(language: Language) -> Reply<()> {
    const YEAR: u32 = 31_536_000;
    flash::set_cookie("hearth_language", language.tag(), "/", YEAR)
}
