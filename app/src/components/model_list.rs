//! Models that fit this computer, each with a button that pulls it.

use super::forms::PostButton;
use crate::{
    server_fns::models::PullModel,
    strings::{models, sizes, t},
};
use hearth_types::{ModelPull, ModelPurpose, ModelServerStatus, PullState, RecommendedModel};
use leptos::prelude::*;
use server_fn::ServerFn;

/// The models that should be pulled: a chat model if there is none, an embedding model if there is none.
pub fn lacking(status: &ModelServerStatus) -> Vec<RecommendedModel> {
    let wanted = |model: &&RecommendedModel| match model.purpose {
        ModelPurpose::Chat => status.chat_models.is_empty(),
        ModelPurpose::Embedding => status.embedding_model.is_none(),
    };
    let mut lacking: Vec<_> = status.recommended.iter().filter(wanted).cloned().collect();
    lacking.retain(|model| !model.present && status.can_pull);
    lacking
}

/// Whether this model is being pulled now.
pub fn is_fetched_now(status: &ModelServerStatus, model: &str) -> bool {
    let running = |pull: &ModelPull| pull.model == model && pull.state == PullState::Running;
    status.pulls.iter().any(running)
}

/// Names, purposes and sizes of models, and one button that pulls all of them.
#[component]
pub fn FetchTogether(models: Vec<RecommendedModel>) -> impl IntoView {
    let names: Vec<_> = models.iter().map(|model| model.name.clone()).collect();
    let bytes = models.iter().map(|model| model.size_bytes).sum();
    let words = if models.len() > 1 {
        models::FETCH_ALL
    } else {
        models::FETCH
    };
    let rows = models
        .into_iter()
        .map(|model| view! { <li class="row">{about(&model)}</li> });
    view! {
        <ul class="rows">{rows.collect_view()}</ul>
        <form method="post" action=PullModel::url()>
            <input type="hidden" name="model" value=names.join(" ")/>
            <button class="button primary">{t(words)} " (" {sizes::size(bytes)} ")"</button>
        </form>
    }
}

/// One row per model: name, purpose, size, and "Fetch" or its state.
#[component]
pub fn RecommendedModels(status: ModelServerStatus) -> impl IntoView {
    let rows = status.recommended.iter().map(|model| {
        let now = is_fetched_now(&status, &model.name);
        row(model.clone(), now)
    });
    view! { <ul class="rows">{rows.collect_view()}</ul> }
}

fn about(model: &RecommendedModel) -> impl IntoView + use<> {
    let purpose = match model.purpose {
        ModelPurpose::Chat => models::FOR_CHAT,
        ModelPurpose::Embedding => models::FOR_MEMORY,
    };
    view! {
        <div>
            <strong translate="no">{model.name.clone()}</strong>
            <span class="hint">{t(purpose)} " · " {sizes::size(model.size_bytes)}</span>
        </div>
    }
}

fn row(model: RecommendedModel, fetching: bool) -> impl IntoView {
    view! {
        <li class="row">
            {about(&model)}
            {if model.present || fetching {
                let words = if model.present { models::PRESENT } else { models::FETCHING };
                view! { <span class="hint">{t(words)}</span> }.into_any()
            } else {
                let label = format!("{} {}", t(models::FETCH), model.name);
                view! {
                    <PostButton action=PullModel::url() fields=vec![("model", model.name)] words=models::FETCH label/>
                }
                .into_any()
            }}
        </li>
    }
}
