//! A passage that may be relevant to the question, and its neighbours.

use super::{bm25::Text, recalled::Recalled};
use crate::storage::TsVector;

/// A passage that may be relevant to the question.
pub(super) struct Candidate {
    pub recalled: Recalled,
    /// None if the passage or the question has no vector.
    pub cosine: Option<f32>,
    /// Its search column, and the counts of the question's words in it.
    pub column: TsVector,
    pub words: Text,
    /// Cosine and counts together with those of the memories from its message ([`super::memories::add_keys`]): the
    /// passage is ranked by these.
    pub meaning: Option<f32>,
    pub keys: Text,
    /// Number of votes that it was not relevant.
    pub not_relevant: i32,
    /// Indexes in the list of candidates of the passages before and after it.
    pub before: Option<usize>,
    pub after: Option<usize>,
}

/// Two passages of one conversation that follow each other in the list are neighbours, even where something between
/// them is not loaded: that is near enough.
pub(super) fn join_neighbours(candidates: &mut [Candidate]) {
    for after in 1..candidates.len() {
        let before = after - 1;
        if candidates[before].recalled.source.whole() == candidates[after].recalled.source.whole() {
            candidates[after].before = Some(before);
            candidates[before].after = Some(after);
        }
    }
}

/// The counts of each candidate as `text` gives them, plus those of its two neighbours.
pub(super) fn windows<'a>(candidates: &[Candidate], text: impl Fn(usize) -> &'a Text) -> Vec<Text> {
    let with_neighbours = |(at, candidate): (usize, &Candidate)| {
        let mut window = text(at).clone();
        for neighbour in candidate.before.into_iter().chain(candidate.after) {
            window.add(text(neighbour));
        }
        window
    };
    candidates.iter().enumerate().map(with_neighbours).collect()
}
