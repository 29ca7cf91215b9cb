//! A text in every language, and how it is chosen and filled.

use super::{
    plural::{OneOther, Other},
    pseudo,
};
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

    /// Checks that every translation has these arguments and no others; for constants, so that a mistake does not
    /// compile.
    pub const fn with_arguments(self, names: &[&str]) -> Self {
        assert!(
            has_arguments(self.en, names) && has_arguments(self.zh, names),
            "a translation lacks an argument, or has an unknown one"
        );
        self
    }
}

/// One text with plural forms in every language.
#[derive(Clone, Copy, Debug)]
pub struct Plural {
    pub en: OneOther,
    pub zh: Other,
}

impl Plural {
    /// The form for a number.
    pub const fn of(self, n: u64) -> Text {
        Text {
            en: self.en.of(n),
            zh: self.zh.of(n),
        }
    }
}

/// Declares the translations of one language, after the type of its plural forms in `plural`; `texts!` describes the
/// syntax.
macro_rules! translation {
    ($forms:ident; $($topic:ident { $($name:ident = $value:tt;)+ })+) => {$(
        #[allow(non_upper_case_globals, reason = "texts with arguments become functions of the same name")]
        #[cfg_attr(feature = "hydrate", allow(dead_code))]
        pub(crate) mod $topic {
            $($crate::strings::text::translation! { @item $forms $name $value })+
        }
    )+};
    (@item $forms:ident $name:ident { $($form:ident: $words:literal),+ }) => {
        pub(crate) const $name: $crate::strings::plural::$forms =
            $crate::strings::plural::$forms { $($form: $words),+ };
    };
    (@item $forms:ident $name:ident $words:literal) => {
        pub(crate) const $name: &str = $words;
    };
}
pub(super) use translation;

/// The text in the language of this page.
pub fn t(text: Text) -> &'static str {
    let words = text.in_language(language());
    if pseudo::is_on() { pseudo::of(words) } else { words }
}

/// The text in the language of this page, with its arguments: names without braces, and values.
pub fn filled(text: Text, arguments: &[(&str, &str)]) -> String {
    let mut rest = t(text);
    let mut result = String::with_capacity(rest.len());
    while let Some((before, (name, after))) = rest
        .split_once('{')
        .and_then(|(before, behind)| Some((before, behind.split_once('}')?)))
    {
        let value = arguments.iter().find(|argument| argument.0 == name);
        result.push_str(before);
        result.push_str(value.map_or(name, |value| value.1));
        rest = after;
    }
    result + rest
}

/// The language of this page: the person's own, else the request's.
#[cfg(feature = "ssr")]
pub fn language() -> Language {
    leptos::prelude::use_context().unwrap_or_default()
}

/// The language of this page, as the server wrote it on the document.
#[cfg(feature = "hydrate")]
pub fn language() -> Language {
    let tag = crate::browser::page::language_tag().unwrap_or_default();
    let mut languages = Language::ALL.into_iter();
    languages
        .find(|language| language.tag() == tag)
        .unwrap_or_default()
}

/// Whether the text has all of these arguments and no others.
const fn has_arguments(text: &str, names: &[&str]) -> bool {
    let mut found = 0;
    let mut at = 0;
    let text = text.as_bytes();
    while at < text.len() {
        if text[at] == b'{' {
            let mut name = 0;
            while name < names.len() && !begins_with(text, at + 1, names[name].as_bytes()) {
                name += 1;
            }
            if name == names.len() {
                return false;
            }
            found |= 1_u64 << name;
        }
        at += 1;
    }
    found.count_ones() as usize == names.len()
}

/// Whether `name` and a closing brace are at this place.
const fn begins_with(text: &[u8], at: usize, name: &[u8]) -> bool {
    let mut length = 0;
    while length < name.len() {
        if at + length >= text.len() || text[at + length] != name[length] {
            return false;
        }
        length += 1;
    }
    at + length < text.len() && text[at + length] == b'}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_must_be_the_same_in_every_language() {
        assert!(has_arguments("{a} and {b}", &["b", "a"]));
        assert!(!has_arguments("{a}", &["a", "b"]));
        assert!(!has_arguments("{a} {c}", &["a"]));
        assert!(!has_arguments("{ab}", &["a"]));
    }

    #[test]
    fn braces_in_a_value_are_not_filled() {
        let text = Text {
            en: "{a}, {b}",
            zh: "{a}，{b}",
        };
        assert_eq!(filled(text, &[("a", "{b}"), ("b", "x")]), "{b}, x");
    }
}
