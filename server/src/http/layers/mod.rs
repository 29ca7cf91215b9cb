//! What every request passes before a page or a server function sees it. [`crate::router`] has the order.

pub mod body;
pub mod headers;
pub mod hosts;
pub mod origins;
pub mod panics;
pub mod proxies;
pub mod redirects;
