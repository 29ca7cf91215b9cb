//! What every request passes before a page, a server function or a handler sees it. [`super::router`] has the order.

pub mod body;
pub mod headers;
pub mod hosts;
pub mod origins;
pub mod panics;
pub mod proxies;
pub mod redirects;
pub mod requests;
