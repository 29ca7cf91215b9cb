//! What is neither a page nor a server function.

mod assets;
mod attachments;
mod events;
mod health;
mod source;
mod speech;
mod transfer;

use crate::http::{AppState, routes::Own};
use axum::routing::{MethodRouter, get, post};

/// The handler of a route of the server's own.
pub fn of(own: Own) -> MethodRouter<AppState> {
    match own {
        Own::Health => get(health::healthz),
        Own::Events => get(events::events),
        Own::Asset => get(assets::asset),
        Own::RootFile => get(assets::root_file),
        Own::Source => get(source::source),
        Own::Upload => post(attachments::upload),
        Own::Attachment => get(attachments::attachment),
        Own::Preview => get(attachments::preview),
        Own::WriteDown => post(speech::write_down),
        Own::ReadAloud => get(speech::read_aloud),
        Own::Export => get(transfer::export),
        Own::Import => post(transfer::import),
    }
}
