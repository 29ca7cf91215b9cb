//! A text that comes letter by letter ends as the page that the whole text is, and a finished block never changes.

use super::super::{StreamRenderer, render, whole_and_streamed};
use uuid::Uuid;

const TEXTS: [&str; 16] = [
    "**注意：**请先备份。\n\n这是**“取出并重置”**模式，含**「重点」**内容。\n\n**Markdown（マークダウン）**は__重要：__です。",
    "见（https://a.example/中国）和www.b.example，写信：me@c.example。\n\n看https://d.example查看",
    "Here:\n\n```markdown\n# A\n\n```bash\nls\n```\n\n- b\n```\n\nafter **注意：**请\n\nend",
    "```md\n```md\n```sh\nx\n```\n```\n```\nafter\n\nend",
    "```markdown\n```bash\nls\n```\n\nThen:\n\n```python\nx = 1\n```\n",
    "```markdown\n# A\n```bash\nls\n",
    "1. a\n\n   ```markdown\n   ```sh\n   b\n   ```\n   ```\n2. c\n\nend",
    "> ```md\n> ```sh\n> a\n> ```\n\n```\nb\n```\n\nend",
    "- 1\n  - 2\n    - 3\n      - 4\n        - 5\n          - 6\n            - 7\n              - 8\n                - 9\n                  - 10\n\nend",
    "> 1\n> > 2\n> > > 3\n> > > > 4\n> > > > > 5\n> > > > > > 6\n\nend",
    "سلام **دنیا:** این\n\n- یک\n- two\n\n> `code` نقل قول",
    "| **甲：**乙 | b |\n|---|---|\n| ~~丙：~~丁 | $x^2$ |\n\n$$\na\n+ b\n$$\n\n好👍**“x”**了",
    "Unfinished $$\nx + y",
    "Unfinished **注意：",
    "~~~~text\n~~~~sh\na\n~~~~\n~~~\n~~~~\nb\n",
    "# **步骤 1:**Docker\nx\n# b\n```js\nlet a = 1;\n```\n**c：**d",
];

fn plain(html: &str) -> String {
    html.replace('\n', "")
}

fn letters(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()])
}

#[test]
fn letter_by_letter_every_text_is_at_any_end_the_page_that_the_whole_is() {
    let page = Uuid::from_u128(3);
    for text in TEXTS {
        let mut renderer = StreamRenderer::new(page);
        let mut finished: Vec<String> = Vec::new();
        for letter in letters(text) {
            renderer.push(letter);
            renderer.advance();
            assert_eq!(renderer.blocks()[..finished.len()], finished[..]);
            finished = renderer.blocks().to_vec();
            let at_the_end = finished.concat() + &renderer.last();
            let so_far = renderer.text();
            assert_eq!(plain(&at_the_end), plain(&render(so_far, page)), "{so_far}");
        }
    }
}

#[test]
fn bold_that_has_closed_does_not_open_again_while_the_text_grows() {
    for text in [
        "**注意：**请先备份",
        "这是**“取出并重置”**模式",
        "**Markdown（マークダウン）**は",
        "请~~（删除）~~了",
    ] {
        let mut renderer = StreamRenderer::default();
        let mut closed = false;
        for letter in letters(text) {
            renderer.push(letter);
            renderer.advance();
            let tail = renderer.tail();
            let bold = tail.contains("</strong>") || tail.contains("</del>");
            assert!(bold || !closed, "{text}: {tail}");
            closed |= bold;
        }
        assert!(closed, "{text}");
    }
}

/// Pieces of Markdown in an order that looks random and is the same each time.
#[test]
fn any_mixture_in_any_pieces_ends_as_the_whole_one() {
    const PIECES: [&str; 24] = [
        "**注意：**请",
        "a ",
        "\n",
        "\n\n",
        "```md\n",
        "```sh\n",
        "```\n",
        "~~~\n",
        "- 甲\n",
        "  - b\n",
        "1. c\n",
        "> ",
        "`x` ",
        "**",
        "_“乙”_",
        "~~",
        "https://a.example，",
        "# 丙\n",
        "| a |\n|---|\n",
        "$x$ ",
        "👍",
        "سلام ",
        "    ",
        "\\",
    ];
    let mut state = 11_u64;
    let mut roll = |sides: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % sides
    };
    for _ in 0..1_500 {
        let text: String = (0..2 + roll(14)).map(|_| PIECES[roll(PIECES.len())]).collect();
        let mut ends: Vec<usize> = (0..roll(12)).map(|_| roll(text.len() + 1)).collect();
        ends.sort_unstable();
        let (whole, streamed) = whole_and_streamed(&text, &ends);
        assert_eq!(plain(&streamed), plain(&whole), "{text:?} {ends:?}");
    }
}
