//! The last step: the allow-list, applied to the whole HTML.
//!
//! MathML is named element by element. It carries no address, no style and no name; lengths are what a formula
//! needs, so that none of it lies over the rest of the page.

use ammonia::{Builder, UrlRelative};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// HTML without everything that is not allowed.
pub(super) fn clean(html: &str) -> String {
    SANITISER.clean(&in_short_texts(html)).to_string()
}

/// Bytes of a text between two tags from which on it is parted.
const LONG_TEXT: usize = 250;

/// Parts long texts by comments, which the sanitiser drops: its serialiser looks through all of the rest of a text for
/// every sign that it escapes (`&`, and the first byte of `£`), so one text of a hundred thousand would cost seconds.
fn in_short_texts(html: &str) -> Cow<'_, str> {
    if html.len() <= LONG_TEXT {
        return Cow::Borrowed(html);
    }
    let mut parted = String::with_capacity(html.len() + html.len() / 64);
    let (mut in_tag, mut begins, mut done) = (false, 0, 0);
    for (at, byte) in html.bytes().enumerate() {
        match byte {
            b'<' => in_tag = true,
            b'>' => (in_tag, begins) = (false, at),
            b'&' | 0xc2 if !in_tag && at - begins >= LONG_TEXT => {
                parted.push_str(&html[done..at]);
                parted.push_str("<!---->");
                (begins, done) = (at, at);
            }
            _ => {}
        }
    }
    parted.push_str(&html[done..]);
    Cow::Owned(parted)
}

const ELEMENTS: [&str; 30] = [
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
    "input",
    "math",
];

/// What stands inside of `math`.
const MATHS: [&str; 24] = [
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
    "mprescripts",
    "mtable",
    "mtr",
    "mtd",
];

const MATHS_ATTRIBUTES: [(&str, &[&str]); 12] = [
    ("math", &["display"]),
    ("mi", &["mathvariant"]),
    (
        "mo",
        &[
            "accent",
            "fence",
            "form",
            "largeop",
            "lspace",
            "maxsize",
            "minsize",
            "movablelimits",
            "rspace",
            "separator",
            "stretchy",
            "symmetric",
        ],
    ),
    ("mspace", &["width"]),
    ("mfrac", &["displaystyle", "linethickness"]),
    ("mrow", &["displaystyle", "scriptlevel"]),
    ("mstyle", &["displaystyle", "scriptlevel"]),
    ("munder", &["accentunder"]),
    ("mover", &["accent"]),
    ("munderover", &["accent", "accentunder"]),
    ("mtable", &["displaystyle", "scriptlevel"]),
    ("mtd", &["columnspan"]),
];

/// Columns of a formula and their lines.
const COLUMNS: [&str; 8] = [
    "left",
    "right",
    "close-left",
    "close-right",
    "far-left",
    "line-above",
    "line-left",
    "line-right",
];

const ATTRIBUTES: [(&str, &[&str]); 18] = [
    ("a", &["href", "title", "id"]),
    ("ol", &["start", "dir", "lang"]),
    ("li", &["dir"]),
    ("ul", &["dir", "lang"]),
    ("p", &["dir", "lang"]),
    ("blockquote", &["dir", "lang"]),
    ("h1", &["dir", "lang"]),
    ("h2", &["dir", "lang"]),
    ("h3", &["dir", "lang"]),
    ("h4", &["dir", "lang"]),
    ("h5", &["dir", "lang"]),
    ("h6", &["dir", "lang"]),
    ("code", &["data-language"]),
    ("pre", &["tabindex"]),
    ("div", &["tabindex", "dir", "lang", "id"]),
    ("span", &["tabindex"]),
    ("input", &["checked", "disabled", "aria-label"]),
    ("sup", &[]),
];

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(ELEMENTS.into_iter().chain(MATHS).collect())
        .tag_attributes(
            ATTRIBUTES
                .into_iter()
                .chain(MATHS_ATTRIBUTES)
                .map(|(tag, attributes)| (tag, attributes.iter().copied().collect()))
                .collect(),
        )
        .tag_attribute_values(HashMap::from([
            ("input", HashMap::from([("type", HashSet::from(["checkbox"]))])),
            ("a", HashMap::from([("target", HashSet::from(["_blank"]))])),
        ]))
        .allowed_classes(HashMap::from([
            ("div", HashSet::from(["scroll", "code", "code-head", "note"])),
            (
                "span",
                super::highlight::CLASSES
                    .iter()
                    .copied()
                    .chain(["code-language", "formula"])
                    .collect(),
            ),
            ("sup", HashSet::from(["mention"])),
            ("th", HashSet::from(["left", "right", "center"])),
            ("td", HashSet::from(["left", "right", "center"])),
            ("mtd", COLUMNS.into()),
            ("mtable", COLUMNS.into()),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        // A relative link would lead to pages of this installation, where a model must not send anybody. Only the way
        // to a footnote and back is one.
        .url_relative(UrlRelative::Custom(Box::new(footnote_only)))
        .attribute_filter(narrow)
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
});

fn footnote_only(address: &str) -> Option<Cow<'_, str>> {
    let id = address.strip_prefix('#')?;
    is_footnote(id).then_some(Cow::Borrowed(address))
}

