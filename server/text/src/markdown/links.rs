//! Bare addresses in a text become links.
//!
//! `linkify` finds them. It takes every character above ASCII for a part of an address, as addresses may have them
//! (`…/wiki/中国`), so the text is cut beforehand where a sentence goes on: at marks of any script, and where Chinese,
//! Japanese or Korean follows a host without a space.

use super::characters::{is_wide, is_wide_letter};
use crate::cut::beginning;
use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CowStr, Event};
use pulldown_cmark_escape::{escape_href, escape_html};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// Bytes of an address; longer ones are text. The limit keeps the search linear.
const LONGEST: usize = 2_000;

/// Text with its addresses as links.
pub(super) fn linked<'a>(text: CowStr<'a>, out: &mut Vec<Event<'a>>) {
    if !["://", "www.", "WWW.", "@"]
        .iter()
        .any(|sign| text.contains(sign))
    {
        return out.push(Event::Text(text));
    }
    let mut done = 0;
    for piece in pieces(&text) {
        let Some((start, end, href)) = address(&text[piece.clone()]) else {
            continue;
        };
        let (start, end) = (piece.start + start, piece.start + end);
        if start > done {
            out.push(Event::Text(text[done..start].to_owned().into()));
        }
        let address = &text[start..end];
        out.push(Event::Html((open(&href, "") + &escaped(address) + "</a>").into()));
        done = end;
    }
    if done < text.len() {
        out.push(Event::Text(text[done..].to_owned().into()));
    }
}

/// The address in a piece of text: its range and its target.
fn address(piece: &str) -> Option<(usize, usize, String)> {
    if piece.len() > LONGEST {
        return None;
    }
    let mut finder = LinkFinder::new();
    finder
        .kinds(&[LinkKind::Url, LinkKind::Email])
        .url_must_have_scheme(false);
    let latin = latin(piece);
    let link = finder
        .links(&latin)
        .find(|link| leads_out(link.kind(), link.as_str()))?;
    let found = piece.get(link.start()..link.end())?;
    // Marks and modifiers that an address may have, but not at its end.
    let found = found.trim_end_matches(|c: char| !c.is_ascii() && !c.is_alphanumeric());
    let href = match link.kind() {
        LinkKind::Email => format!("mailto:{found}"),
        _ if begins_with(found, "www.") => format!("https://{found}"),
        _ => found.to_owned(),
    };
    Some((link.start(), link.start() + found.len(), href))
}

/// The piece with a Latin letter for every byte of other scripts: `linkify` wants a Latin name at the top of a host.
fn latin(piece: &str) -> String {
    let letter = |byte: u8| if byte.is_ascii() { char::from(byte) } else { 'x' };
    piece.bytes().map(letter).collect()
}

/// Only text that begins like a web address is one: `main.rs` and `node.js` are names.
fn leads_out(kind: &LinkKind, text: &str) -> bool {
    match kind {
        LinkKind::Email => true,
        _ => ["http://", "https://", "www."]
            .iter()
            .any(|begin| begins_with(text, begin)),
    }
}

fn begins_with(text: &str, begin: &str) -> bool {
    text.get(..begin.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(begin))
}

/// The pieces of a text that can hold one address each.
fn pieces(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut pieces = Pieces::default();
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map(|(_, c)| *c);
        if ends_address(c) {
            pieces.cut(at, at + c.len_utf8());
        } else if ends_sentence(c, next) {
            pieces.cut(at + c.len_utf8(), at + c.len_utf8());
            continue;
        } else if pieces.begins(&text[at..]) || pieces.leaves_host(c) && label_is_last(&text[at..]) {
            pieces.cut(at, at);
        }
        pieces.follow(c, next);
    }
    pieces.cut(text.len(), text.len());
    pieces.found
}

/// Whether a mark and what follows it say that the sentence goes on: `https://a.example/b,然后`.
fn ends_sentence(c: char, next: Option<char>) -> bool {
    matches!(c, ',' | ';' | '!' | ')' | ']' | '}' | '\'') && next.is_some_and(is_wide_letter)
}

