//! Markdown to HTML, one top-level block after the other. The HTML is not sanitised yet.
//!
//! Each block carries `dir="auto"`, and its language where a browser must know
//! it to draw the letters. Elements and attributes of the parser that a page may not have are rewritten.

use super::{
    OPTIONS,
    code::Code,
    footnotes::{self, Footnotes},
    highlight, links, nesting, script,
    source::Source,
    tasks,
};
use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd, TextMergeStream, html};
use std::ops::Range;
use uuid::Uuid;

/// Letters of a block that decide its script.
const TELLING: usize = 2_000;

/// Renders a text, or a growing text block by block; footnotes are numbered over the whole text.
#[derive(Clone, Debug, Default)]
pub(super) struct Renderer {
    footnotes: Footnotes,
    budget: highlight::Budget,
    /// Whether the text still grows: a formula may not have ended yet.
    grows: bool,
    /// Whether the last block still grows: code is not highlighted yet.
    open: bool,
}

impl Renderer {
    pub fn new(page: Uuid) -> Self {
        Self {
            footnotes: Footnotes::new(page),
            ..Self::default()
        }
    }

    /// The renderer for the rest of a text that is complete.
    pub fn at_the_end(&self) -> Self {
        Self {
            grows: false,
            ..self.clone()
        }
    }

    /// For a text that is still being written.
    pub fn growing(page: Uuid) -> Self {
        Self {
            grows: true,
            ..Self::new(page)
        }
    }

    /// A copy for the open block: its footnotes are counted again when the block is finished.
    pub fn for_open_block(&self) -> Self {
        Self {
            open: true,
            ..self.clone()
        }
    }

    /// Reads the notes of the whole text: a mention without a note is no footnote.
    pub fn knows_the_end(&mut self, markdown: &str) {
        let labels = if markdown.contains("[^") {
            Parser::new_ext(markdown, OPTIONS)
                .filter_map(|event| match event {
                    Event::Start(Tag::FootnoteDefinition(label)) => Some(label.into_string()),
                    _ => None,
                })
                .collect()
        } else {
            Default::default()
        };
        self.footnotes.only(labels);
    }

    /// HTML of a text or of some of its blocks.
    pub fn html(&mut self, markdown: &str) -> String {
        let source = Source::read(markdown, self.grows);
        let mut html = String::with_capacity(markdown.len() * 3 / 2);
        let mut block = Block::default();
        for (event, range) in nesting::shallow(source.events()) {
            block.take(event, range, &source, self);
            if block.depth == 0 {
                html.push_str(&std::mem::take(&mut block).finish(self));
            }
        }
        html
    }
}

