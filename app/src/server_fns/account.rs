//! One's own account.

use super::Reply;
#[cfg(feature = "ssr")]
use crate::{context, flash};
use hearth_types::{Device, Eagerness, Language, MemoryChoice, ReadingFont, SessionId, Theme};
use leptos::prelude::*;
use server_fn::codec::GetUrl;

/// Changes the password and signs out every other device.
#[server(endpoint = "account/password")]
pub async fn change_password(current: String, new: String) -> Reply<()> {
    let who = context::current()?;
    context::backend()?
        .accounts()
        .change_password(who.user, &current, &new, who.session)
        .await?;
    flash::go_to("/settings?saved=password");
    Ok(())
}

/// Changes how pages look and where the person is.
#[server(endpoint = "account/preferences")]
pub async fn set_preferences(
    language: Language,
    theme: Theme,
    reading_font: ReadingFont,
    time_zone: String,
    #[server(default)] memory: MemoryChoice,
    #[server(default)] recall: Eagerness,
) -> Reply<()> {
    let preferences = hearth_types::Preferences {
        language,
        theme,
        reading_font,
        time_zone,
        memory,
        recall,
    };
    context::backend()?
        .accounts()
        .set_preferences(context::current()?.user, preferences)
        .await?;
    flash::go_to("/settings?saved=preferences");
    Ok(())
}

/// The person has read what administrators did.
#[server(endpoint = "account/notices/dismiss")]
pub async fn dismiss_notices() -> Reply<()> {
    Ok(context::backend()?
        .accounts()
        .dismiss_notices(context::current()?.user)
        .await?)
}

/// The person's signed-in devices.
#[server(endpoint = "account/devices", input = GetUrl)]
pub async fn devices() -> Reply<Vec<Device>> {
    let who = context::current()?;
    Ok(context::backend()?
        .accounts()
        .devices(who.user, who.session)
        .await?)
}

/// Signs one device out.
#[server(endpoint = "account/devices/end")]
pub async fn end_device(device: SessionId) -> Reply<()> {
    Ok(context::backend()?
        .accounts()
        .end_device(context::current()?.user, device)
        .await?)
}

/// Signs out every device but this one.
#[server(endpoint = "account/devices/end_others")]
pub async fn end_other_devices() -> Reply<()> {
    let who = context::current()?;
    Ok(context::backend()?
        .accounts()
        .end_other_devices(who.user, who.session)
        .await?)
}
