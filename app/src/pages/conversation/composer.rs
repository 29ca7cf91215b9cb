//! What the composer is given, and the plain form that uploads without scripts.

use crate::{
    context, flash,
    islands::conversation::setup::{AttachmentSetup, ComposerSetup},
    server_fns::conversations::SendMessage,
    strings::{attachments, t},
};
use hearth_types::{ConversationId, IdempotencyKey, SpaceRole, UserId};
use leptos::prelude::*;

/// The composer of a conversation with this choice of model, for its owner.
pub async fn composer_setup(
    person: UserId,
    conversation: Option<ConversationId>,
    model: Option<&str>,
) -> ComposerSetup {
    // The page matters more than the draft; this device may have the draft too.
    let draft = match context::signed_in() {
        Ok(backend) => backend.draft(conversation).await.unwrap_or_default(),
        Err(_) => None,
    };
    ComposerSetup {
        person,
        conversation,
        role: SpaceRole::Owner,
        key: new_idempotency_key(),
        models: Vec::new(),
        memory: true,
        suggestion: None,
        attachments: attachment_setup(conversation, model).await,
        speech: context::backend().is_ok_and(|backend| backend.speech().is_some()),
        draft,
        problem: flash::problem::<SendMessage>(),
    }
}

/// For a plain form: a page that is sent twice stores one message.
pub fn new_idempotency_key() -> IdempotencyKey {
    IdempotencyKey(uuid::Uuid::new_v4())
}

async fn attachment_setup(conversation: Option<ConversationId>, model: Option<&str>) -> AttachmentSetup {
    let (Ok(person), Ok(backend)) = (context::signed_in(), context::backend()) else {
        return AttachmentSetup::default();
    };
    let models = context::chat_models().await;
    let default = models.iter().find(|model| model.default);
    let answers = model.or(default.map(|model| model.name.as_str()));
    let with_vision = models.iter().filter(|model| model.sees);
    AttachmentSetup {
        // The page is shown even when this list cannot be read.
        unsent: person.unsent_attachments(conversation).await.unwrap_or_default(),
        default_model: answers.unwrap_or_default().to_owned(),
        vision_models: with_vision.map(|model| model.name.clone()).collect(),
        recommended: backend.models().recommended_vision_model().to_owned(),
    }
}

/// After the upload, the composer has the files.
pub fn plain_upload(conversation: Option<ConversationId>) -> impl IntoView {
    let address = conversation.map_or_else(
        || "/attachments".to_owned(),
        |id| format!("/attachments?conversation={id}"),
    );
    view! {
        <noscript>
            <form class="plain-upload" method="post" action=address enctype="multipart/form-data">
                <label for="plain-files">{t(attachments::ATTACH)}</label>
                <input id="plain-files" type="file" name="file" multiple required/>
                <button class="button">{t(attachments::UPLOAD)}</button>
            </form>
        </noscript>
    }
}
