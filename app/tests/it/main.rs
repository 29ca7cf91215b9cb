//! Tests of the server's half of the pages that need no backend.
#![cfg(feature = "ssr")]
#![allow(clippy::unwrap_used)]

mod dates;
mod failures;
mod floors;