/// Cuts a text, and knows where in an address it is.
#[derive(Default)]
struct Pieces {
    found: Vec<std::ops::Range<usize>>,
    start: usize,
    /// The character before.
    before: Option<char>,
    /// Whether this piece has reached the path of an address.
    in_path: bool,
    /// Whether `://` stands in this piece.
    has_scheme: bool,
    /// Whether a dot stands in this piece.
    has_dot: bool,
    /// Whether the label of the host has only ASCII so far, and begins after a dot.
    ascii_label: bool,
}

impl Pieces {
    fn cut(&mut self, end: usize, next: usize) {
        if end > self.start {
            self.found.push(self.start..end);
        }
        *self = Self {
            found: std::mem::take(&mut self.found),
            start: next,
            ..Self::default()
        };
    }

    /// Whether an address begins here inside a word: `请看www.example.com`.
    fn begins(&self, rest: &str) -> bool {
        if self.in_path || self.has_scheme || self.before.is_none_or(|c| c.is_ascii()) {
            return false;
        }
        let word = rest.starts_with(|c: char| c.is_ascii_alphanumeric());
        word && !self.has_dot || begins_with(rest, "www.") || begins_with(rest, "http")
    }

    /// Whether the host has ended before this character, which belongs to the sentence: `example.com查看`.
    fn leaves_host(&self, c: char) -> bool {
        self.ascii_label
            && !self.in_path
            && is_wide_letter(c)
            && self.before.is_some_and(|c| c.is_ascii_alphanumeric())
    }

    fn follow(&mut self, c: char, next: Option<char>) {
        match c {
            '/' if !self.has_scheme && self.before == Some(':') && next == Some('/') => {}
            '/' if !self.has_scheme && !self.in_path && self.before == Some('/') => self.has_scheme = true,
            '/' | '?' | '#' => self.in_path = true,
            '.' => (self.has_dot, self.ascii_label) = (true, true),
            '-' | ':' => {}
            _ => self.ascii_label &= c.is_ascii_alphanumeric(),
        }
        self.before = Some(c);
    }
}

/// Whether no further label follows the one in which this text begins.
fn label_is_last(rest: &str) -> bool {
    let mut label = rest
        .chars()
        .take(64)
        .skip_while(|c| c.is_alphanumeric() || *c == '-');
    label.next() != Some('.') || !label.next().is_some_and(char::is_alphanumeric)
}

/// Whether an address ends before this character: white space, what only controls the look, pictures, and marks of
/// every script except those that stand within names (`哈利·波特`, `ハリー・ポッター`, `Michelson–Morley`).
fn ends_address(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, '\0'..=' ' | '<' | '>' | '"' | '`' | '|' | '\u{7f}');
    }
    if matches!(
        c,
        '·' | '・' | '〜' | '\u{2010}'..='\u{2013}' | '\u{200c}' | '\u{200d}'
    ) {
        return false;
    }
    match c.general_category() {
        GeneralCategory::ConnectorPunctuation => false,
        GeneralCategory::Control | GeneralCategory::Format | GeneralCategory::Unassigned => true,
        _ => {
            let group = c.general_category_group();
            matches!(
                group,
                GeneralCategoryGroup::Punctuation | GeneralCategoryGroup::Separator
            ) || group == GeneralCategoryGroup::Symbol && is_wide(c)
        }
    }
}

/// Bytes of an address; browsers and servers accept no longer ones.
const LONGEST_ADDRESS: usize = 8_000;

/// Characters of a link's title.
const LONGEST_TITLE: usize = 500;

