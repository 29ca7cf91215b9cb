//! Properties of characters that decide where emphasis and addresses begin and end.

use unicode_properties::{GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory};

/// Whether it is of a script written without spaces between words, or full width, or an emoji: such a character
/// borders on a delimiter like a space does.
///
/// The ranges are those of East Asian Width W, F and H (Unicode 17, `EastAsianWidth.txt`) and of the script Hangul,
/// as `markdown-cjk-friendly` defines a CJK character. Unassigned code points between them are included.
pub(super) fn is_wide(c: char) -> bool {
    matches!(
        c,
        '\u{1100}'..='\u{11ff}'
            | '\u{20a9}'
            | '\u{2329}'..='\u{232a}'
            | '\u{2e80}'..='\u{303e}'
            | '\u{3041}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{a4cf}'
            | '\u{a960}'..='\u{a97f}'
            | '\u{ac00}'..='\u{d7ff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fe10}'..='\u{fe19}'
            | '\u{fe30}'..='\u{fe6f}'
            | '\u{ff01}'..='\u{ffee}'
            | '\u{16fe0}'..='\u{18dff}'
            | '\u{1aff0}'..='\u{1b2ff}'
            | '\u{1f200}'..='\u{1f265}'
            | '\u{20000}'..='\u{3ffff}'
    ) || is_emoji(c)
}

/// Whether a character is an emoji; digits and `#`, which only begin one, are not.
pub(super) fn is_emoji(c: char) -> bool {
    !c.is_ascii() && c.is_emoji_char()
}

/// Whether it changes the character before it and stands for nothing by itself: variation selectors, the joiner, the
/// keycap, skin tones and tags.
pub(super) const fn is_modifier(c: char) -> bool {
    matches!(
        c,
        '\u{200d}'
            | '\u{20e3}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{1f3fb}'..='\u{1f3ff}'
            | '\u{e0020}'..='\u{e007f}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

/// Punctuation as CommonMark 0.31 has it: ASCII punctuation and the Unicode categories P and S.
pub(super) fn is_punctuation(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_punctuation();
    }
    matches!(
        c.general_category_group(),
        GeneralCategoryGroup::Punctuation | GeneralCategoryGroup::Symbol
    )
}

/// Whether a character belongs to Chinese, Japanese or Korean and is not punctuation.
pub(super) fn is_wide_letter(c: char) -> bool {
    !c.is_ascii() && c.is_alphabetic() && is_wide(c)
}

#[cfg(test)]
mod tests {
    use super::{is_modifier, is_punctuation, is_wide, is_wide_letter};

    #[test]
    fn marks_of_both_widths_are_told_from_letters() {
        for c in "，。：！？（）【】《》「」『』、；～·“”‘’—…!?()[]\"'👍".chars()
        {
            assert!(is_punctuation(c) && !is_wide_letter(c), "{c}");
        }
        for c in "中あア한々ㄅ".chars() {
            assert!(!is_punctuation(c) && is_wide_letter(c), "{c}");
        }
        for c in "，：（「～👍☀한".chars() {
            assert!(is_wide(c), "{c}");
        }
        for c in "aé1#“”…—я".chars() {
            assert!(!is_wide(c), "{c}");
        }
        assert!(is_modifier('\u{fe0f}') && !is_modifier('中'));
    }
}
