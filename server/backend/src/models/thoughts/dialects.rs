//! The marks that models write around their thoughts: one table.
//!
//! Sources: the chat templates and model cards of the models named, as published with their weights.

/// The marks before and after a thought.
pub(super) struct Dialect {
    pub open: &'static str,
    pub close: &'static str,
}

const fn dialect(open: &'static str, close: &'static str) -> Dialect {
    Dialect { open, close }
}

/// Marks that are never words. ASCII letters are compared without case.
pub(super) const MARKS: [Dialect; 17] = [
    // DeepSeek R1, Qwen 3, GLM, MiniMax, Phi 4, Nemotron, Granite 3.3, Hunyuan and most others.
    dialect("<think>", "</think>"),
    dialect("<thinking>", "</thinking>"),
    // EXAONE Deep.
    dialect("<thought>", "</thought>"),
    dialect("<thoughts>", "</thoughts>"),
    // Reka Flash.
    dialect("<reasoning>", "</reasoning>"),
    dialect("<reflection>", "</reflection>"),
    dialect("<scratchpad>", "</scratchpad>"),
    // Seed-OSS.
    dialect("<seed:think>", "</seed:think>"),
    // LongCat.
    dialect("<longcat_think>", "</longcat_think>"),
    // Magistral.
    dialect("[THINK]", "[/THINK]"),
    // Kimi VL.
    dialect("◁think▷", "◁/think▷"),
    // OpenThinker, Sky-T1.
    dialect("<|begin_of_thought|>", "<|end_of_thought|>"),
    // Command A Reasoning, Command R7B.
    dialect("<|START_THINKING|>", "<|END_THINKING|>"),
    // Apertus.
    dialect("<|inner_prefix|>", "<|inner_suffix|>"),
    // Gemma 4.
    dialect("<|channel>thought", "<channel|>"),
    // MedGemma.
    dialect("<unused94>thought", "<unused95>"),
    // Pangu.
    dialect("[unused16]", "[unused17]"),
];

/// Opening marks that are also plain words: the text after one is a thought only once the closing mark has come.
pub(super) const WORDED: [Dialect; 4] = [
    // Granite 3.2.
    dialect("Here is my thought process:", "Here is my response:"),
    dialect("Here's my thought process:", "Here's my response:"),
    // Harmony from a server that removed the control tokens.
    dialect("analysis", "assistantfinal"),
    dialect("commentary", "assistantfinal"),
];

/// Marks around the answer after a thought; they are not part of it.
pub(super) const WRAPPERS: [Dialect; 4] = [
    dialect("<|begin_of_solution|>", "<|end_of_solution|>"),
    dialect("<|START_RESPONSE|>", "<|END_RESPONSE|>"),
    // Granite 3.3.
    dialect("<response>", "</response>"),
    // Hunyuan, R1-Zero.
    dialect("<answer>", "</answer>"),
];

/// Number of [`WRAPPERS`], from the first on, that are never words.
pub(super) const UNWORDED_WRAPPERS: usize = 2;

/// How far a text and a mark agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    No,
    /// The text is a prefix of the mark.
    Begins,
    Whole,
}

/// Compares the beginning of a text with a mark.
pub(super) fn matches(text: &str, mark: &str) -> Match {
    let shared = text.len().min(mark.len());
    let same = text.as_bytes()[..shared].eq_ignore_ascii_case(&mark.as_bytes()[..shared]);
    match (same, text.len() >= mark.len()) {
        (false, _) => Match::No,
        (true, true) => Match::Whole,
        (true, false) => Match::Begins,
    }
}

/// Which of these marks the text begins with, and whether it may become one. The text is not empty.
pub(super) fn find(text: &str, marks: &[&str]) -> (Option<usize>, bool) {
    let (mut found, mut may_become) = (None, false);
    let second = text.as_bytes().get(1);
    let mut number = 0;
    // A plain loop that first compares the second byte: a text of nothing but `<` is compared with every mark.
    while number < marks.len() {
        let mark = marks[number];
        let differs = second.is_some_and(|byte| !byte.eq_ignore_ascii_case(&mark.as_bytes()[1]));
        if !differs {
            match matches(text, mark) {
                Match::Whole if found.is_none() => found = Some(number),
                Match::Begins => may_become = true,
                Match::Whole | Match::No => {}
            }
        }
        number += 1;
    }
    (found, may_become)
}

/// The opening marks of a table, and the closing ones.
const fn sides<const N: usize>(table: &[Dialect; N]) -> ([&'static str; N], [&'static str; N]) {
    let (mut opens, mut closes) = ([""; N], [""; N]);
    let mut number = 0;
    while number < N {
        opens[number] = table[number].open;
        closes[number] = table[number].close;
        number += 1;
    }
    (opens, closes)
}

pub(super) const OPENS: [&str; MARKS.len()] = sides(&MARKS).0;
pub(super) const CLOSES: [&str; MARKS.len()] = sides(&MARKS).1;
pub(super) const WORDED_OPENS: [&str; WORDED.len()] = sides(&WORDED).0;
pub(super) const WRAPPER_OPENS: [&str; WRAPPERS.len()] = sides(&WRAPPERS).0;
