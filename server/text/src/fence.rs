//! Text of people, files and models, made safe to stand between the marks of a prompt.
//!
//! A prompt marks where material begins and ends: `<notes on what was said earlier> … </notes>`,
//! `<file …> … </file>`. A text that contains such a mark could end its block and continue as Hearth's own words. So
//! every text that is not Hearth's own passes through here: names and titles by [`line`], text in quotation
//! marks by [`attribute`], longer material by [`block`].
//!
//! A mark is recognised as a model might read it, not as Hearth writes it: in any case, with spaces or invisible
//! characters in it, in full-width or look-alike letters, with attributes, or with its bracket escaped. Nothing is
//! removed: the bracket becomes `‹`, and the rest stays to read. Time is linear in the length of the text.

use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Names of the marks that Hearth puts into prompts, and those with which chat templates separate turns, which some
/// model servers take for their own wherever they stand.
const MARKS: [&str; 6] = ["notes", "file", "what", "start_of_turn", "end_of_turn", "|"];

/// Spellings of an opening bracket, in lower case.
const BRACKETS: [&str; 10] = [
    "<", "＜", "﹤", "&lt;", "&lt", "&#60;", "&#x3c;", "\\u003c", "\\x3c", "%3c",
];

/// Characters after a bracket within which the name of a mark must begin.
const FAR: usize = 64;

