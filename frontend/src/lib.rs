//! The wasm entry: wakes the islands and nothing else.

use wasm_bindgen::prelude::wasm_bindgen;

// The islands live in this crate's dependency; naming it keeps the linker from dropping them.
pub use hearth_app as app;

/// Called by the page's script, once, before it wakes each island.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
