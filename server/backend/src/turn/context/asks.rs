//! Whether a short text asks for a fact, by the structure of its sentences.
//!
//! A question word alone asks nothing: "our daughter, who is 7", "when I was young", 我什么都吃. A sentence asks when it
//! ends in a question mark, or when its question word stands at the head and the verb comes before the subject ("where
//! did I …"); in Chinese, when the word stands where the answer would stand, at the end or as the subject. English and
//! Chinese have such rules here; in another language nothing is said to be asked.

use unicode_segmentation::UnicodeSegmentation;

/// Words that ask for a fact.
const ASKS: [&str; 7] = ["what", "which", "when", "where", "who", "whose", "whom"];

/// "How old is my daughter", but not "how do I".
const HOW: [&str; 5] = ["old", "tall", "many", "much", "long"];

/// Verbs that come before the subject of a question, and after it in a statement.
const VERBS_FIRST: [&str; 24] = [
    "is", "are", "was", "were", "am", "do", "does", "did", "has", "have", "had", "will", "isn", "aren",
    "wasn", "weren", "don", "doesn", "didn", "hasn", "haven", "s", "re", "d",
];

/// What may be the subject behind such a verb.
const SUBJECTS: [&str; 12] = [
    "i", "we", "my", "our", "the", "it", "he", "she", "they", "you", "this", "that",
];

/// Words before a question that change nothing.
const FILLERS: [&str; 16] = [
    "so", "and", "but", "ok", "okay", "hey", "hi", "hello", "hearth", "please", "well", "um", "also", "now",
    "then", "oh",
];

/// After these a question keeps the order of a statement: "tell me where I parked".
const OPENINGS: [&[&str]; 9] = [
    &["tell", "me"],
    &["remind", "me"],
    &["do", "you", "know"],
    &["do", "you", "remember"],
    &["did", "i", "tell", "you"],
    &["can", "you", "tell", "me"],
    &["could", "you", "tell", "me"],
    &["can", "you", "remind", "me"],
    &["could", "you", "remind", "me"],
];

/// What is asked is not a fact but what to do.
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

/// Whether a sentence of this text asks for a fact.
pub(super) fn for_a_fact(text: &str) -> bool {
    asks_in_english(text) || asks_in_chinese(text)
}

fn asks_in_english(text: &str) -> bool {
    let lower = text.to_lowercase();
    let asking = lower.split_sentence_bounds().any(|sentence| {
        let words = words(sentence);
        is_question(sentence) && has_question_word(&words)
            || begins_a_question(&words)
            || ends_in_one(sentence)
    });
    let all = words(&lower);
    // "Can you tell me" asks for no advice.
    let advice = without_opening(&all).iter().any(|word| ADVICE.contains(word));
    asking && !advice && !lower.contains("do i do")
}

/// Words with what an apostrophe holds to them apart: "what's" is "what" and "s".
fn words(text: &str) -> Vec<&str> {
    text.unicode_words()
        .flat_map(|word| word.split(['\'', '’']))
        .collect()
}

fn is_question(sentence: &str) -> bool {
    let end = sentence.trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '?' | '？'));
    end.ends_with(['?', '？'])
}

fn has_question_word(words: &[&str]) -> bool {
    words.iter().any(|word| ASKS.contains(word))
        || words
            .windows(2)
            .any(|pair| pair[0] == "how" && HOW.contains(&pair[1]))
}

/// Without courtesy, and without what makes the rest indirect.
fn without_opening<'w, 't>(words: &'w [&'t str]) -> &'w [&'t str] {
    let fillers = words.iter().take_while(|word| FILLERS.contains(word)).count();
    let words = &words[fillers..];
    let opening = OPENINGS.iter().find(|opening| words.starts_with(opening));
    opening.map_or(words, |opening| &words[opening.len()..])
}

