//! The JSON Schema of the job file, for editors (draft-07: what TOML tools read best). Made from the same tables as the
//! reader, which is stricter: a schema cannot see rules, time zones or names that stand twice.

use super::definition::{self, NO_END};
use super::shape::{Absent, Field, Kind, Shape};
use serde_json::{Map, Value, json};

/// The schema as a JSON document.
pub fn job_schema() -> Value {
    let mut schema = json!({ "$schema": "http://json-schema.org/draft-07/schema#", "title": "seatwise job" });
    if let (Value::Object(schema), Value::Object(table)) = (&mut schema, table(&definition::JOB)) {
        schema.extend(table);
    }
    schema
}

fn table(shape: &Shape) -> Value {
    let properties: Map<String, Value> = shape.fields.iter().map(|field| (field.key.to_owned(), property(field))).collect();
    let required: Vec<&str> = shape.fields.iter().filter(|field| field.absent == Absent::Error).map(|field| field.key).collect();
    let mut table = json!({ "description": shape.about, "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        table["required"] = json!(required);
    }
    table
}

fn property(field: &Field) -> Value {
    let mut property = of_kind(&field.kind);
    property["description"] = json!(field.about);
    match field.absent {
        Absent::Error | Absent::Nothing => {}
        Absent::Text(text) => property["default"] = json!(text),
        Absent::Integer(number) => property["default"] = json!(number),
        // The one place where a float may stand for a decimal: nothing is calculated with it.
        Absent::Decimal(text) => property["default"] = json!(text.parse::<f64>().unwrap_or_default()),
        Absent::Boolean(truth) => property["default"] = json!(truth),
        Absent::Texts(texts) => property["default"] = json!(texts),
    }
    property
}

fn of_kind(kind: &Kind) -> Value {
    let text = || json!({ "type": "string", "minLength": 1 });
    match kind {
        Kind::Text => text(),
        Kind::TextOrTexts => json!({ "oneOf": [text(), { "type": "array", "items": text(), "minItems": 1 }] }),
        Kind::AnyTexts => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::Character => json!({ "type": "string", "minLength": 1, "maxLength": 1 }),
        Kind::Integer { least, most } if *most == NO_END => json!({ "type": "integer", "minimum": least }),
        Kind::Integer { least, most } => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Kind::Decimal { most: None } => json!({ "type": "number", "minimum": 0 }),
        Kind::Decimal { most: Some(most) } => json!({ "type": "number", "minimum": 0, "maximum": most }),
        Kind::Bytes => json!({ "oneOf": [text(), { "type": "integer", "minimum": 1 }] }),
        Kind::Boolean => json!({ "type": "boolean" }),
        // TOML's own dates reach a schema as text of that form.
        Kind::Date { word } => json!({ "type": "string", "pattern": format!("^({word}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})$") }),
        Kind::Choice(words) => json!({ "type": "string", "enum": words }),
        Kind::Choices(words) => json!({ "type": "array", "items": { "type": "string", "enum": words }, "uniqueItems": true }),
        Kind::Texts => json!({ "type": "object", "additionalProperties": text() }),
        Kind::TextLists => json!({ "type": "object", "additionalProperties": { "type": "array", "items": text(), "minItems": 1 } }),
        Kind::TextMaps => json!({ "type": "object", "additionalProperties": { "type": "object", "additionalProperties": text() } }),
        Kind::ChoiceMap(words) => json!({ "type": "object", "additionalProperties": { "type": "string", "enum": words } }),
        Kind::Values => {
            let list = json!({ "type": "array", "items": { "type": "string" } });
            json!({ "type": "object", "additionalProperties": { "anyOf": [{ "type": ["string", "number", "boolean"] }, list] } })
        }
        Kind::Table(shape) => table(shape),
        Kind::Tables(shape) => json!({ "type": "array", "items": table(shape) }),
    }
}
