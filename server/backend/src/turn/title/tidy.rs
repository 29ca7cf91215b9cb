//! Extracts a title from a model's reply by its structure (code fence, JSON, lines, labels, marks), not by its wording.

use hearth_text::language;
use serde_json::Value;

/// Maximum bytes of a reply that are read.
const READ: usize = 4 << 10;

/// Maximum characters of a label before a colon, such as "Sure! Here is a title for your conversation".
const LONGEST_LABEL: usize = 80;

/// Maximum layers of marks removed around a title; each layer reads the rest of the line once.
const MOST_MARKS: usize = 8;

/// The title; empty when the reply has none. Not clipped.
pub(super) fn tidy(reply: &str) -> String {
    let reply = &reply[..reply.floor_char_boundary(READ)];
    let text = unfenced(reply);
    if let Some(title) = from_json(text) {
        return line_of(&title).unwrap_or_default();
    }
    line_of(text).unwrap_or_default()
}

/// The content of the first code fence; the whole text without a fence.
fn unfenced(text: &str) -> &str {
    let Some((_, fenced)) = text.split_once("```") else {
        return text;
    };
    // The opening line of a fence may name a language.
    let inside = fenced.split_once('\n').map_or(fenced, |(language, inside)| {
        if language.trim().chars().all(|c| c.is_ascii_alphanumeric()) {
            inside
        } else {
            fenced
        }
    });
    let inside = inside.split("```").next().unwrap_or_default();
    if inside.trim().is_empty() { text } else { inside }
}

/// The title in a JSON value, which may be cut off.
fn from_json(text: &str) -> Option<String> {
    let begins = text.find(['{', '['])?;
    // A title may contain a bracket, so JSON is accepted only at the start of the text or after an introduction.
    let before = text[..begins].trim();
    if !(before.is_empty() || before.ends_with([':', '：'])) {
        return None;
    }
    let json = &text[begins..];
    let mut values = serde_json::Deserializer::from_str(json).into_iter::<Value>();
    match values.next() {
        Some(Ok(value)) => in_value(&value),
        _ => cut_off(json),
    }
}