/// Whether a question word stands at the head, and the verb before the subject.
fn begins_a_question(words: &[&str]) -> bool {
    let fillers = words.iter().take_while(|word| FILLERS.contains(word)).count();
    let rest = without_opening(words);
    let indirect = rest.len() + fillers < words.len();
    match rest {
        ["how", how, ..] if HOW.contains(how) => indirect || verb_soon(&rest[2..]),
        [asks, ..] if ASKS.contains(asks) && indirect => true,
        ["when" | "where", verb, subject, ..] => VERBS_FIRST.contains(verb) && is_subject(subject),
        ["who", next, ..] => !["i", "we", "cares", "knows", "needs", "wants"].contains(next),
        // "Which is why I left."
        ["which", "is" | "was" | "are" | "were", next, ..] => ["my", "our", "mine"].contains(next),
        ["what" | "which" | "whose" | "whom", next @ ..] => verb_soon(next),
        _ => false,
    }
}

/// Whether the verb comes before any subject: "what colour is my car", but not "what I like".
fn verb_soon(words: &[&str]) -> bool {
    const ENDS: [&str; 12] = [
        "i", "we", "he", "she", "they", "you", "it", "me", "us", "to", "that", "for",
    ];
    let mut near = words.iter().take(5);
    near.find(|word| VERBS_FIRST.contains(word) || ENDS.contains(word))
        .is_some_and(|word| VERBS_FIRST.contains(word))
}

fn is_subject(word: &str) -> bool {
    SUBJECTS.contains(&word)
}

/// "I lost my key, where did I put it": a clause behind a comma that is a question. "…, where I live" is none, and "…,
/// who is 7" cannot be told from one.
fn ends_in_one(sentence: &str) -> bool {
    sentence
        .split(',')
        .skip(1)
        .any(|clause| match words(clause).as_slice() {
            ["what" | "when" | "where", verb, subject, ..] => {
                VERBS_FIRST.contains(verb) && is_subject(subject)
            }
            ["how", how, verb, subject, ..] => {
                HOW.contains(how) && VERBS_FIRST.contains(verb) && is_subject(subject)
            }
            _ => false,
        })
}

fn asks_in_chinese(text: &str) -> bool {
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
    // Kana: Japanese has rules of its own.
    if text.chars().any(|c| matches!(c, '\u{3040}'..='\u{30ff}'))
        || ADVICE.iter().any(|word| text.contains(word))
    {
        return false;
    }
    let mut sentences = text.split_inclusive(['。', '！', '!', '？', '?', '；', ';']);
    sentences.any(|sentence| match sentence.chars().next_back() {
        Some('？' | '?') => CHINESE.iter().any(|word| sentence.contains(word)),
        Some('。' | '！' | '!') => false,
        _ => sentence
            .split(['，', ','])
            .next_back()
            .is_some_and(clause_asks_in_chinese),
    })
}

const CHINESE: [&str; 6] = ["什么", "哪", "谁", "几", "多大", "多少"];

/// What may stand behind the word that asks, at the end of a question without its mark.
const BEHIND: [&str; 4] = ["了", "呢", "啊", "呀"];

/// A clause without a question mark: the word stands where its answer would, at the end ("我的猫叫什么名字") or as the
/// subject ("谁送了我这块手表"). Where it says "any" or "none" (什么都, 没什么), or something is known or not, it asks nothing.
fn clause_asks_in_chinese(clause: &str) -> bool {
    const NONE: [&str; 12] = [
        "没", "不管", "无论", "不论", "任何", "随便", "知道", "记得", "几乎", "好几", "想起", "忘",
    ];
    if NONE.iter().any(|word| clause.contains(word)) {
        return false;
    }
    let clause = clause.trim_end_matches(|c: char| !c.is_alphanumeric());
    let Some((at, word)) = CHINESE
        .iter()
        .filter_map(|word| Some((clause.rfind(word)?, *word)))
        .max()
    else {
        return false;
    };
    let mut behind = &clause[at + word.len()..];
    for end in BEHIND {
        behind = behind.trim_end_matches(end);
    }
    if behind.contains(['都', '也']) {
        return false;
    }
    match word {
        "谁" if at == 0 => true,
        // "几号", "几个": a measure, and what is counted is asked for only where it has been named.
        "几" => behind.chars().count() == 1 || behind == "年级",
        "什么" if behind == "时候" => true,
        "什么" if behind.starts_with("时候") => behind.chars().count() <= 5,
        _ => behind.chars().count() <= 2,
    }
}
