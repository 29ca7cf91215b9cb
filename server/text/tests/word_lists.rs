//! Words of a language stand in its pack alone: no rule holds a list of its own.

#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

use hearth_text::language;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// What may hold words of a language and is no rule.
const NO_RULES: [(&str, &str); 6] = [
    ("text/src/language", "the packs"),
    ("text/src/hostile.rs", "texts for tests"),
    ("backend/src/testing", "texts for tests"),
    (
        "backend/src/transfer/export/phrases.rs",
        "what an archive says to its owner",
    ),
    ("text/src/markdown/tests", "tests"),
    ("text/src/markdown/sanitise.rs", "tags of MathML and units of CSS"),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
            found.push(path);
        }
    }
}

/// The contents of string and character literals before the tests of a file, each with its line.
fn literals(source: &str) -> Vec<(usize, String)> {
    let code = source.split("\nmod tests {").next().unwrap_or_default();
    let mut literals = Vec::new();
    for (number, line) in (1..).zip(code.lines()) {
        let line = line.trim_start();
        // A call in a list of functions for tests with hostile texts.
        if line.starts_with("//") || line.contains("black_box(") {
            continue;
        }
        for (at, piece) in line.replace("\\\"", "").split('"').enumerate() {
            // Every second piece stands between quotation marks; a character stands between apostrophes.
            if at % 2 == 1 {
                literals.push((number, piece.to_owned()));
            } else {
                let code = piece.split("//").next().unwrap_or_default();
                literals.extend(
                    code.split('\'')
                        .skip(1)
                        .step_by(2)
                        .map(|c| (number, c.to_owned())),
                );
            }
        }
    }
    literals
}

/// Pronouns, people and months: no word list does without all of them.
fn telling_words() -> BTreeSet<&'static str> {
    let spaced = language::ALL
        .iter()
        .filter(|language| language.script.has_spaces());
    let lists = spaced.flat_map(|language| {
        let person = &language.person;
        let months = language.times.months.iter().copied();
        [
            person.singular,
            person.receiver,
            person.plural,
            person.others,
            person.relations,
        ]
        .into_iter()
        .chain(months)
    });
    lists.flatten().copied().collect()
}

fn is_ideograph(c: char) -> bool {
    c.is_alphabetic()
        && matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

#[test]
fn no_rule_outside_the_packs_holds_words_of_a_language() {
    let server = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for folder in ["backend/src", "text/src"] {
        sources(&server.join(folder), &mut files);
    }
    assert!(files.len() > 150, "{} files", files.len());
    let telling = telling_words();
    let mut found = Vec::new();
    for path in files {
        let name = path.strip_prefix(server).unwrap().display().to_string();
        if NO_RULES.iter().any(|(place, _)| name.starts_with(place)) {
            continue;
        }
        let literals = literals(&fs::read_to_string(&path).unwrap());
        let ideographs = literals
            .iter()
            .filter(|(_, literal)| literal.chars().any(is_ideograph));
        found.extend(ideographs.map(|(line, literal)| format!("{name}:{line}: {literal:?}")));
        let word = |literal: &str| telling.get(literal.trim().to_lowercase().as_str()).copied();
        let words: BTreeSet<&str> = literals.iter().filter_map(|(_, literal)| word(literal)).collect();
        // One alone is something else: "me" is the asker in a query, "kind" a field.
        if words.len() > 1 {
            found.push(format!("{name}: {words:?}"));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_word_list_in_a_rule_is_recognised() {
    let telling = telling_words();
    for source in [
        "const MONTHS: [&str; 2] = [\"january\", \"february\"];",
        "let own = [\" my \"];",
        "text.contains('我')",
        "text.contains(\"我\")",
    ] {
        let literals = literals(source);
        let is_word = |literal: &str| telling.contains(literal.trim()) || literal.chars().any(is_ideograph);
        assert!(literals.iter().any(|(_, literal)| is_word(literal)), "{source}");
    }
    assert!(literals("/// \"my\"\n#[cfg(test)]\nmod tests { \"my\" }").is_empty());
}
