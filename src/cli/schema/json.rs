//! Tables and extracts as a document for programs. Its shape stands in the reference, §6.6; keys are only added.

use super::page::type_word;
use super::{Chosen, Input};
use crate::extract::meanings;
use crate::report::closed::values;
use crate::report::{CONTRACT_VERSION, ColumnDef, TableDef, Unit, physical};
use serde_json::{Value, json};

/// The document: one shape, whether it holds one table or all.
pub fn document(chosen: &Chosen) -> String {
    let units: Vec<Value> = Unit::ALL.iter().map(|unit| json!({ "unit": unit.word(), "meaning": unit.meaning() })).collect();
    let document = json!({
        "contract": CONTRACT_VERSION,
        "tables": chosen.tables.iter().map(|table| of_table(table)).collect::<Vec<_>>(),
        "inputs": chosen.inputs.iter().map(of_input).collect::<Vec<_>>(),
        "units": units,
    });
    format!("{document:#}")
}

fn of_table(table: &TableDef) -> Value {
    let sorted: Vec<&str> = table.columns.iter().filter(|column| column.sorted).map(|column| column.name.as_ref()).collect();
    json!({
        "name": table.name,
        "file": format!("{}.parquet", table.name),
        "row": table.about,
        "sorted_by": sorted,
        "extended_by_rules": table.extended_by_rules,
        "columns": table.columns.iter().map(|column| of_column(table, column)).collect::<Vec<_>>(),
    })
}

fn of_column(table: &TableDef, column: &ColumnDef) -> Value {
    let physical =
        physical(column).map(|physical| json!({ "path": physical.path, "physical": physical.physical, "logical": physical.logical }));
    json!({
        "name": column.name,
        "type": column.kind.word(),
        "nullable": column.nullable,
        "sorted": column.sorted,
        "unit": column.unit.map(Unit::word),
        "values": values(table.name, &column.name),
        "meaning": column.meaning,
        "parquet": physical,
    })
}

fn of_input(input: &Input) -> Value {
    let fields = input.fields.iter().map(|field| {
        let members = meanings::members(field);
        json!({
            "name": field.name,
            "type": type_word(field.kind),
            "required": field.required,
            "default": meanings::default(input.kind, field.name),
            "bound": meanings::bound(field),
            "values": (!members.is_empty()).then_some(members),
            "meaning": meanings::meaning(input.kind, field.name),
        })
    });
    json!({
        "name": input.name(),
        "row": input.row(),
        "rule": meanings::together(input.kind),
        "fields": fields.collect::<Vec<_>>(),
    })
}
