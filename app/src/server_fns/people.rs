//! What administrators do about people. None of it returns a person's own texts.

use super::Reply;
#[cfg(feature = "ssr")]
use crate::{context, flash};
use hearth_types::{LinkId, NewLink, Person, Role, UserId};
use leptos::prelude::*;
use server_fn::codec::GetUrl;

/// Everybody with an account.
#[server(endpoint = "people", input = GetUrl)]
pub async fn people() -> Reply<Vec<Person>> {
    let backend = context::backend()?;
    Ok(context::administration(&backend).await?.people().await?)
}

/// Makes an invitation link; a form's page shows it once.
#[server(endpoint = "people/invite")]
pub async fn invite(#[server(default)] name: String) -> Reply<NewLink> {
    let backend = context::backend()?;
    let link = context::administration(&backend).await?.invite(&name).await?;
    flash::show_link(&link)?;
    Ok(link)
}

/// Makes a link with which a person sets a new password.
#[server(endpoint = "people/reset_link")]
pub async fn reset_link(user: UserId) -> Reply<NewLink> {
    let backend = context::backend()?;
    let link = context::administration(&backend).await?.reset_link(user).await?;
    flash::show_link(&link)?;
    Ok(link)
}

/// Revokes an unused link.
#[server(endpoint = "people/revoke_link")]
pub async fn revoke_link(link: LinkId) -> Reply<()> {
    let backend = context::backend()?;
    Ok(context::administration(&backend).await?.revoke_link(link).await?)
}

/// Signs a person out everywhere and refuses their sign-in.
#[server(endpoint = "people/disable")]
pub async fn disable(user: UserId) -> Reply<()> {
    let backend = context::backend()?;
    Ok(context::administration(&backend).await?.disable(user).await?)
}

/// Lets a disabled person sign in again.
#[server(endpoint = "people/enable")]
pub async fn enable(user: UserId) -> Reply<()> {
    let backend = context::backend()?;
    Ok(context::administration(&backend).await?.enable(user).await?)
}

/// Makes a person an administrator, or a member again.
#[server(endpoint = "people/role")]
pub async fn set_role(user: UserId, role: Role) -> Reply<()> {
    let backend = context::backend()?;
    Ok(context::administration(&backend)
        .await?
        .set_role(user, role)
        .await?)
}
