//! The first account.

use super::Reply;
#[cfg(feature = "ssr")]
use crate::{context, flash};
use hearth_types::Language;
use leptos::prelude::*;
use server_fn::codec::GetUrl;

/// Creates the first administrator, once per installation, and signs them in.
#[server(endpoint = "setup/administrator")]
pub async fn create_administrator(
    name: String,
    password: String,
    language: Language,
    time_zone: String,
) -> Reply<()> {
    let request = context::request()?;
    let account = hearth_backend::people::NewAccount {
        name: name.clone(),
        password,
        language,
        time_zone,
    };
    let created = request
        .backend
        .accounts()
        .create_first_administrator(account)
        .await;
    let admission = created.map_err(|error| flash::keep_name::<CreateAdministrator>(error.into(), &name))?;
    request.session.sign_in(admission, false).await?;
    flash::go_to("/setup");
    Ok(())
}

/// Whether the first administrator exists.
#[server(endpoint = "setup/status", input = GetUrl)]
pub async fn is_set_up() -> Reply<bool> {
    Ok(context::backend()?.accounts().is_set_up().await?)
}
