//! What runs below HTTP: connections, the database, the data directory, health, the built site and the source code.

pub mod connections;
pub mod data_dir;
pub mod database;
pub mod drop_root;
pub mod health;
pub mod runtime;
pub mod site;
pub mod source;
