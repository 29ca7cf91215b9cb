//! Accepts a note of a model only if its words occur in the person's own sentences.

use super::faithful;
use hearth_text::{
    cut::is_longer,
    language::{self, Folded, Languages},
    words,
};
use std::collections::BTreeSet;

/// Maximum characters of a note; the schema asks for fewer.
const LONGEST: usize = crate::memory::statement::LONGEST_STATEMENT;

/// Minimum share of a statement's words that must occur in the sentence: it allows for "is" and "are", but not for
/// another person's name.
const GROUNDED: f32 = 0.75;

/// Index of the sentence that a statement was extracted from; none when it was invented.
pub(crate) fn source_of(statement: &str, sentences: &[String]) -> Option<usize> {
    if is_longer(statement, LONGEST) {
        return None;
    }
    let wanted = words::of_question(statement);
    if wanted.is_empty() {
        return None;
    }
    let (best, covered) = sentences
        .iter()
        .enumerate()
        .map(|(index, sentence)| (index, words::share(&wanted, &words::of_question(sentence))))
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
    let source = &sentences[best];
    (covered >= GROUNDED
        && hard_words_were_said(statement, source)
        && faithful::is_faithful(statement, source))
    .then_some(best)
}

/// Whether the sentence has every name and number of the statement: these must match exactly. The first word of a
/// sentence has a capital letter anyway and is not taken as a name.
fn hard_words_were_said(statement: &str, source: &str) -> bool {
    let parts = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric());
        parts.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let said: BTreeSet<String> = parts(source).iter().map(|word| word.to_lowercase()).collect();
    parts(statement).iter().enumerate().all(|(index, word)| {
        let number = word.chars().any(|c| c.is_ascii_digit());
        let name =
            index > 0 && !language::is_oneself(word) && word.chars().next().is_some_and(char::is_uppercase);
        // A number may be inside Chinese text without spaces.
        !(number || name)
            || said.contains(&word.to_lowercase())
            || (!word.is_ascii() && source.contains(word.as_str()))
    })
}

/// Whether a sentence is true today but useless in a month: moods and errands.
pub(crate) fn is_passing(sentence: &str) -> bool {
    let text = Folded::of(sentence);
    let languages = Languages::of(sentence);
    languages
        .iter()
        .any(|language| text.has(language.statements.passing))
}

/// The subject of a statement: a name that occurs in it, or empty for the person.
pub(crate) fn subject(about: &str, statement: &str) -> String {
    let about = about.trim();
    let lower = about.to_lowercase();
    let is_the_person = language::ALL
        .iter()
        .map(|language| &language.person)
        .any(|person| {
            let words = [
                person.singular,
                person.receiver,
                person.plural,
                person.called_by_models,
            ];
            words.into_iter().any(|words| words.contains(&lower.as_str()))
        });
    let named = !about.is_empty()
        && about.chars().count() <= 40
        && !is_the_person
        && statement.to_lowercase().contains(&lower);
    if named { about.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::source_of;

    fn from(statement: &str, said: &[&str]) -> Option<usize> {
        let said: Vec<String> = said.iter().map(|text| (*text).to_owned()).collect();
        source_of(statement, &said)
    }

    #[test]
    fn a_statement_is_traced_to_its_sentence() {
        let said = [
            "We went for a walk.",
            "My dog is called Biscuit and he is allergic to chicken.",
        ];
        assert_eq!(from("My dog is called Biscuit", &said), Some(1));
        assert_eq!(from("Biscuit is allergic to chicken", &said), Some(1));
        assert_eq!(from("我的狗叫饼干", &["我的狗叫饼干，它三岁了。"]), Some(0));
    }

    #[test]
    fn an_invented_statement_has_no_source() {
        let said = ["My dog is called Biscuit.", "I live in Lisbon."];
        for invented in [
            "My dog is called Rex",
            "I live in Lisbon with three cats and a parrot",
            "I do not live in Lisbon",
            "The user likes music",
            "My dog is 4",
            "",
        ] {
            assert_eq!(from(invented, &said), None, "{invented}");
        }
    }
}
