//! One style sheet from `style/`, in the order of `order.txt` (one path per line, `#` starts a comment), else in the
//! order of the imports in `main.css`. Comments and indentation are removed; brotli does the rest.

use std::path::Path;

use anyhow::{Context, Result};

/// The whole style sheet; empty if there is none.
pub fn collect(folder: &Path) -> Result<String> {
    let (order, main) = (folder.join("order.txt"), folder.join("main.css"));
    let mut css = String::new();
    if order.is_file() {
        let list = std::fs::read_to_string(order)?;
        let names = list
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default().trim());
        for name in names.filter(|name| !name.is_empty()) {
            css += &read(folder, name)?;
        }
    } else if main.is_file() {
        css = inline(folder, &std::fs::read_to_string(main)?)?;
    }
    Ok(shrink(&css))
}

fn read(folder: &Path, name: &str) -> Result<String> {
    let path = folder.join(name);
    Ok(std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))? + "\n")
}

/// `main.css` with each line `@import "file.css";` replaced by the file.
fn inline(folder: &Path, main: &str) -> Result<String> {
    let mut css = String::new();
    for line in main.lines() {
        let quoted = line
            .trim()
            .strip_prefix("@import ")
            .map(|rest| rest.trim_start_matches("url("));
        match quoted.and_then(|rest| rest.split(['"', '\'']).nth(1)) {
            Some(name) => css += &read(folder, name)?,
            None => css = css + line + "\n",
        }
    }
    Ok(css)
}

/// Removes comments, blank lines and indentation outside strings.
fn shrink(css: &str) -> String {
    let mut bare = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(at) = rest.find(['/', '"', '\'']) {
        bare += &rest[..at];
        rest = &rest[at..];
        let end = match &rest[..1] {
            "/" if rest.starts_with("/*") => {
                rest = rest[2..].split_once("*/").map_or("", |(_, after)| after);
                continue;
            }
            "/" => 1,
            quote => string_end(rest, quote),
        };
        bare += &rest[..end];
        rest = &rest[end..];
    }
    bare += rest;
    let lines = bare.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn string_end(text: &str, quote: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if quote.starts_with(letter) => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::shrink;

    #[test]
    fn comments_and_indentation_are_removed() {
        assert_eq!(
            shrink("/* a */\nb {\n    c: d / 2; /* e */\n}\n"),
            "b {\nc: d / 2;\n}\n"
        );
    }

    #[test]
    fn strings_are_unchanged() {
        let css = "a::before { content: \"/* \\\" 'no */\"; background: url('x//y') }\n";
        assert_eq!(shrink(css), css);
    }
}
