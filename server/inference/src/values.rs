//! Reads JSON values whose types are not to be trusted.

use std::time::Duration;

use serde_json::Value;

/// A count: a number, whole or not, or a text that is one. Anything else says nothing.
pub(crate) fn count(value: &Value) -> Option<u64> {
    let number = match value {
        Value::Number(number) => return number.as_u64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    whole(number)
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the range is checked"
)]
fn whole(number: f64) -> Option<u64> {
    (number >= 0.0 && number < u64::MAX as f64).then(|| number.round() as u64)
}

/// A count of tokens.
pub(crate) fn tokens(value: &Value) -> Option<u32> {
    count(value)?.try_into().ok()
}

/// A time in milliseconds.
pub(crate) fn milliseconds(value: &Value) -> Option<Duration> {
    let figure = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    Duration::try_from_secs_f64(figure / 1000.0).ok()
}

/// Whether there is something: not null, not false, not empty.
pub(crate) fn is_set(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::Bool(true) | Value::Number(_) => true,
    }
}

/// A yes, also as text or number.
pub(crate) fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::String(text) => text.eq_ignore_ascii_case("true"),
        Value::Number(number) => number.as_f64() == Some(1.0),
        _ => false,
    }
}

/// What a `content` says, apart from its thoughts: a text, a part, or a list of parts in order. `thought` is whether
/// the field itself is one for thoughts. Parts of neither kind, such as pictures, say nothing.
pub(crate) fn words(content: &Value, thought: bool, say: &mut impl FnMut(&str, bool)) {
    match content {
        Value::String(text) => say(text, thought),
        Value::Array(parts) => {
            for part in parts {
                words(part, thought, say);
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
            let said = fields
                .iter()
                .find_map(|field| part.get(*field).filter(|value| is_set(value)));
            if let Some(said) = said {
                words(said, thought, say);
            } else if let Some(thoughts) = THOUGHT_FIELDS.iter().find_map(|field| part.get(*field)) {
                words(thoughts, true, say);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

const TEXT_FIELDS: [&str; 4] = ["text", "content", "output_text", "refusal"];
const THOUGHT_FIELDS: [&str; 6] = ["thinking", "reasoning", "thought", "summary", "text", "content"];

/// Whether parts of this type are thoughts: `thinking` (Mistral, Anthropic), `reasoning.text` (OpenRouter), and others.
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
    fn figures_of_odd_types_are_read_or_ignored() {
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
    fn parts_say_their_texts_in_order_and_thoughts_apart() {
        let said = |content: Value| {
            let (mut text, mut thoughts) = (String::new(), String::new());
            words(&content, false, &mut |words, thought| {
                if thought {
                    thoughts.push_str(words)
                } else {
                    text.push_str(words)
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
