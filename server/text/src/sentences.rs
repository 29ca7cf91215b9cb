//! Sentences of a text.

use crate::language;
use unicode_segmentation::UnicodeSegmentation;

/// The sentences of a text, with the space after each. The point of a date ("am 3. Mai") ends none.
pub fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut pieces = text.split_sentence_bound_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = pieces.next()?;
        let mut end = start + first.len();
        while let Some((at, next)) = pieces.peek() {
            if !(ends_in_a_number(&text[start..end]) && begins_with_a_month(next)) {
                break;
            }
            end = at + next.len();
            pieces.next();
        }
        Some(&text[start..end])
    })
}

/// Whether a text ends in the number of a day and a point.
fn ends_in_a_number(text: &str) -> bool {
    let Some(text) = text.trim_end().strip_suffix('.') else {
        return false;
    };
    let digits = text.chars().rev().take_while(char::is_ascii_digit).count();
    (1..=2).contains(&digits)
}

fn begins_with_a_month(text: &str) -> bool {
    let word = text
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let mut months = language::ALL.iter().flat_map(|language| language.times.months);
    months.any(|names| names.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn the_point_of_a_date_ends_no_sentence() {
        let text = "Mein Sohn wird am 3. Mai acht. Ich bin 37. Mein Hund heißt Keks.";
        let found: Vec<_> = sentences(text).collect();
        assert_eq!(
            found,
            [
                "Mein Sohn wird am 3. Mai acht. ",
                "Ich bin 37. ",
                "Mein Hund heißt Keks."
            ]
        );
        assert_eq!(sentences("").count(), 0);
    }
}
