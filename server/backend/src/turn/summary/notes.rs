//! Taking notes with a small model: what it is asked, and what of its reply is kept.
//!
//! Two rules make the notes of a weak model useful. A line that shares too few words with the conversation is invented
//! and is dropped. A sentence of the person with a name or a number that the model left out is added in the person's own
//! words.

use crate::turn::tokens;
use hearth_text::{cut::beginning, fence, language, words};
use hearth_types::Speaker;
use std::{collections::BTreeSet, fmt::Write};
use unicode_segmentation::UnicodeSegmentation;

/// The task of taking notes.
pub(super) const TAKE: &str = "You take notes on a conversation for somebody who has not read it. Write down what has to be known later: what \
     is said about the people, animals, things and plans in it; every name, number, date, place, price and code \
     exactly as it was said; wishes, decisions, and what was left open. One short sentence a line, each beginning \
     with \"- \". Say in each whom or what it is about. Leave out greetings, thanks and general explanations. Write in \
     the language of the conversation. When there is nothing to note, reply with \"-\".";

/// The task of shortening them.
pub(super) const SHORTEN: &str = "You shorten notes. Keep every name, number, date, place, price, code and decision exactly as it is. Join lines \
     about the same thing. A later line corrects an earlier one: keep what holds in the end. Leave out what matters \
     least. One short sentence a line, each beginning with \"- \". Write in the language of the notes, and nothing \
     else than the notes.";

/// Maximum estimated tokens of conversation in one request: small models note little of long texts.
pub(super) fn portion(num_ctx: u32) -> u32 {
    (num_ctx / 3).min(1000)
}

/// A part of the conversation, with the person's own statements.
pub(super) struct Talk {
    text: String,
    /// Name and sentence of each statement by a person; without questions.
    own: Vec<(String, String)>,
}

impl Talk {
    pub fn of<'a>(said: impl IntoIterator<Item = (Speaker, &'a str, &'a str)>) -> Self {
        let mut talk = Self {
            text: String::new(),
            own: Vec::new(),
        };
        for (by, name, words) in said {
            let who = match by {
                Speaker::Person => &fence::line(name),
                Speaker::Model => "Assistant",
            };
            let _ = writeln!(talk.text, "{who}: {}", fence::block(words.trim()));
            if by == Speaker::Person {
                talk.own.extend(
                    statements(words)
                        .take(MOST_SENTENCES)
                        .map(|sentence| (name.to_owned(), sentence)),
                );
            }
        }
        talk
    }
}

fn statements(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines()
        .flat_map(|line| line.split_sentence_bounds())
        .map(|sentence| sentence.trim().to_owned())
        .filter(|sentence| !sentence.ends_with(['?', '？']) && sentence.chars().count() <= 240)
}

/// The text of a request to take notes.
pub(super) fn to_take(name: &str, talk: &Talk) -> String {
    format!(
        "A part of a conversation between {} and an assistant:\n\n{}\nNotes on it:",
        fence::line(name),
        talk.text
    )
}

/// The text of a request to shorten notes.
pub(super) fn to_shorten(noted: &[String]) -> String {
    let noted = noted.join("\n");
    format!("Notes:\n\n{}\n\nThe same, shorter:", fence::block(&noted))
}

/// Maximum sentences of a message that are compared with the notes; a portion of a conversation has fewer.
const MOST_SENTENCES: usize = 500;

/// Maximum lines of notes: a model that repeats itself writes thousands.
const MOST_LINES: usize = 100;
/// Maximum characters of a line.
const LONGEST_LINE: usize = 300;

/// The lines of notes.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines().filter_map(line).take(MOST_LINES).collect()
}

/// One line in the form of the notes; none for an empty line.
fn line(raw: &str) -> Option<String> {
    let text = raw.trim().trim_start_matches(['-', '*', '•', ' ']).trim();
    let text = beginning(text, LONGEST_LINE);
    text.chars()
        .any(char::is_alphanumeric)
        .then(|| format!("- {text}"))
}

/// Estimated tokens of notes.
pub(super) fn cost(noted: &[String]) -> u32 {
    noted.iter().map(|line| tokens(line) + 1).sum()
}

/// The lines of the model's reply that are kept, and the person's statements that it left out; at most `longest`
/// estimated tokens.
pub(super) fn taken(reply: &str, talk: &Talk, longest: u32) -> Vec<String> {
    let said = words::of_question(&talk.text);
    let mut noted: Vec<String> = Vec::new();
    let from_it = lines(reply).into_iter().filter(|line| is_from(line, &said));
    add(&mut noted, from_it.collect());
    let mut noted_particulars: BTreeSet<String> = noted.iter().flat_map(|line| particulars(line)).collect();
    let mut left_out: Vec<String> = Vec::new();
    for (name, sentence) in &talk.own {
        let particulars = particulars(sentence);
        if !particulars.is_subset(&noted_particulars) {
            noted_particulars.extend(particulars);
            left_out.push(format!("- {name}: {sentence}"));
        }
    }
    // The person's own words first: they are certain.
    let mut kept = Vec::new();
    let mut left = longest;
    for line in left_out.into_iter().chain(noted) {
        let cost = tokens(&line) + 1;
        if cost <= left {
            left -= cost;
            kept.push(line);
        }
    }
    kept
}

