//! The web server of Hearth: settings, start and stop, routes, sessions, and the files inside the binary.
//!
//! `main.rs` picks a [`commands`] module. [`commands::serve`] starts the database and the backend, and serves the
//! [`application`]: every address stands with the people who may use it in the table [`http::routes::ROUTES`], and
//! every request passes the [`http::layers`] before a page, a server function or one of the [`handlers`] sees it.
//!
//! The modules are floors: each one uses only the ones below it. From the top down:
//!
//! | floor | what it is |
//! | --- | --- |
//! | [`commands`] | the subcommands of `hearth`; `serve` puts everything together |
//! | [`handlers`] | what is neither page nor server function: events, files, speech, export and import |
//! | [`http`] | router, table of routes, layers, who is signed in, uploads, refusals |
//! | [`serve`] | connections, database, data directory, health, the built site |
//! | [`settings`] | flags, environment and file |
//! | [`telemetry`] | logs |

pub mod commands;
pub mod handlers;
pub mod http;
pub mod serve;
pub mod settings;
pub mod telemetry;

/// The whole application: every route of the table with its handler.
pub fn application(state: http::AppState) -> axum::Router {
    http::router::router(state, handlers::of)
}
