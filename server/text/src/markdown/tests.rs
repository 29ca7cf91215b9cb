use super::render;
use uuid::Uuid;

fn html(markdown: &str) -> String {
    render(markdown, Uuid::from_u128(1))
}

#[test]
fn an_image_becomes_a_link_and_nothing_is_fetched() {
    let html = html("![a cat](https://evil.example/x.png)");
    assert!(html.contains("href=\"https://evil.example/x.png\""), "{html}");
    assert!(!html.contains("<img"));
}

#[test]
fn raw_html_is_shown_as_text() {
    let html = html("<script>alert(1)</script>\n\nhello <b onclick=x>you</b>");
    assert!(!html.contains("<script") && !html.contains("<b "), "{html}");
    assert!(html.contains("&lt;script&gt;"));
}

#[test]
fn a_script_address_is_no_link() {
    assert!(!html("[x](javascript:alert(1)) [y](data:text/html,hi) [z](/people)").contains("href"));
}

#[test]
fn tables_and_code_can_be_scrolled_by_keyboard() {
    let html = html("| a | b |\n|---|--:|\n| 1 | 2 |\n\n```rust\nfn main() {}\n```\n");
    assert!(
        html.contains(r#"<div class="scroll" dir="auto" tabindex="0">"#)
            || html.contains(r#"<div dir="auto" class="scroll" tabindex="0">"#),
        "{html}"
    );
    assert!(html.contains(r#"<td class="right">2</td>"#), "{html}");
    assert!(
        html.contains(r#"<pre tabindex="0"><code data-language="rust">"#),
        "{html}"
    );
    assert!(html.contains(r#"<span class="code-language">rust</span>"#));
}

#[test]
fn task_lists_keep_their_boxes() {
    let html = html("- [x] done\n- [ ] open\n");
    assert!(html.contains("checkbox") && html.contains("disabled"), "{html}");
}

#[test]
fn the_box_of_a_task_is_named_by_its_words() {
    let html = html("- [x] dig \"the\" *south* bed\n  - and more\n- [ ] buy `seeds`\n");
    assert!(
        html.contains(r#"aria-label="dig &quot;the&quot; south bed""#),
        "{html}"
    );
    assert!(html.contains(r#"aria-label="buy seeds""#), "{html}");
}

#[test]
fn footnotes_of_two_messages_do_not_meet() {
    let text = "One[^a], two[^b], one again[^a], none[^c].\n\n[^b]: Second.\n[^a]: First.";
    let (first, second) = (render(text, Uuid::from_u128(1)), render(text, Uuid::from_u128(2)));
    let ids = |html: &str| {
        let ids: Vec<_> = html
            .split(" id=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect();
        ids
    };
    let mut all = ids(&first);
    assert_eq!(all.len(), 4, "{first}");
    all.extend(ids(&second));
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 8);
    assert!(first.contains("none[^c]"), "{first}");
    // Whatever leads within the page arrives.
    for target in first
        .split("href=\"#")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
    {
        assert!(ids(&first).iter().any(|id| id == target), "{target}");
    }
    assert!(!first.contains(r##"target="_blank" href="#"##));
}

#[test]
fn formulas_are_mathml_and_prices_are_words() {
    assert!(html("So $x^2$ it is").contains("<msup>"));
    assert!(html("So \\(x^2\\) it is").contains("<msup>"));
    assert!(
        html("$$\n\\sum_i\n+ y\n$$").contains(r#"<span class="formula" tabindex="0"><math display="block">"#)
    );
    assert!(html("\\[ a_1 * b * c_2 \\]").contains("<msub>"));
    assert!(html("> $$\n> a\n> + b\n> $$").contains("<mo>+</mo>"));
    assert!(html("| a |\n|---|\n| $\\lvert x|y$ |").contains("<math"));
    assert_eq!(html("$5 and $10"), "<p dir=\"auto\">$5 and $10</p>\n");
    assert!(html("It is $\\frac{1$ broken").contains("$\\frac{1$ broken"));
    assert!(
        html("`$x$` and\n\n    $y$\n\n```\n$z$\n```")
            .matches("<math")
            .count()
            == 0
    );
    assert!(html("[a $x$](https://a.example/$b$)").contains("https://a.example/$b$"));
    assert!(!html("a \u{1}\u{1} b $x$").contains("<math><math"));
}

#[test]
fn each_block_tells_its_direction_and_its_script() {
    let html = html("مرحبا بالعالم\n\nHello\n\n- 一\n- 二\n\n```\ncode\n```");
    assert!(html.contains("<p dir=\"auto\">مرحبا"), "{html}");
    assert!(html.contains("<ul dir=\"auto\" lang=\"zh\">"), "{html}");
    assert!(html.contains("<div class=\"code\" dir=\"ltr\">"), "{html}");
}

#[test]
fn bare_addresses_are_links_and_end_where_the_sentence_does() {
    let html = html(
        "See https://a.example/b_c?d=1&e=2. 看 https://b.example/路，好。 `https://c.example` <https://d.example>",
    );
    assert_eq!(html.matches("<a ").count(), 3, "{html}");
    assert!(
        html.contains("href=\"https://a.example/b_c?d=1&amp;e=2\""),
        "{html}"
    );
    assert!(html.contains(">https://b.example/路</a>，好"), "{html}");
}

#[test]
fn a_hundred_thousand_letters_of_anything_take_a_moment() {
    for piece in [
        "a ",
        "*a* ",
        "$x^2$ ",
        "$$x$$\n\n",
        "\\(x\\) ",
        "[^1] ",
        "[^1]: a\n\n",
        "[a](https://a.example) ",
        "https://a.example/ ",
        "| a |\n|---|\n",
        "- a\n",
        "> a\n",
        "`a` ",
        "```rust\nfn a() {}\n```\n",
        "<b>",
        "![a](b) ",
        "$\\frac{a}{b}$ ",
        "[",
        "]",
        "{",
        "$\\sqrt{",
        "\\[\n",
        "$$\n",
        "*",
        "_",
        "~",
        "&amp; ",
        "[^a",
        "[a]: b\n",
        "مرحبا ",
        "饼干",
        "👩‍👩‍👧‍👦",
        "**注：**请",
        "_“甲”_👍",
        "```md\n```a\n```\n",
        "```md\n```md\n",
        "> ```md\n> ```a\n",
        "- ```md\n  ```a\n",
        "www.a中",
        "https://a.b中",
        "https://a",
        "a@b.c，",
        "a.b_",
        "@a",
        "http://a:b@",
    ] {
        let text = piece.repeat(100_000 / piece.len());
        let start = std::time::Instant::now();
        html(&text);
        // A debug build on a busy machine.
        assert!(start.elapsed().as_secs() < 20, "{piece:?}: {:?}", start.elapsed());
    }
}

#[test]
fn html_that_would_be_endless_is_the_text_as_it_was_written() {
    for markdown in [
        "$x$ ".repeat(50_000),
        "`<b>` ".repeat(300_000),
        "**a** ".repeat(2_000_000),
    ] {
        let html = html(&markdown);
        assert!(
            html.len() <= super::LONGEST_HTML,
            "{} of {}",
            html.len(),
            markdown.len()
        );
        assert!(!html.contains("<b>"));
    }
}

mod letters;
mod wide;
