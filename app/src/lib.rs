//! What people see: pages rendered on the server, islands alive in the browser.
//!
//! One crate, compiled twice. With `ssr` it is part of the server: [`routes`] lists the pages, each page asks
//! the backend and becomes complete HTML, which reads and posts without scripts. With `hydrate` it is the
//! browser's half: only [`islands`], what they call in [`server_fns`], and their [`strings`] end up there.

// A page is one nested type; the largest is deeper than the compiler's default allows.
#![recursion_limit = "512"]

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("`ssr` is for the server and `hydrate` for the browser; never both");
#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
compile_error!("turn on `ssr` (server) or `hydrate` (browser)");

pub mod components;
pub mod event_stream;
pub mod failure;
pub mod islands;
pub mod json;
pub mod server_fns;
pub mod strings;

#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
pub mod dates;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod shell;
