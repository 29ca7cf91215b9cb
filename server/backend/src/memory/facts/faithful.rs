//! Whether a note is faithful to its sentence.
//!
//! A model that shortens a sentence leaves out words that its truth depends on: "I cannot eat peanuts" becomes "I eat
//! peanuts". So a note is accepted only if it has the same [`Qualifiers`] as the clause that it came from. In doubt, and
//! in a language without a pack, the person's own sentence is kept, which is longer and true.

use crate::memory::{
    qualifiers::{Qualifiers, is_in, is_no, is_oneself, unspaced, without_self_reference, words},
    statement::LONGEST_STATEMENT,
};
use hearth_text::{
    cut::beginning,
    language::{Language, Languages, stem},
    words as lexemes,
};
use std::collections::BTreeSet;

/// Whether a note has exactly the qualifiers of its sentence, in every clause that makes the statement.
pub(crate) fn is_faithful(note: &str, sentence: &str) -> bool {
    let (note, sentence) = (
        without_self_reference(beginning(note, LONGEST_STATEMENT)),
        without_self_reference(beginning(sentence, LONGEST_STATEMENT)),
    );
    if bare(note) == bare(sentence) {
        return true;
    }
    let languages = Languages::of(sentence);
    if languages.is_empty() || (lexemes::is_mostly_unspaced(note) && !is_made_of_its_pairs(note, sentence)) {
        return false;
    }
    let (said, own) = (words(note), Qualifiers::of(note));
    let content: Vec<&str> = said
        .iter()
        .map(String::as_str)
        .filter(|word| !is_free(word))
        .collect();
    let parts = clauses(sentence, &languages);
    let mut saying: Vec<&str> = parts.iter().map(String::as_str).collect();
    saying.retain(|clause| stands_in(&content, clause));
    // A note made of several clauses must match the whole sentence.
    if saying.is_empty() && stands_in(&content, sentence) {
        saying.push(sentence);
    }
    !saying.is_empty()
        && has_the_wide_words(note, &said, sentence)
        && saying
            .into_iter()
            .all(|clause| Qualifiers::of(clause) == own && is_of_the_same(&said, note, clause))
}

/// Whether a note has every word that governs its whole sentence.
fn has_the_wide_words(note: &str, said: &[String], sentence: &str) -> bool {
    let is_wide = |word: &String| is_in(word, |language| language.qualifiers.wide);
    let mut wide = words(sentence).into_iter().filter(is_wide);
    let mut unspaced = unspaced().flat_map(|language| language.qualifiers.wide);
    wide.all(|word| said.contains(&word))
        && unspaced.all(|word| !sentence.contains(word) || note.contains(word))
}

fn bare(text: &str) -> String {
    words(text).join(" ")
}

/// Whether a word has no content of its own, or is compared by [`Qualifiers`].
fn is_free(word: &str) -> bool {
    is_in(word, |language| language.qualifiers.free) || is_no(word) || is_oneself(word)
}

/// Whether these words occur in a text in this order; an "s" at the end is ignored as an ending of verb or plural.
fn stands_in(content: &[&str], text: &str) -> bool {
    let has = words(text);
    let mut rest = has.iter();
    let is = |own: &str, other: &str| {
        own == other
            || own.strip_suffix('s') == Some(other)
            || other.strip_suffix('s') == Some(own)
            || (!own.is_ascii() && other.contains(own))
    };
    content
        .iter()
        .all(|word| rest.by_ref().any(|other| is(word, other)))
}

/// Whether every pair of neighbouring characters of the note also occurs in the sentence, so that nothing inside was
/// left out.
fn is_made_of_its_pairs(note: &str, sentence: &str) -> bool {
    let has: BTreeSet<String> = lexemes::all(sentence).into_iter().collect();
    lexemes::all(note).iter().all(|pair| has.contains(pair))
}

/// The clauses of a sentence, split where the next part has its own subject.
fn clauses(sentence: &str, languages: &Languages) -> Vec<String> {
    let mut clauses = vec![String::new()];
    let mut whole = false;
    for part in sentence.split_inclusive([',', ';', '，', '；', '、']) {
        let mut joint = whole || is_a_clause(part, languages);
        whole = is_whole(part);
        let pieces: Vec<&str> = part.split_whitespace().collect();
        for (at, piece) in pieces.iter().enumerate() {
            let is_joint = is_in(&lower(piece), |language| language.qualifiers.joints);
            joint |= is_joint && begins_with_a_subject(pieces[at + 1..].iter().copied(), languages);
            if std::mem::take(&mut joint) {
                clauses.push(String::new());
            }
            if let Some(clause) = clauses.last_mut() {
                clause.push_str(piece);
                clause.push(' ');
            }
        }
    }
    clauses.retain(|clause| !clause.trim().is_empty());
    clauses
}

