//! A comparison as a page for people: what went in, what came of it in sentences, then positions, demands and licenses, each part
//! as long as it may be.

use super::super::summary::{align_right, bare_table, count, separated, trimmed};
use super::super::terminal::Paint;
use crate::explain::diff::because::shown;
use crate::explain::diff::{Group, counts, groups, inputs, totals};
use crate::trace::diff::{Because, Cell, Change, Comparison, CoverChange, FieldChange, Held, LicenseChange, PositionChange, Presence};
use comfy_table::{Attribute, Cell as TableCell};

/// What of a position has a column, with its heading. What else differs stands in `--format csv` and `json`.
const POSITION: [(&str, &str); 8] = [
    ("outstanding", "Short"),
    ("required", "Required"),
    ("allocated", "Covered"),
    ("seats", "Seats"),
    ("available", "Free"),
    ("deficit_cost", "Deficit cost"),
    ("idle_cost", "Idle cost"),
    ("status", "Status"),
];

/// The page.
pub fn render(comparison: &Comparison, limit: usize, color: bool) -> String {
    let paint = Paint { on: color };
    let mut blocks = vec![head(comparison, paint), went_in(comparison, limit, paint)];
    if comparison.same_results() {
        blocks.push(format!("{}\n  {}", paint.bold("No difference"), same(comparison)));
        return blocks.join("\n\n");
    }
    blocks.push(cover(comparison, limit, paint));
    let tables = &comparison.tables;
    if !tables.positions.is_empty() {
        blocks.push(part("Positions", tables.positions.len(), limit, paint, &positions(&tables.positions, limit, paint)));
    }
    if !tables.cover.changes.is_empty() {
        blocks.push(part("Demands", tables.cover.changes.len(), limit, paint, &demands(comparison, limit, paint)));
    }
    if tables.cover.rescored > 0 && !tables.cover.most_rescored.is_empty() {
        let all = usize::try_from(tables.cover.rescored).unwrap_or(usize::MAX);
        blocks.push(part("Scores of demands that keep their license", all, limit, paint, &scores(comparison, limit, paint)));
    }
    if !tables.licenses.is_empty() {
        blocks.push(part("Licenses", tables.licenses.len(), limit, paint, &licenses(&tables.licenses, limit)));
    }
    blocks.join("\n\n")
}

fn head(comparison: &Comparison, paint: Paint) -> String {
    let (before, after) = (inputs::run(&comparison.before), inputs::run(&comparison.after));
    if comparison.after.run_id.is_some() {
        return format!("{} {before}\n{} {after}", paint.bold("before"), paint.bold("after "));
    }
    let asked = comparison.settings.iter().map(|setting| format!("what if {setting}"));
    let asked: Vec<String> = asked.collect();
    let asked = if asked.is_empty() { "what if nothing were changed".to_owned() } else { asked.join("\n") };
    format!("{}\n{} {before}\n{} {after}", paint.bold(&asked), paint.bold("before"), paint.bold("after "))
}

fn went_in(comparison: &Comparison, limit: usize, paint: Paint) -> String {
    let lines = inputs::inputs(comparison);
    let width = lines.iter().map(|line| line.about.chars().count()).max().unwrap_or(0);
    let mut out = paint.bold("What went in");
    if lines.is_empty() {
        out.push_str("\n  the same date, extracts, rules and choices");
    }
    for line in lines.iter().take(limit) {
        out.push_str(&format!("\n  {:width$}  {}", line.about, line.text));
    }
    out.push_str(&more(lines.len(), limit, paint));
    if let Some(warning) = inputs::warning(comparison) {
        out.push_str(&format!("\n  {}", paint.yellow(&format!("warning: {warning}"))));
    }
    out
}

fn same(comparison: &Comparison) -> String {
    format!("positions, licenses and the cover of every demand are the same; {}", totals(&comparison.tables.cover))
}

