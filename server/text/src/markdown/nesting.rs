//! Limits on the depth of lists, quotes and emphasis.
//!
//! A list below the deepest level goes on as items of that level, so that each item keeps its line; a quote below the
//! deepest one is part of it. No text is lost. The time to sanitise grows with the square of the
//! depth, and a model that repeats `> > > ` would keep a core busy.

use pulldown_cmark::{Event, Tag, TagEnd};
use std::ops::Range;

/// Levels of lists; a phone has room for their marks.
const LISTS: usize = 8;
/// Quotes inside each other.
const QUOTES: usize = 4;
/// Emphasis, images and notes inside each other.
const OTHERS: usize = 12;

/// The events, with elements below the deepest level raised to it.
pub(super) fn shallow<'a>(
    events: impl Iterator<Item = (Event<'a>, Range<usize>)>,
) -> impl Iterator<Item = (Event<'a>, Range<usize>)> {
    let mut levels = Levels::default();
    events.flat_map(move |(event, range)| {
        let events = levels.take(event);
        events
            .into_iter()
            .flatten()
            .map(move |event| (event, range.clone()))
    })
}

/// What is open, from the outermost on.
#[derive(Default)]
struct Levels {
    lists: usize,
    quotes: usize,
    items: usize,
    others: usize,
    open: Vec<Level>,
    /// Those of them that are shown.
    shown: Vec<TagEnd>,
}

#[derive(Clone, Copy)]
struct Level {
    end: TagEnd,
    /// Whether it is shown.
    shown: bool,
}

impl Levels {
    /// What is to be shown of an event: nothing, itself, or the end of one item and the beginning of another.
    fn take<'a>(&mut self, event: Event<'a>) -> [Option<Event<'a>>; 2] {
        match event {
            Event::Start(tag) if nests(tag.to_end()) => self.open(tag),
            Event::End(end) if nests(end) => [self.close(), None],
            other => [Some(other), None],
        }
    }

    fn open<'a>(&mut self, tag: Tag<'a>) -> [Option<Event<'a>>; 2] {
        let end = tag.to_end();
        let parent = self.open.last().copied();
        let shown = match end {
            // A list that is not shown lies in an item that is: its items stand beside that one.
            TagEnd::List(_) => self.lists < LISTS || !self.in_item(),
            TagEnd::Item => parent.is_none_or(|list| list.shown),
            TagEnd::BlockQuote(_) => self.quotes < QUOTES,
            _ => self.others < OTHERS,
        };
        self.open.push(Level { end, shown });
        if shown {
            self.shown.push(end);
            *self.count(end) += 1;
        }
        match (shown, end) {
            (true, _) => [Some(Event::Start(tag)), None],
            (false, TagEnd::Item) => [Some(Event::End(end)), Some(Event::Start(tag))],
            (false, _) => [None, None],
        }
    }

    fn close<'a>(&mut self) -> Option<Event<'a>> {
        let level = self.open.pop().filter(|level| level.shown)?;
        self.shown.pop();
        *self.count(level.end) -= 1;
        Some(Event::End(level.end))
    }

    /// Whether the innermost element that the page has is an item of a list.
    fn in_item(&self) -> bool {
        self.shown.last() == Some(&TagEnd::Item)
    }

    fn count(&mut self, end: TagEnd) -> &mut usize {
        match end {
            TagEnd::List(_) => &mut self.lists,
            TagEnd::BlockQuote(_) => &mut self.quotes,
            TagEnd::Item => &mut self.items,
            _ => &mut self.others,
        }
    }
}

const fn nests(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Image
            | TagEnd::FootnoteDefinition
    )
}

#[cfg(test)]
mod tests {
    use super::super::render;
    use uuid::Uuid;

    fn nested(levels: usize, mark: &str, step: usize) -> String {
        (0..levels)
            .map(|level| format!("{}{mark} level-{level}-\n", " ".repeat(level * step)))
            .collect()
    }

    #[test]
    fn each_item_of_a_deep_list_stands_on_a_line_of_its_own() {
        for text in [
            nested(60, "-", 2),
            nested(60, "1.", 3),
            nested(60, "- [ ]", 2),
            nested(60, "- **a**", 2),
        ] {
            let html = render(&text, Uuid::nil());
            let items: Vec<_> = html.split("<li dir=\"auto\">").skip(1).collect();
            assert_eq!(items.len(), 60, "{html}");
            for (level, item) in items.iter().enumerate() {
                let own = item.matches(&format!("level-{level}-")).count();
                assert!(
                    own > 0 && own == item.matches("level-").count(),
                    "{level}: {item}"
                );
            }
            assert_eq!(html.matches("<li ").count(), html.matches("</li>").count());
            assert_eq!(
                html.matches("<ul").count() + html.matches("<ol").count(),
                super::LISTS
            );
        }
    }

    #[test]
    fn what_follows_a_deep_list_is_where_it_was() {
        let text = nested(30, "-", 2) + "- second\n\nafter";
        let html = render(&text, Uuid::nil());
        let plain = html.replace('\n', "");
        assert!(
            plain.contains("<li dir=\"auto\">second</li></ul><p dir=\"auto\">after</p>"),
            "{html}"
        );
    }

    #[test]
    fn deep_quotes_and_lists_in_quotes_keep_their_lines() {
        let quotes: String = (1..30)
            .map(|level| format!("{}q{level}q\n\n", "> ".repeat(level)))
            .collect();
        let html = render(&quotes, Uuid::nil());
        for level in 1..30 {
            assert!(
                html.contains(&format!("<p>q{level}q</p>")) || level == 0,
                "{level}: {html}"
            );
        }
        let mixed: String = (0..30)
            .map(|level| format!("{}- i{level}i\n", "> ".repeat(level)))
            .collect();
        let html = render(&mixed, Uuid::nil());
        for level in 0..30 {
            assert_eq!(html.matches(&format!("i{level}i")).count(), 1, "{level}: {html}");
        }
    }

    #[test]
    fn deep_emphasis_loses_its_look_and_no_word() {
        let text = "*a **b ".repeat(40) + "x" + &" b** a*".repeat(40);
        let html = render(&text, Uuid::nil());
        assert_eq!(
            html.matches("a").count() - html.matches("dir=\"auto\"").count(),
            80,
            "{html}"
        );
        assert!(
            html.matches("<em>").count() + html.matches("<strong>").count() <= super::OTHERS,
            "{html}"
        );
    }
}
