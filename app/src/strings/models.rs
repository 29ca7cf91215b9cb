//! The page of the model server, and pulls of models.

pub(crate) use super::en::models::*;

use super::{
    common::{out_of, sentences},
    numbers::number,
    sizes::size,
};

/// The default model was removed from the server; `only` is the only model that is left.
pub fn lost_default(model: &str, only: Option<&str>) -> String {
    let lost = default_lost(model);
    match only {
        Some(only) => sentences(&lost, &only_left(only)),
        None => lost,
    }
}

/// "120 of 3,400".
pub fn of_all(done: u64, total: u64) -> String {
    out_of(&number(done), &number(total))
}

/// "1.1 GB of 2.5 GB"; while the total is unknown only what has arrived.
pub fn progress(completed: u64, total: u64) -> String {
    match total {
        0 => size(completed),
        _ => out_of(&size(completed), &size(total)),
    }
}
