//! Rules for names and passwords.
//!
//! A name may be in any script. Two names count as equal when they look alike after compatibility folding (`Ａｎｎａ`,
//! `ANNA` and `anna`). Invisible characters are refused, so that no name can imitate another one.

use crate::{Error, Result};
use hearth_types::{Field, InvalidReason};
use unicode_normalization::UnicodeNormalization;

const MAX_NAME_CHARS: usize = 64;
const MIN_PASSWORD_CHARS: usize = 8;
/// Argon2 reads all of it, so its length is limited.
const MAX_PASSWORD_BYTES: usize = 1024;

/// A name as it is shown, and as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub shown: String,
    pub folded: String,
}

impl Name {
    /// Trims and composes a name; refuses an empty, too long or invisible one.
    pub fn parse(text: &str) -> Result<Self> {
        let invalid = |reason| Err(Error::invalid(Field::Name, reason));
        // Composition makes at most three characters of one, so a very long text is refused without composing it.
        if text.len() > 16 * MAX_NAME_CHARS {
            return invalid(InvalidReason::TooLong);
        }
        let composed: String = text.nfc().collect();
        let shown = composed
            .split(' ')
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        let folded = fold(&shown);
        if folded.is_empty() || !hearth_types::has_something_to_read(&shown) {
            return invalid(InvalidReason::Empty);
        }
        if shown.chars().count() > MAX_NAME_CHARS {
            return invalid(InvalidReason::TooLong);
        }
        if has_invisible(&shown) || has_invisible(&folded) {
            return invalid(InvalidReason::Wrong);
        }
        Ok(Self { shown, folded })
    }
}

/// Compatibility form without case. Joiners and variation selectors are dropped: they change a glyph, not the name.
fn fold(name: &str) -> String {
    let seen = name
        .nfkc()
        .filter(|c| !matches!(c, JOINERS!() | '\u{FE00}'..='\u{FE0F}'));
    // Upper case, then lower case: folds letters without a one-to-one case (ß, final ς).
    let upper: String = seen.flat_map(char::to_uppercase).collect();
    let lower = upper
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'ς' { 'σ' } else { c });
    lower.nfkc().collect::<String>().trim().to_owned()
}

/// Zero-width non-joiner and joiner: part of Persian and Indic spelling, so they are allowed inside such words.
macro_rules! JOINERS {
    () => {
        '\u{200C}' | '\u{200D}'
    };
}
use JOINERS;

fn has_invisible(name: &str) -> bool {
    let chars: Vec<char> = name.chars().collect();
    chars.iter().enumerate().any(|(i, &c)| match c {
        JOINERS!() => {
            let spelled = |at: Option<usize>| {
                at.and_then(|at| chars.get(at))
                    .is_some_and(|c| !c.is_ascii() && !matches!(c, JOINERS!()))
            };
            !(spelled(i.checked_sub(1)) && spelled(Some(i + 1)))
        }
        ' ' => false,
        c => c.is_control() || c.is_whitespace() || is_invisible(c),
    })
}

/// Format characters (category Cf: direction marks, zero widths, tags) and letters without a glyph.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{890}'..='\u{891}'
        | '\u{8E2}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}' | '\u{200E}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}'
        | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFD}' | '\u{110BD}' | '\u{110CD}'
        | '\u{13430}'..='\u{1345F}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// A password ready for hashing. Has no `Debug`, so that it cannot reach a log.
pub(super) struct Password(String);

impl Password {
    /// A new password. Only its length is checked (NIST SP 800-63B asks for no mixture of characters).
    pub fn new(text: &str) -> Result<Self> {
        let password = Self::attempt(text).ok_or(Error::invalid(Field::Password, InvalidReason::TooLong))?;
        if text.is_empty() {
            return Err(Error::invalid(Field::Password, InvalidReason::Empty));
        }
        if password.0.chars().count() < MIN_PASSWORD_CHARS {
            return Err(Error::invalid(Field::Password, InvalidReason::TooShort));
        }
        Ok(password)
    }

    /// A password typed at sign-in; none if it is longer than any password may be.
    pub fn attempt(text: &str) -> Option<Self> {
        // Composed, because the same keys give different bytes on different devices.
        (text.len() <= MAX_PASSWORD_BYTES).then(|| Self(text.nfkc().collect()))
    }

    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        Name::parse(text).expect("a good name").folded
    }

    #[test]
    fn names_in_any_script_are_accepted() {
        for name in [
            "Anna",
            "José",
            "李小龙",
            "Ольга",
            "علی‌رضا",
            "नेहा",
            "さくら",
            "O'Brien",
            "Müller-Lüdenscheidt",
            "🦊",
        ] {
            assert!(Name::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn names_that_look_alike_are_equal() {
        assert_eq!(folded("Ａｎｎａ"), folded(" ANNA "));
        assert_eq!(folded("Straße"), folded("STRASSE"));
        assert_eq!(folded("ΝΙΚΟΣ"), folded("νικος"));
        assert_eq!(folded("Jose\u{301}"), folded("José"));
        assert_eq!(folded("علی\u{200C}رضا"), folded("علیرضا"));
        assert_eq!(folded("Anna  Maria"), folded("Anna Maria"));
    }

    #[test]
    fn invisible_names_are_refused() {
        let hidden = [
            "An\u{200B}na",
            "Anna\u{202E}",
            "\u{2066}Anna",
            "An\u{200D}na",
            "A\u{0}b",
            "A\nb",
            "A\u{2028}b",
        ];
        for name in hidden {
            assert!(Name::parse(name).is_err(), "{name:?}");
        }
        for name in ["", "  ", "\u{200D}", "\u{FE0F}", "\u{3164}", "\u{2800}"] {
            assert!(Name::parse(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_name_has_at_most_64_characters() {
        assert!(Name::parse(&"字".repeat(64)).is_ok());
        assert!(Name::parse(&"字".repeat(65)).is_err());
        assert!(Name::parse(&"a".repeat(1_000_000)).is_err());
    }

    #[test]
    fn a_password_has_a_minimum_and_a_maximum_length() {
        assert!(Password::new("correct horse").is_ok());
        assert!(Password::new("八个汉字也够长了").is_ok());
        assert!(Password::new("short").is_err());
        assert!(Password::new(&"x".repeat(1025)).is_err());
    }
}
