//! Syntax highlighting: the grammars of an editor, read line by line. Their many scopes become a dozen classes; the
//! style sheet has the colours.
//!
//! The grammars are loaded with the first code block, in 3 ms. Their patterns are compiled on demand, 1 to 6 MB
//! a language; after [`LANGUAGES`] languages the grammars are dropped and loaded again. Release build, 5,000 lines: Rust 0.2 s,
//! TypeScript 0.9 s, SQL 0.3 s; the budget below ends it earlier.

use super::links::escaped;
use crate::processor_time::thread_time;
use std::{
    collections::HashSet,
    str::FromStr,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

/// Processor time for the code of one text; the rest stays plain. In a release build 3,000 lines of Rust are
/// read by then.
const TIME: Duration = Duration::from_millis(120);
/// Bytes of code of one text.
const BYTES: usize = 256 << 10;
/// Bytes of a line; longer ones are data, and patterns go back and forth in them.
const LONGEST_LINE: usize = 2_000;
/// Languages whose patterns are kept.
const LANGUAGES: usize = 8;

/// What is left of time and bytes.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    time: Duration,
    bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            time: TIME,
            bytes: BYTES,
        }
    }
}

/// The classes of the spans.
pub(super) const CLASSES: [&str; 11] = [
    "hl-attribute",
    "hl-comment",
    "hl-deleted",
    "hl-function",
    "hl-heading",
    "hl-inserted",
    "hl-keyword",
    "hl-number",
    "hl-string",
    "hl-tag",
    "hl-type",
];

/// The class of a scope: the first match from the innermost scope outwards.
const SCOPES: [(&str, Option<&str>); 27] = [
    ("comment", Some("hl-comment")),
    ("punctuation.definition.comment", Some("hl-comment")),
    ("string", Some("hl-string")),
    ("punctuation.definition.string", Some("hl-string")),
    ("constant.character.escape", Some("hl-number")),
    ("constant", Some("hl-number")),
    ("keyword.operator", None),
    ("keyword", Some("hl-keyword")),
    ("storage.type.function", Some("hl-keyword")),
    ("storage", Some("hl-keyword")),
    ("variable.language", Some("hl-keyword")),
    ("entity.name.function", Some("hl-function")),
    ("variable.function", Some("hl-function")),
    ("support.function", Some("hl-function")),
    ("support.macro", Some("hl-function")),
    ("entity.name.tag", Some("hl-tag")),
    ("entity.other.attribute-name", Some("hl-attribute")),
    ("support.type.property-name", Some("hl-attribute")),
    ("meta.property-name", Some("hl-attribute")),
    ("entity.name.section", Some("hl-heading")),
    ("markup.heading", Some("hl-heading")),
    ("markup.inserted", Some("hl-inserted")),
    ("markup.deleted", Some("hl-deleted")),
    ("entity.name", Some("hl-type")),
    ("support.type", Some("hl-type")),
    ("support.class", Some("hl-type")),
    ("support.constant", Some("hl-number")),
];

/// Names after a fence that the grammars do not know.
const ALSO: [(&str, &str); 16] = [
    ("shell", "sh"),
    ("console", "sh"),
    ("terminal", "sh"),
    ("zsh", "sh"),
    ("shellscript", "sh"),
    ("golang", "go"),
    ("jsonc", "json"),
    ("json5", "json"),
    ("jsx", "tsx"),
    ("node", "js"),
    ("postgres", "sql"),
    ("postgresql", "sql"),
    ("plpgsql", "sql"),
    ("mysql", "sql"),
    ("csharp", "cs"),
    ("viml", "vim"),
];

/// The code with spans; none when the language is unknown or the budget is used up.
pub(super) fn html(language: &str, code: &str, budget: &mut Budget) -> Option<String> {
    if language.is_empty() || code.len() > budget.bytes || budget.time.is_zero() {
        return None;
    }
    budget.bytes -= code.len();
    let grammars = grammars(language);
    let syntax = find(&grammars, language)?;
    let start = thread_time();
    let html = coloured(&grammars, syntax, code, start + budget.time);
    budget.time = budget.time.saturating_sub(thread_time() - start);
    Some(html)
}

fn find<'a>(grammars: &'a SyntaxSet, language: &str) -> Option<&'a SyntaxReference> {
    let also = ALSO.iter().find(|(said, _)| *said == language);
    let name = also.map_or(language, |(_, known)| known);
    grammars
        .find_syntax_by_token(name)
        .filter(|syntax| syntax.name != "Plain Text")
}

/// The grammars with what was compiled of them, and for which languages.
#[derive(Default)]
struct Kept {
    grammars: Option<Arc<SyntaxSet>>,
    languages: HashSet<String>,
}

fn grammars(language: &str) -> Arc<SyntaxSet> {
    static KEPT: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.languages.len() >= LANGUAGES && !kept.languages.contains(language) {
        *kept = Kept::default();
    }
    kept.languages.insert(language.to_owned());
    kept.grammars
        .get_or_insert_with(|| Arc::new(two_face::syntax::extra_newlines()))
        .clone()
}

