//! Every sentence a person reads, in both languages, by area.
//!
//! A text is a constant with a field per language, so a missing translation does not compile, and the browser's
//! half carries only the texts that its islands name. Texts with a number or a name in them are functions.

pub mod account;
pub mod answers;
pub mod attachments;
pub mod chat;
pub mod common;
pub mod conversations;
pub mod memory;
pub mod models;
pub mod moments;
pub mod people;
pub mod problems;
pub mod search;
pub mod setup;
pub mod sharing;
pub mod shortcuts;
pub mod transfer;

use hearth_types::Language;

/// One text in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    pub en: &'static str,
    pub zh: &'static str,
}

impl Text {
    /// In this language.
    pub const fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::SimplifiedChinese => self.zh,
        }
    }
}

/// Declares texts: `text! { /// Where. SEND = "Send" / "发送"; }`.
macro_rules! text {
    ($($(#[$doc:meta])* $name:ident = $en:literal / $zh:literal;)+) => {$(
        $(#[$doc])*
        pub const $name: $crate::strings::Text = $crate::strings::Text { en: $en, zh: $zh };
    )+};
}
pub(crate) use text;

/// The text in the language of this page.
pub fn t(text: Text) -> &'static str {
    text.in_language(language())
}

/// The language of this page: the person's own, else the request's.
#[cfg(feature = "ssr")]
pub fn language() -> Language {
    leptos::prelude::use_context().unwrap_or_default()
}

/// The language of this page, as the server wrote it on the document.
#[cfg(feature = "hydrate")]
pub fn language() -> Language {
    match crate::browser::page::language_tag().as_deref() {
        Some("zh-CN") => Language::SimplifiedChinese,
        _ => Language::English,
    }
}

/// `one` for 1 and `many` otherwise, with `{n}` replaced; Chinese has one form.
pub(crate) fn counted(n: u64, one: &str, many: &str, zh: &str) -> String {
    let form = match language() {
        Language::SimplifiedChinese => zh,
        Language::English if n == 1 => one,
        Language::English => many,
    };
    form.replace("{n}", &n.to_string())
}

/// The text with its `{}` replaced.
pub(crate) fn filled(text: Text, value: &str) -> String {
    t(text).replace("{}", value)
}
