//! `/sign-in`: name, password, whether to remember the device.

use crate::{
    components::{
        fields::{Input, Tick},
        layout::Doorstep,
        notices::ProblemNotice,
    },
    context, flash,
    server_fns::session::SignIn,
    strings::{account, t},
};
use leptos::prelude::*;
use server_fn::ServerFn;

/// Redirects people who are signed in, and to the set-up page while there is no account.
#[component]
pub fn SignInPage() -> impl IntoView {
    let (problem, name, next) = (
        flash::problem::<SignIn>(),
        flash::query("name"),
        flash::query("next"),
    );
    Suspend::new(async move {
        match (context::is_set_up().await, context::me()) {
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
