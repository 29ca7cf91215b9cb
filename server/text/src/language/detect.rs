//! Which languages a text may be in.
//!
//! Messages are short: one word, a question of four. No detector is right about all of them, so rules get every
//! language that is possible and not one: the one that the detector names, and any that more of the text's words are
//! known of. The detectors on 160 messages as people send them (`tests/languages.txt`: 40 English, 40 German, 20
//! Chinese, 60 of 16 other languages, and 8 that no reader can assign), in a release build:
//!
//! | | English | German | Chinese | others | size | time of a message |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | whichlang 0.1.1 | 36 | 38 | 20 | 53 | 0.27 MB | 0.3 µs |
//! | whatlang 0.18 | 17 | 25 | 19 | 38 | 0.31 MB | 70 µs |
//! | – where it says it is sure | 0 | 5 | 19 | 9 | | |
//! | lingua 1.7, 12 languages | 36 | 37 | 20 | 45 | 49 MB | 198 µs |
//! | – low accuracy | 29 | 34 | 20 | 43 | | 147 µs |
//! | whichlang with the words of the packs ([`Languages`]) | 40 | 40 | 20 | 53 | | 6 µs |
//!
//! The last row counts a message as right when its language is among the possible ones, or when none is possible for
//! a language without a pack. Six of the seven wrong ones are of one or two words.
//!
//! The table is of the packs before Spanish and Japanese. With these and 184 messages, 6 are wrong: none of the 17 in
//! Spanish and the 11 in Japanese, none of the 10 in Portuguese and Italian of more than one word, and 6 of one to three
//! words in other languages.

use super::{ALL, Lang, Language, Script, folded};
use crate::{cut::beginning, words};
use std::{collections::HashSet, sync::LazyLock};

/// Characters of a text that are read.
const LONGEST: usize = 2_000;

/// Words of a text up to which it is too short to be of a language without a pack.
const TOO_SHORT: usize = 2;

/// Chinese characters for each kana up to which a text may be Chinese.
const FEW_KANA: usize = 4;

/// The languages with a pack that a text may be in; none when it is in another language.
#[derive(Clone, Debug)]
pub struct Languages {
    possible: Vec<&'static Language>,
    /// Whether a word of the text is known.
    understood: bool,
}

impl Languages {
    /// Of this text. A text without a letter may be in all of them.
    pub fn of(text: &str) -> Self {
        let text = beginning(text, LONGEST);
        let letters = text.chars().filter(|c| c.is_alphabetic());
        let (mut latin, mut han, mut kana, mut other) = (0_usize, 0_usize, 0_usize, 0_usize);
        for c in letters {
            match Script::of(c) {
                Some(Script::Latin) => latin += 1,
                Some(Script::Han) => han += 1,
                Some(Script::Japanese) => kana += 1,
                None => other += 1,
            }
        }
        if latin + han + kana + other == 0 {
            return Self::all();
        }
        let (mut possible, mut understood) = (Vec::new(), false);
        if han + kana > 0 && han + kana >= other {
            understood = true;
            possible.extend(without_spaces(text, han, kana));
        }
        if latin > 0 && latin >= other {
            let (spaced, known) = with_spaces(text, han + kana > 0);
            possible.extend(spaced);
            understood |= known;
        }
        Self { possible, understood }
    }

    /// Every language that has a pack.
    pub fn all() -> Self {
        Self {
            possible: ALL.to_vec(),
            understood: false,
        }
    }

    /// Whether the text is in a language without a pack.
    pub const fn is_empty(&self) -> bool {
        self.possible.is_empty()
    }

    /// Whether the text is in one of them, as far as its words tell.
    pub const fn is_understood(&self) -> bool {
        self.understood
    }

    /// These, or all of them when there is none.
    pub fn or_all(self) -> Self {
        if self.is_empty() { Self::all() } else { self }
    }

