//! Set-up and orchestration.
#![allow(clippy::print_stdout)]
mod paths; mod pins; mod sh; mod wheels; mod postgres_bundle;
fn main() -> anyhow::Result<()> { postgres_bundle::ensure_bundle()?; Ok(()) }
