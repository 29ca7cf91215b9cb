//! The simplest value of a JSON schema, so that an unscripted structured answer is valid.

use serde_json::{Map, Value, json};

/// A value that `schema` accepts; every string is `text`. Supports types, enums, constants and required properties.
pub(super) fn simplest(schema: &Value, text: &str) -> Value {
    if let Some(constant) = schema.get("const") {
        return constant.clone();
    }
    if let Some(first) = schema
        .get("enum")
        .and_then(Value::as_array)
        .and_then(|values| values.first())
    {
        return first.clone();
    }
    match kind(schema) {
        "string" => text.into(),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(0)),
        "boolean" => false.into(),
        "array" => array(schema, text),
        "null" => Value::Null,
        _ => object(schema, text),
    }
}

fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.first().and_then(Value::as_str).unwrap_or("object"),
        other => other.and_then(Value::as_str).unwrap_or("object"),
    }
}

fn array(schema: &Value, text: &str) -> Value {
    let count = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
    let item = schema.get("items").cloned().unwrap_or_default();
    (0..count).map(|_| simplest(&item, text)).collect()
}

fn object(schema: &Value, text: &str) -> Value {
    let required = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let properties = schema.get("properties");
    let filled = required.filter_map(Value::as_str).map(|name| {
        let property = properties
            .and_then(|all| all.get(name))
            .cloned()
            .unwrap_or_default();
        (name.to_owned(), simplest(&property, text))
    });
    Value::Object(filled.collect::<Map<_, _>>())
}
