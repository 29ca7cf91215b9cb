//! Set-up and orchestration.
#![allow(clippy::print_stdout)]
mod assets; mod debian; mod styles; mod wasm_opt; mod site; mod toolchain;
mod paths; mod pins; mod sh; mod wheels; mod postgres_bundle;
fn main() -> anyhow::Result<()> { postgres_bundle::ensure_bundle()?;let t=toolchain::ensure()?; let m = if std::env::args().nth(1).is_some() {site::Mode::Dev} else {site::Mode::Release}; site::ensure_site(&t, m)?; Ok(()) }