/// `fn-…-1` or `fnref-…-1`: ids of our footnotes.
fn is_footnote(id: &str) -> bool {
    let Some((page, number)) = id
        .strip_prefix("fn-")
        .or_else(|| id.strip_prefix("fnref-"))
        .and_then(|rest| rest.split_once('-'))
    else {
        return false;
    };
    page.len() == 32
        && page.bytes().all(|byte| byte.is_ascii_hexdigit())
        && (1..=3).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn narrow<'a>(_element: &str, attribute: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let allowed = match attribute {
        "id" => is_footnote(value),
        "dir" => matches!(value, "auto" | "ltr"),
        "lang" => matches!(value, "zh" | "ja" | "ko"),
        "tabindex" => value == "0",
        "lspace" | "rspace" | "width" | "minsize" | "maxsize" | "linethickness" => is_small(value),
        _ => true,
    };
    allowed.then_some(Cow::Borrowed(value))
}

/// A length of at most a dozen letters.
fn is_small(length: &str) -> bool {
    let unit = length.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number = &length[..length.len() - unit.len()];
    matches!(unit, "" | "em" | "ex" | "rem") && number.parse::<f32>().is_ok_and(|number| number <= 12.0)
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn a_formula_passes_and_what_hides_in_one_does_not() {
        let formula = r#"<math display="block"><mrow><mo stretchy="false">(</mo><mi mathvariant="normal">x</mi></mrow></math>"#;
        assert_eq!(clean(formula), formula);
        for hidden in [
            r#"<math href="javascript:alert(1)"><mi>x</mi></math>"#,
            r#"<math><maction actiontype="statusline" xlink:href="javascript:alert(1)">x</maction></math>"#,
            r#"<math><mtext><img src=x onerror=alert(1)></mtext></math>"#,
            r#"<math><annotation-xml encoding="text/html"><img src=x onerror=alert(1)></annotation-xml></math>"#,
            r#"<math><mi style="position:fixed">x</mi><mspace width="900em"/></math>"#,
            r#"<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">"#,
        ] {
            let html = clean(hidden);
            for never in ["alert", "style", "900em", "<img", "href", "maction"] {
                assert!(
                    !html.replace("&lt;", "").contains(never) || html.contains("&lt;img"),
                    "{html}"
                );
            }
            assert!(
                !html.contains("<img") && !html.contains("href=") && !html.contains("width="),
                "{html}"
            );
        }
    }

    #[test]
    fn a_long_text_of_signs_is_the_same_after_it_was_parted() {
        for unit in ["&amp;", "£", "&lt;x£ ", "é&gt;"] {
            let html = format!("<p>{}</p>", unit.repeat(2_000));
            assert_eq!(clean(&html), html, "{unit}");
        }
    }

    #[test]
    fn only_footnotes_lead_within_the_page() {
        let page = "0199c0ffee0199c0ffee0199c0ffee00";
        assert!(clean(&format!(r##"<a href="#fn-{page}-1" id="fnref-{page}-1">1</a>"##)).contains("#fn-"));
        for other in [
            "#m-1",
            "#composer-text",
            "/people",
            "?x",
            "//a.example",
            "#fn-1-1",
        ] {
            let html = clean(&format!(r#"<a href="{other}" id="composer-text">x</a>"#));
            assert!(!html.contains("href") && !html.contains(" id="), "{html}");
        }
    }
}
