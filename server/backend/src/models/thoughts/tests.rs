//! Texts of models and templates, split at every position.

use super::{Piece, Splitter, answer_of};
use hearth_text::processor_time::cost;
use std::time::Duration;

/// Limit of processor time for 100,000 characters.
const LIMIT: Duration = Duration::from_millis(200);

/// Answer and thoughts in these pieces.
fn collect(pieces: &[&str]) -> (String, String) {
    let (mut splitter, mut answer, mut thoughts) = (Splitter::default(), String::new(), String::new());
    let mut take = |pieces: Vec<Piece>| {
        for piece in pieces {
            match piece {
                Piece::Text(text) => answer.push_str(&text),
                Piece::Thought(text) => thoughts.push_str(&text),
                Piece::WasThought => thoughts.push_str(&std::mem::take(&mut answer)),
            }
        }
    };
    for piece in pieces {
        take(splitter.push(piece));
    }
    take(splitter.finish());
    (answer, thoughts)
}

/// Answer and thoughts: the same for every split position and letter by letter.
fn split(text: &str) -> (String, String) {
    let whole = collect(&[text]);
    for at in (1..text.len()).filter(|at| text.is_char_boundary(*at)) {
        assert_eq!(
            collect(&[&text[..at], &text[at..]]),
            whole,
            "{text:?} torn at {at}"
        );
    }
    let letters: Vec<String> = text.chars().map(String::from).collect();
    let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
    assert_eq!(collect(&letters), whole, "{text:?} letter by letter");
    whole
}

#[track_caller]
fn is(text: &str, answer: &str, thoughts: &str) {
    assert_eq!(split(text), (answer.to_owned(), thoughts.to_owned()), "{text:?}");
}

#[track_caller]
fn is_all_answer(text: &str) {
    is(text, text, "");
}

#[test]
fn a_thought_in_the_text_is_separated_from_the_answer() {
    is("<think>hm</think>\n\nyes", "yes", "hm");
    is("\n <thinking>a < b</thinking>c", "c", "a < b");
    is("<think>never ends", "", "never ends");
    is("<think></think>yes", "yes", "");
    is("<THINK>hm</Think>yes", "yes", "hm");
    is("<think>one</think>\n<think>two</think>\nyes", "yes", "onetwo");
    is("</think>\n\nyes", "yes", "");
}

#[test]
fn every_dialect_of_the_table_is_known() {
    for marks in &super::dialects::MARKS {
        let text = format!("{}\nhm, 2 < 3 [x]\n{}\n\nyes [1] < 2", marks.open, marks.close);
        is(&text, "yes [1] < 2", "\nhm, 2 < 3 [x]\n");
        let unseen = format!("hm, so{}4", marks.close);
        is(&unseen, "4", "hm, so");
    }
    for marks in &super::dialects::WRAPPERS {
        let text = format!("<think>hm</think>{}yes{}", marks.open, marks.close);
        is(&text, "yes", "hm");
    }
    is("<|begin_of_solution|>\nyes\n<|end_of_solution|>", "yes\n", "");
    is(
        "Here is my thought process:\nhm\nHere is my response:\nyes",
        "yes",
        "Here is my thought process:\nhm\n",
    );
    is_all_answer("Here is my thought process: I add the numbers.");
    is_all_answer("<answer>yes</answer> is an element.");
}

#[test]
fn a_thought_opened_by_the_template_is_recognised() {
    is("hm, so\n</think>\n\nyes", "yes", "hm, so\n");
    is("2 plus 2 is 4.</think>4", "4", "2 plus 2 is 4.");
    is("好的，用户想知道。</think>是的", "是的", "好的，用户想知道。");
    is("one\ntwo </think> Four.", "Four.", "one\ntwo ");
    is(
        "They ask about <think> tags.\n</think>\nyes",
        "yes",
        "They ask about <think> tags.\n",
    );
    is("hm[/THINK]yes", "yes", "hm");
}

#[test]
fn a_quoted_end_does_not_end_a_thought() {
    is(
        "<think>I write `</think>` here</think>yes",
        "yes",
        "I write `</think>` here",
    );
    is(
        "<think>I write \"</think>\" here</think>yes",
        "yes",
        "I write \"</think>\" here",
    );
    is("<think>写“</think>”吧</think>是", "是", "写“</think>”吧");
    is("<think>`a </think> b` so</think>yes", "yes", "`a </think> b` so");
    is(
        "<think>He said \"use </think> there\" so</think>yes",
        "yes",
        "He said \"use </think> there\" so",
    );
    is(
        "<think>\n```xml\n<think>\n</think>\n```\nso\n</think>\nyes",
        "yes",
        "\n```xml\n<think>\n</think>\n```\nso\n",
    );
    // A backtick, a quote or a fence that is never closed quotes nothing.
    is(
        "<think>the ` key</think>yes\nand `no`",
        "yes\nand `no`",
        "the ` key",
    );
    is("<think>5\" wide</think>yes", "yes", "5\" wide");
    is(
        "<think>\n```\ncode\n</think>\nyes\n```rust\nx\n```",
        "yes\n```rust\nx\n```",
        "\n```\ncode\n",
    );
    is("<think>\n```\ncode\n</think>\nyes", "yes", "\n```\ncode\n");
}

