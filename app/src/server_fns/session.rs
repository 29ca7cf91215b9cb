//! Coming and going.

use super::Reply;
use hearth_types::Language;
use leptos::prelude::*;

/// Signs in by name and password; `next` is the page of ours to go on to.
#[server(endpoint = "session/sign_in")]
pub async fn sign_in(
    name: String,
    password: String,
    #[server(default)] remember: bool,
    #[server(default)] next: String,
) -> Reply<()> {
    use crate::{context, failure::flash};
    let request = context::request()?;
    let found = request
        .backend
        .accounts()
        .sign_in(&name, &password, request.info.address)
        .await;
    let admission = found.map_err(|error| flash::keep_name::<SignIn>(error.into(), &name))?;
    let begun = request.session.sign_in(admission, remember).await;
    begun.map_err(|problem| flash::keep_name::<SignIn>(problem.into(), &name))?;
    flash::go_to(flash::own_page(&next).unwrap_or("/"));
    Ok(())
}

/// Ends this device's session.
#[server(endpoint = "session/sign_out")]
pub async fn sign_out() -> Reply<()> {
    crate::context::request()?.session.sign_out().await?;
    crate::failure::flash::go_to("/sign-in");
    Ok(())
}

/// Chooses the language of pages for whoever is not signed in.
#[server(endpoint = "language")]
pub async fn set_language(language: Language) -> Reply<()> {
    let tag = crate::shell::language_tag(language);
    crate::failure::flash::set_cookie("hearth_language", tag, "/", 31_536_000)
}
