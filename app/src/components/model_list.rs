//! Models that fit this box, each with a button that fetches it. Set-up and the page of models share it.

use crate::{
    server_fns::models::PullModel,
    strings::{models, t},
};
use hearth_types::{ModelPurpose, RecommendedModel};
use leptos::prelude::*;
use server_fn::ServerFn;

/// One row per model: name, what it is for, how large, and "Fetch" or that it is here.
#[component]
pub fn RecommendedModels(models: Vec<RecommendedModel>) -> impl IntoView {
    view! { <ul class="rows">{models.into_iter().map(row).collect_view()}</ul> }
}

fn row(model: RecommendedModel) -> impl IntoView {
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
            {if model.present {
                view! { <span class="hint">{t(models::PRESENT)}</span> }.into_any()
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
