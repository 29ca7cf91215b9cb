//! What of a model's answer is believed: a statement that stands in what the person said.

use super::qualifiers;
use hearth_text::{
    cut::is_longer,
    language::{self, Folded, Languages},
    words,
};
use std::collections::BTreeSet;

/// Characters of a note; the schema asks for fewer, and a statement has no more.
const LONGEST: usize = crate::memory::memories::LONGEST_STATEMENT;

/// Share of a statement's words that must stand in what was said: a little room for "is" and "are", none for
/// somebody else's name.
const GROUNDED: f32 = 0.75;

/// Which of the sentences a statement was drawn from; none when it was invented.
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
    (covered >= GROUNDED && hard_words_were_said(statement, source) && qualifiers::same(statement, source))
        .then_some(best)
}

/// Whether every name and number of the statement was said: these are right or wrong, never nearly right. A
/// sentence's first word is written large anyhow.
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
        // A number may stand inside a run of Chinese.
        !(number || name)
            || said.contains(&word.to_lowercase())
            || (!word.is_ascii() && source.contains(word.as_str()))
    })
}

/// True today and of no use in a month: moods and errands.
pub(crate) fn is_passing(sentence: &str) -> bool {
    let text = Folded::of(sentence);
    let languages = Languages::of(sentence);
    languages
        .iter()
        .any(|language| text.has(language.statements.passing))
}

/// About whom: a name that stands in the statement, or nobody but the person.
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
    fn a_statement_is_found_in_what_was_said() {
        let said = [
            "We went for a walk.",
            "My dog is called Biscuit and he is allergic to chicken.",
        ];
        assert_eq!(from("My dog is called Biscuit", &said), Some(1));
        assert_eq!(from("Biscuit is allergic to chicken", &said), Some(1));
        assert_eq!(from("我的狗叫饼干", &["我的狗叫饼干，它三岁了。"]), Some(0));
    }

    #[test]
    fn what_was_invented_is_not() {
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