fn in_value(value: &Value) -> Option<String> {
    match value {
        Value::String(title) => Some(title.clone()),
        Value::Array(values) => values.iter().find_map(in_value),
        Value::Object(fields) => {
            let named = labels()
                .find_map(|(label, _)| fields.get(label))
                .and_then(in_value);
            named.or_else(|| fields.values().find_map(in_value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// The text of the first field of an object that was cut off.
fn cut_off(json: &str) -> Option<String> {
    let (_, value) = json.split_once(':')?;
    let value = value.trim_start().strip_prefix('"')?;
    let end = value.find('"').unwrap_or(value.len());
    Some(value[..end].replace('\\', ""))
}

/// The first line that is a title after its marks and labels are removed.
fn line_of(text: &str) -> Option<String> {
    let mut courtesy = None;
    for line in text.lines() {
        let line = unlabelled(bare(line));
        if line.is_empty() {
            continue;
        }
        match without_courtesy(line) {
            // Used as the title if no other line follows.
            "" => courtesy = courtesy.or(Some(line)),
            title => return Some(clean(title)),
        }
    }
    courtesy.map(clean)
}

/// The text after a label and its colon, which may be empty; the whole line without a label.
fn unlabelled(line: &str) -> &str {
    let Some((label, title)) = line.split_once([':', '：']) else {
        return line;
    };
    let lower = label.to_lowercase();
    let is_label = label.chars().count() <= LONGEST_LABEL
        && labels().any(|(word, spaced)| {
            lower
                .split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric())
                .any(|part| part == word || !spaced && part.contains(word))
        });
    if is_label { bare(title) } else { line }
}

/// Label words of all languages, each with whether its language separates words by spaces.
fn labels() -> impl Iterator<Item = (&'static str, bool)> {
    language::ALL.iter().flat_map(|language| {
        let spaced = language.script.has_spaces();
        language.titles.labels.iter().map(move |label| (*label, spaced))
    })
}

fn without_courtesy(line: &str) -> &str {
    let lower = line.to_lowercase();
    for word in language::ALL.iter().flat_map(|language| language.titles.courtesy) {
        // Lowercasing these words keeps their length in bytes, so the same number of bytes is cut off the line.
        let Some(rest) = lower.strip_prefix(*word).and_then(|_| line.get(word.len()..)) else {
            continue;
        };
        if let Some(title) = rest.strip_prefix(['!', ',', '.', '，', '。', '！', '、']) {
            return bare(title);
        }
        return if rest.is_empty() { "" } else { line };
    }
    line
}

/// The line without Markdown marks and surrounding quotes.
fn bare(line: &str) -> &str {
    let mut line = line.trim();
    for _ in 0..MOST_MARKS {
        let before = line.len();
        line = line.trim_start_matches(['#', '>', '•']).trim();
        for bullet in ["- ", "* ", "+ "] {
            line = line.strip_prefix(bullet).unwrap_or(line).trim();
        }
        line = line.trim_matches(['*', '_', '`', '~']).trim();
        line = line.trim_end_matches(['.', '。', ' ', '#']).trim();
        line = unquoted(line);
        if line.len() == before {
            break;
        }
    }
    line
}

/// The line without quotes around the whole of it, or without a single unpaired quote.
fn unquoted(line: &str) -> &str {
    const PAIRS: [(char, char); 9] = [
        ('"', '"'),
        ('\'', '\''),
        ('“', '”'),
        ('‘', '’'),
        ('«', '»'),
        ('「', '」'),
        ('『', '』'),
        ('《', '》'),
        ('„', '“'),
    ];
    for (open, close) in PAIRS {
        let marks = line.chars().filter(|c| *c == open || *c == close).count();
        let inside = line
            .strip_prefix(open)
            .and_then(|inside| inside.strip_suffix(close));
        match (inside, marks) {
            (Some(inside), 2) => return inside,
            (None, 1) => return line.trim_start_matches(open).trim_end_matches(close),
            _ => {}
        }
    }
    line
}

/// One line of visible characters, with single spaces.
fn clean(title: &str) -> String {
    let invisible = |c: &char| c.is_control() || ('\u{200b}'..='\u{200f}').contains(c) || *c == '\u{feff}';
    let visible: String = title
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !invisible(c))
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn a_title_is_found_inside_other_text() {
        for reply in [
            "Dog food",
            "Title: \"Dog food.\"\nMore",
            "**Title:** Dog food",
            "**Title: Dog food**",
            "# Dog food",
            "## **Dog food** ##",
            "`Dog food`",
            "\"Dog food\"",
            "“Dog food”",
            "- Dog food\n- Cat food",
            "> Dog food",
            "Sure! Here is a title: Dog food",
            "Sure! Here is a title for your conversation:\n\n**Dog food**",
            "Sure!\n\nDog food",
            "Of course! Dog food",
            "Conversation title: Dog food",
            "Gerne! Titel: Dog food",
            "```\nDog food\n```",
            "```json\n{\"title\": \"Dog food\"}\n```",
            "Here you go:\n```text\nTitle: Dog food\n```\nIs it good?",
            "{\"title\": \"Dog food\"}",
            "{\"title\":\"Dog food\",\"language\":\"en\"}",
            "{ \"result\": { \"name\": \"Dog food\" } }",
            "[\"Dog food\", \"Cat food\"]",
            "{\"title\": \"Dog food",
            "Here is the JSON: {\"title\": \"Dog food\"}",
            "{\"title\": \"**Dog food**\"}",
            "\u{feff}Dog\u{200b} \t food\u{7}",
            "```Dog food```",
        ] {
            assert_eq!(tidy(reply), "Dog food", "{reply:?}");
        }
    }

    #[test]
    fn a_chinese_title_is_found_too() {
        for reply in [
            "给狗吃的东西",
            "标题：给狗吃的东西",
            "**标题**：《给狗吃的东西》",
            "好的，标题：“给狗吃的东西”",
            "好的！以下是对话标题：\n给狗吃的东西。",
            "{\"标题\":\"给狗吃的东西\"}",
            "「给狗吃的东西」",
        ] {
            assert_eq!(tidy(reply), "给狗吃的东西", "{reply:?}");
        }
    }

    #[test]
    fn marks_that_belong_to_a_title_are_kept() {
        for title in [
            "\"Romeo\" and \"Juliet\"",
            "Rust: lifetimes explained",
            "Sure-fire recipes",
            "OK Computer",
            "What is {x} in Rust",
            "C# or F",
            "The dog's food",
        ] {
            assert_eq!(tidy(title), title);
        }
        for empty in ["", "  \n", "```\n```", "Title:", "\u{200b}"] {
            assert!(
                tidy(empty).chars().all(|c| c == '`'),
                "{empty:?}: {:?}",
                tidy(empty)
            );
        }
    }
}
