//! licenses: a row an accepted license with its defaults filled in (§6, §10).

use super::super::Table;
use super::super::language::Side;
use super::super::rulebook::Rulebook;
use super::super::schema;
use super::super::solve::Solution;
use super::super::values;
use super::{field, money};

/// The fields of §2, then every attribute and set field that a rule reads, by name.
pub fn table(solution: &Solution, rules: &Rulebook) -> Table {
    let fields: Vec<&str> = schema::fields("licenses").iter().map(|field| field.name).collect();
    let mut table = Table::new(&fields.join(" "));
    let read: Vec<String> = rules.fields_read(Side::License).into_iter().filter(|name| !fields.contains(&name.as_str())).collect();
    table.columns.extend(read.iter().cloned());
    for license in solution.estate.licenses.values() {
        let cell = |name: &str| match name {
            "unit_cost" => money(values::decimal(&license.record, name)),
            _ => field(&license.record, name),
        };
        table.push(fields.iter().copied().chain(read.iter().map(String::as_str)).map(cell).collect());
    }
    table
}