fn coloured(grammars: &SyntaxSet, syntax: &SyntaxReference, code: &str, until: Duration) -> String {
    let mut spans = Spans::default();
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut rest = code;
    while !rest.is_empty() && thread_time() < until {
        let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
        if end > LONGEST_LINE {
            break;
        }
        let (line, after) = rest.split_at(end);
        let Ok(operations) = state.parse_line(line, grammars) else {
            break;
        };
        let mut at = 0;
        for (offset, operation) in operations {
            spans.push(class_of(&stack), &line[at..offset]);
            at = offset;
            if stack.apply(&operation).is_err() {
                spans.push(None, &line[at..]);
                spans.push(None, after);
                return spans.finish();
            }
        }
        spans.push(class_of(&stack), &line[at..]);
        rest = after;
    }
    spans.push(None, rest);
    spans.finish()
}

/// Spans side by side that look the same are one.
#[derive(Default)]
struct Spans {
    html: String,
    open: Option<&'static str>,
}

impl Spans {
    fn push(&mut self, class: Option<&'static str>, text: &str) {
        if text.is_empty() {
            return;
        }
        // White space looks the same in every colour.
        if class != self.open && !text.trim().is_empty() {
            self.close();
            if let Some(class) = class {
                self.html.push_str("<span class=\"");
                self.html.push_str(class);
                self.html.push_str("\">");
            }
            self.open = class;
        }
        self.html.push_str(&escaped(text));
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.html.push_str("</span>");
        }
    }

    fn finish(mut self) -> String {
        self.close();
        self.html
    }
}

fn class_of(stack: &ScopeStack) -> Option<&'static str> {
    static KNOWN: LazyLock<Vec<(Scope, Option<&str>)>> = LazyLock::new(|| {
        let known = SCOPES.iter();
        known
            .filter_map(|(scope, class)| Some((Scope::from_str(scope).ok()?, *class)))
            .collect()
    });
    stack.scopes.iter().rev().find_map(|scope| {
        KNOWN
            .iter()
            .find(|(known, _)| known.is_prefix_of(*scope))
            .map(|(_, class)| *class)
    })?
}

#[cfg(test)]
mod tests {
    use super::{Budget, CLASSES, SCOPES, html};

    #[test]
    fn a_dozen_languages_have_colours() {
        for (language, code, span) in [
            (
                "rust",
                "fn main() { // a\n}",
                r#"<span class="hl-keyword">fn </span>"#,
            ),
            ("python", "def f():\n    return 'a'", "hl-string"),
            (
                "typescript",
                "const a: number = 1;",
                r#"<span class="hl-keyword">const "#,
            ),
            ("js", "let a = 1", r#"<span class="hl-number">1</span>"#),
            ("bash", "echo \"hi\" # c", "hl-comment"),
            ("shell", "echo 'hi'", "hl-string"),
            ("json", "{\"a\": 1}", "hl-number"),
            ("html", "<p class=\"a\">x</p>", "hl-tag"),
            ("css", "p { color: red; }", "hl-tag"),
            ("sql", "select 1 from a -- c", "hl-keyword"),
            ("yaml", "a: 1", "hl-number"),
            ("toml", "a = 1", "hl-number"),
            ("go", "func main() {}", "hl-keyword"),
            ("c++", "int main() { return 0; }", "hl-keyword"),
            ("java", "class A {}", "hl-keyword"),
            ("kotlin", "fun main() {}", "hl-keyword"),
            ("dockerfile", "FROM debian", "hl-keyword"),
            ("diff", "+a\n-b\n", "hl-inserted"),
        ] {
            let coloured =
                html(language, code, &mut Budget::default()).unwrap_or_else(|| panic!("{language}"));
            assert!(coloured.contains(span), "{language}: {coloured}");
        }
    }

    #[test]
    fn an_unknown_language_has_none() {
        assert_eq!(html("klingon", "a", &mut Budget::default()), None);
        assert_eq!(html("text", "a", &mut Budget::default()), None);
        assert_eq!(html("", "a", &mut Budget::default()), None);
    }

    #[test]
    fn no_letter_is_lost_and_none_becomes_an_element() {
        let code = "let a = \"<img src=x onerror=alert(1)>\"; // </span></code><script>\n\n\tx && y\n";
        for language in ["rust", "js", "html", "php", "md", "c", "latex"] {
            let coloured = html(language, code, &mut Budget::default()).unwrap();
            let mut text = String::new();
            for part in coloured.split('<') {
                let (tag, rest) = part.split_once('>').unwrap_or(("", part));
                assert!(
                    tag.is_empty()
                        || tag == "/span"
                        || CLASSES
                            .iter()
                            .any(|class| tag == format!("span class=\"{class}\"")),
                    "{tag}"
                );
                text.push_str(rest);
            }
            let text = text
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
            assert_eq!(text, code, "{language}");
        }
    }

    #[test]
    fn every_class_is_one_that_passes() {
        for (_, class) in SCOPES {
            assert!(class.is_none_or(|class| CLASSES.contains(&class)));
        }
    }

    #[test]
    fn what_is_hostile_ends_with_the_budget() {
        let start = std::time::Instant::now();
        for line in [
            "(".repeat(1_900),
            "a=".repeat(900),
            "\\".repeat(1_900),
            "\"'`".repeat(600),
            "<a ".repeat(600),
        ] {
            let code = (line + "\n").repeat(50);
            for language in ["js", "python", "html", "md", "perl"] {
                html(language, &code, &mut Budget::default());
            }
        }
        // Twenty-five texts of half a second each, on a machine that may be busy.
        assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    }
}
