//! Deterministic embeddings: a bag of word stems, hashed into a vector. Texts with common words are similar; texts
//! without any are orthogonal (except for hash collisions). Meaning plays no part.

/// Dimensions of every vector, as of all-MiniLM-L6-v2.
pub const DIMENSIONS: usize = 384;

/// Stop words; with them every text would be similar to every other.
const COMMON: &[&str] = &[
    "a", "about", "am", "an", "and", "any", "are", "as", "at", "be", "but", "by", "can", "could", "did",
    "do", "does", "for", "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "is",
    "it", "its", "me", "must", "my", "no", "not", "of", "on", "or", "our", "say", "search", "she", "should",
    "so", "tell", "that", "the", "their", "them", "there", "they", "this", "to", "was", "we", "were", "what",
    "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
];

/// The vector of `text`, of length 1.
pub fn embed(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0_f32; DIMENSIONS];
    for stem in stems(without_prefix(text)) {
        let at = hash(stem.as_bytes()) % DIMENSIONS as u64;
        vector[usize::try_from(at).unwrap_or_default()] += 1.0;
    }
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length == 0.0 {
        vector[0] = 1.0;
        return vector;
    }
    vector.iter_mut().for_each(|x| *x /= length);
    vector
}

/// Task prefixes are not part of the text.
fn without_prefix(text: &str) -> &str {
    const PREFIXES: [&str; 4] = ["search_query: ", "search_document: ", "query: ", "passage: "];
    PREFIXES
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text)
}

fn stems(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut stems = Vec::new();
    for word in lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        if word.chars().any(is_ideograph) {
            // Scripts without spaces: each character counts.
            stems.extend(word.chars().map(String::from));
        } else if !COMMON.contains(&word) {
            stems.push(stem(word).to_owned());
        }
    }
    stems
}

/// A crude stemmer for tests: "dogs" becomes "dog", "walked" and "walking" become "walk".
fn stem(word: &str) -> &str {
    let cut = ["ing", "ed", "es", "s"]
        .iter()
        .find_map(|end| word.strip_suffix(end));
    cut.filter(|rest| rest.len() >= 3).unwrap_or(word)
}

fn is_ideograph(c: char) -> bool {
    ('\u{3040}'..='\u{9fff}').contains(&c)
}

/// FNV-1a: the same on every machine and in every version of Rust.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
