//! Every address that Hearth answers, and who may use it.
//!
//! The router is built from this table. The test that walks all routes as a stranger, another person, a disabled person
//! and an administrator reads it too. A page or a server function that is missing from it keeps the server from starting
//! ([`check`]): nothing is reachable by accident.

use hearth_app::routes::App;
use http::Method;
use std::collections::BTreeSet;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Every client that reaches the server.
    Public,
    /// People with a session.
    SignedIn,
    /// Administrators; for others such a page does not exist, and such a function is refused.
    Administrator,
}

/// What an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A page, rendered by the app.
    Page,
    /// A server function that reads.
    Read,
    /// A server function that changes something: its Origin is checked.
    Change,
    /// A handler of the server's own.
    Own(Own),
}

/// The handlers of the server's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Own {
    Health,
    Events,
    Asset,
    /// A file at the root of the site, such as the icon.
    RootFile,
    /// The source code of this Hearth.
    Source,
    /// Takes pictures and files in.
    Upload,
    /// A picture or file of a message.
    Attachment,
    /// A picture, small.
    Preview,
    /// Turns a recording into text.
    WriteDown,
    /// An answer as sound.
    ReadAloud,
    /// All of a person's own words, as a download.
    Export,
    /// Takes such a download in.
    Import,
}

/// How large the bodies of a route's requests may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bodies {
    /// A form's fields.
    Small,
    /// Pictures, files or a recording.
    Files,
    /// All of a person's words.
    Archive,
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    pub path: &'static str,
    pub access: Access,
    pub kind: Kind,
}

impl Route {
    pub fn bodies(&self) -> Bodies {
        match self.kind {
            Kind::Own(Own::Upload | Own::WriteDown) => Bodies::Files,
            Kind::Own(Own::Import) => Bodies::Archive,
            _ => Bodies::Small,
        }
    }

    /// The method it answers; reads answer HEAD as well.
    pub fn method(&self) -> Method {
        if self.kind == Kind::Change || self.bodies() != Bodies::Small {
            Method::POST
        } else {
            Method::GET
        }
    }
}

const fn page(access: Access, path: &'static str) -> Route {
    Route {
        path,
        access,
        kind: Kind::Page,
    }
}

const fn read(access: Access, path: &'static str) -> Route {
    Route {
        path,
        access,
        kind: Kind::Read,
    }
}

const fn change(access: Access, path: &'static str) -> Route {
    Route {
        path,
        access,
        kind: Kind::Change,
    }
}

const fn own(access: Access, path: &'static str, what: Own) -> Route {
    Route {
        path,
        access,
        kind: Kind::Own(what),
    }
}

use Access::{Administrator, Public, SignedIn};

/// Where the source code is served.
pub const SOURCE: &str = "/source";

