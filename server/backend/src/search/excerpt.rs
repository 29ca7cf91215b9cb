//! Excerpts: the part of a text with the best matches, which are marked.

use super::{
    fits::{Mark, marks},
    query::Query,
};
use hearth_text::cut::beginning;
use hearth_types::ExcerptPiece;
use std::{collections::BTreeSet, ops::Range};

/// Maximum characters that are read of a text; passages, titles and memories are shorter.
const LONGEST: usize = 2_000;

/// Width of an excerpt, in Latin letters.
const WIDTH: usize = 260;

/// The part of it before the first mark.
const LEAD: usize = 60;

/// Maximum number of parts that are compared, each with every mark. Of more marks, only every second or third starts a
/// part.
const MOST_PARTS: usize = 50;

/// Maximum characters by which a cut moves to fall between two words.
const SLACK: usize = 24;

/// The excerpt of a text. `markdown` removes marks of headings, emphasis and code.
pub(super) fn excerpt(text: &str, query: &Query, markdown: bool) -> Vec<ExcerptPiece> {
    let text = beginning(text, LONGEST);
    let marks = marks(query, text);
    let part = part(text, &marks);
    let mut pieces = Vec::new();
    if part.start > 0 {
        push(&mut pieces, "…", false);
    }
    let mut at = part.start;
    for mark in joined(text, &marks) {
        let mark = mark.start.max(at)..mark.end.min(part.end);
        if mark.start < mark.end {
            push(&mut pieces, &plain(&text[at..mark.start], markdown), false);
            push(&mut pieces, &plain(&text[mark.clone()], false), true);
            at = mark.end;
        }
    }
    push(&mut pieces, &plain(&text[at..part.end], markdown), false);
    if part.end < text.len() {
        push(&mut pieces, "…", false);
    }
    pieces
}

fn push(pieces: &mut Vec<ExcerptPiece>, text: &str, marked: bool) {
    if text.is_empty() {
        return;
    }
    match pieces.last_mut() {
        Some(last) if last.marked == marked => last.text.push_str(text),
        _ => pieces.push(ExcerptPiece {
            text: text.to_owned(),
            marked,
        }),
    }
}

/// The text on one line, with single spaces.
fn plain(text: &str, markdown: bool) -> String {
    let mut line = String::with_capacity(text.len());
    for (number, row) in text.split(['\n', '\r']).enumerate() {
        let heading = markdown && number > 0 && row.trim_start().starts_with('#');
        let row = if heading {
            row.trim_start().trim_start_matches('#')
        } else {
            row
        };
        if number > 0 {
            line.push(' ');
        }
        line.push_str(row);
    }
    if markdown {
        line = line.replace("**", "").replace('`', "");
    }
    let mut spaced = String::with_capacity(line.len());
    for c in line.chars().map(|c| if c.is_whitespace() { ' ' } else { c }) {
        if c != ' ' || !spaced.ends_with(' ') {
            spaced.push(c);
        }
    }
    spaced
}

/// Joins marks that touch or overlap.
fn joined(text: &str, marks: &[Mark]) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for mark in marks {
        match joined.last_mut() {
            Some(last) if mark.at.start <= last.end => last.end = last.end.max(mark.at.end),
            _ => joined.push(mark.at.clone()),
        }
    }
    // A pair of characters may lie around a comma; a range that is no valid slice of the text is dropped.
    joined.retain(|place| text.get(place.clone()).is_some());
    joined
}

/// The part to show: the first one with the most different terms.
fn part(text: &str, marks: &[Mark]) -> Range<usize> {
    let whole = 0..text.len();
    if width(text) <= WIDTH {
        return whole;
    }
    let step = marks.len().div_ceil(MOST_PARTS).max(1);
    let starts = marks.iter().step_by(step).map(|mark| back(text, mark.at.start));
    let mut parts = starts.map(|start| start..forward(text, start));
    let Some(first) = parts.next() else {
        return 0..forward(text, 0);
    };
    let terms = |part: &Range<usize>| {
        let inside = |mark: &&Mark| mark.at.start >= part.start && mark.at.end <= part.end;
        marks
            .iter()
            .filter(inside)
            .map(|mark| mark.term)
            .collect::<BTreeSet<_>>()
            .len()
    };
    let mut best = (terms(&first), first);
    for part in parts {
        let terms = terms(&part);
        if terms > best.0 {
            best = (terms, part);
        }
    }
    best.1
}

