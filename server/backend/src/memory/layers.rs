//! Layers over memories: fading, near-duplicates, and episodes of one matter. They change what is recalled first and
//! what is shown together; nothing that was said is deleted, and the person can undo each.
//!
//! **Fading.** An answer counts the memories that were in its prompt ([`count_use`]). From these uses and the times at
//! which a memory was told, the SQL function `memory_retention` computes how well it is retained, 0 to 1 (ACT-R's
//! base-level activation; formula, sources and constants are in migration 0032). Told once and never used, it is:
//!
//! | age | 1 day | 30 days | 90 days | 182 days | 1 year | 3 years |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | drawn from a conversation | 1.00 | 0.90 | 0.71 | 0.50 | 0.29 | 0.10 |
//! | the person asked to remember it | 1.00 | 0.98 | 0.96 | 0.93 | 0.89 | 0.78 |
//!
//! A pinned memory has 1. Retention is a factor on rank only (`retrieval::recall`), never on relevance, so a direct
//! question still finds a faded memory. Below [`FADED`] the memory page marks it, and the profile takes it last.
//!
//! **Near-duplicates** ([`alike`]) and **episodes** ([`gather`]) are found by [`CONSOLIDATE`], a job that runs after
//! memories were stored. A memory that another one stands for points to it (`consolidated_into`) and keeps its own
//! sources and vector. Each group is one transaction that first checks that its rows are as they were read: a failure
//! changes nothing, and two runs at once do not make a group twice.

mod alike;
mod consolidate;
mod gather;
mod line;
mod rows;
mod separate;
mod usage;

pub(crate) use consolidate::{CONSOLIDATE, enqueue};
pub(crate) use line::{heads_of, refresh};
pub(crate) use usage::count_use;

/// Retention below which a memory counts as faded.
pub(crate) const FADED: f64 = 0.5;

/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
pub(super) const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("memory::layers::alike", |text| { std::hint::black_box(alike::Reading::of(text)); }),
    ("memory::layers::gather", |text| { std::hint::black_box(gather::Matter::of(text, chrono::Utc::now(), chrono_tz::Tz::UTC)); }),
];
