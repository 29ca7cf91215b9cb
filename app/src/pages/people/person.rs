//! One person, and what an administrator can do about them.

use crate::{
    components::{
        icons::{self, Icon},
        time::Moment,
    },
    server_fns::people::{Disable, Enable, ResetLink, SetRole},
    strings::{Text, common, people, t},
};
use hearth_types::{Person, Role, UserId};
use leptos::prelude::*;
use server_fn::ServerFn;

/// Name, role, when last here; one's own row has no buttons that would lock one out.
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
                        Some(at) => view! { {t(people::LAST_SEEN)} {t(common::GAP)} <Moment at/> }.into_any(),
                        None => t(people::NEVER_SEEN).into_any(),
                    }}
                </span>
            </div>
            {(!oneself).then(|| menu(&person))}
        </li>
    }
}

fn menu(person: &Person) -> impl IntoView + use<> {
    let id = person.id;
    let (other, words) = match person.role {
        Role::Administrator => ("member", people::MAKE_MEMBER),
        Role::Member => ("administrator", people::MAKE_ADMINISTRATOR),
    };
    view! {
        <details class="menu" name="row">
            <summary class="icon-button" aria-label=people::manage(&person.name)><Icon of=icons::MORE/></summary>
            <div class="menu-body">
                {act(ResetLink::url(), id, None, people::RESET_LINK, Some(people::RESET_LINK_TEXT))}
                {act(SetRole::url(), id, Some(other), words, None)}
                {if person.disabled {
                    act(Enable::url(), id, None, people::ENABLE, None).into_any()
                } else {
                    act(Disable::url(), id, None, people::DISABLE, Some(people::DISABLE_TEXT)).into_any()
                }}
            </div>
        </details>
    }
}

/// A button that posts one thing about one person.
fn act(
    url: &'static str,
    user: UserId,
    role: Option<&'static str>,
    words: Text,
    hint: Option<Text>,
) -> impl IntoView {
    view! {
        <form method="post" action=url>
            <input type="hidden" name="user" value=user.to_string()/>
            {role.map(|role| view! { <input type="hidden" name="role" value=role/> })}
            <button class="button">{t(words)}</button>
            {hint.map(|hint| view! { <p class="hint">{t(hint)}</p> })}
        </form>
    }
}
