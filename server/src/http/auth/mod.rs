//! Who sends a request: sessions, their cookie, and the extractors that hand out the backend's handle.

mod person;
mod session;
mod store;

pub use person::{Administrator, Person, identify};
pub use session::{DeviceSession, device_label, layer};
pub use store::DatabaseSessions;
