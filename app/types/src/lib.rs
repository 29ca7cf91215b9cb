//! Types shared by both halves of Hearth: the server sends them, the browser reads them.
//!
//! Plain data with serde, and only logic on which both must agree, so that neither half depends on the other's
//! libraries. Wire types are not database rows: the backend maps its rows to these.

pub mod attachments;
pub mod conversations;
pub mod events;
pub mod ids;
pub mod imports;
pub mod memory;
pub mod models;
pub mod people;
pub mod problems;
pub mod readable;
pub mod search;
pub mod sharing;

pub use attachments::*;
pub use conversations::*;
pub use events::*;
pub use ids::*;
pub use imports::*;
pub use memory::*;
pub use models::*;
pub use people::*;
pub use problems::*;
pub use readable::*;
pub use search::*;
pub use sharing::*;
