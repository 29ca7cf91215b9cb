//! A text as lists of words are compared with it.

use super::{Language, List};

/// A text in lower case with straight apostrophes and without punctuation: one space between words and at either end.
#[derive(Clone, Debug)]
pub struct Folded(String);

impl Folded {
    pub fn of(text: &str) -> Self {
        let mut folded = String::with_capacity(text.len() + 2);
        folded.push(' ');
        for c in text.chars().flat_map(char::to_lowercase) {
            let c = if c == '’' { '\'' } else { c };
            if !separates(c) {
                folded.push(c);
            } else if !folded.ends_with(' ') {
                folded.push(' ');
            }
        }
        if !folded.ends_with(' ') {
            folded.push(' ');
        }
        Self(folded)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its words; an apostrophe belongs to its word.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let words = self.0.split(' ').map(|word| word.trim_matches('\''));
        words.filter(|word| !word.is_empty())
    }

    /// Whether one of these phrases occurs.
    pub fn has(&self, phrases: List) -> bool {
        phrases.iter().any(|phrase| self.0.contains(phrase))
    }

    /// Whether one of these words of a language occurs, with or without what an apostrophe joins to it.
    pub fn has_word(&self, language: &Language, words: List) -> bool {
        if !language.script.has_spaces() {
            return self.has(words);
        }
        self.words()
            .any(|word| words.contains(&word) || words.contains(&stem(word)))
    }
}

/// The part of a word before an apostrophe: "i" of "i'm".
pub fn stem(word: &str) -> &str {
    word.split('\'').next().unwrap_or(word)
}

/// Punctuation, but for what stands within words and what is a word ("$").
fn separates(c: char) -> bool {
    c.is_whitespace()
        || (c.is_ascii_punctuation() && !"'-$".contains(c))
        || "，。！？；：、…“”„‘«»「」『』《》（）¿¡".contains(c)
}

#[cfg(test)]
mod tests {
    use super::Folded;

    #[test]
    fn punctuation_goes_and_words_stay() {
        assert_eq!(
            Folded::of("I’m (37), non-binary!").as_str(),
            " i'm 37 non-binary "
        );
        assert_eq!(Folded::of("我的狗，饼干。").as_str(), " 我的狗 饼干 ");
        assert_eq!(Folded::of("").as_str(), " ");
        assert_eq!(
            Folded::of("'Quoted' words").words().collect::<Vec<_>>(),
            ["quoted", "words"]
        );
    }
}
