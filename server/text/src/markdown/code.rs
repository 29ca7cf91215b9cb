//! A code block: a head with its language and room for the page's buttons, and the code, which scrolls by itself.

use super::{highlight, links::escaped};
use pulldown_cmark::CodeBlockKind;

/// A code block that is being read.
pub(super) struct Code {
    language: String,
    pub text: String,
}

impl Code {
    pub fn begin(kind: &CodeBlockKind<'_>) -> Self {
        let said = match kind {
            CodeBlockKind::Fenced(info) => info.split([' ', ',', '{']).next().unwrap_or_default(),
            CodeBlockKind::Indented => "",
        };
        let language = said
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || "+-#_.".contains(*c))
            .take(30)
            .collect::<String>();
        Self {
            language: language.to_ascii_lowercase(),
            text: String::new(),
        }
    }

    /// The block as HTML, highlighted as far as the budget lasts.
    pub fn html(&self, colours: Option<&mut highlight::Budget>) -> String {
        let language = &self.language;
        let code = colours
            .and_then(|budget| highlight::html(language, &self.text, budget))
            .unwrap_or_else(|| escaped(&self.text));
        let named = if language.is_empty() {
            String::new()
        } else {
            format!(r#" data-language="{language}""#)
        };
        format!(
            r#"<div class="code" dir="ltr"><div class="code-head"><span class="code-language">{language}</span></div><pre tabindex="0"><code{named}>{code}</code></pre></div>
"#
        )
    }
}
