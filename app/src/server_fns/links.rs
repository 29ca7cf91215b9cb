//! One-time links: accepting an invitation, setting a new password.

use super::Reply;
#[cfg(feature = "ssr")]
use crate::{context, flash};
use leptos::prelude::*;

/// Uses a link once: an invitation makes an account, a reset sets the password; then signs in.
#[server(endpoint = "links/accept")]
pub async fn accept_link(
    secret: String,
    #[server(default)] name: String,
    password: String,
    #[server(default)] time_zone: String,
) -> Reply<()> {
    let request = context::request()?;
    let used = use_link(&request.backend, &secret, &name, password, time_zone).await;
    let admission = used.map_err(|error| flash::keep_name::<AcceptLink>(error.into(), &name))?;
    request.session.sign_in(admission, false).await?;
    flash::go_to("/");
    Ok(())
}

#[cfg(feature = "ssr")]
async fn use_link(
    backend: &hearth_backend::Backend,
    secret: &str,
    name: &str,
    password: String,
    time_zone: String,
) -> hearth_backend::Result<hearth_backend::people::Admission> {
    use hearth_types::LinkKind;
    let accounts = backend.accounts();
    match accounts.link(secret).await?.kind {
        LinkKind::PasswordReset => accounts.reset_password(secret, &password).await,
        LinkKind::Invitation => {
            let time_zone = if time_zone.is_empty() {
                "UTC".to_owned()
            } else {
                time_zone
            };
            let language = crate::strings::language();
            let account = hearth_backend::people::NewAccount {
                name: name.to_owned(),
                password,
                language,
                time_zone,
            };
            accounts.accept_invitation(secret, account).await
        }
    }
}
