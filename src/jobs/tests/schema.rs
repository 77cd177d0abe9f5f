//! That the JSON Schema and the reader say the same, as far as a schema can.

use crate::jobs::schema::job_schema;

#[test]
fn the_schema_names_every_table_and_closes_it() {
    let schema = job_schema();
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    assert_eq!(schema["required"], serde_json::json!(["name", "extracts"]));
    let calculation = &schema["properties"]["calculation"];
    assert_eq!(calculation["additionalProperties"], false);
    assert_eq!(calculation["properties"]["expiring_within_days"]["default"], 30);
    assert_eq!(schema["properties"]["set"]["items"]["required"], serde_json::json!(["field", "value"]));
}

#[test]
fn the_schema_is_a_snapshot() {
    let text = serde_json::to_string_pretty(&job_schema()).expect("JSON");
    super::broken::settings().bind(|| insta::assert_snapshot!("schema", text));
}
