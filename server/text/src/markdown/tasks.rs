//! The box of a task has its task's words as its name, so that whoever hears the page knows what is done.

use super::links;
use pulldown_cmark::{Event, Tag, TagEnd};

/// Letters of a name; the words themselves stand beside the box.
const NAME: usize = 200;

/// Gives each box its name.
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

/// What an event says within the line of its task; nothing once that has ended.
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
