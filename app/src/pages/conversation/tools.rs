//! What a composer is given for pictures and files, and the plain form that uploads without scripts.

use crate::{
    context,
    islands::conversation::Tools,
    strings::{attachments, t},
};
use hearth_types::ConversationId;
use leptos::prelude::*;

/// The tools of a conversation with this choice of model.
pub async fn tools(conversation: Option<ConversationId>, model: Option<&str>) -> Tools {
    let (Ok(person), Ok(backend)) = (context::signed_in(), context::backend()) else {
        return Tools::default();
    };
    // Without a model server nothing is known of eyes, and the message waits for it.
    let models = backend.models().chat_models().await.unwrap_or_default();
    let default = models.iter().find(|model| model.default);
    let answers_with = model
        .or(default.map(|model| model.name.as_str()))
        .unwrap_or_default();
    Tools {
        // A list that cannot be read is no reason to show no page.
        attachments: person.unsent_attachments(conversation).await.unwrap_or_default(),
        answers_with: answers_with.to_owned(),
        seeing: models
            .iter()
            .filter(|model| model.sees)
            .map(|model| model.name.clone())
            .collect(),
        fetch: backend.models().recommended_seeing().to_owned(),
        speech: backend.speech().is_some(),
    }
}

/// What was uploaded stands in the composer afterwards.
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
