//! A formula as MathML, which browsers set by themselves.
//!
//! TeX that cannot be parsed stays text. The parser is recursive, so deeply nested input is parsed on a thread of its
//! own with a large stack, and MathML that nests deeper than any real formula is shown as text.

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use std::sync::LazyLock;

/// Bytes of a formula.
const LONGEST: usize = 4_096;
/// What can nest in so many bytes fits any stack.
const HARMLESS: usize = 40;
/// Enough for the deepest nesting of [`LONGEST`] bytes.
const STACK: usize = 96 << 20;
/// Elements inside each other; sanitising takes the square of it.
const DEEPEST: usize = 48;

static READER: LazyLock<Option<LatexToMathML>> = LazyLock::new(|| {
    let reader = LatexToMathML::new(MathCoreConfig::default());
    reader
        .inspect_err(|_| tracing::error!("no formula can be read"))
        .ok()
});

/// The formula, or nothing when it cannot be read.
pub(super) fn from_tex(tex: &str, display: bool) -> Option<String> {
    if tex.len() > LONGEST {
        return None;
    }
    let nesting = tex.bytes().filter(|byte| b"{\\^_".contains(byte)).count();
    let mathml = if nesting <= HARMLESS {
        read(tex, display)
    } else {
        read_deep(tex, display)
    }?;
    (depth(&mathml) <= DEEPEST).then(|| with_classes(&mathml))
}

fn read(tex: &str, display: bool) -> Option<String> {
    let display = if display {
        MathDisplay::Block
    } else {
        MathDisplay::Inline
    };
    let read = READER.as_ref()?.convert_with_local_state(tex, display);
    read.ok().map(|read| read.mathml)
}

fn read_deep(tex: &str, display: bool) -> Option<String> {
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(STACK);
        reader
            .spawn_scoped(scope, || read(tex, display))
            .ok()?
            .join()
            .ok()?
    })
}

fn depth(mathml: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for tag in mathml.split('<').skip(1) {
        if tag.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if !tag.split('>').next().is_some_and(|tag| tag.ends_with('/')) {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}

/// Styles that stand in the markup are not allowed on our pages; the few that set columns become classes.
const STYLES: [(&str, &str); 8] = [
    ("text-align: left", "left"),
    ("text-align: right", "right"),
    ("padding-left: 0", "close-left"),
    ("padding-right: 0", "close-right"),
    ("padding-left:1em", "far-left"),
    ("border-top", "line-above"),
    ("border-left", "line-left"),
    ("border-right", "line-right"),
];

fn with_classes(mathml: &str) -> String {
    let mut html = String::with_capacity(mathml.len());
    let mut rest = mathml;
    while let Some((before, after)) = rest.split_once(" style=\"") {
        html.push_str(before);
        let (style, after) = after.split_once('"').unwrap_or((after, ""));
        let classes: Vec<_> = STYLES
            .iter()
            .filter(|(style_part, _)| style.contains(style_part))
            .map(|(_, class)| *class)
            .collect();
        if !classes.is_empty() {
            html.push_str(" class=\"");
            html.push_str(&classes.join(" "));
            html.push('"');
        }
        rest = after;
    }
    html.push_str(rest);
    html
}

#[cfg(test)]
mod tests {
    use super::from_tex;

    #[test]
    fn what_people_ask_for_is_read() {
        for tex in [
            r"x^2+\frac{a}{b}",
            r"\begin{pmatrix}a & b\\ c & d\end{pmatrix}",
            r"\begin{aligned} a &= b \\ c &= d\end{aligned}",
            r"f(x)=\begin{cases}1 & x>0\\0 & \text{otherwise}\end{cases}",
            r"\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}",
            r"\sum_{i=1}^n i = \frac{n(n+1)}{2}",
            r"\lim_{x \to 0} \frac{\sin x}{x} = 1",
            r"\vec{v} \cdot \hat{n}, \mathbb{R}^n, \mathcal{L}, \left(\frac12\right]",
        ] {
            let mathml = from_tex(tex, true).unwrap_or_else(|| panic!("{tex}"));
            assert!(
                mathml.starts_with("<math") && !mathml.contains(" style="),
                "{mathml}"
            );
        }
        assert!(
            from_tex(r"\begin{aligned} a &= b\end{aligned}", true)
                .unwrap()
                .contains("right close-right")
        );
    }

    #[test]
    fn what_is_broken_or_too_deep_is_none() {
        for tex in [
            r"\frac{1",
            r"\nonsense{x}",
            "}",
            r"\begin{matrix}",
            r"\href{javascript:alert(1)}{x}",
        ] {
            assert_eq!(from_tex(tex, false), None, "{tex}");
        }
        for (open, close) in [
            ("\\sqrt ", ""),
            ("\\hat", ""),
            ("x^{", "}"),
            ("\\left(", "\\right)"),
            ("\\frac{", "}1"),
            ("\\frac1", ""),
        ] {
            for times in [60, 400, 4_000 / (open.len() + close.len())] {
                let tex = format!("{}x{}", open.repeat(times), close.repeat(times));
                assert_eq!(
                    from_tex(&tex, false).filter(|_| times > 60),
                    None,
                    "{open} {times}"
                );
            }
        }
        assert_eq!(from_tex(&"x".repeat(5_000), false), None);
    }
}
