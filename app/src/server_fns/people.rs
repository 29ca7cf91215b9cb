//! What administrators do about people. None of it returns anybody's words.

use super::Reply;
use hearth_types::{LinkId, NewLink, Person, Role, UserId};
use leptos::prelude::*;
use server_fn::codec::GetUrl;

/// Everybody with an account.
#[server(endpoint = "people", input = GetUrl)]
pub async fn people() -> Reply<Vec<Person>> {
    let backend = crate::context::backend()?;
    Ok(backend
        .administration(crate::context::current()?.user)
        .await?
        .people()
        .await?)
}

/// Makes an invitation link; a form's page shows it once.
#[server(endpoint = "people/invite")]
pub async fn invite(#[server(default)] name: String) -> Reply<NewLink> {
    let backend = crate::context::backend()?;
    let link = backend
        .administration(crate::context::current()?.user)
        .await?
        .invite(&name)
        .await?;
    crate::failure::flash::show_link(&link)?;
    Ok(link)
}

/// Makes a link with which a person sets a new password.
#[server(endpoint = "people/reset_link")]
pub async fn reset_link(user: UserId) -> Reply<NewLink> {
    let backend = crate::context::backend()?;
    let link = backend
        .administration(crate::context::current()?.user)
        .await?
        .reset_link(user)
        .await?;
    crate::failure::flash::show_link(&link)?;
    Ok(link)
}

/// Takes back a link that nobody has used.
#[server(endpoint = "people/revoke_link")]
pub async fn revoke_link(link: LinkId) -> Reply<()> {
    let backend = crate::context::backend()?;
    Ok(backend
        .administration(crate::context::current()?.user)
        .await?
        .revoke_link(link)
        .await?)
}

/// Signs a person out everywhere and keeps them out.
#[server(endpoint = "people/disable")]
pub async fn disable(user: UserId) -> Reply<()> {
    let backend = crate::context::backend()?;
    Ok(backend
        .administration(crate::context::current()?.user)
        .await?
        .disable(user)
        .await?)
}

/// Lets a disabled person sign in again.
#[server(endpoint = "people/enable")]
pub async fn enable(user: UserId) -> Reply<()> {
    let backend = crate::context::backend()?;
    Ok(backend
        .administration(crate::context::current()?.user)
        .await?
        .enable(user)
        .await?)
}

/// Makes a person an administrator, or a member again.
#[server(endpoint = "people/role")]
pub async fn set_role(user: UserId, role: Role) -> Reply<()> {
    let backend = crate::context::backend()?;
    Ok(backend
        .administration(crate::context::current()?.user)
        .await?
        .set_role(user, role)
        .await?)
}
