//! `/sign-in`: name, password, whether to remember the device.

use crate::{
    components::{
        fields::{Input, Tick},
        layout::Doorstep,
        notices::ProblemNotice,
    },
    context,
    failure::flash,
    server_fns::session::SignIn,
    strings::{account, t},
};
use leptos::prelude::*;
use server_fn::ServerFn;

/// Whoever is signed in goes on; while nobody has an account, the set-up page comes first.
#[component]
pub fn SignInPage() -> impl IntoView {
    let (problem, name, next) = (
        flash::problem::<SignIn>(),
        flash::query("name"),
        flash::query("next"),
    );
    Suspend::new(async move {
        let set_up = match context::backend() {
            Ok(backend) => backend.accounts().is_set_up().await.unwrap_or(true),
            Err(_) => true,
        };
        match (set_up, context::me()) {
            (false, _) => flash::go_to("/setup"),
            (true, Some(_)) => flash::go_to(next.as_deref().and_then(flash::own_page).unwrap_or("/")),
            (true, None) => {}
        }
        view! {
            <Doorstep title=t(account::SIGN_IN)>
                <ProblemNotice problem/>
                <form method="post" action=SignIn::url() class="card">
                    <Input label=account::NAME name="name" autocomplete="username" value=name/>
                    <Input label=account::PASSWORD name="password" kind="password" autocomplete="current-password"/>
                    <Tick label=account::REMEMBER name="remember" hint=account::REMEMBER_HINT/>
                    {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
                    <button class="button primary wide">{t(account::SIGN_IN)}</button>
                </form>
                <p class="hint">{t(account::FORGOT)}</p>
            </Doorstep>
        }
    })
}
