//! What was uploaded and is not sent yet. The upload itself is the server's own route: its body is no form.

use super::Reply;
use hearth_types::AttachmentId;
use leptos::prelude::*;

/// Takes an unsent picture or file back.
#[server(endpoint = "attachments/remove")]
pub async fn remove_attachment(id: AttachmentId) -> Reply<()> {
    Ok(crate::context::signed_in()?.remove_attachment(id).await?)
}
