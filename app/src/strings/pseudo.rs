//! The pseudo-language: English with accents, in brackets, about 40 % longer. It shows which text is not translated,
//! which is put together from parts, and what does not fit.
//!
//! Only a server built for development offers it, by the cookie `hearth_pseudo`; such a page names the language [`TAG`],
//! by which the browser's half knows.

/// The language tag of a page in the pseudo-language, from the range for private use.
pub const TAG: &str = "en-XA";

/// Whether this page is in the pseudo-language.
#[cfg(feature = "ssr")]
pub fn is_on() -> bool {
    cfg!(debug_assertions) && has_cookie().unwrap_or_default()
}

#[cfg(feature = "ssr")]
fn has_cookie() -> Option<bool> {
    let request = leptos::prelude::use_context::<http::request::Parts>()?;
    let cookies = request.headers.get(http::header::COOKIE)?.to_str().ok()?;
    Some(cookies.split("; ").any(|cookie| cookie == "hearth_pseudo=on"))
}

/// Whether this page is in the pseudo-language.
#[cfg(feature = "hydrate")]
pub fn is_on() -> bool {
    crate::browser::page::language_tag().as_deref() == Some(TAG)
}

/// The pseudo text. It lives as long as the program, as other texts do: on the server each is made once; in the
/// browser, where the pseudo-language is only looked at, at each use.
pub fn of(words: &'static str) -> &'static str {
    #[cfg(feature = "ssr")]
    {
        use std::{collections::HashMap, sync::Mutex};
        static MADE: Mutex<Option<HashMap<&str, &str>>> = Mutex::new(None);
        let mut made = MADE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let made = made.get_or_insert_default();
        made.entry(words).or_insert_with(|| stretched(words).leak())
    }
    #[cfg(not(feature = "ssr"))]
    stretched(words).leak()
}

/// Accents on vowels, each vowel repeated until the text is 40 % longer; arguments in braces stay. A text without
/// letters stays as it is.
fn stretched(words: &str) -> String {
    let mut result = String::from("[");
    let mut in_argument = false;
    let mut letters = false;
    // Tenths of a character that are still to be added.
    let mut missing = 0;
    for c in words.chars() {
        in_argument = c == '{' || (in_argument && c != '}');
        let accented = match c {
            _ if in_argument => c,
            'a' => 'á',
            'e' => 'é',
            'i' => 'í',
            'o' => 'ó',
            'u' => 'ú',
            'y' => 'ý',
            'A' => 'Á',
            'E' => 'É',
            'I' => 'Í',
            'O' => 'Ó',
            'U' => 'Ú',
            _ => c,
        };
        letters |= !in_argument && c.is_alphabetic();
        missing += if in_argument { 0 } else { 4 };
        result.push(accented);
        while accented != c && missing >= 10 {
            result.push(accented.to_lowercase().next().unwrap_or(accented));
            missing -= 10;
        }
    }
    result.push(']');
    if letters { result } else { words.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::stretched;

    #[test]
    fn texts_are_accented_bracketed_and_longer() {
        assert_eq!(stretched("Delete for good"), "[Déléétéé fóór góóóód]");
        let long = "What is here already is left as it is, and nothing is taken.";
        assert!(stretched(long).chars().count() >= long.len() * 135 / 100);
    }

    #[test]
    fn arguments_and_texts_without_letters_stay() {
        assert_eq!(stretched("Load {model} now"), "[Lóáád {model} nóóów]");
        assert_eq!(stretched("{a}, {b}"), "{a}, {b}");
        assert_eq!(stretched("…"), "…");
    }
}
