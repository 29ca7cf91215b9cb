//! Rendering while the model still writes: finished blocks once, the open block again and again.
//!
//! Of the top-level blocks of the text after the last finished one, all but the last are finished: nothing
//! that follows can change them (a list stays one open block until another block begins). Only the open
//! block is parsed and rendered anew, so the cost of a token does not grow with the answer.

use super::{OPTIONS, render};
use pulldown_cmark::{Event, Parser};

/// An answer being written.
#[derive(Debug, Default)]
pub struct StreamRenderer {
    text: String,
    /// Bytes of `text` that belong to finished blocks.
    finished: usize,
    blocks: Vec<String>,
}

impl StreamRenderer {
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

    /// Closes what can be closed; returns the index of the first block that is new.
    pub fn advance(&mut self) -> usize {
        let first_new = self.blocks.len();
        let starts = block_starts(&self.text[self.finished..]);
        for pair in starts.windows(2) {
            let (from, to) = (self.finished + pair[0], self.finished + pair[1]);
            self.blocks.push(render(&self.text[from..to]));
        }
        if let Some(open) = starts.last() {
            self.finished += open;
        }
        first_new
    }

    /// HTML of the open block.
    pub fn tail(&self) -> String {
        render(&self.text[self.finished..])
    }
}

/// Where the top-level blocks of this text begin, in bytes.
fn block_starts(text: &str) -> Vec<usize> {
    let mut depth = 0_usize;
    let mut starts = Vec::new();
    for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
        match event {
            Event::Start(_) => {
                if depth == 0 {
                    starts.push(range.start);
                }
                depth += 1;
            }
            Event::End(_) => depth -= 1,
            _ if depth == 0 => starts.push(range.start),
            _ => {}
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::StreamRenderer;

    const ANSWER: &str = "# Title\n\nFirst *paragraph*\nwith two lines.\n\n- one\n- two\n\n  more of two\n\n```sh\nls\n\nls -l\n```\n\nlast";

    #[test]
    fn letter_by_letter_gives_the_same_page_as_all_at_once() {
        let mut renderer = StreamRenderer::default();
        for letter in ANSWER.chars() {
            renderer.push(letter.encode_utf8(&mut [0; 4]));
            renderer.advance();
        }
        let streamed = renderer.blocks().concat() + &renderer.tail();
        assert_eq!(
            streamed.replace('\n', ""),
            super::render(ANSWER).replace('\n', "")
        );
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
}
