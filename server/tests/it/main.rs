//! The web server as a browser meets it: the real router over a database of each test's own.
#![allow(clippy::unwrap_used)]

mod attachments;
mod bodies;
mod clock_jumps;
mod command_line;
mod crowds;
mod database_killed;
mod disconnects;
mod disk_full;
mod doctor;
mod fields;
mod guests;
mod headers;
mod hostile_bodies;
mod hosts;
mod injection;
mod isolation;
mod killed;
mod logs;
mod matrix;
mod origins;
mod processes;
mod readme;
mod real;
mod sessions;
mod settings;
mod sharing;
mod support;
mod transfer;
