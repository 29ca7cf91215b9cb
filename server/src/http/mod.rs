//! HTTP: the table of routes, the layers around it, who is signed in, and what handlers share.
//!
//! From the top down: [`router`] puts [`access`] and the other [`layers`] around each line of [`routes`]; [`pages`]
//! renders the app; [`auth`] knows who sends a request; [`problem`] and [`plain_page`] answer refusals; [`upload`]
//! reads bodies.

pub mod access;
pub mod auth;
pub mod context;
pub mod extensions;
pub mod extract;
pub mod file_headers;
pub mod layers;
pub mod open_streams;
pub mod pages;
pub mod plain_page;
pub mod problem;
pub mod router;
pub mod routes;
pub mod state;
pub mod upload;

pub use state::AppState;
