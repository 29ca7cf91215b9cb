//! Emphasis beside scripts without spaces: nothing that a model means as emphasis stays asterisks.

use super::html;

/// What stands within the paragraph.
fn inside(markdown: &str) -> String {
    let html = html(markdown);
    let paragraph = html.split_once('>').map_or(&*html, |(_, rest)| rest);
    paragraph.trim_end().trim_end_matches("</p>").to_owned()
}

#[test]
fn bold_beside_chinese_japanese_and_korean_marks_is_bold() {
    for (markdown, expected) in [
        ("**注意：**请先备份", "<strong>注意：</strong>请先备份"),
        (
            "这是**“取出并重置”**模式",
            "这是<strong>“取出并重置”</strong>模式",
        ),
        ("含**「重点」**内容", "含<strong>「重点」</strong>内容"),
        (
            "**Markdown（マークダウン）**は",
            "<strong>Markdown（マークダウン）</strong>は",
        ),
        (
            "**이 용어(This term)**를 강조",
            "<strong>이 용어(This term)</strong>를 강조",
        ),
        ("**중요!**입니다", "<strong>중요!</strong>입니다"),
        ("**注意!**请", "<strong>注意!</strong>请"),
        ("他说**\"你好\"**然后", "他说<strong>\"你好\"</strong>然后"),
        ("用**(可选)**参数", "用<strong>(可选)</strong>参数"),
        ("用**[可选]**参数", "用<strong>[可选]</strong>参数"),
        ("**《红楼梦》**是", "<strong>《红楼梦》</strong>是"),
        (
            "**重点……**然后**——对——**的",
            "<strong>重点……</strong>然后<strong>——对——</strong>的",
        ),
        ("**步骤1：**Docker", "<strong>步骤1：</strong>Docker"),
        ("**步骤 1:**Docker", "<strong>步骤 1:</strong>Docker"),
        ("**“重点”**OK", "<strong>“重点”</strong>OK"),
        ("OK**“重点”**", "OK<strong>“重点”</strong>"),
        ("**「A」**B", "<strong>「A」</strong>B"),
        ("**100%**的人", "<strong>100%</strong>的人"),
        ("价格**$5**元", "价格<strong>$5</strong>元"),
        (
            "**甲：**乙**丙：**丁",
            "<strong>甲：</strong>乙<strong>丙：</strong>丁",
        ),
        ("**a)**中**(b)**", "<strong>a)</strong>中<strong>(b)</strong>"),
        ("**㊗️（祝）**和", "<strong>㊗️（祝）</strong>和"),
        ("**ﾊﾝｶｸ｡**カナ", "<strong>ﾊﾝｶｸ｡</strong>カナ"),
        ("**葛󠄀。**市", "<strong>葛󠄀。</strong>市"),
        ("**𠮷（よし）**野家", "<strong>𠮷（よし）</strong>野家"),
    ] {
        assert_eq!(inside(markdown), expected, "{markdown}");
    }
}

#[test]
fn emoji_are_no_marks_beside_emphasis() {
    for (markdown, expected) in [
        ("**好👍**请", "<strong>好👍</strong>请"),
        ("**注意⚠️**请", "<strong>注意⚠️</strong>请"),
        ("**⚠️注意：**请", "<strong>⚠️注意：</strong>请"),
        ("请**👨‍👩‍👧**看", "请<strong>👨‍👩‍👧</strong>看"),
        ("**👋🏽**你", "<strong>👋🏽</strong>你"),
        ("第**1️⃣**步", "第<strong>1️⃣</strong>步"),
        ("**Great 👍**thanks", "<strong>Great 👍</strong>thanks"),
        ("👍**“好”**的", "👍<strong>“好”</strong>的"),
        ("**🇨🇳**队", "<strong>🇨🇳</strong>队"),
    ] {
        assert_eq!(inside(markdown), expected, "{markdown}");
    }
}

#[test]
fn every_kind_of_emphasis_knows_wide_scripts() {
    for (markdown, expected) in [
        ("*注意：*请", "<em>注意：</em>请"),
        ("***注意：***请", "<em><strong>注意：</strong></em>请"),
        ("~~删除：~~请", "<del>删除：</del>请"),
        ("请~~（删除）~~了", "请<del>（删除）</del>了"),
        ("__注意：__请", "<strong>注意：</strong>请"),
        ("这是__重点__内容", "这是<strong>重点</strong>内容"),
        ("这是__“重点”__内容", "这是<strong>“重点”</strong>内容"),
        ("_注意：_请", "<em>注意：</em>请"),
        ("请_“看”_吧", "请<em>“看”</em>吧"),
        ("**这个`code`**吗", "<strong>这个<code>code</code></strong>吗"),
        ("请看**`code`**的", "请看<strong><code>code</code></strong>的"),
        ("**甲*乙：*丙：**丁", "<strong>甲<em>乙：</em>丙：</strong>丁"),
    ] {
        assert_eq!(inside(markdown), expected, "{markdown}");
    }
    let link = html("**[链接](https://a.example/**x)**的[**注意：**请](https://b.example)");
    assert!(
        link.contains("href=\"https://a.example/**x\"") && link.contains("<strong>注意：</strong>请</a>"),
        "{link}"
    );
    let rest = html(
        "# **注意：**请\n\n- **甲：**乙\n\n> **丙：**丁\n\n| **戊：**己 |\n|---|\n| **庚：**辛 |\n\n[^1]\n\n[^1]: **壬：**癸",
    );
    assert_eq!(rest.matches("<strong>").count(), 6, "{rest}");
    assert!(!rest.contains('*'), "{rest}");
}

#[test]
fn what_is_no_emphasis_stays_as_it_was_written() {
    for text in [
        "变量__init__方法",
        "文件会议_记录_终稿.docx",
        "2**3是8",
        "好的~谢谢~",
        "10~20元",
        "a**\"b\"**c",
        "** 注意：** 请",
        "snake_case_名称",
        "\\*\\*注意：\\*\\*请",
    ] {
        let html = html(text);
        assert!(
            !html.contains("<strong>") && !html.contains("<em>") && !html.contains("<del>"),
            "{html}"
        );
        assert_eq!(inside(text).replace("&quot;", "\""), text.replace('\\', ""));
    }
    let code =
        html("`**注意：**请` 和\n\n```\n**注意：**请\n```\n\n    **注意：**请\n\n<b title=\"**注意：**请\">");
    assert_eq!(code.matches("**注意：**请").count(), 4, "{code}");
}

#[test]
fn a_document_shown_as_code_is_one_block() {
    let text = "Here:\n\n```markdown\n# A\n\n```bash\nls **注意：**请\n```\n\nmore $x$\n```\n\nafter";
    let html = html(text);
    assert_eq!(html.matches("<pre").count(), 1, "{html}");
    let words: String = html
        .split('<')
        .filter_map(|part| Some(part.split_once('>')?.1))
        .collect();
    assert!(
        words.contains("```bash\nls **注意：**请\n```\n\nmore $x$\n"),
        "{html}"
    );
    assert!(html.contains("<p dir=\"auto\">after</p>"), "{html}");
    let without_end = super::html("```markdown\n```bash\nls\n```\n\nThen:\n\n```sh\nx\n```\n");
    assert_eq!(without_end.matches("<pre").count(), 2, "{without_end}");
    let unfinished = super::html("```markdown\n# A\n```bash\nls\n");
    assert_eq!(unfinished.matches("<pre").count(), 1, "{unfinished}");
}