    /// What the first of these languages has that has it, or else the first of all.
    pub fn first<T>(&self, of: impl Fn(&'static Language) -> Option<T>) -> Option<T> {
        self.iter().chain(ALL.iter().copied()).find_map(of)
    }

    pub fn iter(&self) -> impl Iterator<Item = &'static Language> {
        self.possible.iter().copied()
    }
}

/// The language that a question is most likely in: the detector's, unless the words of a pack contradict it. None for a
/// script that the detector does not know.
pub fn of_question(text: &str) -> Option<Lang> {
    let text = beginning(text, LONGEST);
    let detected = whichlang::detect_language(text);
    let possible = Languages::of(text).possible.into_iter();
    let mut possible = possible.filter_map(|language| language.detected_as).peekable();
    let first = possible.peek().copied();
    if possible.any(|language| language == detected) {
        return Some(detected);
    }
    // The detector takes letters that it does not know for a language of Latin ones.
    let is_latin = |c: char| c.is_alphabetic() && matches!(c as u32, ..0x250 | 0x1e00..0x1f00);
    let other_letters = matches!(
        detected,
        Lang::Ara | Lang::Cmn | Lang::Hin | Lang::Jpn | Lang::Kor | Lang::Rus
    );
    let unknown = !other_letters && text.chars().any(char::is_alphabetic) && !text.chars().any(is_latin);
    first.or_else(|| (!unknown).then_some(detected))
}

/// Its two letters, as ISO 639-1 has them.
pub const fn code(language: Lang) -> &'static str {
    match language {
        Lang::Ara => "ar",
        Lang::Cmn => "zh",
        Lang::Deu => "de",
        Lang::Eng => "en",
        Lang::Fra => "fr",
        Lang::Hin => "hi",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Nld => "nl",
        Lang::Por => "pt",
        Lang::Rus => "ru",
        Lang::Spa => "es",
        Lang::Swe => "sv",
        Lang::Tur => "tr",
        Lang::Vie => "vi",
    }
}

/// The languages of scripts without spaces. Kana are Japanese; among many Chinese characters a few are a quotation or a
/// brand, when the detector says so. A text without kana is Chinese, and may be Japanese too (東京在住) when the detector
/// says so: then the rules of both apply.
fn without_spaces(text: &str, han: usize, kana: usize) -> impl Iterator<Item = &'static Language> {
    let detected = Some(whichlang::detect_language(text));
    let is_possible = move |language: &&&'static Language| match language.script {
        Script::Japanese => kana > 0 || language.detected_as == detected,
        Script::Han => kana == 0 || (kana * FEW_KANA < han && language.detected_as == detected),
        Script::Latin => false,
    };
    ALL.iter().filter(is_possible).copied()
}

/// The languages of a script with spaces, and whether one of them knows a word of the text. Few words `beside` another
/// script may be names.
fn with_spaces(text: &str, beside: bool) -> (Vec<&'static Language>, bool) {
    let folded = folded::Folded::of(text);
    let words: Vec<&str> = folded
        .words()
        .filter(|word| word.chars().any(|c| Script::of(c) == Some(Script::Latin)))
        .collect();
    let known: Vec<(&Language, usize)> = vocabularies()
        .map(|(language, vocabulary)| {
            (
                language,
                words.iter().filter(|word| is_known(word, vocabulary)).count(),
            )
        })
        .collect();
    let detected = Some(whichlang::detect_language(text));
    let of_detected = known
        .iter()
        .find(|(language, _)| language.detected_as == detected)
        .map(|(_, count)| *count);
    let most = known.iter().map(|(_, count)| *count).max().unwrap_or_default();
    let is_possible = |language: &Language, count: usize| match of_detected {
        Some(known) => language.detected_as == detected || count > known,
        None if most * 2 >= words.len() && most > 0 => count == most,
        None => words.len() <= TOO_SHORT && !beside,
    };
    let possible = known
        .into_iter()
        .filter(|(language, count)| is_possible(language, *count));
    (possible.map(|(language, _)| language).collect(), most > 0)
}

