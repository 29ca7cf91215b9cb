//! Reads JSON values of unreliable types.

use std::time::Duration;

use serde_json::Value;

/// A count from a number (integer or not) or from text; otherwise `None`.
pub(crate) fn count(value: &Value) -> Option<u64> {
    let number = match value {
        Value::Number(number) => return number.as_u64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    whole(number)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked"
)]
fn whole(number: f64) -> Option<u64> {
    (number >= 0.0 && number < u64::MAX as f64).then(|| number.round() as u64)
}

/// A number of tokens.
pub(crate) fn tokens(value: &Value) -> Option<u32> {
    count(value)?.try_into().ok()
}

/// A duration from milliseconds.
pub(crate) fn milliseconds(value: &Value) -> Option<Duration> {
    let figure = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    Duration::try_from_secs_f64(figure / 1000.0).ok()
}

/// Whether the value is neither null, false nor empty.
pub(crate) fn is_set(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::Bool(true) | Value::Number(_) => true,
    }
}

/// Whether the value means true, also as text or number.
pub(crate) fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::String(text) => text.eq_ignore_ascii_case("true"),
        Value::Number(number) => number.as_f64() == Some(1.0),
        _ => false,
    }
}

/// Visits the texts of a `content`: a text, a part, or a list of parts in order. `thought` tells whether the field
/// itself holds reasoning; the callback receives it per text. Other parts, such as pictures, are skipped.
pub(crate) fn visit_texts(content: &Value, thought: bool, visit: &mut impl FnMut(&str, bool)) {
    match content {
        Value::String(text) => visit(text, thought),
        Value::Array(parts) => {
            for part in parts {
                visit_texts(part, thought, visit);
            }
        }
        Value::Object(part) => {
            let kind = part.get("type").and_then(Value::as_str).unwrap_or_default();
            let thought = thought || is_thought(kind);
            let fields = if thought {
                &THOUGHT_FIELDS[..]
            } else {
                &TEXT_FIELDS
            };
            let inner = fields
                .iter()
                .find_map(|field| part.get(*field).filter(|value| is_set(value)));
            if let Some(inner) = inner {
                visit_texts(inner, thought, visit);
            } else if let Some(thoughts) = THOUGHT_FIELDS.iter().find_map(|field| part.get(*field)) {
                visit_texts(thoughts, true, visit);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

const TEXT_FIELDS: [&str; 4] = ["text", "content", "output_text", "refusal"];
const THOUGHT_FIELDS: [&str; 6] = ["thinking", "reasoning", "thought", "summary", "text", "content"];

/// Whether parts of this type hold reasoning: `thinking` (Mistral, Anthropic), `reasoning.text` (OpenRouter), and
/// others.
fn is_thought(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    ["think", "thought", "reason"]
        .iter()
        .any(|word| kind.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_of_unexpected_types_are_read_or_ignored() {
        for (value, expected) in [
            (json!(12), Some(12)),
            (json!(12.0), Some(12)),
            (json!("12"), Some(12)),
            (json!(" 12.4 "), Some(12)),
            (json!(-1), None),
            (json!("many"), None),
            (json!(null), None),
            (json!({ "total": 12 }), None),
            (json!([12]), None),
            (json!(1e300), None),
        ] {
            assert_eq!(tokens(&value), expected, "{value}");
        }
        assert_eq!(milliseconds(&json!("1.5")), Some(Duration::from_micros(1500)));
        assert_eq!(milliseconds(&json!(-1.5)), None);
    }

    #[test]
    fn parts_give_their_texts_in_order_and_reasoning_separately() {
        let said = |content: Value| {
            let (mut text, mut thoughts) = (String::new(), String::new());
            visit_texts(&content, false, &mut |part, thought| {
                if thought {
                    thoughts.push_str(part)
                } else {
                    text.push_str(part)
                }
            });
            (text, thoughts)
        };
        let both = |text: &str, thoughts: &str| (text.to_owned(), thoughts.to_owned());
        assert_eq!(said(json!("plain")), both("plain", ""));
        let parts = json!([
            { "type": "thinking", "thinking": [{ "type": "text", "text": "hm" }] },
            { "type": "reasoning.summary", "summary": ", so" },
            { "type": "image_url", "image_url": { "url": "data:" } },
            { "type": "text", "text": "one " },
            "two ",
            { "type": "output_text", "text": "three" },
            7, null,
        ]);
        assert_eq!(said(parts), both("one two three", "hm, so"));
        assert_eq!(
            said(json!({ "type": "text", "text": "alone" })),
            both("alone", "")
        );
        assert_eq!(said(json!({ "thinking": "no type" })), both("", "no type"));
        assert_eq!(said(json!(5)), both("", ""));
    }
}
