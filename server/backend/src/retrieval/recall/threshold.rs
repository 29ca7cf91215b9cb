//! When recall stays silent: what does not bear on the question stays out, however well it ranks.
//!
//! One number decides, made of absolute measures: how far the cosine is on its way from what unrelated sentences
//! reach with this embedder (`memory::relevance`) to 1, which share of the question's words, weighed by their rarity,
//! the passage has, and whether whoever asks speaks of themselves.
//!
//! Measured with `hearth bench silence` (all-MiniLM-L6-v2; 100 facts and 100 unrelated prompts in each language):
//!
//! | | told when it should not | told when it should |
//! | --- | --- | --- |
//! | English, without [`OF_ONESELF`], threshold 0.15 | 8 % | 99 % |
//! | English, without it, threshold 0.30 | 3 % | 94 % |
//! | English | 3 % | 97 % |
//! | 简体中文, by vectors as in English | 96 % | 100 % |
//! | 简体中文, by pairs of characters, [`PAIRS_ALONE`] 0.6 | 0 % | 27 % |
//! | 简体中文, by pairs without particles, 0.25 | 3 % | 90 % |

use super::{Question, Recalled, candidates::Term, rank::Ranked};
use hearth_text::language::{Folded, Languages};
use std::collections::HashMap;
use uuid::Uuid;

/// Relevance from which a passage is recalled; `hearth bench silence` prints what others would do.
pub(super) const THRESHOLD: f32 = 0.30;

/// All of the question's words count as much as half the way of the cosine.
const WORDS: f32 = 0.5;

/// People tell of themselves: what they ask of themselves was told more likely than what anybody may ask.
const OF_ONESELF: f32 = 0.08;

/// Without a vector words alone decide: from this share of the question's words on. Of pairs of characters half are
/// no words, so fewer of them say as much.
const WORDS_ALONE: f32 = 0.6;
const PAIRS_ALONE: f32 = 0.25;

/// Drops what is not relevant; all of it, when nothing is. A passage is as relevant as the best memory that came from
/// its message; `memories` has their relevance.
pub(super) fn keep_relevant(
    ranked: Vec<Ranked>,
    question: &Question<'_>,
    terms: &[Term],
    memories: &HashMap<Uuid, f32>,
    threshold: f32,
) -> Vec<Recalled> {
    ranked
        .into_iter()
        .map(|ranked| {
            let own = relevance(question, ranked.cosine, ranked.text.share(terms));
            let best = memories
                .get(&ranked.recalled.source.id())
                .map_or(own, |of| of.max(own));
            Recalled {
                relevance: ranked.liking * best,
                ..ranked.recalled
            }
        })
        .filter(|recalled| recalled.relevance >= threshold)
        .collect()
}

pub(super) fn relevance(question: &Question<'_>, cosine: Option<f32>, share: f32) -> f32 {
    match (question.vector, cosine) {
        (Some(vector), Some(cosine)) if vector.floor < 1.0 => {
            let of_oneself = if question.wording.of_oneself {
                OF_ONESELF
            } else {
                0.0
            };
            (cosine - vector.floor) / (1.0 - vector.floor) + WORDS * share + of_oneself
        }
        // Not embedded yet, no embedder, or one that does not read this script.
        _ if question.wording.unspaced => THRESHOLD + share - PAIRS_ALONE,
        _ => THRESHOLD + share - WORDS_ALONE,
    }
}

/// Whether the asker speaks of themselves: "Where did I put it?", but not "Tell me a story".
pub(crate) fn is_of_oneself(text: &str) -> bool {
    let folded = Folded::of(text);
    Languages::of(text).iter().any(|language| {
        let person = &language.person;
        let without_requests = person
            .asked_for
            .iter()
            .fold(folded.as_str().to_owned(), |text, phrase| {
                text.replace(phrase, "")
            });
        let rest = Folded::of(&without_requests);
        rest.has_word(language, person.singular) || rest.has_word(language, person.plural)
    })
}

#[cfg(test)]
mod tests {
    use super::is_of_oneself;

    #[test]
    fn who_asks_for_something_does_not_speak_of_themselves() {
        for (text, of_oneself) in [
            ("Where did I leave the ladder?", true),
            ("What’s our landlord called?", true),
            ("Which tent is mine?", true),
            ("Tell me a story about a fox.", false),
            ("What is a leap year?", false),
            ("Wo habe ich die Leiter gelassen?", true),
            ("Welches Zelt ist meins?", true),
            ("Erzähl mir eine Geschichte von einem Fuchs.", false),
            ("我的车停在哪里？", true),
            ("给我讲个故事", false),
        ] {
            assert_eq!(is_of_oneself(text), of_oneself, "{text}");
        }
    }
}
