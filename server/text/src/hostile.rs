//! Texts written to cost more than their length, and the walk that calls every function over a text with each of them.
//!
//! A module lists its functions in a constant `TEXT_FUNCTIONS`, which its crate passes to [`slow`] in a test.

use crate::processor_time::cost;
use std::time::Duration;

/// The name of a function over a text, and a call of it.
pub type TextFunction = (&'static str, fn(&str));

/// Characters of each text; a message has no more.
pub const LENGTH: usize = 100_000;

/// Processor time that a function may take for one of them, in a development build.
pub const LIMIT: Duration = Duration::from_millis(200);

/// `unit` again and again, up to [`LENGTH`] characters.
fn repeated(unit: &str) -> String {
    unit.chars().cycle().take(LENGTH).collect()
}

fn numbered(unit: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    let mut characters = 0;
    for n in 0.. {
        let next = unit(n);
        characters += next.chars().count();
        if characters > LENGTH {
            break;
        }
        text.push_str(&next);
    }
    text
}

/// The texts by name.
fn texts() -> Vec<(String, String)> {
    const UNITS: &[&str] = &[
        "麻烦",
        "我",
        "的",
        "狗",
        "年",
        "月",
        "1月",
        "一",
        "十",
        "什么",
        "帮我",
        "我不",
        "我喜欢",
        "记住",
        "请你",
        "please ",
        "please, ",
        "can you ",
        "ok ",
        "a",
        "a ",
        "A b",
        "i ",
        "I am ",
        "not ",
        "x y ",
        "who ",
        "what is ",
        ".",
        "...\n",
        "!",
        "?",
        "? ",
        ". ",
        "。",
        "？",
        "，",
        ",",
        ";",
        ":",
        "://",
        "http://a.b ",
        "http://",
        "a@b.c ",
        "\"(",
        "(",
        ")",
        "[",
        "]",
        "[[[[",
        "[a](",
        "[^1]",
        "[^1]: a\n",
        "![",
        "](",
        "*",
        "****",
        "*a ",
        "**a",
        "_a_",
        "~~",
        "> ",
        "> > > ",
        "- ",
        "- a\n",
        "* * ",
        "1. ",
        "1.1.",
        "- [ ] a\n",
        "`",
        "``` ",
        "```\n",
        "`a",
        "<",
        "<a ",
        "<<<<",
        "</think>",
        "<think>",
        "<!--",
        "$",
        "$$",
        "$a$ ",
        "$$a$$\n\n",
        "\\(",
        "\\[ ",
        "\\",
        "\n",
        "\n\n",
        " ",
        "\t",
        "|",
        "|a|b|\n|-|-|\n",
        "# ",
        "&amp;",
        "&#1;",
        "\u{301}",
        "'",
    ];
    const MORE: &[&str] = &[
        "’",
        "don't ",
        "a'",
        "e\u{301}",
        "👩\u{200d}👩\u{200d}👧",
        "👩\u{200d}",
        "🇩",
        "\u{200d}",
        "ﷺ",
        "مرحبا ",
        "\u{202e}",
        "क्",
        "May ",
        "May 1 ",
        "12:30 ",
        "{\"notes\":[",
        "ß",
        "㌖",
        "£",
        "\u{a0}",
        "& ",
        "&",
        "&lt;",
        "我,",
        "x, I ",
    ];
    let mut texts: Vec<(String, String)> = UNITS
        .iter()
        .chain(MORE)
        .map(|unit| (format!("{unit:?} repeated"), repeated(unit)))
        .collect();
    texts.extend([
        (
            "20,000 different words".to_owned(),
            numbered(|n| format!("w{n} ")),
        ),
        (
            "different words without an end".to_owned(),
            numbered(|n| format!("forget that w{n} ")),
        ),
        (
            "an order to forget of 20,000 words".to_owned(),
            numbered(|n| {
                if n == 0 {
                    "forget that ".to_owned()
                } else {
                    format!("w{n} ")
                }
            }),
        ),
        (
            "an order to remember without an end".to_owned(),
            numbered(|n| {
                if n == 0 {
                    "请记住：".to_owned()
                } else {
                    format!("我{n}的")
                }
            }),
        ),
        (
            "different sentences".to_owned(),
            numbered(|n| format!("I have {n} dogs. ")),
        ),
        (
            "different lines".to_owned(),
            numbered(|n| format!("- I have {n}\n")),
        ),
        ("50,000 lines".to_owned(), repeated("a\n")),
        ("different footnotes".to_owned(), numbered(|n| format!("[^{n}] "))),
        (
            "different references".to_owned(),
            numbered(|n| format!("[{n}]: /a\n")),
        ),
        (
            "a quote that nests".to_owned(),
            numbered(|n| format!("{}a\n", ">".repeat(n % 200))),
        ),
        (
            "a list that nests".to_owned(),
            numbered(|n| format!("{}- a\n", " ".repeat(n % 100))),
        ),
        (
            "code".to_owned(),
            format!("```rust\n{}", repeated("let a = \"b\" + f(1); // c\n")),
        ),
        (
            "code in brackets".to_owned(),
            format!("```js\n{}", repeated(&("(".repeat(1_900) + "\n"))),
        ),
        (
            "Chinese that is all different".to_owned(),
            ('\u{4e00}'..'\u{9fff}').cycle().take(LENGTH).collect(),
        ),
        (
            "one quotation".to_owned(),
            format!("\"{}", repeated("I am a \"b")),
        ),
        (
            "a title of signs".to_owned(),
            format!("[a](b \"{}\")", repeated("&")),
        ),
        (
            "an address of signs".to_owned(),
            format!("[a](http://b/?{})", repeated("a&")),
        ),
        (
            "a bare address of signs".to_owned(),
            format!("http://b.example/?{}", repeated("a&")),
        ),
        ("JSON that nests".to_owned(), "[".repeat(LENGTH)),
    ]);
    texts
}

/// Calls each function with each text; a line for each call that took longer than [`LIMIT`]. The longest call of every
/// function goes to standard error.
pub fn slow(functions: &[TextFunction]) -> Vec<String> {
    let texts = texts();
    let mut slow = Vec::new();
    for (name, function) in functions {
        // Tables and grammars that are made once for all texts are not the cost of one text.
        function("I am a dog. 我的狗叫什么？ `a` $a$\n\n```rust\nfn a() {}\n```\n");
        let mut longest = (Duration::ZERO, "");
        for (text_name, text) in &texts {
            let took = cost(|| function(text));
            longest = longest.max((took, text_name));
            if took > LIMIT {
                slow.push(format!("{name} takes {took:?} for {text_name}"));
            }
        }
        eprintln!("{name}: at most {:?} ({})", longest.0, longest.1);
    }
    slow
}
