//! `/people`: accounts and invitations, for administrators. Names, roles and times; no texts of people.

mod new_link;
mod person;

use super::guard::for_administrator;
use crate::{
    components::{fields::Input, forms::PostButton, layout::Frame, notices::ProblemNotice, time::Time},
    context, flash,
    server_fns::people::{Invite, RevokeLink},
    strings::{common, people, t},
};
use hearth_types::{Field, LinkKind, Me, PendingLink, Person, Problem};
use leptos::prelude::*;
use new_link::NewLinkCard;
use person::PersonRow;
use server_fn::ServerFn;

/// The accounts, the unused links, and a form that makes an invitation.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let problem = flash::any_problem();
    for_administrator(move |me| async move {
        let backend = context::backend()?;
        let administration = backend.administration(me.id).await?;
        let (everybody, links) = (
            administration.people().await?,
            administration.pending_links().await?,
        );
        Ok(page(&me, everybody, links, problem))
    })
}

fn page(
    me: &Me,
    everybody: Vec<Person>,
    links: Vec<PendingLink>,
    problem: Option<Problem>,
) -> impl IntoView + use<> {
    let id = me.id;
    let some_open = !links.is_empty();
    view! {
        <Frame title=t(people::PEOPLE)>
            <div class="page">
                <h1>{t(people::PEOPLE)}</h1>
                <ProblemNotice problem/>
                <NewLinkCard secret=flash::take_link()/>
                <ul class="rows">
                    {everybody.into_iter().map(|person| view! { <PersonRow me=id person/> }).collect_view()}
                </ul>
                {invitation()}
                {some_open.then(|| view! {
                    <section>
                        <h2>{t(people::OPEN_LINKS)}</h2>
                        <ul class="rows">{links.into_iter().map(open_link).collect_view()}</ul>
                    </section>
                })}
            </div>
        </Frame>
    }
}

fn invitation() -> impl IntoView {
    let problem = flash::problem::<Invite>();
    view! {
        <section>
            <h2>{t(people::INVITE_TITLE)}</h2>
            <p class="hint">{t(people::INVITE_TEXT)}</p>
            <form method="post" action=Invite::url() class="fields">
                <Input label=people::INVITE_NAME name="name" required=false field=Field::Name problem/>
                <button class="button primary">{t(people::INVITE)}</button>
            </form>
        </section>
    }
}

fn open_link(link: PendingLink) -> impl IntoView {
    let kind = match link.kind {
        LinkKind::Invitation => people::INVITATION,
        LinkKind::PasswordReset => people::PASSWORD_RESET,
    };
    let revoke = format!("{}: {} {}", t(people::REVOKE), t(kind), link.name);
    view! {
        <li class="row">
            <div>
                <strong>{t(kind)} " " <bdi>{link.name}</bdi></strong>
                <span class="hint">{t(people::GOOD_UNTIL)} {t(common::GAP)} <Time at=link.expires_at/></span>
            </div>
            <PostButton
                action=RevokeLink::url()
                fields=vec![("link", link.id.to_string())]
                words=people::REVOKE
                label=revoke
            />
        </li>
    }
}
