//! When recall stays silent.
//!
//! Cosines mean nothing by themselves: unrelated sentences reach 0.1 with all-MiniLM and 0.5 with
//! nomic-embed-text. So every embedding model is asked once for everyday questions and statements that have
//! nothing to do with each other, and what those pairs reach is its floor. The floor is kept in `models`.

use super::embedding::EmbedError;
use crate::Backend;
use hearth_inference::EmbedTask;

/// Questions of everyday life.
const QUESTIONS: [&str; 12] = [
    "What is the capital of France?",
    "How do I boil an egg?",
    "Write a poem about the sea.",
    "Can you fix this error in my Python script?",
    "How many metres are in a mile?",
    "Translate good morning into Spanish.",
    "Why is the sky blue?",
    "What is 17 times 23?",
    "Explain photosynthesis to a child.",
    "Give me three ideas for a rainy afternoon.",
    "法国的首都是哪里？",
    "How does a mortgage work?",
];

/// Things that people tell about themselves, none of which answers a question above.
const STATEMENTS: [&str; 12] = [
    "Anna, 3 May 2025: My sister's wedding is in October.",
    "Ben, 12 June 2024: I broke my left wrist when I fell off the ladder.",
    "Maria, 1 March 2026: Our cat hides under the sofa whenever the bell rings.",
    "Li, 9 August 2025: 我儿子上小学三年级。",
    "Tom, 20 January 2026: I work night shifts at the hospital.",
    "Eva, 5 April 2025: We planted tomatoes behind the garage.",
    "Jan, 17 July 2024: My grandfather's violin needs new strings.",
    "Sara, 30 September 2025: I am allergic to penicillin.",
    "Omar, 2 February 2026: The neighbours got a trampoline.",
    "Mia, 11 November 2025: I prefer window seats on trains.",
    "Paul, 23 December 2024: The boiler was replaced last week.",
    "Nina, 8 October 2025: My brother lives in Toronto with his two children.",
];

/// Added to what unrelated pairs reach, so that the next unrelated one stays out as well.
const MARGIN: f32 = 0.04;

/// Asks the model once and remembers its floor.
pub(super) async fn learn_floor(backend: &Backend, model: &str) -> Result<(), EmbedError> {
    if backend.models().relevance_floor(model).await?.is_some() {
        return Ok(());
    }
    let server = &backend.inner.config.model_server;
    let questions = server
        .embed(model, EmbedTask::Query, &QUESTIONS.map(str::to_owned))
        .await?;
    let statements = server
        .embed(model, EmbedTask::Document, &STATEMENTS.map(str::to_owned))
        .await?;
    let mut cosines: Vec<f32> = questions
        .iter()
        .flat_map(|q| statements.iter().map(move |s| dot(q, s)))
        .collect();
    cosines.sort_by(f32::total_cmp);
    let dimensions = questions.first().map_or(0, Vec::len);
    // The 98th percentile: a pair or two may be related after all.
    let floor = cosines[(cosines.len() * 98 / 100).min(cosines.len() - 1)] + MARGIN;
    backend
        .models()
        .set_relevance_floor(model, floor, dimensions)
        .await?;
    Ok(())
}

/// Embedders return unit vectors here, so the dot product is the cosine.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
