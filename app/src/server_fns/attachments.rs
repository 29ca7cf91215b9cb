//! Uploads that are not sent yet. The upload itself is a route of the server: its body is no urlencoded form.

use super::Reply;
#[cfg(feature = "ssr")]
use crate::context;
use hearth_types::AttachmentId;
use leptos::prelude::*;

/// Removes an unsent picture or file.
#[server(endpoint = "attachments/remove")]
pub async fn remove_attachment(id: AttachmentId) -> Reply<()> {
    Ok(context::signed_in()?.remove_attachment(id).await?)
}