fn cover(comparison: &Comparison, limit: usize, paint: Paint) -> String {
    let cover = &comparison.tables.cover;
    let groups = groups(comparison);
    let mut out = format!("{}\n  {}\n  {}", paint.bold("What came of it"), totals(cover), counts(cover));
    for group in groups.iter().take(limit) {
        out.push_str(&format!("\n  {} {}", mark(group, paint), group.sentence));
    }
    out.push_str(&more(groups.len(), limit, paint));
    out
}

/// A mark by which the worse is told from the better, colors or not.
fn mark(group: &Group, paint: Paint) -> String {
    match group.change {
        Change::Lost => paint.red("-"),
        Change::Gained => paint.green("+"),
        Change::Moved => paint.yellow("~"),
        Change::New | Change::Gone => paint.dim("·"),
    }
}

fn part(title: &str, all: usize, limit: usize, paint: Paint, body: &str) -> String {
    let number = if all == 1 { String::new() } else { format!(" ({})", count(all as u64)) };
    format!("{}{}\n{body}{}", paint.bold(title), paint.dim(&number), more(all, limit, paint))
}

fn more(all: usize, limit: usize, paint: Paint) -> String {
    match all.saturating_sub(limit) {
        0 => String::new(),
        more => format!("\n  {}", paint.dim(&format!("and {} more; --limit 0 shows all", count(more as u64)))),
    }
}

fn headings<const N: usize>(titles: [&str; N], paint: Paint) -> [TableCell; N] {
    titles.map(|title| if paint.on { TableCell::new(title).add_attribute(Attribute::Bold) } else { TableCell::new(title) })
}

/// `before → after`.
fn both(before: &str, after: &str) -> String {
    format!("{before} → {after}")
}

fn changed(change: &FieldChange, presence: Presence) -> String {
    match presence {
        Presence::Both => both(&shown(&change.before), &shown(&change.after)),
        Presence::New => shown(&change.after),
        Presence::Gone => shown(&change.before),
    }
}

fn positions(changes: &[PositionChange], limit: usize, paint: Paint) -> String {
    let shown: Vec<&PositionChange> = changes.iter().take(limit).collect();
    let has = |field: &str| shown.iter().any(|one| one.fields.iter().any(|change| change.field == field));
    let columns: Vec<(&str, &str)> = POSITION.into_iter().filter(|(field, _)| has(field)).collect();
    // How many demands there are is clear from what they require.
    let known = |field: &str| POSITION.iter().any(|(other, _)| field == *other) || matches!(field, "demands" | "consumptions");
    let is_other = |change: &&FieldChange| !known(&change.field);
    // Of a product that one run lacks the columns say enough.
    let others = |one: &PositionChange| -> Vec<String> {
        let others = one.fields.iter().filter(is_other).filter(|_| one.presence == Presence::Both);
        others.map(|change| format!("{} {}", change.field, changed(change, one.presence))).collect()
    };
    let has_others = shown.iter().any(|one| !others(one).is_empty());
    let mut table = bare_table(paint);
    let titles = std::iter::once("Product").chain(columns.iter().map(|(_, title)| *title)).chain(has_others.then_some("Other"));
    table.set_header(titles.map(|title| headings([title], paint)[0].clone()).collect::<Vec<_>>());
    for one in shown {
        let name = match one.presence {
            Presence::Both => one.product_id.clone(),
            presence => format!("{} ({})", one.product_id, presence.code()),
        };
        let cells = columns.iter().map(|(field, _)| position_cell(one, field));
        table.add_row(std::iter::once(name).chain(cells).chain(has_others.then(|| others(one).join(", "))).collect::<Vec<_>>());
    }
    let numbers: Vec<usize> = (1..=columns.len()).filter(|place| columns[place - 1].0 != "status").collect();
    align_right(&mut table, &numbers);
    trimmed(&table)
}

