//! `bindgen IN.wasm OUT_DIR [--debug]`: the step of wasm-bindgen, as a separate program (see Cargo.toml).
//!
//! Writes `hearth.js` and `hearth_bg.wasm` to OUT_DIR. The page passes the wasm's hashed address to `init()`, so the
//! script contains no default path.

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let input = arguments.next().context("missing argument: the wasm file")?;
    let output = arguments.next().context("missing argument: the output folder")?;
    let debug = arguments.next().is_some_and(|argument| argument == "--debug");
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(input)
        .out_name("hearth")
        .web(true)?
        .typescript(false);
    bindgen
        .omit_default_module_path(true)
        .debug(debug)
        .keep_debug(debug);
    bindgen.remove_name_section(!debug).remove_producers_section(true);
    bindgen.generate(output)
}
