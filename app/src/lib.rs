//! What people see: pages rendered on the server, islands hydrated in the browser.
//!
//! One crate, compiled twice. With `ssr` it is part of the server: [`routes`] lists the pages; a page asks the backend
//! and becomes complete HTML that can be read and whose forms can be posted without scripts. With `hydrate` it is the
//! browser's half: only [`islands`], the [`server_fns`] they call and the [`strings`] they show are compiled into it.
//!
//! # Floors
//!
//! From the top; a module uses only modules on the floors below its own. `tests/it/floors.rs` reads this list.
//!
//! - `shell`: the document around every page
//! - `routes`: the table of pages
//! - `pages`: one file or folder per page
//! - `islands`: what is hydrated in the browser
//! - `components`: what several pages share
//! - `server_fns`: what a page may ask of the server
//! - `dates` `flash`: moments in words; values that a form hands to a page
//! - `context`: request data
//! - `strings`: every text, in every language
//! - `failure`: how a server function fails
//! - `browser`: the document, storage, event stream and JSON

// A page is one nested type; the largest is deeper than the compiler's default allows.
#![recursion_limit = "512"]

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("`ssr` is for the server and `hydrate` for the browser; never both");
#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
compile_error!("turn on `ssr` (server) or `hydrate` (browser)");

pub mod browser;
pub mod components;
pub mod failure;
pub mod islands;
pub mod server_fns;
pub mod strings;

#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
pub mod dates;
#[cfg(feature = "ssr")]
pub mod flash;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod shell;
