//! The web server of Hearth: settings, start and stop, routes, sessions, and the files inside the binary.
//!
//! `main.rs` picks a [`commands`] module. [`commands::serve`] starts the [`database`], the backend, and the
//! [`router`], which reads as a table of contents: every address stands in [`routes::ROUTES`] with whoever may
//! ask for it, and every request passes the [`layers`] before a page or a server function sees it.

pub mod access;
pub mod assets;
pub mod attachments;
pub mod commands;
pub mod connections;
pub mod context;
pub mod data_dir;
pub mod database;
pub mod drop_root;
pub mod event_stream;
pub mod health;
pub mod layers;
pub mod plain_pages;
pub mod router;
pub mod routes;
pub mod runtime;
pub mod session_store;
pub mod sessions;
pub mod settings;
pub mod source;
pub mod speech;
pub mod state;
pub mod telemetry;
pub mod transfer;
