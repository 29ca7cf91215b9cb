//! The raw text, and the text of the same length that the parser reads instead.
//!
//! The parser's ranges are therefore ranges of the raw text, from which the text on the page is taken.

use super::{
    OPTIONS, fences, flanking, mathml,
    maths::{COVER, Formula, Formulas},
};
use pulldown_cmark::{CowStr, Event, LinkType, OffsetIter, Parser, Tag, TagEnd};
use std::{borrow::Cow, ops::Range};

/// A text and where its formulas are.
pub(super) struct Source<'a> {
    raw: &'a str,
    /// What the parser reads.
    pub shown: Cow<'a, str>,
    formulas: Formulas,
}

impl<'a> Source<'a> {
    /// Reads a text. One that `grows` may lack the end of a formula or of a block.
    pub fn read(raw: &'a str, grows: bool) -> Self {
        let fenced = fences::cover(raw, grows);
        let mut formulas = formulas(&fenced);
        if let Some(at) = formulas.open.take().filter(|_| grows) {
            formulas.found.push(Formula {
                whole: at..raw.len(),
                tex: at..at,
                display: true,
            });
        }
        let covered = formulas.cover(fenced, false);
        let shown = flanking::cover(covered, |text| Opaque::read(text).without_words);
        Self { raw, shown, formulas }
    }

    /// The text for a search of blocks: what is not decided yet is covered too.
    pub fn for_blocks(raw: &'a str) -> Cow<'a, str> {
        let fenced = fences::cover(raw, true);
        formulas(&fenced).cover(fenced, true)
    }

    /// The parser's events of it.
    pub fn events(&self) -> OffsetIter<'_> {
        Parser::new_ext(&self.shown, OPTIONS).into_offset_iter()
    }

    /// The raw text at the place of this parsed text.
    pub fn uncovered<'t>(&self, text: CowStr<'t>, range: &Range<usize>) -> CowStr<'t> {
        let changed = match self.shown {
            Cow::Borrowed(_) => false,
            Cow::Owned(_) => text.contains(COVER) || self.shown.get(range.clone()) == Some(&*text),
        };
        match self.raw.get(range.clone()) {
            Some(raw) if changed => raw.to_owned().into(),
            _ => text,
        }
    }

    /// What code within a line says.
    pub fn code<'t>(&self, code: CowStr<'t>, range: Range<usize>) -> CowStr<'t> {
        if code.contains(COVER) {
            self.raw[range].trim_matches('`').trim().to_owned().into()
        } else {
            code
        }
    }

    /// The formulas in this range.
    pub fn formulas_within(&self, range: &Range<usize>) -> &[Formula] {
        self.formulas.within(range)
    }

    /// A formula as MathML, or the text that it is.
    pub fn formula(&self, formula: &Formula) -> Event<'static> {
        let text = || Event::Text(self.raw[formula.whole.clone()].to_owned().into());
        let tex = self.without_quote_marks(formula);
        match mathml::from_tex(tex.trim(), formula.display).filter(|_| !tex.trim().is_empty()) {
            Some(mathml) if formula.display => {
                Event::Html(format!(r#"<span class="formula" tabindex="0">{mathml}</span>"#).into())
            }
            Some(mathml) => Event::InlineHtml(mathml.into()),
            None => text(),
        }
    }

    /// A quoted formula has the quote's mark on each of its lines.
    fn without_quote_marks(&self, formula: &Formula) -> Cow<'a, str> {
        let tex = &self.raw[formula.tex.clone()];
        let line = |at: usize| self.raw[..at].rfind('\n').map_or(0, |end| end + 1);
        if !tex.contains('\n')
            || !self.raw[line(formula.whole.start)..]
                .trim_start()
                .starts_with('>')
        {
            return Cow::Borrowed(tex);
        }
        let lines = tex
            .split('\n')
            .map(|line| line.trim_start().trim_start_matches(['>', ' ']));
        Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
    }
}

/// The formulas outside of code and links.
fn formulas(text: &str) -> Formulas {
    if text.contains(['$', '\\']) {
        Formulas::find(text, &Opaque::read(text).with_words)
    } else {
        Formulas::default()
    }
}

/// Ranges in which signs mean themselves, in order.
struct Opaque {
    /// Code, and links with their words: where no formula is.
    with_words: Vec<Range<usize>>,
    /// Code, HTML, and links without their words: where no emphasis is.
    without_words: Vec<Range<usize>>,
}

impl Opaque {
    fn read(text: &str) -> Self {
        let parser = Parser::new_ext(text, OPTIONS);
        let definitions: Vec<_> = parser
            .reference_definitions()
            .iter()
            .map(|(_, definition)| definition.span.clone())
            .collect();
        let mut ranges = Self {
            with_words: definitions.clone(),
            without_words: definitions,
        };
        // The links that are open: their range, and where their words end.
        let mut links: Vec<(Range<usize>, usize)> = Vec::new();
        for (event, range) in parser.into_offset_iter() {
            match &event {
                Event::Code(_) | Event::Start(Tag::CodeBlock(_)) => {
                    ranges.with_words.push(range.clone());
                    ranges.without_words.push(range.clone());
                }
                Event::Html(_) | Event::InlineHtml(_) => ranges.without_words.push(range.clone()),
                Event::Start(Tag::Link { link_type, .. } | Tag::Image { link_type, .. }) => {
                    ranges.with_words.push(range.clone());
                    // The words of these are their address, or the name of one.
                    let all = !matches!(link_type, LinkType::Inline | LinkType::Reference);
                    let words = if all {
                        range.start
                    } else {
                        range.end.min(range.start + 1)
                    };
                    links.push((range.clone(), words));
                    continue;
                }
                Event::End(TagEnd::Link | TagEnd::Image) => {
                    if let Some((link, words)) = links.pop() {
                        ranges.without_words.push(words..link.end);
                    }
                }
                _ => {}
            }
            if let Some((link, words)) = links.last_mut()
                && *words > link.start
            {
                *words = range.end.max(*words);
            }
        }
        ranges.with_words = in_order(ranges.with_words);
        ranges.without_words = in_order(ranges.without_words);
        ranges
    }
}

/// Of ranges inside each other the outer one is enough.
fn in_order(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    ranges.dedup_by(|inner, outer| inner.end <= outer.end);
    ranges
}
