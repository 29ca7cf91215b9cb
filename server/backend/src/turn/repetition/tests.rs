//! Loops that are stopped, and repetitions that are not.

use super::Repetition;
use hearth_text::processor_time::cost;
use std::{fmt::Write, time::Duration};

/// What is kept of the text when it comes token by token; none when it is no loop.
fn kept(text: &str) -> Option<&str> {
    let mut repetition = Repetition::default();
    for token in text.split_inclusive(' ') {
        if let Some(keep) = repetition.push(token) {
            return Some(&text[..keep]);
        }
    }
    None
}

/// `beginning`, followed by many copies of `turn`, in which `#` is replaced by the number of the copy.
fn endless(beginning: &str, turn: &str) -> String {
    let turns = 60_000 / turn.len();
    let looped: String = (1..=turns)
        .map(|number| turn.replace('#', &number.to_string()))
        .collect();
    format!("{beginning}{looped}")
}

const PARAGRAPH: &str = "I hope that this helps. If you have any more questions about the garden, let me know, and I \
    will do my best to answer them. Plants need water, light and patience, as everybody knows who has ever had one.\n\n";

#[test]
fn a_loop_is_stopped_and_what_was_good_is_kept() {
    let good =
        "The capital of France is Paris. It lies on the Seine, and about two million people live there.\n\n";
    for turn in [
        "No, ",
        "no ",
        "very very ",
        "The answer is four.\n",
        "- buy milk\n- buy bread\n- call Anna\n",
        PARAGRAPH,
        "好的，我明白了。",
        "对不起，我不能回答这个问题。\n\n",
        "第#次尝试：让我们再次检查一下这个问题的答案。\n",
        "Attempt #: I will try once more to find the right number.\n",
        "Step #. Wait, that is not right. Let me check the numbers again and think about it.\n",
        "<div class=\"row\"><span>again</span></div>\n",
        "哈哈",
        "!",
        "🙂",
        " -",
        "| one | two | three |\n",
    ] {
        let text = endless(good, turn);
        let kept = kept(&text).unwrap_or_else(|| panic!("{turn:?} was not noticed"));
        assert!(kept.starts_with(good), "{turn:?}: {kept:?}");
        let copies = kept.len().saturating_sub(good.len());
        let longest = endless("", turn).chars().take(1).count() + 3 * (turn.len() + 4);
        assert!(copies <= longest, "{turn:?} keeps {copies} bytes");
    }
}

#[test]
fn a_loop_inside_code_is_stopped_later() {
    let text = endless(
        "Here it is:\n\n```rust\nfn main() {\n",
        "    println!(\"Hello, world\");\n",
    );
    let kept = kept(&text).expect("a loop");
    assert!(kept.len() < 130, "{kept}");
}

#[test]
fn a_loop_that_begins_with_the_answer_is_stopped_too() {
    assert!(kept(&endless("", "No, ")).is_some_and(|kept| kept.len() <= 12));
    assert!(kept(&endless("", PARAGRAPH)).is_some_and(|kept| kept.len() <= 3 * PARAGRAPH.len()));
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (1..=count).map(line).collect()
}

