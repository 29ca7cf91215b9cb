//! Addresses that stand in the text as they are become links, as people expect them to.

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CowStr, Event};
use pulldown_cmark_escape::{escape_href, escape_html};

/// Text with its addresses as links.
pub(super) fn linked<'a>(text: CowStr<'a>, out: &mut Vec<Event<'a>>) {
    if !text.contains("://") {
        return out.push(Event::Text(text));
    }
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let mut done = 0;
    for link in finder.links(&text) {
        // Chinese and Japanese marks end a sentence, and no address has them unescaped.
        let address = link.as_str();
        let address = address
            .find(['，', '。', '、', '；', '：', '）', '」', '》', '！', '？'])
            .map_or(address, |end| &address[..end]);
        if !address.starts_with("http://") && !address.starts_with("https://") {
            continue;
        }
        if link.start() > done {
            out.push(Event::Text(text[done..link.start()].to_owned().into()));
        }
        out.push(Event::Html(
            (open(address, "") + &escaped(address) + "</a>").into(),
        ));
        done = link.start() + address.len();
    }
    if done < text.len() {
        out.push(Event::Text(text[done..].to_owned().into()));
    }
}

/// The beginning of a link. It opens apart: what was read stays where it was.
pub(super) fn open(address: &str, title: &str) -> String {
    let mut html = String::from(r#"<a target="_blank" href=""#);
    // Writing to a string cannot fail.
    let _ = escape_href(&mut html, address);
    html.push('"');
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
