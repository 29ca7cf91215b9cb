//! Everything that touches the browser: the document, storage, the event stream, and JSON as both halves exchange it.
//!
//! A leaf: nothing here knows a page, an island or a text. It also compiles on the server, because an island is one
//! source for both halves; there only [`json`] is called.

pub mod clipboard;
pub mod clock;
pub mod dom;
pub mod draft;
pub mod event_stream;
pub mod html;
pub mod json;
pub mod keyboard;
pub mod object;
pub mod page;
