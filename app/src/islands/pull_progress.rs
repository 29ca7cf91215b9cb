//! Running pulls of models, with progress bars.

use crate::{
    browser::{event_stream, page},
    islands::session,
    strings::{models, problems, t},
};
use hearth_types::{Event, ModelPull, PullState};
use leptos::prelude::*;

/// Starts with the page's state, so that a reload shows the same; when the last pull ends, the page is loaded again.
#[island]
pub fn PullProgress(pulls: Vec<ModelPull>) -> impl IntoView {
    let pulls = RwSignal::new(pulls);
    Effect::new(move |_| {
        event_stream::subscribe(
            move |event| {
                match event {
                    Event::ModelPull { pull } => note(pulls, pull),
                    // The end of a pull may be among the missed events.
                    Event::Reload if pulls.with_untracked(|pulls| !pulls.is_empty()) => page::reload(),
                    _ => {}
                }
            },
            session::check,
        );
    });
    view! { <ul class="pulls">{move || pulls.with(|pulls| pulls.iter().map(row).collect_view())}</ul> }
}

fn note(pulls: RwSignal<Vec<ModelPull>>, news: &ModelPull) {
    pulls.update(
        |pulls| match pulls.iter_mut().find(|pull| pull.model == news.model) {
            Some(pull) => pull.clone_from(news),
            None => pulls.push(news.clone()),
        },
    );
    let all_ended = pulls.with_untracked(|pulls| pulls.iter().all(|pull| pull.state != PullState::Running));
    if all_ended && news.state == PullState::Done {
        page::reload();
    }
}

fn row(pull: &ModelPull) -> impl IntoView + use<> {
    let name = pull.model.clone();
    let known = pull.total_bytes > 0;
    view! {
        <li class="pull">
            <span class="pull-name" translate="no">{pull.model.clone()}</span>
            {(pull.state == PullState::Running).then(|| view! {
                <progress
                    aria-label=name
                    max=known.then(|| pull.total_bytes.to_string())
                    value=known.then(|| pull.completed_bytes.to_string())
                ></progress>
            })}
            <span class="pull-state">{state(pull)}</span>
        </li>
    }
}

fn state(pull: &ModelPull) -> String {
    match pull.state {
        PullState::Running => models::progress(pull.completed_bytes, pull.total_bytes),
        PullState::Done => t(models::FETCHED).to_owned(),
        PullState::Failed => {
            let why = pull.trouble.map(problems::trouble).unwrap_or_default();
            format!("{} {why}", t(models::FETCH_FAILED))
        }
    }
}