/// Whether most words of a line occur in the conversation.
fn is_from(line: &str, said: &BTreeSet<String>) -> bool {
    let words = words::of_question(line);
    let common = words.intersection(said).count();
    !words.is_empty() && common * 2 >= words.len()
}

/// Adds the lines that do not repeat existing ones.
pub(super) fn add(noted: &mut Vec<String>, new: Vec<String>) {
    let mut present: Vec<BTreeSet<String>> = noted.iter().map(|line| words::of_question(line)).collect();
    for line in new {
        let words = words::of_question(&line);
        if !present.iter().any(|other| words.is_subset(other)) {
            noted.push(line);
            present.push(words);
        }
    }
}

/// The model's shortened notes if they are shorter and keep the particulars; otherwise notes shortened by rule.
pub(super) fn shortened(noted: &[String], reply: &str, target: u32) -> Vec<String> {
    let said = words::of_question(&noted.join("\n"));
    let shorter: Vec<String> = lines(reply)
        .into_iter()
        .filter(|line| is_from(line, &said))
        .collect();
    let all =
        |lines: &[String]| -> BTreeSet<String> { lines.iter().flat_map(|line| particulars(line)).collect() };
    let (before, after) = (all(noted), all(&shorter));
    let kept = before.intersection(&after).count();
    if !shorter.is_empty() && cost(&shorter) <= target && kept * 10 >= before.len() * 9 {
        return shorter;
    }
    by_hand(noted, target)
}

/// Drops the lines with the fewest particulars for their length; of two equal ones, the older.
fn by_hand(noted: &[String], target: u32) -> Vec<String> {
    let density = |line: &str| particulars(line).len() as f32 / (tokens(line) + 1) as f32;
    let mut poorest: Vec<(f32, usize)> = noted
        .iter()
        .enumerate()
        .map(|(at, line)| (density(line), at))
        .collect();
    poorest.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let (mut left, mut dropped) = (cost(noted), BTreeSet::new());
    for (_, at) in poorest {
        if left <= target || dropped.len() + 1 >= noted.len() {
            break;
        }
        left -= tokens(&noted[at]) + 1;
        dropped.insert(at);
    }
    let kept = noted.iter().enumerate().filter(|(at, _)| !dropped.contains(at));
    kept.map(|(_, line)| line.clone()).collect()
}

/// Names and numbers: words with a digit, or with a capital letter where no sentence begins.
fn particulars(text: &str) -> BTreeSet<String> {
    let text = text.trim_start_matches("- ");
    let mut found = BTreeSet::new();
    for sentence in text.split_sentence_bounds() {
        for (position, word) in sentence.unicode_words().enumerate() {
            let named = position > 0
                && word.chars().next().is_some_and(char::is_uppercase)
                && !language::is_oneself(word);
            if named || word.chars().any(|c| c.is_ascii_digit()) {
                found.insert(word.to_lowercase());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Talk, by_hand, cost, lines, shortened, taken};
    use hearth_types::Speaker;

    fn talk(words: &str) -> Talk {
        Talk::of([(Speaker::Person, "Anna", words), (Speaker::Model, "", "Noted.")])
    }

    #[test]
    fn what_the_model_left_out_is_noted_in_the_persons_words() {
        let talk = talk("My locker at the pool is 4471. Is that near the door? I like swimming there.");
        assert_eq!(
            taken("- Anna likes swimming at the pool.", &talk, 200),
            [
                "- Anna: My locker at the pool is 4471.",
                "- Anna likes swimming at the pool."
            ]
        );
    }

    #[test]
    fn what_the_model_noted_is_not_noted_twice() {
        let talk = talk("My locker at the pool is 4471.");
        let noted = taken("* Anna's locker at the pool is 4471.\n\n-", &talk, 200);
        assert_eq!(noted, ["- Anna's locker at the pool is 4471."]);
    }

    #[test]
    fn an_invention_is_dropped() {
        let talk = talk("The garden needs water.");
        let reply = "- The garden needs water.\n- The weather forecast promises heavy rain tomorrow.";
        assert_eq!(taken(reply, &talk, 200), ["- The garden needs water."]);
    }

    #[test]
    fn chinese_is_noted() {
        let talk = talk("我的狗叫饼干，它对鸡肉过敏。");
        assert_eq!(taken("- 安娜的狗叫饼干，对鸡肉过敏。", &talk, 200).len(), 1);
    }

    #[test]
    fn shorter_notes_that_lost_a_number_are_not_taken() {
        let noted = lines(
            "- The locker is 4471.\n- It was nice weather that day at the beach.\n- The train leaves at 9:40.",
        );
        assert_eq!(
            shortened(&noted, "- The locker is 4471 and the train leaves at 9:40.", 30),
            ["- The locker is 4471 and the train leaves at 9:40."]
        );
        let ours = shortened(&noted, "- There is a locker and a train.", 30);
        assert_eq!(ours, ["- The locker is 4471.", "- The train leaves at 9:40."]);
    }

    #[test]
    fn notes_fit_in_the_end() {
        let noted = lines(
            &(0..50)
                .map(|n| format!("- Train {n} leaves.\n"))
                .collect::<String>(),
        );
        assert!(cost(&by_hand(&noted, 100)) <= 100);
    }
}