/// A few dozen texts in which much is repeated on purpose.
fn legitimate() -> Vec<(&'static str, String)> {
    let words = [
        "apple", "river", "stone", "cloud", "amber", "violet", "harbour", "meadow", "thunder", "paper",
        "lamp",
    ];
    let word = |n: usize| words[n % words.len()];
    let base64 = |n: usize| {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut seed = 7_u32;
        (0..n)
            .map(|_| {
                seed = seed.wrapping_mul(1_103_515_245).wrapping_add(12_345);
                char::from(letters[usize::try_from(seed >> 26).unwrap_or(0)])
            })
            .collect::<String>()
    };
    let mut chess = String::new();
    for row in 0..8 {
        let _ = writeln!(
            chess,
            "+{}\n|{}",
            "---+".repeat(8),
            if row % 2 == 0 {
                " # |   |".repeat(4)
            } else {
                "   | # |".repeat(4)
            }
        );
    }
    vec![
        (
            "a hundred lines that somebody wanted",
            "I will not talk in class.\n".repeat(100),
        ),
        ("a word fifty times", "love ".repeat(50)),
        (
            "a refrain",
            lines(8, |n| {
                format!(
                    "{} and {} went over the hill,\n{}\n",
                    word(n),
                    word(n + 3),
                    "And sing, sing, sing along with me!\nOh, sing along with me!\n".repeat(2)
                )
            }),
        ),
        (
            "a song of one line",
            "Around the world, around the world\n".repeat(72),
        ),
        ("na na na", "Na na na nananana, nananana, hey Jude\n".repeat(18)),
        (
            "a list of two hundred items",
            lines(200, |n| format!("{n}. Item {n} of the list\n")),
        ),
        (
            "two hundred alike items with words",
            lines(200, |n| format!("{n}. The {} of the {}\n", word(n), word(n / 3))),
        ),
        (
            "two hundred bullets",
            lines(200, |n| format!("- Task {n}: done\n")),
        ),
        (
            "two hundred Chinese items",
            lines(200, |n| format!("{n}. 第{n}个项目的名称\n")),
        ),
        ("a thousand numbers", lines(1_000, |n| format!("{n}, "))),
        ("numbers one a line", lines(1_000, |n| format!("{n}\n"))),
        ("primes", lines(600, |n| format!("{}, ", n * n + n + 41))),
        ("a table", lines(80, |n| format!("| {n} | yes | no | - |\n"))),
        (
            "an empty calendar",
            lines(60, |_| "|   |   |   |   |   |   |   |\n".to_owned()),
        ),
        (
            "a timetable",
            lines(100, |_| "| free | free | free | free | free |\n".to_owned()),
        ),
        (
            "a multiplication table",
            lines(20, |a| lines(20, |b| format!("{a} x {b} = {}\n", a * b))),
        ),
        (
            "assertions",
            format!(
                "```rust\n{}```\n",
                lines(120, |n| format!("    assert_eq!(compute({n}), {n});\n"))
            ),
        ),
        (
            "inserts",
            format!(
                "```sql\n{}```\n",
                lines(150, |n| format!(
                    "INSERT INTO users (id, name) VALUES ({n}, 'user{n}');\n"
                ))
            ),
        ),
        (
            "inserts without a fence",
            lines(100, |n| {
                format!("INSERT INTO users (id, name) VALUES ({n}, 'user{n}');\n")
            }),
        ),
        (
            "bytes",
            format!(
                "```c\n{}```\n",
                "0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,\n".repeat(64)
            ),
        ),
        (
            "a matrix of zeros",
            "[0, 0, 0, 0, 0, 0, 0, 0, 0, 0],\n".repeat(40),
        ),
        (
            "getters",
            format!(
                "```java\n{}```\n",
                lines(60, |n| format!(
                    "    public String get{}() {{\n        return {};\n    }}\n\n",
                    word(n),
                    word(n)
                ))
            ),
        ),
        (
            "a switch",
            format!(
                "```c\n{}```\n",
                lines(150, |n| format!("        case {n}: return \"{n}\"; break;\n"))
            ),
        ),
        (
            "JSON",
            format!(
                "```json\n[\n{}]\n```",
                lines(120, |n| format!(
                    "  {{\"id\": {n}, \"active\": true, \"tags\": []}},\n"
                ))
            ),
        ),
        ("CSS", lines(60, |n| format!(".m-{n} {{ margin: {n}px; }}\n"))),
        ("base64", base64(6_000)),
        (
            "base64 of zeros",
            format!("{}{}{}", base64(200), "A".repeat(2_000), base64(200)),
        ),
        ("a rule", "-".repeat(120)),
        ("a long rule", "=".repeat(1_000)),
        ("a chess board", chess),
        (
            "a drawing",
            format!(
                "```\n{}```\n",
                "████████████████████████████████████████\n".repeat(30)
            ),
        ),
        (
            "a drawing of spaces",
            format!("```\n{}/\\\n```\n", " ".repeat(2_000)),
        ),
        ("laughter", "哈".repeat(300)),
        ("screaming", "A".repeat(800)),
        ("a mantra", "Om mani padme hum. ".repeat(108)),
        (
            "sheep",
            lines(100, |n| format!("{n} sheep jumped over the fence.\n")),
        ),
        (
            "bottles",
            lines(99, |n| {
                format!(
                    "{0} bottles of beer on the wall, {0} bottles of beer.\nTake one down and pass it around, {1} bottles of beer on the wall.\n\n",
                    100 - n,
                    99 - n
                )
            }),
        ),
        (
            "a log",
            lines(100, |n| {
                format!(
                    "2026-03-{:02} 12:00:{:02} INFO request served in {n} ms\n",
                    n % 28 + 1,
                    n % 60
                )
            }),
        ),
        (
            "dates of a year",
            lines(365, |n| {
                format!("- 2026-{:02}-{:02}: {}\n", n / 31 + 1, n % 31 + 1, word(n))
            }),
        ),
        ("a paragraph three times", PARAGRAPH.repeat(3)),
        ("a crossword", ". # . . # . . . # .\n".repeat(20)),
        ("DNA", "ACGT".repeat(200)),
    ]
}

#[test]
fn what_is_repeated_on_purpose_is_not_stopped() {
    for (name, text) in legitimate() {
        assert_eq!(kept(&text), None, "{name}");
    }
}

#[test]
fn watching_costs_the_same_for_each_character() {
    for text in ["No, ".repeat(200), "abc def ".repeat(100), "<".repeat(900)] {
        // Each loop is left before it is noticed, so that the whole text is read.
        let text = (0..100)
            .map(|n| format!("{text}{n}{}", "z".repeat(n)))
            .collect::<String>();
        let read = || {
            let mut repetition = Repetition::default();
            let tokens = text.chars().take(100_000).map(String::from);
            tokens.for_each(|token| assert_eq!(repetition.push(&token), None));
            repetition
        };
        let took = cost(|| drop(read()));
        assert!(took < Duration::from_millis(200), "{took:?}");
        let repetition = read();
        assert!(
            repetition.exact.letters.len() <= super::MEMORY && repetition.exact.grams.len() <= super::MEMORY
        );
    }
}
