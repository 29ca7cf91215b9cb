//! Access to pages. Other people are redirected to where they can continue.

use super::{error::ErrorView, not_found::NotFoundView};
use crate::{
    context,
    failure::{Failure, status},
    flash,
};
use hearth_types::{Me, Problem, Role};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// A page for signed-in people; others sign in first and are redirected back.
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
                redirect_to_sign_in(&path).await;
                ().into_any()
            }
        }
    })
}

/// A page for administrators; for others it is not found.
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

/// The page, or the error page with the problem's status.
pub fn or_problem<V: IntoView + 'static>(result: Result<V, Failure>) -> AnyView {
    let problem = match result {
        Ok(view) => return view.into_any(),
        Err(failure) => failure.problem().clone(),
    };
    status::set_status(&problem);
    match problem {
        Problem::NotFound => view! { <NotFoundView/> }.into_any(),
        problem => view! { <ErrorView problem/> }.into_any(),
    }
}

/// Redirects to the set-up page while there is no account, else to the sign-in page.
async fn redirect_to_sign_in(path: &str) {
    match flash::own_page(path) {
        _ if !context::is_set_up().await => flash::go_to("/setup"),
        Some(path) if path != "/" => flash::go_to(&format!("/sign-in?next={path}")),
        _ => flash::go_to("/sign-in"),
    }
}
