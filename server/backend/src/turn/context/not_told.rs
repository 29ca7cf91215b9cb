//! What the model is told where nobody told it anything.
//!
//! Asked in a new conversation for somebody's locker number, a small model makes one up, also where it has read "if
//! you do not know something, say so". A line with such a question changes that. With every question it would do harm:
//! the model then refuses what anybody could answer, and overlooks what it was told.
//!
//! Measured with Qwen2.5-Coder 1.5B at its own temperature, on questions that only the person can answer and never
//! did, questions that anybody may ask ("How do I boil my eggs?"), and questions that a note answers; English and
//! 简体中文. The last row is what `cargo xtask test --real-model` printed.
//!
//! | | admits it | refuses in vain | uses the note |
//! | --- | --- | --- | --- |
//! | "If you do not know something, say so" | 1 of 17 | 0 of 20 | 14 of 14 |
//! | a rule and three examples in the system text | 11 of 17 | 1 of 20 | 12 of 14 |
//! | the same, in a paragraph of its own | 14 of 17 | 5 of 20 | 13 of 14 |
//! | the line with every question | 15 of 17 | 7 of 20 | |
//! | the line where only the person can know ([`line`]) | 14 of 14 | 0 of 12 | 5 of 5 |
//!
//! Beside a profile of four lines, which answered 11 of 12 questions about what stands in it: with the line as it is
//! without a profile 7 of 12 and 16 of 17 admitted, with the one that points above 10 of 12 and 14 of 17.

use super::{super::load::Turn, phrases::profile};
use crate::{
    fence,
    memory::{recall::is_of_oneself, words},
};
use unicode_segmentation::UnicodeSegmentation;

/// Letters of a question up to which it can be one after a single fact; what is longer explains or pastes something.
const LONGEST: usize = 120;

/// The line to put before a question that begins a conversation and to which nothing is recalled; none when others
/// than the person could answer it. What the person told about themselves may stand above it.
pub(super) fn line(turn: &Turn) -> Option<String> {
    let plain = turn.speakers.is_empty() && turn.done.is_empty() && turn.attached.is_empty();
    (plain && only_they_can_know(&turn.asked)).then(|| {
        let (who, profile) = (fence::line(&turn.name), !profile(turn).is_empty());
        if words::is_mostly_unspaced(&turn.asked) {
            in_chinese(&who, profile)
        } else {
            in_english(&who, profile)
        }
    })
}

fn in_english(who: &str, profile: bool) -> String {
    let (told, known) = if profile {
        (
            format!("About this, {who} has told you nothing but what stands above."),
            "you know only from there: where it is missing, say",
        )
    } else {
        (
            format!("{who} has not told you yet about this."),
            "you do not know: say",
        )
    };
    format!(
        "[{told} What only {who} can know (names, numbers, dates and places of their life) {known} \"I don't know: you \
         have not told me\", and never guess. Everything else you answer from general knowledge.]\n"
    )
}

fn in_chinese(who: &str, profile: bool) -> String {
    if profile {
        format!(
            "[除了上面写的，{who}没有告诉过你别的。{who}自己生活中的名字、号码、日期和地点，上面没有的就回答\
             “我不知道，你还没有告诉过我”，绝不猜测。其他问题照常回答。]\n"
        )
    } else {
        format!(
            "[{who}自己生活中的名字、号码、日期和地点，还没有告诉过你：遇到就回答“我不知道，你还没有告诉过我”，绝不猜测。\
             其他问题照常回答。]\n"
        )
    }
}

/// Whether this asks for a fact of the asker's own life, and not what to do about something.
fn only_they_can_know(question: &str) -> bool {
    let question = question.trim();
    let short = question.chars().count() <= LONGEST && !question.contains('\n');
    short
        && is_of_oneself(question)
        && !asks_for_ones_name(question)
        && (asks_in_english(question) || asks_in_chinese(question))
}

/// Their own name stands in every context.
fn asks_for_ones_name(question: &str) -> bool {
    let question = question.to_lowercase();
    ["my name", "我的名字", "我叫", "我是谁", "who am i"]
        .iter()
        .any(|phrase| question.contains(phrase))
}

fn asks_in_english(question: &str) -> bool {
    const ASKS: [&str; 7] = ["what", "which", "when", "where", "who", "whose", "whom"];
    // "How old is my daughter", but not "how do I".
    const HOW: [&str; 3] = ["old", "tall", "many"];
    const ADVICE: [&str; 20] = [
        "should",
        "shall",
        "can",
        "could",
        "would",
        "might",
        "must",
        "ought",
        "need",
        "needs",
        "help",
        "helps",
        "try",
        "best",
        "better",
        "recommend",
        "suggest",
        "mean",
        "means",
        "wrong",
    ];
    let question = question.to_lowercase();
    // "what's" is "what".
    let asked: Vec<&str> = question
        .unicode_words()
        .flat_map(|word| word.split(['\'', '’']).next())
        .collect();
    let asks = asked.iter().any(|word| ASKS.contains(word))
        || asked
            .windows(2)
            .any(|pair| pair[0] == "how" && HOW.contains(&pair[1]));
    asks && !asked.iter().any(|word| ADVICE.contains(word)) && !question.contains("do i do")
}

fn asks_in_chinese(question: &str) -> bool {
    const ASKS: [&str; 6] = ["什么", "哪", "谁", "几", "多大", "多少"];
    const ADVICE: [&str; 11] = [
        "怎么",
        "怎样",
        "如何",
        "应该",
        "该",
        "能",
        "可以",
        "建议",
        "推荐",
        "需要",
        "为什么",
    ];
    let has = |all: &[&str]| all.iter().any(|phrase| question.contains(phrase));
    has(&ASKS) && !has(&ADVICE)
}

#[cfg(test)]
mod tests {
    use super::only_they_can_know;

    #[test]
    fn what_only_the_person_can_know_is_told_from_what_anybody_could_answer() {
        for question in [
            "Which number has my locker at the pool?",
            "What is my cat called?",
            "When is my sister's birthday?",
            "What’s our landlord called?",
            "Where did I put the spare key?",
            "Which car do I drive?",
            "How old is my daughter?",
            "我的猫叫什么名字？",
            "我把备用钥匙放在哪里了？",
            "我的储物柜是几号？",
        ] {
            assert!(only_they_can_know(question), "{question}");
        }
        for question in [
            "What can I cook tonight with rice, eggs and leeks?",
            "How do I get red wine out of my white shirt?",
            "My laptop has become slow. What should I try first?",
            "I have a headache. What helps?",
            "What should I wear to my job interview?",
            "What is the capital of Portugal?",
            "What do I do when my pipes freeze?",
            "What is wrong with my code?\nfn main() {}",
            "My locker has the number 4471.",
            "我怎么去除衬衫上的红酒渍？",
            "我头疼，怎么办？",
            "面试时我应该穿什么？",
            "法国的首都是哪里？",
            "What is my name?",
            "我叫什么名字？",
        ] {
            assert!(!only_they_can_know(question), "{question}");
        }
    }
}
