//! A comparison as CSV: one row for each value that differs, the same columns for all of them.

use crate::explain::diff::because::shown;
use crate::trace::diff::{Because, Cell, Comparison, FieldChange, Held, Presence};

const HEADER: &str = "part,product_id,subject,change,field,before,after,cause,cause_license,cause_fields,origin,origin_license";

/// All rows, or the first so many of each part.
pub fn render(comparison: &Comparison, limit: usize) -> String {
    let mut out = format!("{HEADER}\n");
    let mut row = |cells: [&str; 12]| {
        let line: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        out.push_str(&line.join(","));
        out.push('\n');
    };
    inputs(comparison, &mut row);
    for one in comparison.tables.positions.iter().take(limit) {
        for FieldChange { field, before, after } in &one.fields {
            row([
                "position",
                &one.product_id,
                &one.product_id,
                one.presence.code(),
                field,
                &text(before),
                &text(after),
                "",
                "",
                "",
                "",
                "",
            ]);
        }
    }
    for one in comparison.tables.cover.changes.iter().take(limit) {
        let because = &one.because;
        let origin = because.origin.as_ref().map(|origin| &origin.cause);
        let license = |because: &Because| because.license.clone().unwrap_or_default();
        let (fields, license, its_license) =
            (because.fields.join(";"), license(because), origin.map(|origin| license(origin)).unwrap_or_default());
        let cause = [because.cause.code(), &license, &fields, origin.map_or("", |origin| origin.cause.code()), &its_license];
        let mut field = |name: &str, of: fn(&Held) -> String| {
            let (before, after) = (one.before.as_ref().map(of).unwrap_or_default(), one.after.as_ref().map(of).unwrap_or_default());
            if before != after {
                row([
                    "demand",
                    &one.product_id,
                    &one.demand_id,
                    one.change.code(),
                    name,
                    &before,
                    &after,
                    cause[0],
                    cause[1],
                    cause[2],
                    cause[3],
                    cause[4],
                ]);
            }
        };
        field("outcome", |held| held.outcome.clone());
        field("license_id", |held| held.license.clone().unwrap_or_default());
        field("score", |held| held.score.map(|score| score.to_string()).unwrap_or_default());
        field("reason", |held| held.reason.clone().unwrap_or_default());
    }
    for one in &comparison.tables.cover.most_rescored {
        let score = |score: Option<i64>| score.map(|score| score.to_string()).unwrap_or_default();
        row([
            "score",
            &one.product_id,
            &one.demand_id,
            "rescored",
            "score",
            &score(one.before),
            &score(one.after),
            "",
            &one.license,
            "",
            "",
            "",
        ]);
    }
    for one in comparison.tables.licenses.iter().take(limit) {
        if one.presence != Presence::Both {
            row(["license", &one.product_id, &one.license_id, one.presence.code(), "", "", "", "", "", "", "", ""]);
            continue;
        }
        for FieldChange { field, before, after } in &one.fields {
            row(["license", &one.product_id, &one.license_id, one.presence.code(), field, &text(before), &text(after), "", "", "", "", ""]);
        }
    }
    out
}

fn inputs(comparison: &Comparison, row: &mut impl FnMut([&str; 12])) {
    let inputs = &comparison.inputs;
    if let Some((was, is)) = inputs.as_of {
        row(["input", "", "as_of", "changed", "as_of", &was.to_string(), &is.to_string(), "", "", "", "", ""]);
    }
    for change in &inputs.extracts {
        for file in &change.files {
            let sha256 =
                |facts: &Option<crate::trace::diff::FileFacts>| facts.as_ref().map(|facts| facts.sha256.clone()).unwrap_or_default();
            let (was, is) = (sha256(&file.before), sha256(&file.after));
            let presence = if was.is_empty() {
                Presence::New
            } else if is.is_empty() {
                Presence::Gone
            } else {
                Presence::Both
            };
            row(["input", "", &change.extract, presence.code(), &file.path, &was, &is, "", "", "", "", ""]);
        }
    }
    for change in &inputs.rules {
        let text = |rule: &Option<crate::trace::diff::RuleText>| rule.as_ref().map(|rule| rule.text.clone()).unwrap_or_default();
        let points = |rule: &Option<crate::trace::diff::RuleText>| {
            rule.as_ref().and_then(|rule| rule.points).map(|points| points.to_string()).unwrap_or_default()
        };
        for (field, was, is) in
            [("rule", text(&change.before), text(&change.after)), ("points", points(&change.before), points(&change.after))]
        {
            if was != is {
                row(["rule", "", &change.name, change.kind, field, &was, &is, "", "", "", "", ""]);
            }
        }
    }
    for FieldChange { field, before, after } in &inputs.policies {
        row(["choice", "", field, "changed", field, &text(before), &text(after), "", "", "", "", ""]);
    }
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Integer(number) => number.to_string(),
        Cell::Text(_) => shown(cell),
    }
}

/// RFC 4180: in quotes where that is needed.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
