//! `bindgen IN.wasm OUT_DIR [--debug]`: wasm-bindgen's step, as a program of its own (see Cargo.toml).
//!
//! Leaves `hearth.js` and `hearth_bg.wasm` in OUT_DIR. The page passes the wasm's hashed address to
//! `init()`, hence no default path in the script.

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let input = arguments.next().context("which wasm?")?;
    let output = arguments.next().context("into which folder?")?;
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
