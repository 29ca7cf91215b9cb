//! Bounds on how much of a text is read.
//!
//! Every function over a text is linear in its length or reads only a bounded part of it; the walk in `hostile`
//! measures all of them.

use std::borrow::Cow;

/// The first characters of a text.
pub fn beginning(text: &str, characters: usize) -> &str {
    let end = text.char_indices().nth(characters);
    end.map_or(text, |(at, _)| &text[..at])
}

/// Whether a text has more characters than this; counts no further.
pub fn is_longer(text: &str, characters: usize) -> bool {
    text.chars().nth(characters).is_some()
}

/// A text without its middle, where it is longer than twice this many characters: the question stands before or after
/// pasted material.
pub fn both_ends(text: &str, characters: usize) -> Cow<'_, str> {
    if !is_longer(text, 2 * characters) {
        return Cow::Borrowed(text);
    }
    let end = text
        .char_indices()
        .rev()
        .nth(characters - 1)
        .map_or(0, |(at, _)| at);
    Cow::Owned(format!("{}\n{}", beginning(text, characters), &text[end..]))
}

/// At most `longest` characters, ending at a word's end with an ellipsis when something is cut.
pub fn clip(text: &str, longest: usize) -> String {
    let text = text.trim();
    if !is_longer(text, longest) {
        return text.to_owned();
    }
    let cut = beginning(text, longest);
    let end = cut
        .rfind(char::is_whitespace)
        .filter(|end| *end > cut.len() / 2)
        .unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use super::{beginning, both_ends, is_longer};

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(beginning("饼干过敏", 2), "饼干");
        assert_eq!(beginning("饼干", 2), "饼干");
        assert!(is_longer("饼干过", 2) && !is_longer("饼干", 2));
        assert_eq!(both_ends("我的狗叫饼干", 2), "我的\n饼干");
        assert_eq!(both_ends("我的饼干", 2), "我的饼干");
    }
}
