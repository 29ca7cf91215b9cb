//! Markdown on the server: parsed, turned into HTML, and sanitised last.
//!
//! What a model writes is hostile until proven otherwise: raw HTML is shown as the text it is, an image
//! becomes a link (nothing is fetched before a person clicks), and the result passes an allow-list.
//! The browser carries no Markdown engine.

mod stream;

pub use stream::StreamRenderer;

use ammonia::UrlRelative;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd, html};
use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// Grows when the same Markdown gives other HTML, so that cached HTML is made again.
pub const RENDERER: i32 = 2;

pub(crate) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS);

/// Markdown as safe HTML.
pub fn render(markdown: &str) -> String {
    let mut unsafe_html = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(
        &mut unsafe_html,
        shallow(Parser::new_ext(markdown, OPTIONS)).flat_map(tame),
    );
    SANITISER.clean(&unsafe_html).to_string()
}

/// Quotes, lists and emphasis inside each other; nobody reads deeper ones.
const DEEPEST: usize = 32;

/// Leaves out what opens deeper. The time to sanitise grows with the square of the depth: a model that repeats
/// `> > > ` for ever would keep a core busy.
fn shallow<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut depth = 0;
    events.filter(move |event| match event {
        Event::Start(tag) if nests(tag.to_end()) => {
            depth += 1;
            depth <= DEEPEST
        }
        Event::End(tag) if nests(*tag) => {
            depth -= 1;
            depth < DEEPEST
        }
        _ => true,
    })
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
    )
}

/// Rewrites the events that must not reach a page as they are.
fn tame(event: Event<'_>) -> Vec<Event<'_>> {
    match event {
        // Raw HTML is text: a page that shows `<script>` teaches more than one that swallows it.
        Event::Html(raw) | Event::InlineHtml(raw) => vec![Event::Text(raw)],
        Event::Start(Tag::Image {
            link_type,
            dest_url,
            title,
            id,
        }) => {
            vec![Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            })]
        }
        Event::End(TagEnd::Image) => vec![Event::End(TagEnd::Link)],
        // Wide tables and code scroll inside themselves, and the keyboard reaches them to do so.
        Event::Start(Tag::Table(columns)) => {
            vec![
                Event::Html(r#"<div class="scroll" tabindex="0">"#.into()),
                Event::Start(Tag::Table(columns)),
            ]
        }
        Event::End(TagEnd::Table) => vec![Event::End(TagEnd::Table), Event::Html("</div>".into())],
        Event::Start(Tag::CodeBlock(kind)) => vec![Event::Html(open_code(&kind).into())],
        Event::End(TagEnd::CodeBlock) => vec![Event::Html("</code></pre>\n".into())],
        other => vec![other],
    }
}

fn open_code(kind: &CodeBlockKind<'_>) -> String {
    let language = match kind {
        CodeBlockKind::Fenced(info) => info.split([' ', ',']).next().unwrap_or_default(),
        CodeBlockKind::Indented => "",
    };
    let known: String = language
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "+-#_".contains(*c))
        .take(30)
        .collect();
    if known.is_empty() {
        r#"<pre tabindex="0"><code>"#.to_owned()
    } else {
        format!(r#"<pre tabindex="0"><code data-language="{known}">"#)
    }
}

static SANITISER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::empty();
    builder
        .tags(HashSet::from([
            "p",
            "br",
            "hr",
            "em",
            "strong",
            "del",
            "code",
            "pre",
            "blockquote",
            "ul",
            "ol",
            "li",
            "a",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "div",
            "input",
        ]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("ol", HashSet::from(["start"])),
            ("code", HashSet::from(["data-language"])),
            ("pre", HashSet::from(["tabindex"])),
            ("div", HashSet::from(["tabindex"])),
            ("input", HashSet::from(["checked", "disabled"])),
        ]))
        .tag_attribute_values(HashMap::from([(
            "input",
            HashMap::from([("type", HashSet::from(["checkbox"]))]),
        )]))
        .set_tag_attribute_values(HashMap::from([("a", HashMap::from([("target", "_blank")]))]))
        .allowed_classes(HashMap::from([("div", HashSet::from(["scroll"]))]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        // A relative link would lead into this house's own pages; a model has no business there.
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
});

#[cfg(test)]
mod tests {
    use super::render;

    #[test]
    fn an_image_becomes_a_link_and_nothing_is_fetched() {
        let html = render("![a cat](https://evil.example/x.png)");
        assert!(html.contains("<a href=\"https://evil.example/x.png\""), "{html}");
        assert!(!html.contains("<img"));
    }

    #[test]
    fn raw_html_is_shown_as_text() {
        let html = render("<script>alert(1)</script>\n\nhello <b onclick=x>you</b>");
        assert!(!html.contains("<script") && !html.contains("<b "), "{html}");
        assert!(html.contains("&lt;script&gt;"));
    }

    #[test]
    fn a_script_address_is_no_link() {
        assert!(!render("[x](javascript:alert(1)) [y](data:text/html,hi) [z](/people)").contains("href"));
    }

    #[test]
    fn tables_and_code_can_be_scrolled_by_keyboard() {
        let html = render("| a | b |\n|---|---|\n| 1 | 2 |\n\n```rust\nfn main() {}\n```\n");
        assert!(html.contains(r#"<div class="scroll" tabindex="0">"#), "{html}");
        assert!(
            html.contains(r#"<pre tabindex="0"><code data-language="rust">"#),
            "{html}"
        );
    }

    #[test]
    fn task_lists_keep_their_boxes() {
        let html = render("- [x] done\n- [ ] open\n");
        assert!(html.contains("checkbox") && html.contains("disabled"), "{html}");
    }
}
