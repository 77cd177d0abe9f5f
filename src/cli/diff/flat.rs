//! A comparison as CSV: one row for each value that differs, the same columns for all of them.

use super::super::delimited::{Lines, Style};
use crate::explain::diff::because::shown;
use crate::trace::diff::{
    Because, Cell, Comparison, CoverChange, FieldChange, FileFacts, Held, InputChanges, LicenseChange, Presence, RuleText,
};

const HEADER: &str = "part,product_id,subject,change,field,before,after,cause,cause_license,cause_fields,origin,origin_license";

/// All rows, or the first so many of each part.
pub fn render(comparison: &Comparison, limit: usize) -> String {
    let tables = &comparison.tables;
    let mut rows = Rows { lines: Lines::new(Style::CSV) };
    HEADER.split(',').for_each(|name| rows.lines.text(name));
    rows.lines.end();
    rows.inputs(&comparison.inputs);
    for one in tables.positions.iter().take(limit) {
        let about = ["position", &one.product_id, &one.product_id, one.presence.code()];
        one.fields.iter().for_each(|change| rows.field(about, change));
    }
    for one in tables.cover.changes.iter().take(limit) {
        rows.cover(one);
    }
    for one in &tables.cover.most_rescored {
        let about = ["score", &one.product_id, &one.demand_id, "rescored"];
        rows.row(about, ["score", &number(one.before), &number(one.after)], ["", &one.license, "", "", ""]);
    }
    for one in tables.licenses.iter().take(limit) {
        rows.license(one);
    }
    rows.lines.buffer
}

/// One value of a demand in one run.
type ValueOf = fn(&Held) -> String;

/// The rows so far.
struct Rows {
    lines: Lines,
}

impl Rows {
    /// One row: what it is about, the field with both values, and the cause.
    fn row(&mut self, about: [&str; 4], values: [&str; 3], cause: [&str; 5]) {
        about.iter().chain(&values).chain(&cause).for_each(|cell| self.lines.text(cell));
        self.lines.end();
    }

    fn field(&mut self, about: [&str; 4], change: &FieldChange) {
        self.row(about, [&change.field, &text(&change.before), &text(&change.after)], [""; 5]);
    }

    fn cover(&mut self, one: &CoverChange) {
        let license = |because: &Because| because.license.clone().unwrap_or_default();
        let origin = one.because.origin.as_ref().map(|origin| &origin.cause);
        let (own, fields, others) =
            (license(&one.because), one.because.fields.join(";"), origin.map_or_else(String::new, |origin| license(origin)));
        let cause = [one.because.cause.code(), &own, &fields, origin.map_or("", |origin| origin.cause.code()), &others];
        let values: [(&str, ValueOf); 4] = [
            ("outcome", |held| held.outcome.clone()),
            ("license_id", |held| held.license.clone().unwrap_or_default()),
            ("score", |held| number(held.score)),
            ("reason", |held| held.reason.clone().unwrap_or_default()),
        ];
        for (name, of) in values {
            let side = |held: &Option<Held>| held.as_ref().map(of).unwrap_or_default();
            let (before, after) = (side(&one.before), side(&one.after));
            if before != after {
                self.row(["demand", &one.product_id, &one.demand_id, one.change.code()], [name, &before, &after], cause);
            }
        }
    }

    fn license(&mut self, one: &LicenseChange) {
        let about = ["license", &one.product_id, &one.license_id, one.presence.code()];
        if one.fields.is_empty() {
            self.row(about, [""; 3], [""; 5]);
        }
        one.fields.iter().for_each(|change| self.field(about, change));
    }

    fn inputs(&mut self, inputs: &InputChanges) {
        if let Some((was, is)) = inputs.as_of {
            self.row(["input", "", "as_of", "changed"], ["as_of", &was.to_string(), &is.to_string()], [""; 5]);
        }
        for change in &inputs.extracts {
            for file in &change.files {
                let sha256 = |facts: &Option<FileFacts>| facts.as_ref().map(|facts| facts.sha256.clone()).unwrap_or_default();
                let presence = match (&file.before, &file.after) {
                    (None, _) => Presence::New,
                    (_, None) => Presence::Gone,
                    _ => Presence::Both,
                };
                let values = [file.path.as_str(), &sha256(&file.before), &sha256(&file.after)];
                self.row(["input", "", &change.extract, presence.code()], values, [""; 5]);
            }
        }
        for change in &inputs.rules {
            let text = |rule: &Option<RuleText>| rule.as_ref().map(|rule| rule.text.clone()).unwrap_or_default();
            let points = |rule: &Option<RuleText>| number(rule.as_ref().and_then(|rule| rule.points));
            let (was, is) = (&change.before, &change.after);
            for (field, was, is) in [("rule", text(was), text(is)), ("points", points(was), points(is))] {
                if was != is {
                    self.row(["rule", "", &change.name, change.kind], [field, &was, &is], [""; 5]);
                }
            }
        }
        for change in &inputs.policies {
            self.field(["choice", "", &change.field, "changed"], change);
        }
    }
}

fn number(number: Option<i64>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

/// A value without the separators that people like.
fn text(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Integer(number) => number.to_string(),
        Cell::Text(_) => shown(cell),
    }
}
