//! Rendering while the model still writes: a finished block once, the open block with every change.
//!
//! Of the top-level blocks of the text after the last finished one, all but the last are finished: nothing
//! that follows can change them (a list stays one open block until another block begins, and so does a formula
//! until it ends). Only the open block is parsed and rendered again, so the cost of a token does not grow with the
//! answer. Code is highlighted when its block is finished.

use super::{
    blocks::{self, Renderer},
    sanitise,
};
use uuid::Uuid;

/// An answer being written.
#[derive(Debug, Default)]
pub struct StreamRenderer {
    renderer: Renderer,
    text: String,
    /// Bytes of `text` that belong to finished blocks.
    finished: usize,
    blocks: Vec<String>,
}

impl StreamRenderer {
    /// For the message with this id.
    pub fn new(page: Uuid) -> Self {
        Self {
            renderer: Renderer::growing(page),
            ..Self::default()
        }
    }

    /// More of the answer. Cheap: nothing is parsed yet.
    pub fn push(&mut self, delta: &str) {
        self.text.push_str(delta);
    }

    /// The whole text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// HTML of the finished blocks so far.
    pub fn blocks(&self) -> &[String] {
        &self.blocks
    }

    /// Bytes of the open block.
    pub fn open_bytes(&self) -> usize {
        self.text.len() - self.finished
    }

    /// Renders the blocks that are finished; returns the index of the first new one.
    pub fn advance(&mut self) -> usize {
        let first_new = self.blocks.len();
        let mut starts = blocks::starts(&self.text[self.finished..]);
        // A block right below another may be its next line as soon as that is whole: `|` begins a table's row.
        if let Some(last) = starts.last().map(|start| self.finished + start)
            && !self.text[..last]
                .trim_end_matches([' ', '\t', '\r'])
                .ends_with("\n\n")
            && !self.text[last..].contains('\n')
        {
            starts.pop();
        }
        for pair in starts.windows(2) {
            let (from, to) = (self.finished + pair[0], self.finished + pair[1]);
            let html = self.renderer.html(&self.text[from..to]);
            self.blocks.push(sanitise::clean(&html));
        }
        if let Some(open) = starts.last() {
            self.finished += open;
        }
        first_new
    }

    /// HTML of the open block.
    pub fn tail(&self) -> String {
        let html = self.renderer.for_open_block().html(&self.text[self.finished..]);
        sanitise::clean(&html)
    }

    /// HTML of the open block at the end of the text: highlighted, with unfinished formulas as text.
    pub fn last(&self) -> String {
        let html = self.renderer.at_the_end().html(&self.text[self.finished..]);
        sanitise::clean(&html)
    }
}

#[cfg(test)]
mod tests {
    use super::StreamRenderer;
    use uuid::Uuid;

    const ANSWER: &str = "# Title\n\nFirst *paragraph*\nwith two lines.[^1]\n\n- one\n- two\n\n  more of two\n\n```sh\nls\n\nls -l\n```\n\n\
        So $x^2$ and\n\n$$\na\n+ b\n- c\n$$\n\n| a | b |\n|---|--:|\n| 1 | $y$ |\n\n> quoted\n\n[^1]: A note.\n\n\
        饼干 is *not* a dog.[^1]\n\nlast";

    #[test]
    fn letter_by_letter_gives_the_same_page_as_all_at_once() {
        let page = Uuid::from_u128(7);
        let mut renderer = StreamRenderer::new(page);
        for letter in ANSWER.chars() {
            renderer.push(letter.encode_utf8(&mut [0; 4]));
            renderer.advance();
            renderer.tail();
        }
        let streamed = renderer.blocks().concat() + &renderer.tail();
        let plain = |html: String| html.replace('\n', "");
        assert_eq!(plain(streamed), plain(super::super::render(ANSWER, page)));
    }

    #[test]
    fn a_finished_block_is_not_touched_again() {
        let mut renderer = StreamRenderer::default();
        renderer.push("one\n\ntwo");
        renderer.advance();
        let first = renderer.blocks().to_vec();
        renderer.push(" more\n\nthree");
        assert_eq!(renderer.advance(), 1);
        assert_eq!(renderer.blocks()[..1], first[..]);
    }

    #[test]
    fn code_gets_its_colours_when_its_block_closes() {
        let mut renderer = StreamRenderer::default();
        renderer.push("```rust\nfn main() {}\n");
        renderer.advance();
        assert!(!renderer.tail().contains("hl-keyword"));
        renderer.push("```\n\nmore");
        renderer.advance();
        assert!(
            renderer.blocks()[0].contains("hl-keyword"),
            "{:?}",
            renderer.blocks()
        );
    }
}
