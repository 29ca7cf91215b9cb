//! `/setup`: the first account, then the model.

use super::guard::or_problem;
use crate::{
    components::{
        alive::Alive,
        fields::Input,
        layout::Doorstep,
        model_list::{FetchTogether, is_fetched_now, lacking},
        notices::ProblemNotice,
        time_zone::TimeZoneChoice,
    },
    context,
    failure::Failure,
    flash,
    islands::{
        model_server_watch::{ModelServerWatch, Seen},
        pull_progress::PullProgress,
    },
    server_fns::{models::PullModel, setup::CreateAdministrator},
    strings::{account, language, setup, t},
};
use hearth_types::{Field, ModelServerStatus, Problem, Role};
use leptos::prelude::*;
use server_fn::ServerFn;

/// The current step. After the first account exists, the page is for administrators only.
#[component]
pub fn SetupPage() -> impl IntoView {
    let (problem, name) = (flash::problem::<CreateAdministrator>(), flash::query("name"));
    let pull_problem = flash::problem::<PullModel>();
    Suspend::new(async move {
        match (is_set_up().await, context::me()) {
            (Err(failure), _) => or_problem::<()>(Err(failure)),
            (Ok(false), _) => account_step(problem, name).into_any(),
            (Ok(true), Some(me)) if me.role == Role::Administrator => {
                or_problem(status().await.map(|status| model_step(status, pull_problem)))
            }
            (Ok(true), _) => {
                flash::go_to("/");
                ().into_any()
            }
        }
    })
}

async fn is_set_up() -> Result<bool, Failure> {
    Ok(context::backend()?.accounts().is_set_up().await?)
}

async fn status() -> Result<ModelServerStatus, Failure> {
    Ok(context::backend()?.models().status().await?)
}

fn account_step(problem: Option<Problem>, name: Option<String>) -> impl IntoView {
    let on_fields = matches!(problem, Some(Problem::Invalid { .. }));
    view! {
        <Doorstep title=t(setup::WELCOME)>
            <p>{t(setup::WELCOME_TEXT)}</p>
            <ProblemNotice problem=problem.clone().filter(|_| !on_fields)/>
            <form method="post" action=CreateAdministrator::url() class="card">
                <h2>{t(setup::STEP_ACCOUNT)}</h2>
                <p class="hint">{t(setup::STEP_ACCOUNT_TEXT)}</p>
                <Input label=account::NAME name="name" autocomplete="username" value=name field=Field::Name problem=problem.clone()/>
                <Input
                    label=account::PASSWORD
                    name="password"
                    kind="password"
                    autocomplete="new-password"
                    hint=account::PASSWORD_HINT
                    field=Field::Password
                    problem
                />
                <TimeZoneChoice now=None/>
                <input type="hidden" name="language" value=language().tag()/>
                <button class="button primary wide">{t(setup::CREATE)}</button>
            </form>
        </Doorstep>
    }
}

fn model_step(status: ModelServerStatus, problem: Option<Problem>) -> impl IntoView {
    let seen = Seen::from(&status);
    view! {
        <Doorstep title=t(setup::STEP_MODEL)>
            <ProblemNotice problem/>
            <div class="card">{if status.reachable { found(status).into_any() } else { missing(status).into_any() }}</div>
            <ModelServerWatch seen/>
            <Alive/>
        </Doorstep>
    }
}

fn missing(status: ModelServerStatus) -> impl IntoView {
    view! {
        <p><strong>{t(setup::SERVER_MISSING)}</strong></p>
        <p>{t(setup::SERVER_MISSING_HOW)}</p>
        <p class="hint">{t(setup::SERVER_MISSING_WHERE)} " " <code>{status.url}</code></p>
        <p class="actions">
            <a class="button primary" href="/setup">{t(setup::LOOK_AGAIN)}</a>
            <a class="button quiet" href="/">{t(setup::START_ANYWAY)}</a>
        </p>
    }
}

fn found(status: ModelServerStatus) -> impl IntoView {
    let ready = !status.chat_models.is_empty();
    let (coming, lacking): (Vec<_>, Vec<_>) = lacking(&status)
        .into_iter()
        .partition(|model| is_fetched_now(&status, &model.name));
    let fetch = (!lacking.is_empty()).then(|| {
        let words = if ready {
            setup::FETCH_MORE
        } else {
            setup::FETCH_TEXT
        };
        view! { <p>{t(words)}</p> <FetchTogether models=lacking/> }
    });
    let (begin, words, kind) = if ready {
        (setup::READY, setup::START, "button primary")
    } else if coming.is_empty() {
        (setup::SERVER_FOUND, setup::START_ANYWAY, "button quiet")
    } else {
        (setup::COMING, setup::START_ANYWAY, "button quiet")
    };
    view! {
        <p><strong>{t(begin)}</strong></p>
        {fetch}
        {(!ready && !status.can_pull).then(|| view! { <p>{t(setup::CANNOT_FETCH)}</p> })}
        <PullProgress pulls=status.pulls/>
        {(!coming.is_empty()).then(|| view! { <p class="hint">{t(setup::FETCHING_TEXT)}</p> })}
        <p class="actions"><a class=kind href="/">{t(words)}</a></p>
    }
}
