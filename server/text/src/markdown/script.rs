//! The script of a block, where a browser must know it: Chinese, Japanese and Korean share characters that each
//! draws and breaks in its own way, independent of the language of the page.

/// The `lang` attribute of a block; none for scripts that need none.
pub(super) fn language(text: &str) -> Option<&'static str> {
    let (mut letters, mut han, mut kana, mut hangul) = (0_usize, 0_usize, 0_usize, 0_usize);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        match c {
            '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' => kana += 1,
            '\u{ac00}'..='\u{d7af}' | '\u{1100}'..='\u{11ff}' => hangul += 1,
            '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}' => {
                han += 1;
            }
            _ => {}
        }
    }
    // A word takes several letters and one or two of these: a fifth is more than half of what is read.
    if (han + kana + hangul) * 5 < letters || han + kana + hangul == 0 {
        None
    } else if hangul > han + kana {
        Some("ko")
    } else if kana * 10 > han {
        Some("ja")
    } else {
        Some("zh")
    }
}

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn scripts_are_told_apart() {
        assert_eq!(language("饼干对鸡肉过敏，不能吃 chicken。"), Some("zh"));
        assert_eq!(language("これは日本語の文です"), Some("ja"));
        assert_eq!(language("한국어 문장입니다"), Some("ko"));
        assert_eq!(language("The word 饼干 means biscuit in Chinese"), None);
        assert_eq!(language("مرحبا"), None);
        assert_eq!(language(""), None);
    }
}
