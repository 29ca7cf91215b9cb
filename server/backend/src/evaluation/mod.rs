//! What measurements and tests write directly: conversations that took place elsewhere, documents, shared spaces, and the rows of
//! years of use. Not part of the product's API: no page, route or job uses it.

mod database;
mod document;
mod record;
mod rows;
mod space;
mod squeezed;

pub use database::Database;
pub use record::{Recorded, RecordedMessage};
pub use squeezed::Squeezed;
