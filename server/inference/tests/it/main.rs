//! The clients against the scripted server, fault by fault, and against real servers where configured.
#![allow(clippy::unwrap_used)]

mod cancel;
mod chat;
mod embedding;
mod faults;
mod real;
mod server;
mod stub;
mod support;
mod wild;