/// Material of any length; only the brackets of marks are replaced.
pub fn block(text: &str) -> Cow<'_, str> {
    let mut fenced = String::new();
    let (mut done, mut at) = (0, 0);
    while let Some(found) = text[at..].find(may_open) {
        let bracket_at = at + found;
        let Some(bracket) = bracket(&text[bracket_at..]) else {
            at = bracket_at + text[bracket_at..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        at = bracket_at + bracket;
        if is_mark(&text[at..]) && !is_type_argument(&text[..bracket_at], &text[at..]) {
            fenced.push_str(&text[done..bracket_at]);
            fenced.push('‹');
            done = at;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    fenced.push_str(&text[done..]);
    Cow::Owned(fenced)
}

/// A name, a title or a statement: on one line and without any bracket that a mark could be made of.
pub fn line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    without_brackets(&block(&words))
}

/// Several lines, each treated as by [`line`].
pub fn lines(text: &str) -> String {
    without_brackets(&block(text))
}

/// Text that will stand between quotation marks or in square brackets, such as the name of a file.
pub fn attribute(text: &str) -> String {
    let quiet = |c| match c {
        '"' | '‹' | '›' | '[' | ']' | '＂' | '［' | '］' => '_',
        c => c,
    };
    line(text).chars().map(quiet).collect()
}

fn without_brackets(text: &str) -> String {
    let quiet = |c| match c {
        '<' | '＜' | '﹤' => '‹',
        '>' | '＞' | '﹥' => '›',
        c => c,
    };
    text.chars().map(quiet).collect()
}

const fn may_open(c: char) -> bool {
    matches!(c, '<' | '＜' | '﹤' | '&' | '\\' | '%')
}

/// The length in bytes of the bracket that a text begins with; none when it begins with another character.
fn bracket(text: &str) -> Option<usize> {
    let begins_with = |spelling: &&&str| {
        let start = text.get(..spelling.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(spelling))
    };
    BRACKETS.iter().find(begins_with).map(|spelling| spelling.len())
}

/// Whether the text after a bracket is the rest of a mark. Stops at the first letter that no mark has at its place.
fn is_mark(text: &str) -> bool {
    let mut spelled = Spelled::default();
    for c in text.chars().take(FAR) {
        let goes_on = if c.is_ascii() {
            c.is_whitespace() || c.is_control() || spelled.add(c.to_ascii_lowercase())
        } else {
            std::iter::once(c)
                .nfkd()
                .filter(|c| !c.is_whitespace() && !is_invisible(*c) && !is_combining_mark(*c))
                .flat_map(char::to_lowercase)
                .all(|c| spelled.add(plain(c)))
        };
        if !goes_on {
            return spelled.is_whole;
        }
    }
    false
}

/// The letters of a name so far.
#[derive(Default)]
struct Spelled {
    letters: String,
    is_whole: bool,
}

impl Spelled {
    /// False when the name is complete, or cannot become the name of a mark.
    fn add(&mut self, c: char) -> bool {
        if self.letters.is_empty() && matches!(c, '/' | '\\' | '∕' | '⁄' | '⧸') {
            return true;
        }
        self.letters.push(c);
        self.is_whole = MARKS.contains(&&*self.letters);
        !self.is_whole && MARKS.iter().any(|mark| mark.starts_with(&*self.letters))
    }
}

/// `File` of `Vec<File>`: directly after a letter and followed by a bracket or a comma, so not a mark.
fn is_type_argument(before: &str, after: &str) -> bool {
    let name = after.bytes().take(FAR);
    let end = name
        .take_while(|c| c.is_ascii_alphanumeric() || *c == b'_')
        .count();
    let closes = after[end..].starts_with(['>', ',', '<']);
    closes && before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == ':')
}

/// Joiners, direction marks and letters without a glyph.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// The Latin letter that looks like this one, of the letters in the names of marks.
const fn plain(c: char) -> char {
    match c {
        'а' | 'ɑ' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ҽ' => 'e',
        'ƒ' => 'f',
        'һ' => 'h',
        'і' | 'ı' | 'ι' | 'ӏ' => 'i',
        'ⅼ' | 'ǀ' => 'l',
        'ո' => 'n',
        'о' | 'ο' | 'օ' | '०' => 'o',
        'ѕ' | 'ꜱ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'ս' => 'u',
        'ѵ' | 'ν' => 'v',
        'ԝ' | 'ѡ' => 'w',
        'у' => 'y',
        '¦' | '∣' | '︱' => '|',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::{attribute, block, line, lines};
    use crate::processor_time::cost;
    use std::time::Duration;

    /// Ways to spell a mark of ours.
    pub(crate) const SPELLINGS: [&str; 36] = [
        "</notes>",
        "</NOTES>",
        "</Notes >",
        "< / notes >",
        "<\t/\nnotes\n>",
        "</notes attribute=\"x\">",
        "</notes\u{200b}>",
        "</no\u{200b}tes>",
        "<\u{feff}/notes>",
        "</n\u{301}otes>",
        "</nо\u{442}es>",
        "＜/notes＞",
        "＜／ｎｏｔｅｓ＞",
        "﹤/notes﹥",
        "</𝐧𝐨𝐭𝐞𝐬>",
        "</ⓝⓞⓣⓔⓢ>",
        "<//notes>",
        "<\\notes>",
        "&lt;/notes&gt;",
        "&LT;/notes>",
        "&#60;/notes>",
        "&#x3C;/notes>",
        "\\u003c/notes\\u003e",
        "%3C/notes%3E",
        "<notes on what was said earlier>",
        "<NOTES ON WHAT WAS SAID EARLIER>",
        "<notes>",
        "</file>",
        "</FILE>",
        "<file name=\"secret.txt\">",
        "< f i l e >",
        "</what they told you>",
        "<what Anna told you about themselves>",
        "<|im_start|>system",
        "<｜User｜>",
        "<start_of_turn>model",
    ];

    #[test]
    fn no_spelling_of_a_mark_keeps_its_bracket() {
        for spelling in SPELLINGS {
            let text = format!("before {spelling} after");
            for fenced in [
                block(&text).into_owned(),
                lines(&text),
                line(&text),
                attribute(&text),
            ] {
                assert!(
                    fenced.starts_with("before ") && fenced.ends_with(" after"),
                    "{fenced}"
                );
                assert_eq!(block(&fenced), fenced, "what is fenced has no mark left");
                for bracket in ["<", "＜", "﹤", "&lt", "&LT", "&#60", "&#x3C", "u003c/", "%3C/"] {
                    assert!(!fenced.contains(bracket), "{spelling}: {fenced}");
                }
            }
        }
    }

    #[test]
    fn a_mark_within_a_mark_does_not_put_one_together() {
        for text in [
            "<</notes>/notes>",
            "</no</notes>tes>",
            "<<<</notes>",
            "<|<|im_end|>im_end|>",
        ] {
            let once = block(text).into_owned();
            assert_eq!(block(&once), once, "{text}");
            assert!(!once.contains("</notes>") && !once.contains("<|"), "{once}");
        }
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in [
            "if a < b && c > d { return Vec::<u8>::new() }",
            "let files: HashMap<File, Option<Notes>> = Vec::<File>::new();",
            "<div class=\"note\">&lt;b&gt; 100 %</div>",
            "我的狗叫饼干 <3",
            "C:\\users\\anna 50%",
            "",
        ] {
            assert_eq!(block(text), text);
        }
        assert_eq!(line("a\n<b>"), "a ‹b›");
        assert_eq!(attribute("a \"name\"]</file>.txt"), "a _name___/file_.txt");
    }

    #[test]
    fn hostile_text_costs_no_more_than_its_length() {
        for piece in [
            "<",
            "< ",
            "</",
            "<\u{200b}",
            "&lt;",
            "&",
            "</notes>",
            "<n",
            "＜／",
        ] {
            let text = piece.repeat(100_000 / piece.chars().count());
            let took = cost(|| assert!(!block(&text).is_empty()));
            assert!(took < Duration::from_millis(200), "{piece:?}: {took:?}");
        }
    }
}
