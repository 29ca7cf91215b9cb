//! Keyboard shortcuts, and the sheet that lists them.
//!
//! The sheet is a popover, so its button works without scripts; the keys are one small listener on every page of
//! a signed-in person. A single key does nothing while text is being written or composed, with a modifier, or after the
//! person switched keys off: speech input would press them by accident (WCAG 2.1.4).

use super::icons::{self, Icon};
use crate::strings::{Text, common, shortcuts, t};
use leptos::{nonce::use_nonce, prelude::*};

/// What each key does, in the order of the sheet.
const KEYS: [(&str, Text); 10] = [
    ("N", shortcuts::NEW),
    ("W", shortcuts::WRITE),
    ("J", shortcuts::NEXT),
    ("K", shortcuts::PREVIOUS),
    ("L", shortcuts::ALL),
    ("/", shortcuts::SEARCH),
    ("S", shortcuts::STOP),
    ("Y", shortcuts::COPY),
    ("E", shortcuts::NEWEST),
    ("?", shortcuts::SHOW_SHEET),
];

const WHILE_WRITING: [(Text, Text); 3] = [
    (shortcuts::ENTER, shortcuts::SEND),
    (shortcuts::SHIFT_ENTER, shortcuts::NEW_LINE),
    (shortcuts::ESCAPE, shortcuts::LEAVE),
];

/// The button that opens the sheet.
#[component]
pub fn ShortcutsButton() -> impl IntoView {
    view! {
        <button class="shortcuts-button" popovertarget="shortcuts">
            <Icon of=icons::KEYBOARD/>
            <span>{t(shortcuts::SHORTCUTS)}</span>
        </button>
    }
}

/// The sheet and the listener; once on a page.
#[component]
pub fn Shortcuts() -> impl IntoView {
    view! {
        <div id="shortcuts" class="sheet" popover="auto" role="dialog" aria-labelledby="shortcuts-title">
            <h2 id="shortcuts-title">{t(shortcuts::SHORTCUTS)}</h2>
            <p class="quiet">{t(shortcuts::SHORTCUTS_TEXT)}</p>
            <dl class="keys">{KEYS.map(|(key, does)| row(key, does)).collect_view()}</dl>
            <h3>{t(shortcuts::IN_COMPOSER)}</h3>
            <dl class="keys">{WHILE_WRITING.map(|(key, does)| row(t(key), does)).collect_view()}</dl>
            <label class="keys-switch">
                <input type="checkbox" checked data-single-keys/>
                <span>{t(shortcuts::SINGLE_KEYS)}</span>
            </label>
            <button class="button" popovertarget="shortcuts" popovertargetaction="hide">{t(common::CLOSE)}</button>
        </div>
        <script nonce=use_nonce() inner_html=LISTEN></script>
    }
}

fn row(key: &'static str, does: Text) -> impl IntoView {
    view! { <div><dt><kbd>{key}</kbd></dt><dd>{t(does)}</dd></div> }
}

/// A key does nothing when the page lacks its element.
const LISTEN: &str = r##"
(() => {
  const find = (selector) => document.querySelector(selector);
  const off = "hearth-keys-off";
  const sheet = find("#shortcuts");
  const choice = find("[data-single-keys]");
  choice.checked = !localStorage.getItem(off);
  choice.addEventListener("change", () =>
    choice.checked ? localStorage.removeItem(off) : localStorage.setItem(off, "1"));
  const conversation = (step) => {
    const all = [...document.querySelectorAll("[data-conversations] a[data-conversation]")];
    const here = all.findIndex((link) => link.getAttribute("aria-current") === "page");
    const there = here < 0 ? all[0] : all[here + step];
    if (there) location.assign(there.href);
  };
  const writing = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
  const shown = (button) => button && !button.hidden && button.click();
  const acts = {
    n: () => location.assign("/"),
    w: () => find("#composer-text")?.focus(),
    j: () => conversation(1),
    k: () => conversation(-1),
    l: () => location.assign("/conversations"),
    "/": () => {
      const field = find("#search-words");
      if (field) field.select();
      else location.assign("/search");
    },
    s: () => shown(find(".composer .stop")),
    y: () => [...document.querySelectorAll("article.answer")].at(-1)?.querySelector("[data-copy]")?.click(),
    e: () => find("#latest")?.scrollIntoView(false),
    "?": () => sheet.togglePopover(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (writing(event.target)) {
      if (event.key === "Escape" && event.target.id === "composer-text") event.target.blur();
      return;
    }
    const act = Object.hasOwn(acts, event.key.toLowerCase()) && acts[event.key.toLowerCase()];
    if (!act || (!choice.checked && event.key !== "?") || event.repeat) return;
    if (event.key !== "?" && find("[popover]:popover-open")) return;
    event.preventDefault();
    act();
  });
})();
"##;
