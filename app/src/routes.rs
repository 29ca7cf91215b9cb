//! The table of pages. Each is rendered completely before it is sent (`SsrMode::Async`), so that it works without
//! scripts and its status and redirects are right.

use crate::pages::{
    conversation::{NewConversation, OpenConversation},
    conversations::ConversationsPage,
    join::JoinPage,
    memory::MemoryPage,
    models::ModelsPage,
    not_found::NotFoundPage,
    people::PeoplePage,
    search::SearchPage,
    settings::SettingsPage,
    setup::SetupPage,
    sign_in::SignInPage,
    transfer::TransferPage,
};
use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

/// Everything between `<body>` and `</body>`.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=NewConversation ssr=SsrMode::Async/>
                <Route path=path!("/c/:id") view=OpenConversation ssr=SsrMode::Async/>
                <Route path=path!("/conversations") view=ConversationsPage ssr=SsrMode::Async/>
                <Route path=path!("/search") view=SearchPage ssr=SsrMode::Async/>
                <Route path=path!("/memory") view=MemoryPage ssr=SsrMode::Async/>
                <Route path=path!("/settings") view=SettingsPage ssr=SsrMode::Async/>
                <Route path=path!("/transfer") view=TransferPage ssr=SsrMode::Async/>
                <Route path=path!("/people") view=PeoplePage ssr=SsrMode::Async/>
                <Route path=path!("/models") view=ModelsPage ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/setup") view=SetupPage ssr=SsrMode::Async/>
                <Route path=path!("/join/:secret") view=JoinPage ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
}