fn is_known(word: &str, vocabulary: &HashSet<String>) -> bool {
    vocabulary.contains(word) || vocabulary.contains(&words::stem(folded::stem(word)))
}

/// The languages of a script with spaces, each with all whole words of its lists.
fn vocabularies() -> impl Iterator<Item = (&'static Language, &'static HashSet<String>)> {
    static VOCABULARIES: LazyLock<Vec<(&Language, HashSet<String>)>> = LazyLock::new(|| {
        let spaced = ALL
            .iter()
            .copied()
            .filter(|language| language.script.has_spaces());
        spaced.map(|language| (language, vocabulary(language))).collect()
    });
    VOCABULARIES.iter().map(|(language, words)| (*language, words))
}

fn vocabulary(language: &Language) -> HashSet<String> {
    let (person, qualifiers, times) = (&language.person, &language.qualifiers, &language.times);
    let lists = [
        language.stop_words,
        person.singular,
        person.receiver,
        person.plural,
        person.others,
        person.relations,
        person.groups,
        person.in_statements,
        language.statements.tasks,
        language.statements.requests,
        language.sensitive.animals,
        language.changes.endings,
        language.changes.deaths,
        language.changes.news,
        language.changes.preferences,
        qualifiers.noes,
        qualifiers.words,
        qualifiers.free,
        qualifiers.naming,
        language.commands.courtesy,
        language.commands.remember,
        language.commands.forget,
        times.words,
        times.spans,
        times.before_span,
    ];
    let phrases = lists.into_iter().chain(times.months.iter().copied()).flatten();
    let words = phrases
        .flat_map(|phrase| phrase.split([' ', ',', ':']))
        .filter(|word| !word.is_empty());
    words
        .flat_map(|word| [word.to_owned(), words::stem(word)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Languages, of_question};
    use crate::language::ALL;

    const MESSAGES: &str = include_str!("../../tests/languages.txt");

    /// By their two letters.
    fn code(name: &str) -> &str {
        match name {
            "English" => "en",
            "German" => "de",
            "Chinese" => "zh",
            "Spanish" => "es",
            "Japanese" => "ja",
            _ => "",
        }
    }

    #[test]
    fn the_language_of_a_message_is_among_the_possible_ones() {
        let has_pack = |wanted: &str| ALL.iter().any(|language| code(language.name) == wanted);
        let mut wrong = Vec::new();
        let mut count = 0;
        for line in MESSAGES.lines().filter(|line| !line.starts_with('#')) {
            let (wanted, text) = line.split_once(' ').unwrap();
            let possible: Vec<&str> = Languages::of(text)
                .iter()
                .map(|language| code(language.name))
                .collect();
            let right = if has_pack(wanted) {
                possible.contains(&wanted)
            } else {
                wanted == "-" || possible.is_empty()
            };
            count += 1;
            if !right {
                wrong.push(format!("{wanted}: {text} ({possible:?})"));
            }
        }
        eprintln!("{} of {count} wrong: {wrong:#?}", wrong.len());
        assert!(wrong.len() * 20 <= count, "{wrong:#?}");
    }

    #[test]
    fn a_question_in_an_unknown_script_has_no_language() {
        for (text, language) in [
            ("Where do we live now?", Some("en")),
            ("Wo wohnen wir jetzt?", Some("de")),
            ("¿Dónde vivimos ahora?", Some("es")),
            ("Где мы теперь живём?", Some("ru")),
            ("私たちは今どこに住んでいますか？", Some("ja")),
            ("我们现在住在哪里？", Some("zh")),
            ("우리는 지금 어디에 살아?", Some("ko")),
            ("Πού μένουμε τώρα;", None),
            ("เราอยู่ที่ไหน", None),
        ] {
            assert_eq!(of_question(text).map(super::code), language, "{text}");
        }
    }
}
