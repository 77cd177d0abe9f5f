//! Tables and extracts on a page for people. On a terminal long meanings are broken into lines; elsewhere a column is one line.

use super::super::summary::{bare_table, trimmed};
use super::super::terminal::{self, Paint};
use super::{Chosen, Input};
use crate::extract::meanings;
use crate::model::value::Type;
use crate::report::closed::values;
use crate::report::{CONTRACT_VERSION, TABLES, TableDef, Unit};
use comfy_table::{ContentArrangement, Table};

/// Names, and what a row of each is.
pub fn list(chosen: &Chosen, width: Option<usize>) -> String {
    let mut blocks = Vec::new();
    if !chosen.tables.is_empty() {
        let mut table = blank(width);
        chosen.tables.iter().for_each(|def| {
            table.add_row([def.name, def.about]);
        });
        blocks.push(format!("{}\n{}", bold(&format!("A run writes (contract {CONTRACT_VERSION}), a row for each")), trimmed(&table)));
    }
    let mut table = blank(width);
    chosen.inputs.iter().for_each(|input| {
        table.add_row([input.name(), input.row()]);
    });
    blocks.push(format!("{}\n{}", bold("A job reads, a row for each"), trimmed(&table)));
    blocks.push("seatwise schema NAME shows the columns.".to_owned());
    blocks.join("\n\n")
}

/// The columns of each.
pub fn columns(chosen: &Chosen, width: Option<usize>) -> String {
    let tables = chosen.tables.iter().map(|def| of_table(def, width));
    let inputs = chosen.inputs.iter().map(|input| of_input(input, width));
    tables.chain(inputs).collect::<Vec<_>>().join("\n\n")
}

fn of_table(def: &TableDef, width: Option<usize>) -> String {
    let mut table = blank(width);
    table.set_header(["Column", "Type", "Nulls", "Unit", "Meaning"]);
    for column in def.columns {
        let name = if column.sorted { format!("{} ↑", column.name) } else { column.name.to_string() };
        let nulls = if column.nullable { "null" } else { "" };
        let unit = column.unit.map_or("", |unit| unit.word());
        table.add_row([name.as_str(), column.kind.word(), nulls, unit, &column.meaning]);
    }
    // What a word like `days` means need not be said.
    let used = Unit::ALL.into_iter().filter(|unit| def.columns.iter().any(|column| column.unit == Some(*unit)));
    let mut notes: Vec<String> =
        used.filter(|unit| unit.word() != unit.meaning()).map(|unit| format!("{}: {}", unit.word(), unit.meaning())).collect();
    // Codes, where the meaning does not name them itself.
    for column in def.columns {
        let codes = values(def.name, &column.name).unwrap_or_default();
        if !codes.iter().all(|code| column.meaning.contains(code)) {
            notes.push(format!("{}: {}", column.name, codes.join(", ")));
        }
    }
    if def.extended_by_rules {
        notes.push(
            "Then a column for every field that a rule of the job reads, with nulls, in the field's type; read those by name.".to_owned(),
        );
    }
    if chosen_twice(def.name) {
        notes.push(format!("An extract has this name, too: seatwise schema {} --input", def.name));
    }
    let head = format!("{}, a row for each {}", bold(def.name), without_article(def.about));
    block(&head, &table, &notes)
}

fn of_input(input: &Input, width: Option<usize>) -> String {
    let mut table = blank(width);
    table.set_header(["Field", "Type", "Value", "Default", "Meaning"]);
    for field in input.fields {
        let bound = meanings::bound(field).unwrap_or_default();
        let needed = if field.required { "required" } else { "" };
        let value = [needed, bound].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ");
        let default = meanings::default(input.kind, field.name).unwrap_or_default();
        table.add_row([field.name, type_word(field.kind), &value, default, &told(input, field)]);
    }
    let mut notes = Vec::new();
    notes.extend(meanings::together(input.kind).map(|rule| format!("A row has {rule}.")));
    notes.push("Any other column is an attribute, which rules can read.".to_owned());
    if chosen_twice(input.name()) {
        notes.push(format!("A table of a run has this name, too: seatwise schema {}", input.name()));
    }
    let head = format!("extract {}, a row for each {}", bold(input.name()), without_article(input.row()));
    block(&head, &table, &notes)
}

/// The meaning; with the words that the field takes, where it does not name them itself.
fn told(input: &Input, field: &crate::extract::fields::Field) -> String {
    let meaning = meanings::meaning(input.kind, field.name);
    let members = meanings::members(field);
    match members.iter().all(|member| meaning.contains(member)) {
        true => meaning.to_owned(),
        false => format!("{meaning}: {}", members.join(", ")),
    }
}

/// The word of a type, as in a job's `types`.
pub fn type_word(kind: Type) -> &'static str {
    match kind {
        Type::Text => "text",
        Type::Integer => "integer",
        Type::Decimal => "decimal",
        Type::Boolean => "boolean",
        Type::Date => "date",
        Type::List => "list of text",
    }
}

/// Whether a table and an extract have this name.
pub fn chosen_twice(name: &str) -> bool {
    TABLES.iter().any(|table| table.name == name) && crate::model::words::ExtractKind::parse(name).is_some()
}

fn without_article(about: &str) -> &str {
    about.strip_prefix("a ").or_else(|| about.strip_prefix("an ")).unwrap_or(about)
}

fn block(head: &str, table: &Table, notes: &[String]) -> String {
    let notes = notes.join("\n");
    format!("{head}\n\n{}\n\n{notes}", trimmed(table)).trim_end().to_owned()
}

fn blank(width: Option<usize>) -> Table {
    let mut table = bare_table(Paint { on: terminal::stdout_has_color() });
    if let Some(width) = width.and_then(|width| u16::try_from(width.saturating_sub(1)).ok()) {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    table
}

fn bold(text: &str) -> String {
    Paint { on: terminal::stdout_has_color() }.bold(text)
}