/// The table of contents.
pub const ROUTES: &[Route] = &[
    // The server's own.
    own(Public, "/healthz", Own::Health),
    own(Public, "/assets/{*name}", Own::Asset),
    own(Public, "/favicon.svg", Own::RootFile),
    own(Public, "/manifest.webmanifest", Own::RootFile),
    own(Public, SOURCE, Own::Source),
    own(SignedIn, "/events", Own::Events),
    // Before signing in.
    page(Public, "/setup"),
    page(Public, "/sign-in"),
    page(Public, "/join/{secret}"),
    read(Public, "/api/setup/status"),
    change(Public, "/api/setup/administrator"),
    change(Public, "/api/session/sign_in"),
    change(Public, "/api/links/accept"),
    change(Public, "/api/language"),
    // Conversations.
    page(SignedIn, "/"),
    page(SignedIn, "/c/{id}"),
    page(SignedIn, "/conversations"),
    page(SignedIn, "/search"),
    read(SignedIn, "/api/conversations"),
    read(SignedIn, "/api/conversations/open"),
    change(SignedIn, "/api/conversations/send"),
    change(SignedIn, "/api/conversations/rename"),
    change(SignedIn, "/api/conversations/delete"),
    change(SignedIn, "/api/conversations/pin"),
    change(SignedIn, "/api/conversations/archive"),
    change(SignedIn, "/api/conversations/memory"),
    change(SignedIn, "/api/conversations/model"),
    change(SignedIn, "/api/conversations/share"),
    change(SignedIn, "/api/conversations/unshare"),
    change(SignedIn, "/api/conversations/leave"),
    change(SignedIn, "/api/answers/stop"),
    change(SignedIn, "/api/answers/retry"),
    change(SignedIn, "/api/answers/answer_now"),
    read(SignedIn, "/api/answers/thoughts"),
    change(SignedIn, "/api/answers/continue"),
    change(SignedIn, "/api/answers/again"),
    read(SignedIn, "/api/messages/source"),
    change(SignedIn, "/api/messages/show"),
    change(SignedIn, "/api/messages/delete"),
    read(SignedIn, "/api/drafts"),
    change(SignedIn, "/api/drafts/save"),
    read(SignedIn, "/api/models"),
    change(SignedIn, "/api/models/wake"),
    // Pictures and files.
    own(SignedIn, "/attachments", Own::Upload),
    own(SignedIn, "/attachments/{id}", Own::Attachment),
    own(SignedIn, "/attachments/{id}/preview", Own::Preview),
    change(SignedIn, "/api/attachments/remove"),
    // Speech.
    own(SignedIn, "/speech/write-down", Own::WriteDown),
    own(SignedIn, "/speech/{id}", Own::ReadAloud),
    // What is remembered.
    page(SignedIn, "/memory"),
    change(SignedIn, "/api/memories/add"),
    change(SignedIn, "/api/memories/edit"),
    change(SignedIn, "/api/memories/changed"),
    change(SignedIn, "/api/memories/pin"),
    change(SignedIn, "/api/memories/forget"),
    change(SignedIn, "/api/memories/forget_passage"),
    change(SignedIn, "/api/memories/forget_all"),
    change(SignedIn, "/api/memories/answer"),
    change(SignedIn, "/api/memories/undo"),
    change(SignedIn, "/api/memories/separate"),
    change(SignedIn, "/api/memories/not_relevant"),
    // The person's own account.
    page(SignedIn, "/settings"),
    read(SignedIn, "/api/account/devices"),
    change(SignedIn, "/api/account/devices/end"),
    change(SignedIn, "/api/account/devices/end_others"),
    change(SignedIn, "/api/account/notices/dismiss"),
    change(SignedIn, "/api/account/password"),
    change(SignedIn, "/api/account/preferences"),
    change(SignedIn, "/api/session/sign_out"),
    page(SignedIn, "/transfer"),
    own(SignedIn, "/export", Own::Export),
    own(SignedIn, "/import", Own::Import),
    // Administration.
    page(Administrator, "/people"),
    page(Administrator, "/models"),
    read(Administrator, "/api/people"),
    change(Administrator, "/api/people/invite"),
    change(Administrator, "/api/people/reset_link"),
    change(Administrator, "/api/people/revoke_link"),
    change(Administrator, "/api/people/disable"),
    change(Administrator, "/api/people/enable"),
    change(Administrator, "/api/people/role"),
    read(Administrator, "/api/model_server/status"),
    change(Administrator, "/api/model_server/default_model"),
    change(Administrator, "/api/model_server/embedding_model"),
    change(Administrator, "/api/model_server/embedding_paused"),
    change(Administrator, "/api/models/pull"),
];

/// The table and the app must name the same pages and server functions.
pub fn check() -> anyhow::Result<()> {
    let listed = |wanted: fn(&Route) -> bool| -> BTreeSet<(MethodName, String)> {
        ROUTES
            .iter()
            .filter(|route| wanted(route))
            .map(|route| (method_name(&route.method()), route.path.to_owned()))
            .collect()
    };
    let functions =
        server_fn::axum::server_fn_paths().map(|(path, method)| (method_name(&method), path.to_owned()));
    compare(
        "server function",
        &listed(|r| matches!(r.kind, Kind::Read | Kind::Change)),
        &functions.collect(),
    )?;
    let pages = leptos_axum::generate_route_list(App)
        .into_iter()
        .map(|page| ("GET".to_owned(), page.path().to_owned()));
    compare("page", &listed(|r| r.kind == Kind::Page), &pages.collect())
}

/// A method's name: methods have no order.
type MethodName = String;

fn method_name(method: &Method) -> MethodName {
    method.as_str().to_owned()
}

fn compare(
    what: &str,
    listed: &BTreeSet<(MethodName, String)>,
    found: &BTreeSet<(MethodName, String)>,
) -> anyhow::Result<()> {
    if let Some((method, path)) = found.difference(listed).next() {
        anyhow::bail!("the {what} {method} {path} is not in the table of routes (server/src/http/routes.rs)");
    }
    if let Some((method, path)) = listed.difference(found).next() {
        anyhow::bail!(
            "the table of routes (server/src/http/routes.rs) lists a {what} {method} {path} that does not exist"
        );
    }
    Ok(())
}
