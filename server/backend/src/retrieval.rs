//! Retrieval: passages with their search words and vectors, and recall of those relevant to a question.

pub mod calibration;
pub(crate) mod embedders;
pub mod embedding;
pub mod passages;
mod question_queue;
pub mod question_vector;
pub mod recall;
pub mod source;
mod standalone;
pub mod vector_index;
pub(crate) mod vectors;

pub(crate) use question_queue::QuestionQueue;

/// See `hostile_text`.
#[cfg(test)]
pub(crate) fn text_functions() -> Vec<hearth_text::hostile::TextFunction> {
    [TEXT_FUNCTIONS, passages::TEXT_FUNCTIONS, recall::TEXT_FUNCTIONS].concat()
}

/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("retrieval::passages::Pieces", |text| { std::hint::black_box(passages::Pieces::of(text)); }),
];
