//! The macro behind the source language.

/// Declares texts with their English words, and takes the other languages' from their files: a missing translation, a
/// missing plural form or a missing argument does not compile.
///
/// - `SEND = "Send";` is a constant [`Text`](super::Text).
/// - `loading(model) = "Loading {model}";` is a function of `&str` arguments.
/// - `files(n) = { one: "{n} file", other: "{n} files" };` is a function of a number, which may be followed by further
///   arguments; `{n}` may be omitted in any form.
macro_rules! texts {
    ($($(#[$doc:meta])* $topic:ident {
        $($(#[$note:meta])* $name:ident $(($($argument:ident),+))? = $value:tt;)+
    })+) => {$(
        $(#[$doc])*
        #[cfg_attr(feature = "hydrate", allow(dead_code))]
        pub(crate) mod $topic {
            $($crate::strings::catalogue::texts! {
                @item $topic $(#[$note])* $name ($($($argument),+)?) $value
            })+
        }
    )+};
    (@item $topic:ident $(#[$note:meta])* $name:ident () $en:literal) => {
        $(#[$note])*
        pub(crate) const $name: $crate::strings::text::Text = $crate::strings::text::Text {
            en: $en,
            zh: $crate::strings::zh::$topic::$name,
        };
    };
    (@item $topic:ident $(#[$note:meta])* $name:ident ($($argument:ident),+) $en:literal) => {
        $(#[$note])*
        pub(crate) fn $name($($argument: &str),+) -> String {
            const TEXT: $crate::strings::text::Text = $crate::strings::text::Text {
                en: $en,
                zh: $crate::strings::zh::$topic::$name,
            }
            .with_arguments(&[$(stringify!($argument)),+]);
            $crate::strings::text::filled(TEXT, &[$((stringify!($argument), $argument)),+])
        }
    };
    (@item $topic:ident $(#[$note:meta])* $name:ident ($n:ident $(, $argument:ident)*)
        { $($form:ident: $words:literal),+ }) => {
        $(#[$note])*
        pub(crate) fn $name($n: impl Into<u64> $(, $argument: &str)*) -> String {
            const TEXT: $crate::strings::text::Plural = $crate::strings::text::Plural {
                en: $crate::strings::plural::OneOther { $($form: $words),+ },
                zh: $crate::strings::zh::$topic::$name,
            };
            let n = $n.into();
            let arguments = [
                (stringify!($n), &*$crate::strings::numbers::number(n))
                $(, (stringify!($argument), $argument))*
            ];
            $crate::strings::text::filled(TEXT.of(n), &arguments)
        }
    };
}
pub(super) use texts;
