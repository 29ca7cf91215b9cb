//! `/models`: the model server and its models, for administrators.

mod embedding;

use super::guard::for_administrator;
use crate::{
    components::{
        alive::Alive,
        fields::{Choice, Input, Select, choice},
        forms::PostButton,
        icons::{self, Icon},
        layout::Frame,
        model_list::RecommendedModels,
        notices::ProblemNotice,
    },
    context, flash,
    islands::{
        model_server_watch::{ModelServerWatch, Seen},
        pull_progress::PullProgress,
    },
    server_fns::models::{PullModel, SetDefaultModel, WakeModelServer},
    strings::{common, models, problems, setup, t},
};
use embedding::embedding;
use hearth_types::{ChatModelChoice, EmbedderProgress, ModelServerStatus, Problem};
use leptos::prelude::*;
use server_fn::ServerFn;

/// The server, the defaults, and models that can be pulled.
#[component]
pub fn ModelsPage() -> impl IntoView {
    let problem = flash::any_problem();
    for_administrator(|me| async move {
        let backend = context::backend()?;
        let status = backend.models().status().await?;
        let embedders = backend.administration(me.id).await?.embedders().await?;
        Ok(page(status, embedders, problem))
    })
}

fn page(
    status: ModelServerStatus,
    embedders: Vec<EmbedderProgress>,
    problem: Option<Problem>,
) -> impl IntoView {
    let seen = Seen::from(&status);
    view! {
        <Frame title=t(models::MODELS)>
            <div class="page">
                <h1>{t(models::MODELS)}</h1>
                <ProblemNotice problem/>
                {server(&status)}
                {chosen(&status)}
                {embedding(&status, embedders)}
                {status.can_pull.then(|| fetch(&status))}
                {(!status.can_pull && status.reachable).then(|| view! { <p class="hint">{t(setup::CANNOT_FETCH)}</p> })}
                <PullProgress pulls=status.pulls.clone()/>
            </div>
            <ModelServerWatch seen/>
            <Alive/>
        </Frame>
    }
}

fn server(status: &ModelServerStatus) -> impl IntoView + use<> {
    let state = match (status.reachable, status.trouble) {
        (true, None) => t(models::REACHABLE),
        (true, Some(trouble)) => problems::trouble(trouble),
        (false, _) => t(models::NOT_REACHABLE),
    };
    let well = status.reachable && status.trouble.is_none();
    let version = Some(status.version.clone()).filter(|version| !version.is_empty());
    view! {
        <section>
            <h2>{t(models::SERVER)}</h2>
            <p class="state"><Icon of=if well { icons::CHECK } else { icons::NOTE }/><span>{state}</span></p>
            <dl>
                <dt>{t(models::ADDRESS)}</dt>
                <dd><code>{status.url.clone()}</code></dd>
                {version.map(|version| view! { <dt>{t(models::VERSION)}</dt><dd translate="no">{version}</dd> })}
            </dl>
            {(status.can_wake && !status.reachable).then(wake)}
        </section>
    }
}

fn wake() -> impl IntoView {
    view! {
        <PostButton action=WakeModelServer::url() fields=Vec::new() words=models::WAKE/>
        <p class="hint">{t(models::WAKE_HINT)}</p>
    }
}

fn chosen(status: &ModelServerStatus) -> impl IntoView + use<> {
    let none_yet = status.chat_models.is_empty();
    let only = match &status.chat_models[..] {
        [only] => Some(only.name.as_str()),
        _ => None,
    };
    let lost = status
        .lost_default()
        .map(|model| models::lost_default(model, only));
    view! {
        <section>
            <h2>{t(models::CHAT_MODELS)}</h2>
            {none_yet.then(|| view! { <p>{t(models::NO_CHAT_MODELS)}</p> })}
            {lost.map(|words| view! { <p class="state"><Icon of=icons::NOTE/><span>{words}</span></p> })}
            {if status.default_is_set {
                set_default(status).into_any()
            } else {
                choose_default(status, none_yet).into_any()
            }}
        </section>
    }
}

/// A default that the server's settings name cannot be changed here.
fn set_default(status: &ModelServerStatus) -> impl IntoView + use<> {
    view! {
        <p>{t(models::DEFAULT_MODEL)} {t(common::GAP)} <code>{status.default_model.clone()}</code></p>
        <p class="hint">{t(models::DEFAULT_SET)}</p>
    }
}

fn choose_default(status: &ModelServerStatus, none_yet: bool) -> impl IntoView + use<> {
    view! {
        <form method="post" action=SetDefaultModel::url() hidden=none_yet>
            <Select label=models::DEFAULT_MODEL name="model" choices=choices(&status.chat_models) hint=models::DEFAULT_MODEL_HINT/>
            <button class="button">{t(common::SAVE)}</button>
        </form>
    }
}

/// The models, after an empty choice while none of them is the default.
fn choices(models: &[ChatModelChoice]) -> Vec<Choice> {
    let empty = choice("", models::CHOOSE_DEFAULT, true);
    let none = models.iter().all(|model| !model.default).then_some(empty);
    let named = models.iter().map(|model| {
        let words = [model.name.as_str(), model.parameter_size.as_str()]
            .join(" ")
            .trim_end()
            .to_owned();
        (model.name.clone(), words, model.default)
    });
    none.into_iter().chain(named).collect()
}

fn fetch(status: &ModelServerStatus) -> impl IntoView + use<> {
    view! {
        <section>
            <h2>{t(models::RECOMMENDED)}</h2>
            <RecommendedModels status=status.clone()/>
            <form method="post" action=PullModel::url() class="inline-form">
                <Input label=models::OTHER_MODEL name="model"/>
                <button class="button">{t(models::FETCH)}</button>
            </form>
        </section>
    }
}