/// Where the top-level blocks of a growing text begin, in bytes.
pub(super) fn starts(markdown: &str) -> Vec<usize> {
    let shown = Source::for_blocks(markdown);
    let (mut depth, mut starts) = (0_usize, Vec::new());
    for (event, range) in Parser::new_ext(&shown, OPTIONS).into_offset_iter() {
        if depth == 0 {
            // With its indentation, which makes code of a block.
            let line = markdown[..range.start].trim_end_matches([' ', '\t']);
            starts.push(line.len());
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    starts
}

/// A top-level block that is being rendered.
#[derive(Default)]
struct Block<'a> {
    events: Vec<Event<'a>>,
    depth: usize,
    /// The open code block.
    code: Option<Code>,
    /// Depth of nested links, which HTML does not allow.
    links: usize,
    /// The beginning of its text, which decides its script.
    words: String,
}

impl<'a> Block<'a> {
    fn take(&mut self, event: Event<'a>, range: Range<usize>, source: &Source<'_>, renderer: &mut Renderer) {
        match &event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth -= 1,
            _ => {}
        }
        match event {
            Event::Text(text) => self.text(text, &range, source),
            Event::Code(code) => self.events.push(Event::Code(source.code(code, range))),
            // Raw HTML is text: a page that shows `<script>` teaches more than one that swallows it.
            Event::Html(raw) | Event::InlineHtml(raw) => {
                self.events.push(Event::Text(source.uncovered(raw, &range)))
            }
            Event::Start(Tag::HtmlBlock) => self.events.push(Event::Html("<p>".into())),
            Event::End(TagEnd::HtmlBlock) => self.events.push(Event::Html("</p>\n".into())),
            // An image becomes a link: nothing is fetched before a click.
            Event::Start(Tag::Image { dest_url, title, .. } | Tag::Link { dest_url, title, .. }) => {
                self.links += 1;
                if self.links == 1 {
                    self.events
                        .push(Event::InlineHtml(links::open(&dest_url, &title).into()));
                }
            }
            Event::End(TagEnd::Image | TagEnd::Link) => {
                self.links -= 1;
                if self.links == 0 {
                    self.events.push(Event::InlineHtml("</a>".into()));
                }
            }
            // Wide tables and code scroll inside themselves, and the keyboard reaches them to do so.
            Event::Start(Tag::Table(columns)) => {
                self.events
                    .push(Event::Html(r#"<div class="scroll" tabindex="0">"#.into()));
                self.events.push(Event::Start(Tag::Table(columns)));
            }
            Event::End(TagEnd::Table) => {
                self.events.push(Event::End(TagEnd::Table));
                self.events.push(Event::Html("</div>".into()));
            }
            Event::Start(Tag::CodeBlock(kind)) => self.code = Some(Code::begin(&kind)),
            Event::End(TagEnd::CodeBlock) => {
                if let Some(code) = self.code.take() {
                    let colours = (!renderer.open).then_some(&mut renderer.budget);
                    self.events.push(Event::Html(code.html(colours).into()));
                }
            }
            Event::Start(Tag::FootnoteDefinition(label)) => {
                self.events
                    .push(Event::Html(renderer.footnotes.open(&label).into()));
            }
            Event::End(TagEnd::FootnoteDefinition) => self.events.push(Event::Html("</div>\n".into())),
            Event::FootnoteReference(label) => {
                // Mentions are found in the words, because a growing text has no note yet.
                self.events.push(Event::Text(format!("[^{label}]").into()));
            }
            other => self.events.push(other),
        }
    }

    fn text(&mut self, text: CowStr<'a>, range: &Range<usize>, source: &Source<'_>) {
        if let Some(code) = &mut self.code {
            return code.text.push_str(&source.uncovered(text, range));
        }
        let text = source.uncovered(text, range);
        let formulas = source.formulas_within(range);
        if formulas.is_empty() || text.len() != range.len() {
            return self.words_of(&text);
        }
        let mut done = 0;
        for formula in formulas {
            let (start, end) = (formula.whole.start - range.start, formula.whole.end - range.start);
            self.words_of(&text[done..start]);
            self.events.push(source.formula(formula));
            done = end.min(text.len());
        }
        self.words_of(&text[done..]);
    }

    /// Text inside a link is not searched for addresses.
    fn words_of(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.words.len() < TELLING {
            self.words.push_str(text);
        }
        self.events.push(if self.links > 0 {
            Event::InlineHtml(links::escaped(text).into())
        } else {
            Event::Text(text.to_owned().into())
        });
    }

    fn finish(self, renderer: &mut Renderer) -> String {
        let mut events = Vec::with_capacity(self.events.len());
        for event in TextMergeStream::new(self.events.into_iter()) {
            match event {
                Event::Text(text) => mentions(text, &mut renderer.footnotes, &mut events),
                other => events.push(other),
            }
        }
        tasks::named(&mut events);
        let mut block = String::new();
        html::push_html(&mut block, events.into_iter());
        marked(block, script::language(&self.words))
    }
}

/// Text with its mentions of footnotes and its addresses as links.
fn mentions<'a>(text: CowStr<'a>, footnotes: &mut Footnotes, out: &mut Vec<Event<'a>>) {
    if !text.contains("[^") {
        return links::linked(text, out);
    }
    let mut rest = &*text;
    let mut plain = String::new();
    while let Some((before, label, after)) = footnotes::find(rest) {
        plain.push_str(before);
        match footnotes.mention(label) {
            Some(mention) => {
                links::linked(std::mem::take(&mut plain).into(), out);
                out.push(Event::InlineHtml(mention.into()));
            }
            None => plain.push_str(&rest[before.len()..rest.len() - after.len()]),
        }
        rest = after;
    }
    plain.push_str(rest);
    links::linked(plain.into(), out);
}

/// The block with its direction and language on its outermost element.
fn marked(block: String, language: Option<&str>) -> String {
    const PLAIN: [&str; 2] = [r#"<div class="code""#, "<hr"];
    let start = block.len() - block.trim_start().len();
    let outer = &block[start..];
    if !outer.starts_with('<') || PLAIN.iter().any(|plain| outer.starts_with(plain)) {
        return block;
    }
    let Some(name) = outer.find([' ', '>', '\n']) else {
        return block;
    };
    let language = language.map_or_else(String::new, |language| format!(" lang=\"{language}\""));
    let (before, after) = block.split_at(start + name);
    // The parser writes a column's side as a style, which our pages do not allow.
    let after = after
        .replace(r#" style="text-align: left""#, r#" class="left""#)
        .replace(r#" style="text-align: center""#, r#" class="center""#)
        .replace(r#" style="text-align: right""#, r#" class="right""#)
        // An item's mark and a quote's line stand where its own words begin.
        .replace("<li>", r#"<li dir="auto">"#)
        .replace("<blockquote>", r#"<blockquote dir="auto">"#);
    format!("{before} dir=\"auto\"{language}{after}")
}
