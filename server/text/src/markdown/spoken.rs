//! Markdown as plain text for speech, without marks and code.

use super::source::Source;
use pulldown_cmark::{Event, Tag, TagEnd};

/// The words of a text, about so many bytes of them.
pub fn spoken(text: &str, most: usize) -> String {
    let source = Source::read(text, false);
    let (mut words, mut code) = (String::new(), false);
    for (event, range) in source.events() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(TagEnd::CodeBlock) => code = false,
            Event::Text(said) if !code => words.push_str(&source.uncovered(said, &range)),
            Event::Code(said) if !code => words.push_str(&source.code(said, range)),
            Event::End(
                TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image,
            ) => {}
            Event::SoftBreak | Event::HardBreak | Event::End(_) => words.push(' '),
            _ => {}
        }
        if words.len() > most {
            break;
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