/// Whether a part of a sentence without spaces is a clause about the person, after which another clause begins. Another
/// subject would be that of the next clause too: 妹は東京に住んでいて、犬を飼っています.
fn is_whole(part: &str) -> bool {
    let part = part.trim_end_matches(|c: char| !c.is_alphanumeric());
    unspaced().any(|language| {
        let mut ends = language.qualifiers.clause_ends.iter();
        ends.find_map(|end| part.strip_suffix(end)).is_some_and(|said| {
            let mut own = said;
            for joint in language.qualifiers.joints {
                own = own.trim_start_matches(joint);
            }
            !language
                .changes
                .before
                .others
                .iter()
                .any(|word| own.contains(word))
        })
    })
}

/// Whether a part of a sentence begins with a subject.
fn is_a_clause(part: &str, languages: &Languages) -> bool {
    let part = part.trim_start();
    let mut subjects = unspaced().flat_map(|language| language.qualifiers.subjects);
    subjects.any(|subject| part.starts_with(subject))
        || begins_with_a_subject(part.split_whitespace(), languages)
}

/// Whether the first word that is not a no is a subject, or a verb that needs none.
fn begins_with_a_subject<'w>(words: impl Iterator<Item = &'w str>, languages: &Languages) -> bool {
    let mut words = words.map(lower).skip_while(|word| is_no(word));
    words.next().is_some_and(|word| {
        let mut spaced = languages.iter().filter(|language| language.script.has_spaces());
        spaced.any(|language| {
            language.qualifiers.subjects.contains(&word.as_str())
                || language.person.in_statements.contains(&word.as_str())
        })
    })
}

fn lower(word: &str) -> String {
    word.to_lowercase().replace('’', "'")
}

/// Whether a note has the same subject as its clause.
fn is_of_the_same(said: &[String], note: &str, clause: &str) -> bool {
    if !clause.is_ascii() && lexemes::is_mostly_unspaced(clause) {
        return unspaced()
            .filter(|language| language.script.writes(clause))
            .all(|language| begins_the_same(language, note, clause));
    }
    let has = words(clause);
    let about_oneself = said.first().is_some_and(|word| is_oneself(word));
    let is_other = |word: &str| is_in(stem(word), |language| language.person.others);
    let third = has.iter().any(|word| is_other(word) && !said.contains(word));
    if about_oneself && (third || !has.iter().any(|word| is_oneself(word))) {
        return false;
    }
    // "My dog is called Biscuit and he is …": the note may begin with the name.
    let is_naming = |word: &str| is_in(word, |language| language.qualifiers.naming);
    if has
        .windows(2)
        .any(|pair| is_naming(&pair[0]) && said.first() == Some(&pair[1]))
    {
        return true;
    }
    let is_filler = |word: &&String| is_in(word, |language| language.qualifiers.fillers);
    let mut head = has.iter().skip_while(is_filler);
    match head.next().map(String::as_str) {
        // "My dog is …": the dog is in the note.
        Some(first) if is_in(first, |language| language.qualifiers.determiners) => {
            let mut nouns = head.take(2).filter(|word| !is_free(word));
            nouns.any(|noun| said.contains(noun))
        }
        // "Biscuit is …", where the person is not a subject.
        Some(first)
            if !has
                .iter()
                .any(|word| is_in(stem(word), |language| language.person.nominative)) =>
        {
            is_free(first) || said.iter().any(|word| word == first)
        }
        _ => true,
    }
}

/// Whether a note begins like its clause, in a script without spaces; "we" and "I" count as equal.
fn begins_the_same(language: &Language, note: &str, clause: &str) -> bool {
    let begin = |text: &str| -> String {
        let mut text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
        for joint in language.qualifiers.joints {
            text = text.trim_start_matches(joint).trim_start();
        }
        let (plural, singular) = (language.person.plural.first(), language.person.singular.first());
        let text = match (plural, singular) {
            (Some(plural), Some(singular)) => text.replace(plural, singular),
            _ => text.to_owned(),
        };
        text.chars().take(2).collect()
    };
    begin(note) == begin(clause)
}

#[cfg(test)]
mod tests;
