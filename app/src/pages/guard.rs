//! Who sees a page. Everybody else is sent to where they can go on.

use super::{error::ErrorView, not_found::NotFoundView};
use crate::{
    context,
    failure::{Failure, flash, status},
};
use hearth_types::{Me, Problem, Role};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_router::hooks::use_location;

/// A page for whoever is signed in; others sign in first and come back to it.
pub fn for_person<F, Fut, V>(page: F) -> impl IntoView
where
    F: FnOnce(Me) -> Fut + Send + 'static,
    Fut: Future<Output = Result<V, Failure>> + Send + 'static,
    V: IntoView + 'static,
{
    let here = use_location();
    let path = here.pathname.get_untracked();
    Suspend::new(async move {
        match context::me() {
            Some(me) => or_problem(page(me).await),
            None => {
                send_away(&path).await;
                ().into_any()
            }
        }
    })
}

/// A page for administrators; for everybody else it does not exist.
pub fn for_administrator<F, Fut, V>(page: F) -> impl IntoView
where
    F: FnOnce(Me) -> Fut + Send + 'static,
    Fut: Future<Output = Result<V, Failure>> + Send + 'static,
    V: IntoView + 'static,
{
    for_person(move |me: Me| async move {
        match me.role {
            Role::Administrator => page(me).await,
            Role::Member => Err(Problem::NotFound.into()),
        }
    })
}

/// The page, or what went wrong with its status.
pub fn or_problem<V: IntoView + 'static>(result: Result<V, Failure>) -> AnyView {
    let problem = match result {
        Ok(view) => return view.into_any(),
        Err(Failure::Problem(problem)) => problem,
        Err(Failure::Unreachable) => Problem::Internal,
    };
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status::status(&problem));
    }
    match problem {
        Problem::NotFound => view! { <NotFoundView/> }.into_any(),
        problem => view! { <ErrorView problem/> }.into_any(),
    }
}

/// To the set-up page while nobody has an account, else to the sign-in page.
async fn send_away(path: &str) {
    let set_up = match context::backend() {
        Ok(backend) => backend.accounts().is_set_up().await.unwrap_or(true),
        Err(_) => true,
    };
    match flash::own_page(path) {
        _ if !set_up => flash::go_to("/setup"),
        Some(path) if path != "/" => flash::go_to(&format!("/sign-in?next={path}")),
        _ => flash::go_to("/sign-in"),
    }
}
