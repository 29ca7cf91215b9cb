//! `/join/{secret}`: a link that works once accepts an invitation or sets a new password.

use super::guard::or_problem;
use crate::{
    components::{fields::Input, layout::Doorstep, notices::ProblemNotice, time_zone::TimeZoneChoice},
    context,
    failure::Failure,
    flash,
    server_fns::links::AcceptLink,
    strings::{account, t},
};
use hearth_types::{Field, LinkKind, PendingLink, Problem};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use server_fn::ServerFn;

/// Shows the purpose of the link, or that it is no longer valid.
#[component]
pub fn JoinPage() -> impl IntoView {
    let secret = use_params_map().get_untracked().get("secret").unwrap_or_default();
    let (problem, name) = (flash::problem::<AcceptLink>(), flash::query("name"));
    Suspend::new(async move { or_problem(load(&secret).await.map(|link| form(secret, link, problem, name))) })
}

async fn load(secret: &str) -> Result<PendingLink, Failure> {
    Ok(context::backend()?.accounts().link(secret).await?)
}

fn form(secret: String, link: PendingLink, problem: Option<Problem>, name: Option<String>) -> impl IntoView {
    let invited = link.kind == LinkKind::Invitation;
    let title = if invited {
        t(account::JOIN_TITLE).to_owned()
    } else {
        account::reset_title(&link.name)
    };
    let name = name.unwrap_or_else(|| link.name.clone());
    let on_fields = matches!(problem, Some(Problem::Invalid { .. }));
    view! {
        <Doorstep title>
            <p>{t(if invited { account::JOIN_TEXT } else { account::RESET_TEXT })}</p>
            <ProblemNotice problem=problem.clone().filter(|_| !on_fields)/>
            <form method="post" action=AcceptLink::url() class="card">
                <input type="hidden" name="secret" value=secret/>
                {if invited {
                    view! { <Input label=account::NAME name="name" autocomplete="username" value=Some(name) field=Field::Name problem=problem.clone()/> }.into_any()
                } else {
                    view! { <input type="text" name="name" value=name autocomplete="username" readonly hidden/> }.into_any()
                }}
                <Input
                    label=account::PASSWORD
                    name="password"
                    kind="password"
                    autocomplete="new-password"
                    hint=account::PASSWORD_HINT
                    field=Field::Password
                    problem
                />
                {invited.then(|| view! { <TimeZoneChoice now=None/> })}
                <button class="button primary wide">
                    {t(if invited { account::JOIN } else { account::SET_PASSWORD })}
                </button>
            </form>
        </Doorstep>
    }
}