/// The start of the part around a mark: up to [`LEAD`] before it, between two words if there is a gap near.
fn back(text: &str, at: usize) -> usize {
    let before = || text[..at].char_indices().rev();
    let (mut from, mut wide) = (0, 0);
    for (place, c) in before() {
        wide += width_of(c);
        if wide > LEAD {
            from = place + c.len_utf8();
            break;
        }
    }
    if from == 0 {
        return 0;
    }
    let gap = text[from..at]
        .char_indices()
        .take(SLACK)
        .find(|(_, c)| c.is_whitespace());
    gap.map_or(from, |(offset, gap)| from + offset + gap.len_utf8())
}

/// The end of a part of [`WIDTH`], between two words if there is a gap near.
fn forward(text: &str, from: usize) -> usize {
    let (mut to, mut wide) = (text.len(), 0);
    for (offset, c) in text[from..].char_indices() {
        wide += width_of(c);
        if wide > WIDTH {
            to = from + offset;
            break;
        }
    }
    if to == text.len() {
        return to;
    }
    let gap = text[from..to]
        .char_indices()
        .rev()
        .take(SLACK)
        .find(|(_, c)| c.is_whitespace());
    gap.map_or(to, |(offset, _)| from + offset)
}

fn width(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

/// A Chinese character is as wide as two letters.
const fn width_of(c: char) -> usize {
    if (c as u32) < 0x2e80 { 1 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, excerpt, width};
    use crate::search::query::Query;

    /// The excerpt with marks in brackets.
    fn shown(text: &str, query: &str) -> String {
        excerpt(text, &Query::parse(query), true)
            .into_iter()
            .map(|piece| {
                if piece.marked {
                    format!("[{}]", piece.text)
                } else {
                    piece.text
                }
            })
            .collect()
    }

    #[test]
    fn a_short_text_is_shown_whole_on_one_line() {
        assert_eq!(
            shown("The **dog**\n\n## Food\n`rice`  and chicken", "dog chicken "),
            "The [dog] Food rice and [chicken]"
        );
    }

    #[test]
    fn a_long_text_is_cut_between_words_around_the_matches() {
        let text = format!(
            "{}biscuit and more dogs {}",
            "far away ".repeat(60),
            "and on ".repeat(60)
        );
        let shown = shown(&text, "biscuit dog ");
        assert!(shown.starts_with("…") && shown.ends_with('…'), "{shown}");
        assert!(shown.contains("[biscuit] and more [dogs] and"), "{shown}");
        assert!(width(&shown) <= WIDTH + 8, "{shown}");
        let words = [
            "far",
            "away",
            "[biscuit]",
            "and",
            "more",
            "[dogs]",
            "on",
            "…far",
            "…away",
        ];
        let inner = shown.trim_end_matches('…');
        assert!(
            inner.split_whitespace().all(|word| words.contains(&word)),
            "{shown}"
        );
    }

    #[test]
    fn the_part_with_the_most_words_is_shown() {
        let gap = "nothing here ".repeat(60);
        let shown = shown(&format!("dog {gap} dog and chicken {gap}"), "dog chicken ");
        assert!(shown.contains("[dog] and [chicken]"), "{shown}");
    }

    #[test]
    fn chinese_and_very_long_words_are_cut_inside() {
        let chinese = shown(&format!("{}饼干{}", "好".repeat(400), "坏".repeat(400)), "饼干");
        assert!(chinese.contains("好[饼干]坏"), "{chinese}");
        assert!(width(&chinese) <= WIDTH + 8, "{chinese}");
        let long = shown(&format!("{} dog", "x".repeat(700)), "dog ");
        assert!(long.ends_with("x [dog]") && width(&long) < 100, "{long}");
    }

    #[test]
    fn a_text_without_matches_is_shown_from_its_start() {
        let text = "far away ".repeat(60);
        assert!(shown(&text, "dog ").starts_with("far away far"));
    }
}
