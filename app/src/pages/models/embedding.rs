//! The embedding model, and the one that is to replace it.

use crate::{
    components::{
        fields::Input,
        forms::PostButton,
        icons::{self, Icon},
    },
    server_fns::models::{PauseEmbedding, SetEmbeddingModel},
    strings::{common, models, moments::about, t},
};
use hearth_types::{EmbedderProgress, EmbedderTrouble, Field, ModelServerStatus};
use leptos::prelude::*;
use server_fn::ServerFn;

pub(super) fn embedding(
    status: &ModelServerStatus,
    embedders: Vec<EmbedderProgress>,
) -> impl IntoView + use<> {
    // Before the first vector is stored, no embedder has progress to show.
    let will_be = status.embedding_model.clone().filter(|_| embedders.is_empty());
    let missing = status.embedding_model.is_none() && embedders.is_empty();
    view! {
        <section class="embedding">
            <h2>{t(models::EMBEDDING_MODEL)}</h2>
            {missing.then(|| view! { <p>{t(models::EMBEDDING_MISSING)}</p> })}
            {will_be.map(|model| view! { <p><code>{model}</code></p> })}
            {embedders.into_iter().map(embedder).collect_view()}
            <details>
                <summary>{t(models::CHOOSE_ANOTHER)}</summary>
                <form method="post" action=SetEmbeddingModel::url()>
                    <Input label=models::OTHER_MODEL name="model" required=false field=Field::Model/>
                    <p class="hint">{t(models::EMBEDDING_CHANGE_HINT)}</p>
                    <button class="button">{t(common::SAVE)}</button>
                </form>
            </details>
        </section>
    }
}

fn embedder(embedder: EmbedderProgress) -> impl IntoView {
    let trouble = embedder.trouble.map(trouble);
    let cut = (embedder.cut_texts > 0).then(|| models::cut_texts(embedder.cut_texts));
    view! {
        <p><code>{embedder.model.clone()}</code></p>
        {embedder.incoming.then(|| progress(&embedder))}
        {trouble.map(|words| view! { <p class="state"><Icon of=icons::NOTE/><span>{words}</span></p> })}
        {cut.map(|words| view! { <p class="hint">{words}</p> })}
    }
}

fn progress(embedder: &EmbedderProgress) -> impl IntoView + use<> {
    let (done, total, paused) = (embedder.done, embedder.total, embedder.paused);
    let left = embedder
        .seconds_left
        .filter(|_| !paused)
        .map(|seconds| about(u32::try_from(seconds).unwrap_or(u32::MAX)));
    view! {
        <p>{t(if paused { models::EMBEDDING_PAUSED } else { models::EMBEDDING_COMES })}</p>
        <p class="embedding-progress">
            <progress value=done max=total.max(1) aria-label=t(models::EMBEDDING_COMES)></progress>
            <span>{models::of_all(done, total)} {left.map(|left| format!(", {left}"))}</span>
        </p>
        <PostButton
            action=PauseEmbedding::url()
            fields=vec![("paused", (!paused).to_string())]
            words=if paused { models::EMBEDDING_GO_ON } else { models::EMBEDDING_PAUSE }
        />
    }
}

fn trouble(trouble: EmbedderTrouble) -> &'static str {
    t(match trouble {
        EmbedderTrouble::ModelNotFound => models::EMBEDDER_GONE,
        EmbedderTrouble::OtherDimensions => models::EMBEDDER_CHANGED,
        EmbedderTrouble::Failed => models::EMBEDDER_FAILED,
    })
}
