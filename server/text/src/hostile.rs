//! Every function over a text, by name, with texts that were written to cost more than their length.
//!
//! A function that is private to its module is listed there (`TEXT_FUNCTIONS`) and walked here.

use crate::text::cost;
use std::{hint::black_box, time::Duration};

/// A name and what does something with a text.
pub(crate) type TextFunction = (&'static str, fn(&str));

/// Characters of each text; a message has no more.
const LENGTH: usize = 100_000;

/// Processor time that a function may take for one of them, in a development build.
const LIMIT: Duration = Duration::from_millis(200);

fn functions() -> Vec<TextFunction> {
    [
        OWN,
        &crate::memory::text_functions(),
        crate::search::TEXT_FUNCTIONS,
        &crate::turn::text_functions(),
        &crate::jobs::text_functions(),
        crate::transfer::TEXT_FUNCTIONS,
        crate::people::TEXT_FUNCTIONS,
        crate::attachments::TEXT_FUNCTIONS,
        crate::speech::TEXT_FUNCTIONS,
    ]
    .concat()
}

const OWN: &[TextFunction] = &[
    ("markdown::render", |text| {
        black_box(crate::markdown::render(text, uuid::Uuid::nil()));
    }),
    ("markdown::StreamRenderer, 50,000 characters at once", |text| {
        let mut renderer = crate::markdown::StreamRenderer::new(uuid::Uuid::nil());
        renderer.push(crate::text::beginning(text, LENGTH / 2));
        renderer.advance();
        black_box(renderer.tail());
    }),
    ("conversations::send::first_title", |text| {
        black_box(crate::conversations::send::first_title(text));
    }),
    ("conversations::send::clip", |text| {
        black_box(crate::conversations::send::clip(text, 200));
    }),
    ("text::both_ends", |text| {
        black_box(crate::text::both_ends(text, 4_000));
    }),
];

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

#[test]
fn every_function_over_a_text_reads_a_hostile_one_of_100_000_characters_within_200_ms() {
    let texts = texts();
    let mut slow = Vec::new();
    for (name, function) in functions() {
        // What is made once for all texts (tables, grammars) is no text's cost.
        function("I am a dog. 我的狗叫什么？ `a` $a$\n\n```rust\nfn a() {}\n```\n");
        let mut worst = (Duration::ZERO, "");
        for (text_name, text) in &texts {
            let took = cost(|| function(text));
            worst = worst.max((took, text_name));
            if took > LIMIT {
                slow.push(format!("{name} takes {took:?} for {text_name}"));
            }
        }
        eprintln!("{name}: at most {:?} ({})", worst.0, worst.1);
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}
