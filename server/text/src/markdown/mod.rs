//! Markdown on the server: parsed, turned into HTML, and sanitised last.
//!
//! A model's text is hostile input: raw HTML is shown as text, an image
//! becomes a link (nothing is fetched before a click), and the result passes an allow-list.
//! The browser carries no Markdown engine, no highlighter and no maths engine.
//!
//! ```text
//! source      the text as the parser sees it: formulas covered (maths), inner ends of documents in code (fences), and
//!             characters beside emphasis in scripts without spaces (flanking)
//! blocks      the parser's events, one top-level block after the other, with its direction and script
//! nesting     limits on the depth of lists and quotes
//! code        code blocks; highlight: their colours; mathml: formulas; footnotes, links, tasks
//! sanitise    the allow-list, over everything, last
//! stream      the same while the model still writes; spoken: plain text for speech
//! ```
//!
//! Everything is bounded: text that nests too deeply or is too large is shown as plain text.

mod blocks;
mod characters;
mod code;
mod fences;
mod flanking;
mod footnotes;
mod highlight;
mod links;
mod mathml;
mod maths;
mod nesting;
mod sanitise;
mod script;
mod source;
mod spoken;
mod stream;
mod tasks;

pub use spoken::spoken;
pub use stream::StreamRenderer;

use blocks::Renderer;
use pulldown_cmark::Options;
use uuid::Uuid;

/// Version of the HTML; increased when the same Markdown gives other HTML, so that cached HTML is rendered again.
pub const RENDERER: i32 = 5;

const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_FOOTNOTES);

/// Bytes of one text's HTML; a longer result is replaced by the plain text. Formulas and highlighted code have up to
/// a hundred times as many bytes as their Markdown.
pub const LONGEST_HTML: usize = 2 << 20;

/// Markdown as safe HTML. `page` is the message's id: footnotes of two messages on one page must not collide.
pub fn render(markdown: &str, page: Uuid) -> String {
    let mut renderer = Renderer::new(page);
    renderer.knows_the_end(markdown);
    let html = renderer.html(markdown);
    if html.len() > LONGEST_HTML {
        return as_written(markdown);
    }
    sanitise::clean(&html)
}

/// A text without any Markdown, as much of it as [`LONGEST_HTML`] allows.
fn as_written(markdown: &str) -> String {
    let (mut html, end) = ("<pre>".to_owned(), LONGEST_HTML - "<pre>&quot;</pre>".len());
    for c in markdown.chars() {
        match c {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            c => html.push(c),
        }
        if html.len() > end {
            break;
        }
    }
    html.push_str("</pre>");
    html
}

/// A text rendered whole, and rendered as a stream of pieces which end at these bytes: the entry for a
/// fuzzer. It panics when a finished block changes.
///
/// Both pages are equal but for line breaks, unless the text has footnotes (`[^`) or definitions of links (`]:`): what
/// those mean is only known at the end, and the page then uses the HTML of the whole text.
pub fn whole_and_streamed(text: &str, ends: &[usize]) -> (String, String) {
    let page = Uuid::nil();
    let mut renderer = StreamRenderer::new(page);
    let (mut pushed, mut finished) = (0, Vec::new());
    for end in ends.iter().copied().chain([text.len()]) {
        if let Some(piece) = text.get(pushed..end) {
            renderer.push(piece);
            pushed = end;
        }
        renderer.advance();
        assert_eq!(renderer.blocks()[..finished.len()], finished[..]);
        finished = renderer.blocks().to_vec();
        renderer.tail();
    }
    (render(text, page), finished.concat() + &renderer.last())
}

#[cfg(test)]
mod tests;
