//! Every address that Hearth answers, and who may ask for it.
//!
//! The router is built from this table, and the test that walks all routes as nobody, as another person, as a
//! disabled one and as an administrator reads it too. A page or a server function that is not in it keeps the
//! server from starting ([`check`]): nothing is reachable by being forgotten.

use crate::source;
use hearth_app::routes::App;
use http::Method;
use std::collections::BTreeSet;

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Anybody who reaches the box.
    Public,
    /// Whoever has a session.
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
    /// Something the server answers by itself.
    Own(Own),
}

/// What the server answers by itself.
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
    /// Makes words of a recording.
    WriteDown,
    /// An answer, spoken.
    ReadAloud,
    /// All of one's words, as a download.
    Export,
    /// Takes such a file in.
    Import,
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    pub path: &'static str,
    pub access: Access,
    pub kind: Kind,
}

impl Route {
    /// Whether its bodies are larger than a form's, and read by itself.
    pub fn takes_files(&self) -> bool {
        matches!(self.kind, Kind::Own(Own::Upload | Own::WriteDown | Own::Import))
    }

    /// Whether they may be as large as all of somebody's words.
    pub fn takes_archives(&self) -> bool {
        self.kind == Kind::Own(Own::Import)
    }

    /// The method it answers; reads answer HEAD as well.
    pub fn method(&self) -> Method {
        if self.kind == Kind::Change || self.takes_files() {
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

/// The table of contents.
pub const ROUTES: &[Route] = &[
    // The server's own.
    own(Public, "/healthz", Own::Health),
    own(Public, "/assets/{*name}", Own::Asset),
    own(Public, "/favicon.svg", Own::RootFile),
    own(Public, "/manifest.webmanifest", Own::RootFile),
    own(Public, source::PATH, Own::Source),
    own(SignedIn, "/events", Own::Events),
    // Before anybody is known.
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
    change(SignedIn, "/api/memories/not_relevant"),
    // One's own account.
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
    // The house.
    page(Administrator, "/people"),
    page(Administrator, "/models"),
    read(Administrator, "/api/people"),
    change(Administrator, "/api/people/invite"),
    change(Administrator, "/api/people/reset_link"),
    change(Administrator, "/api/people/revoke_link"),
    change(Administrator, "/api/people/disable"),
    change(Administrator, "/api/people/enable"),
    change(Administrator, "/api/people/role"),
    read(Administrator, "/api/house/status"),
    change(Administrator, "/api/house/default_model"),
    change(Administrator, "/api/house/embedding_model"),
    change(Administrator, "/api/house/embedding_paused"),
    change(Administrator, "/api/models/pull"),
];

/// The table and the app must name the same pages and server functions.
pub fn check() -> anyhow::Result<()> {
    let listed = |wanted: fn(&Route) -> bool| -> BTreeSet<(MethodName, String)> {
        ROUTES
            .iter()
            .filter(|r| wanted(r))
            .map(|r| (method_name(&r.method()), r.path.to_owned()))
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
        anyhow::bail!("the {what} {method} {path} is not in the table of routes (server/src/routes.rs)");
    }
    if let Some((method, path)) = listed.difference(found).next() {
        anyhow::bail!(
            "the table of routes (server/src/routes.rs) lists a {what} {method} {path} that does not exist"
        );
    }
    Ok(())
}