/// The beginning of a link. It opens apart: what was read stays where it was.
pub(super) fn open(address: &str, title: &str) -> String {
    let mut html = String::from(r#"<a target="_blank""#);
    if address.len() <= LONGEST_ADDRESS {
        html.push_str(r#" href=""#);
        // Writing to a string cannot fail.
        let _ = escape_href(&mut html, address);
        html.push('"');
    }
    let title = beginning(title, LONGEST_TITLE);
    if !title.is_empty() {
        html.push_str(r#" title=""#);
        html.push_str(&escaped(title));
        html.push('"');
    }
    html.push('>');
    html
}

/// Text as HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    let _ = escape_html(&mut html, text);
    html
}

#[cfg(test)]
mod tests {
    use super::linked;
    use pulldown_cmark::Event;

    /// The words of the links in a text.
    fn links(text: &str) -> Vec<String> {
        let mut events = Vec::new();
        linked(text.into(), &mut events);
        let html = |event: &Event<'_>| match event {
            Event::Html(html) => Some(
                html.split_once('>')?
                    .1
                    .strip_suffix("</a>")?
                    .replace("&amp;", "&"),
            ),
            _ => None,
        };
        events.iter().filter_map(html).collect()
    }

    #[test]
    fn an_address_ends_where_the_sentence_goes_on() {
        for after in [
            "（官网）",
            "】",
            "』",
            "”",
            "，",
            "。",
            "、",
            "；",
            "：",
            "！",
            "？",
            "）",
            "」",
            "》",
            "〉",
            "〕",
            "’",
            "…",
            "——",
            "～",
            "｜",
            "　",
            "،",
            "؛",
            "؟",
            "।",
            "»",
            "\u{200b}",
            "\u{202e}",
            "👍",
            "。)",
            ", und",
            ". ",
            "),",
            "\"",
        ] {
            assert_eq!(
                links(&format!("见https://a.example/b{after}后")),
                ["https://a.example/b"],
                "{after}"
            );
            assert_eq!(
                links(&format!("见https://a.example{after}后")),
                ["https://a.example"],
                "{after}"
            );
            assert_eq!(
                links(&format!("见www.a.example{after}后")),
                ["www.a.example"],
                "{after}"
            );
            assert_eq!(
                links(&format!("写信：me@a.example{after}后")),
                ["me@a.example"],
                "{after}"
            );
        }
    }

    #[test]
    fn addresses_in_other_scripts_are_whole() {
        for address in [
            "https://zh.wikipedia.org/wiki/中国",
            "https://zh.wikipedia.org/wiki/哈利·波特",
            "https://ja.wikipedia.org/wiki/ハリー・ポッター",
            "https://en.wikipedia.org/wiki/Michelson–Morley_experiment",
            "https://zh.wikipedia.org/wiki/北京_(消歧义)",
            "https://例子.中国/路径?查询=值#片段",
            "https://россия.рф/страница",
            "https://fa.wikipedia.org/wiki/می‌خواهم",
            "https://hi.wikipedia.org/wiki/हिन्दी",
            "http://user:pass@a.example:8080/a;b=c,d?e=f&g=%20#h",
            "https://localhost:8642/x",
            "http://192.168.1.5:8642",
        ] {
            assert_eq!(links(&format!("看 {address} 吧")), [address]);
            assert_eq!(links(&format!("看（{address}）")), [address]);
        }
    }

    #[test]
    fn words_without_spaces_around_a_host_are_no_part_of_it() {
        assert_eq!(links("访问https://example.com查看"), ["https://example.com"]);
        assert_eq!(links("访问www.example.com查看"), ["www.example.com"]);
        assert_eq!(links("联系support@example.com谢谢"), ["support@example.com"]);
        assert_eq!(
            links("（https://a.example）和【https://b.example/c】"),
            ["https://a.example", "https://b.example/c"]
        );
        assert_eq!(
            links("https://a.example，https://b.example"),
            ["https://a.example", "https://b.example"]
        );
        assert_eq!(links("https://www.t恤.com/a"), ["https://www.t恤.com/a"]);
    }

    #[test]
    fn names_are_no_addresses() {
        for text in [
            "main.rs, node.js",
            "a@b",
            "@you",
            "://",
            "www.",
            "ftp://a.example",
            "javascript://x",
            "v1.2@3",
        ] {
            assert_eq!(links(text), [""; 0], "{text}");
        }
    }
}
