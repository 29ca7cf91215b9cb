//! Every text a person reads, in every language; one file for each language.
//!
//! English ([`en`](self::en)) names the texts, by topic; the other languages translate them. What is missing in one of
//! them does not compile. A text is a constant and a text with arguments a function, so the browser's half carries only
//! those that its islands use. Modules besides the languages choose among texts and put them together.
//!
//! A further language is a file, a variant of [`Language`](hearth_types::Language), and a field of
//! [`Text`] and [`Plural`](text::Plural).

mod catalogue;
mod en;
mod plural;
pub mod pseudo;
mod text;
mod zh;

pub mod account;
pub mod answers;
pub mod attachments;
pub mod chat;
pub mod common;
pub mod models;
pub mod moments;
pub mod numbers;
pub mod problems;
pub mod sharing;
pub mod sizes;
pub mod transfer;

pub(crate) use en::{conversations, memory};
#[cfg(feature = "ssr")]
pub(crate) use en::{people, search, setup, shortcuts, time_zones};
pub use text::{Text, language, t};
