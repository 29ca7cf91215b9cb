//! Models that fit this box, each with a button that fetches it. Set-up and the page of models share it.

use crate::{
    server_fns::models::PullModel,
    strings::{models, t},
};
use hearth_types::{ModelPurpose, ModelServerStatus, PullState, RecommendedModel};
use leptos::prelude::*;
use server_fn::ServerFn;

/// One row per model: name, what it is for, how large, and "Fetch" or that it is here.
#[component]
pub fn RecommendedModels(status: ModelServerStatus) -> impl IntoView {
    let ModelServerStatus {
        recommended, pulls, ..
    } = status;
    let fetching = |name: &str| {
        pulls
            .iter()
            .any(|pull| pull.model == name && pull.state == PullState::Running)
    };
    let rows = recommended.into_iter().map(|model| {
        let now = fetching(&model.name);
        row(model, now)
    });
    view! { <ul class="rows">{rows.collect_view()}</ul> }
}

fn row(model: RecommendedModel, fetching: bool) -> impl IntoView {
    let purpose = match model.purpose {
        ModelPurpose::Chat => models::FOR_CHAT,
        ModelPurpose::Embedding => models::FOR_MEMORY,
    };
    view! {
        <li class="row">
            <div>
                <strong>{model.name.clone()}</strong>
                <span class="hint">{t(purpose)} " · " {models::size(model.size_bytes)}</span>
            </div>
            {if model.present || fetching {
                let words = if model.present { models::PRESENT } else { models::FETCHING };
                view! { <span class="hint">{t(words)}</span> }.into_any()
            } else {
                fetch(model.name).into_any()
            }}
        </li>
    }
}

fn fetch(model: String) -> impl IntoView {
    let label = format!("{} {model}", t(models::FETCH));
    view! {
        <form method="post" action=PullModel::url()>
            <input type="hidden" name="model" value=model/>
            <button class="button" aria-label=label>{t(models::FETCH)}</button>
        </form>
    }
}
