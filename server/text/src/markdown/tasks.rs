//! The checkbox of a task is named by the task's text, for people who use a screen reader.

use super::links;
use pulldown_cmark::{Event, Tag, TagEnd};

/// Letters of a name; the text itself stands beside the checkbox.
const NAME: usize = 200;

/// Gives each checkbox its name.
pub(super) fn named(events: &mut [Event<'_>]) {
    for at in 0..events.len() {
        let Event::TaskListMarker(done) = events[at] else {
            continue;
        };
        let words: String = events[at + 1..].iter().map_while(words).collect();
        let name: String = words.trim().chars().take(NAME).collect();
        let checked = if done { " checked=\"\"" } else { "" };
        let name = links::escaped(&name);
        let marker = format!("<input disabled=\"\" type=\"checkbox\"{checked} aria-label=\"{name}\"/>\n");
        events[at] = Event::InlineHtml(marker.into());
    }
}

/// The text of an event within the line of its task; none after the end of that line.
fn words<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    match event {
        Event::Text(text) | Event::Code(text) => Some(text),
        Event::SoftBreak | Event::HardBreak => Some(" "),
        Event::InlineHtml(_)
        | Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Paragraph)
        | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => Some(""),
        _ => None,
    }
}
