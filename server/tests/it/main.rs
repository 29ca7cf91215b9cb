//! The web server as a browser meets it: the real router over a database of each test's own.
#![allow(clippy::unwrap_used)]

mod attachments;
mod bodies;
mod command_line;
mod crowds;
mod disconnects;
mod doctor;
mod fields;
mod headers;
mod hosts;
mod injection;
mod isolation;
mod logs;
mod matrix;
mod origins;
mod processes;
mod readme;
mod sessions;
mod settings;
mod support;