/// One field of a position: nothing where it is as it was, and costs with their currency.
fn position_cell(one: &PositionChange, field: &str) -> String {
    let Some(change) = one.fields.iter().find(|change| change.field == field) else { return String::new() };
    if !field.ends_with("_cost") {
        return changed(change, one.presence);
    }
    let currency = one.currency.as_deref().unwrap_or_default();
    let amount = |cell: &Cell, currency: &str| match cell {
        Cell::Text(amount) => Cell::Text(format!("{} {currency}", separated(amount)).trim_end().to_owned()),
        other => other.clone(),
    };
    // Once is enough, where both are amounts.
    let first = if change.after == Cell::Null { currency } else { "" };
    let (before, after) = (amount(&change.before, first), amount(&change.after, currency));
    changed(&FieldChange { field: change.field.clone(), before, after }, one.presence)
}

fn demands(comparison: &Comparison, limit: usize, paint: Paint) -> String {
    let mut table = bare_table(paint);
    table.set_header(headings(["Change", "Demand", "Before", "After", "Cause"], paint));
    for one in worst_first(&comparison.tables.cover.changes).into_iter().take(limit) {
        let cause = match &one.because.origin {
            Some(origin) => format!("{}, {}", cause(&one.because), cause(&origin.cause)),
            None => cause(&one.because),
        };
        table.add_row([one.change.code().to_owned(), one.demand_id.clone(), held(&one.before), held(&one.after), cause]);
    }
    trimmed(&table)
}

/// `seats_changed LIC-9`.
fn cause(because: &Because) -> String {
    let license = because.license.as_deref().map(|license| format!(" {license}")).unwrap_or_default();
    format!("{}{license}", because.cause.code())
}

/// The lost, then the moved, the gained, the new and the gone.
fn worst_first(changes: &[CoverChange]) -> Vec<&CoverChange> {
    let rank =
        |change: Change| [Change::Lost, Change::Moved, Change::Gained, Change::New, Change::Gone].iter().position(|one| *one == change);
    let mut sorted: Vec<&CoverChange> = changes.iter().collect();
    sorted.sort_by_key(|one| rank(one.change));
    sorted
}

/// `LIC-9 (4500)`, `deficit (capacity_exhausted)`.
fn held(held: &Option<Held>) -> String {
    let Some(held) = held else { return "—".to_owned() };
    match (&held.license, held.score) {
        (Some(license), Some(score)) => format!("{license} ({})", shown(&Cell::Integer(score))),
        (Some(license), None) => format!("{license} ({})", held.outcome.trim_start_matches("covered_")),
        (None, _) => held.reason.as_ref().map_or_else(|| held.outcome.clone(), |reason| format!("{} ({reason})", held.outcome)),
    }
}

fn scores(comparison: &Comparison, limit: usize, paint: Paint) -> String {
    let mut table = bare_table(paint);
    table.set_header(headings(["Demand", "License", "Score"], paint));
    let score = |score: Option<i64>| score.map_or_else(|| "none".to_owned(), |score| shown(&Cell::Integer(score)));
    for one in comparison.tables.cover.most_rescored.iter().take(limit) {
        table.add_row([one.demand_id.clone(), one.license.clone(), both(&score(one.before), &score(one.after))]);
    }
    trimmed(&table)
}

fn licenses(changes: &[LicenseChange], limit: usize) -> String {
    let width = changes.iter().take(limit).map(|one| one.license_id.chars().count()).max().unwrap_or(0);
    let line = |one: &LicenseChange| {
        let fields: Vec<String> = one.fields.iter().map(|change| format!("{} {}", change.field, changed(change, one.presence))).collect();
        let what = match one.presence {
            Presence::Both => fields.join(", "),
            presence => std::iter::once(presence.code().to_owned()).chain(fields).collect::<Vec<_>>().join(", "),
        };
        format!("  {:width$}  {}  {what}", one.license_id, one.product_id)
    };
    changes.iter().take(limit).map(line).collect::<Vec<_>>().join("\n")
}
