//! A comparison as one JSON document. Keys are those of the tables, where these have them.

use crate::explain::diff::{groups, inputs};
use crate::trace::diff::{Because, Cell, Comparison, FieldChange, FileFacts, Held, RuleText, RunFacts, Totals};
use serde_json::{Map, Value, json};

/// The document, with the first so many of each list.
pub fn render(comparison: &Comparison, limit: usize) -> String {
    let tables = &comparison.tables;
    let cover = &tables.cover;
    let groups = groups(comparison);
    let document = json!({
        "before": run(&comparison.before),
        "after": run(&comparison.after),
        "settings": comparison.settings,
        "warning": inputs::warning(comparison),
        "same_results": comparison.same_results(),
        "inputs": input_changes(comparison),
        "cover": {
            "before": totals(cover.before),
            "after": totals(cover.after),
            "changed": cover.changes.len(),
            "rescored": cover.rescored,
        },
        "summary": groups.iter().take(limit).map(|group| json!({
            "sentence": group.sentence,
            "product_id": group.product_id,
            "change": group.change.code(),
            "demands": group.demands,
            "because": because(&group.because),
        })).collect::<Vec<_>>(),
        "positions": tables.positions.iter().take(limit).map(|one| json!({
            "product_id": one.product_id,
            "name": one.name,
            "change": one.presence.code(),
            "worse_by": one.worse_by,
            "fields": fields(&one.fields),
        })).collect::<Vec<_>>(),
        "demands": cover.changes.iter().take(limit).map(|one| json!({
            "product_id": one.product_id,
            "demand_id": one.demand_id,
            "change": one.change.code(),
            "before": one.before.as_ref().map(held),
            "after": one.after.as_ref().map(held),
            "because": because(&one.because),
        })).collect::<Vec<_>>(),
        "scores": cover.most_rescored.iter().map(|one| json!({
            "product_id": one.product_id,
            "demand_id": one.demand_id,
            "license_id": one.license,
            "before": one.before,
            "after": one.after,
        })).collect::<Vec<_>>(),
        "licenses": tables.licenses.iter().take(limit).map(|one| json!({
            "license_id": one.license_id,
            "product_id": one.product_id,
            "change": one.presence.code(),
            "fields": fields(&one.fields),
        })).collect::<Vec<_>>(),
    });
    format!("{document:#}")
}

fn run(run: &RunFacts) -> Value {
    json!({ "run_id": run.run_id, "job": run.job, "as_of": run.as_of.to_string() })
}

fn totals(totals: Totals) -> Value {
    json!({ "demands": totals.demands, "covered": totals.covered })
}

fn held(held: &Held) -> Value {
    json!({ "outcome": held.outcome, "license_id": held.license, "score": held.score, "reason": held.reason })
}

/// A cause; `origin` is why those did it who took a seat or left one.
fn because(reason: &Because) -> Value {
    let origin = reason.origin.as_ref().map(|origin| {
        let mut value = because(&origin.cause);
        value["of_all"] = json!(origin.of_all);
        value
    });
    json!({ "cause": reason.cause.code(), "license_id": reason.license, "fields": reason.fields, "origin": origin })
}

fn cell(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => json!(number),
        Cell::Text(text) => json!(text),
    }
}

/// `{ "seats": { "before": 50, "after": 25 } }`
fn fields(changes: &[FieldChange]) -> Value {
    let entry = |change: &FieldChange| (change.field.clone(), json!({ "before": cell(&change.before), "after": cell(&change.after) }));
    Value::Object(changes.iter().map(entry).collect::<Map<_, _>>())
}

fn input_changes(comparison: &Comparison) -> Value {
    let inputs = &comparison.inputs;
    let file = |facts: &Option<FileFacts>| facts.as_ref().map(|facts| json!({ "rows": facts.rows, "sha256": facts.sha256 }));
    let rule = |rule: &Option<RuleText>| rule.as_ref().map(|rule| json!({ "text": rule.text, "points": rule.points }));
    json!({
        "as_of": inputs.as_of.map(|(was, is)| json!({ "before": was.to_string(), "after": is.to_string() })),
        "extracts": inputs.extracts.iter().map(|one| json!({
            "extract": one.extract,
            "rows_before": one.rows_before,
            "rows_after": one.rows_after,
            "files": one.files.iter().map(|change| json!({
                "path": change.path,
                "before": file(&change.before),
                "after": file(&change.after),
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "rules": inputs.rules.iter().map(|one| json!({
            "kind": one.kind,
            "name": one.name,
            "before": rule(&one.before),
            "after": rule(&one.after),
        })).collect::<Vec<_>>(),
        "rules_reordered": inputs.rules_reordered,
        "choices": fields(&inputs.policies),
        "job_otherwise": inputs.job_otherwise,
        "program": inputs.program.as_ref().map(|(was, is)| json!({ "before": was, "after": is })),
    })
}
