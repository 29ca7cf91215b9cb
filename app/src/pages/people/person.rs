//! One person, and what an administrator can do about them.

use crate::{
    components::{
        forms::PostButton,
        icons::{self, Icon},
        time::Time,
    },
    server_fns::people::{Disable, Enable, ResetLink, SetRole},
    strings::{common, people, t},
};
use hearth_types::{Person, Role, UserId};
use leptos::prelude::*;
use server_fn::ServerFn;

/// Name, role and last visit; the administrator's own row has no buttons, so that they cannot lock themselves out.
#[component]
pub fn PersonRow(me: UserId, person: Person) -> impl IntoView {
    let role = match person.role {
        Role::Administrator => people::ADMINISTRATOR,
        Role::Member => people::MEMBER,
    };
    let oneself = person.id == me;
    view! {
        <li class="row" class:disabled=person.disabled>
            <div>
                <strong dir="auto">{person.name.clone()}</strong>
                <span class="hint">
                    {t(role)}
                    {oneself.then(|| format!(" · {}", t(people::YOU)))}
                    {person.disabled.then(|| format!(" · {}", t(people::DISABLED)))}
                    " · "
                    {match person.last_seen_at {
                        Some(at) => view! { {t(people::LAST_SEEN)} {t(common::GAP)} <Time at/> }.into_any(),
                        None => t(people::NEVER_SEEN).into_any(),
                    }}
                </span>
            </div>
            {(!oneself).then(|| menu(&person))}
        </li>
    }
}

fn menu(person: &Person) -> impl IntoView + use<> {
    let user = || vec![("user", person.id.to_string())];
    let (role, change_role) = match person.role {
        Role::Administrator => ("member", people::MAKE_MEMBER),
        Role::Member => ("administrator", people::MAKE_ADMINISTRATOR),
    };
    let with_role = [user(), vec![("role", role.to_owned())]].concat();
    let (access, change_access, hint) = if person.disabled {
        (Enable::url(), people::ENABLE, None)
    } else {
        (Disable::url(), people::DISABLE, Some(people::DISABLE_TEXT))
    };
    view! {
        <details class="menu" name="row">
            <summary class="icon-button" aria-label=people::manage(&person.name)><Icon of=icons::MORE/></summary>
            <div class="menu-body">
                <PostButton action=ResetLink::url() fields=user() words=people::RESET_LINK hint=people::RESET_LINK_TEXT/>
                <PostButton action=SetRole::url() fields=with_role words=change_role/>
                <PostButton action=access fields=user() words=change_access hint=hint/>
            </div>
        </details>
    }
}
