//! The text of a live answer on the page.
//!
//! A plain element that events write into: a finished block is appended once and never touched again, only the open
//! block at the end (`.tail`) is replaced. So a long answer costs the same per event as a short one, and a selection
//! in finished blocks stays.

use super::code;
use crate::browser::dom;
use leptos::web_sys::Element;

/// The element that holds an answer's text.
pub struct AnswerText(Element);

impl AnswerText {
    /// None when the page does not show the answer.
    pub fn of(id: &str) -> Option<Self> {
        dom::by_id(id).map(Self)
    }

    pub fn clear(&self) {
        self.0.set_inner_html("");
    }

    /// Appends a finished block; the open block begins again.
    pub fn append(&self, html: &str) {
        let Some(tail) = self.tail() else { return };
        let _ = tail.insert_adjacent_html("beforebegin", html);
        if let Some(block) = tail.previous_element_sibling() {
            code::add_buttons(&block);
        }
        tail.set_inner_html("");
    }

    /// Replaces the open block.
    pub fn set_tail(&self, html: &str) {
        if let Some(tail) = self.tail() {
            tail.set_inner_html(html);
        }
    }

    /// Replaces the streamed text by the final text. Equal blocks are not touched, so that a selection stays; others
    /// differ because later text changed them (a link's address, a footnote's note).
    pub fn finish(&self, html: &str) {
        let Ok(whole) = dom::document().create_element("div") else {
            return self.0.set_inner_html(html);
        };
        whole.set_inner_html(html);
        code::add_buttons(&whole);
        if let Some(tail) = tail_of(&self.0) {
            tail.remove();
        }
        let mut streamed = self.0.first_element_child();
        while let Some(block) = whole.first_element_child() {
            block.remove();
            let next = streamed.as_ref().and_then(Element::next_element_sibling);
            match &streamed {
                Some(old) if old.is_equal_node(Some(&block)) => {}
                Some(old) => drop(self.0.replace_child(&block, old)),
                None => drop(self.0.append_child(&block)),
            }
            streamed = next;
        }
        while let Some(old) = streamed {
            streamed = old.next_element_sibling();
            old.remove();
        }
    }

    /// The open block, created when text arrives before any snapshot.
    fn tail(&self) -> Option<Element> {
        tail_of(&self.0).or_else(|| {
            let made = self
                .0
                .insert_adjacent_html("beforeend", "<div class=\"tail\"></div>");
            made.ok().and_then(|()| tail_of(&self.0))
        })
    }
}

fn tail_of(text: &Element) -> Option<Element> {
    text.last_element_child()
        .filter(|last| last.class_name() == "tail")
}
