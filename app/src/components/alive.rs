//! Hydrates the islands of a page. A page without islands omits it and loads no script at all.
//!
//! Own script instead of Leptos' `HydrationScripts`, which puts the nonce in the wrong place and so fails under the
//! Content-Security-Policy.

use crate::context;
use leptos::{nonce::use_nonce, prelude::*};

/// Walks the document in order: an island inside another's children needs that island's owner set first.
const WAKE: &str = r#"
await init({ module_or_path: wasm });
mod.hydrate();
const walk = async (node, enter) => {
  if (node.localName === "leptos-island") {
    enter?.();
    await mod[node.dataset.component]?.(node);
  }
  const inner = node.localName === "leptos-children" ? node.$$on_hydrate : enter;
  for (const child of node.children) await walk(child, inner);
};
await walk(document.body);
document.documentElement.dataset.alive = "";
"#;

/// Place it once on every page that has islands.
#[component]
pub fn Alive() -> impl IntoView {
    let assets = context::request()
        .map(|request| request.assets)
        .unwrap_or_default();
    let (js, wasm) = (assets.js.clone(), assets.wasm.clone());
    let script = format!("import init, * as mod from {js:?};\nconst wasm = {wasm:?};{WAKE}");
    view! {
        <link rel="modulepreload" href=js nonce=use_nonce()/>
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
        <script type="module" nonce=use_nonce() inner_html=script></script>
    }
}