#[test]
fn the_answer_of_harmony_is_its_final_channel() {
    let thought = "<|channel|>analysis<|message|>They greet.<|end|>";
    is(
        &format!("{thought}<|start|>assistant<|channel|>final<|message|>Hi!<|return|>"),
        "Hi!",
        "They greet.",
    );
    is(
        &format!("<|start|>assistant{thought}<|start|>assistant<|channel|>final<|message|>Hi!"),
        "Hi!",
        "They greet.",
    );
    is(
        &format!(
            "{thought}<|start|>assistant<|channel|>commentary to=x <|constrain|>json<|message|>{{}}<|call|><|start|>assistant<|channel|>final<|message|>Hi!"
        ),
        "Hi!",
        "They greet.{}",
    );
    is("<|channel|>final<|message|>Hi!", "Hi!", "");
    // The template wrote the first header.
    is(
        "They greet.<|end|><|start|>assistant<|channel|>final<|message|>Hi!",
        "Hi!",
        "They greet.",
    );
    // A header that was omitted, or never ends.
    is(
        "<|channel|>commentary? They greet.<|end|><|start|>assistant<|channel|>final<|message|>Hi!",
        "Hi!",
        "? They greet.",
    );
    is(&format!("{thought}Hi!"), "Hi!", "They greet.");
    is("<|channel|>analysis<|message|>never ends", "", "never ends");
    is(
        "<|channel|>final<|message|>Write `<|end|>` or\n```\n<|start|>\n```\nso",
        "Write `<|end|>` or\n```\n<|start|>\n```\nso",
        "",
    );
    // Its control tokens were removed.
    is(
        "analysisThey greet.assistantfinalHi!",
        "Hi!",
        "analysisThey greet.",
    );
    is_all_answer("analysis of the text: assistantfinal is no word");
    is_all_answer("Analysis: fine");
}

#[test]
fn a_thought_in_the_middle_of_an_answer_is_recognised() {
    is(
        "Part one.\n<think>hm</think>\nPart two.",
        "Part one.\n\nPart two.",
        "hm",
    );
    is(
        "<think>a</think>One.\n<think>b</think>\nTwo.",
        "One.\n\nTwo.",
        "ab",
    );
}

#[test]
fn text_about_thoughts_is_no_thought() {
    for text in [
        "Write `<think>` and </think> in a line.",
        "```\n</think>\n```\nso",
        "```xml\n<think>\nhm\n</think>\n```\n",
        "~~~\n<think>\n~~~",
        "<thin air>",
        "a <think>b</think>",
        "To end it, write </think> and go on.",
        "It ends with </think>.",
        "It ends with \"</think>\" only.",
        "`</think>`",
        "[THINKING] about it",
        "<",
        "yes `",
        "<|",
        "◁",
    ] {
        is_all_answer(text);
    }
    // After a thought, the answer may talk about thoughts.
    is("<think>a</think>x\n</think>\ny", "x\n</think>\ny", "a");
}

#[test]
fn text_that_continues_an_answer_never_turns_it_into_a_thought() {
    let mut splitter = Splitter::within_answer();
    let pieces = splitter.push("more\n</think>\nand more");
    assert!(!pieces.contains(&Piece::WasThought), "{pieces:?}");
    let mut splitter = Splitter::default();
    splitter.expect_separate_thoughts();
    let mut pieces = splitter.push("</think>\n\nyes\n</think>\n");
    pieces.extend(splitter.finish());
    assert_eq!(pieces, [Piece::Text("yes\n</think>\n".into())]);
}

#[test]
fn hostile_text_is_split_in_linear_time() {
    for part in [
        "<think>",
        "</think>",
        "<",
        "`</think>",
        "```\n</think>\n",
        "<|channel|>",
        "<|start|>x",
        "[",
        "◁/think",
        "<think>`</think>",
        "\"</think> ",
        "\n<think>",
        "x\n</think>",
        "~~~\n<think></think>",
        "analysis",
        "<|",
    ] {
        for beginning in [
            "",
            "<think>",
            "<think>\n```\n",
            "<think>`",
            "<|channel|>final<|message|>",
            "analysisX",
        ] {
            let text = format!("{beginning}{}", part.repeat(100_000 / part.len()));
            let took = cost(|| drop(collect(&[&text])));
            assert!(took < LIMIT, "{beginning:?} and {part:?}: {took:?}");
            // Held text is not read again with each letter.
            let beginning_of_it = &text[..text.floor_char_boundary(20_000)];
            let took = cost(|| drop(letter_by_letter(beginning_of_it)));
            assert!(took < LIMIT, "{beginning:?} and {part:?}, torn: {took:?}");
            let torn = letter_by_letter(beginning_of_it);
            assert_eq!(torn, collect(&[beginning_of_it]), "{beginning:?} and {part:?}");
        }
    }
}

fn letter_by_letter(text: &str) -> (String, String) {
    let letters: Vec<String> = text.chars().map(String::from).collect();
    collect(&letters.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn the_answer_of_a_whole_text_has_no_thoughts() {
    assert_eq!(answer_of("<think>hm</think>\nyes"), "yes");
    assert_eq!(answer_of("hm</think>yes"), "yes");
    assert_eq!(answer_of("yes"), "yes");
}
