//! The promise of how tables may change (reference §6.6): `tests/tables.v1.json` holds every column that a table of version 1 has
//! ever had, and none of them may vanish, move, or become something else.

use crate::report::{CONTRACT_VERSION, ColumnDef, Kind, TABLES, TableDef, Unit};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Set to `yes` it takes what was added at the end into the snapshot. Nothing else gets there by itself.
const ADD: &str = "SEATWISE_ADD_COLUMNS";

fn snapshot() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/tables.v{CONTRACT_VERSION}.json"))
}

/// One column in one line: what readers rely on. Meanings may be worded better.
fn promised(column: &ColumnDef) -> Value {
    let nulls = if column.nullable { " or null" } else { "" };
    let sorted = if column.sorted { ", sorted by" } else { "" };
    let unit = column.unit.map(|unit| format!(", in {}", unit.word())).unwrap_or_default();
    json!([column.name, format!("{}{nulls}{unit}{sorted}", column.kind.word())])
}

fn tables(tables: &[&TableDef]) -> Map<String, Value> {
    let columns = |table: &TableDef| Value::Array(table.columns.iter().map(promised).collect());
    tables.iter().map(|table| (table.name.to_owned(), columns(table))).collect()
}

/// What breaks the promise, and what only has to be written down.
fn compare(promised: &Map<String, Value>, found: &Map<String, Value>) -> (Vec<String>, Vec<String>) {
    let none = Vec::new();
    let (mut broken, mut added) = (Vec::new(), Vec::new());
    for (table, columns) in promised {
        let old = columns.as_array().unwrap_or(&none);
        let Some(new) = found.get(table).and_then(Value::as_array) else {
            broken.push(format!("{table}: the table is gone"));
            continue;
        };
        let find = |name: &Value| new.iter().position(|column| column[0] == *name);
        for (place, column) in old.iter().enumerate() {
            let name = &column[0];
            match find(name) {
                None => broken.push(format!("{table}: the column {name} is gone")),
                Some(now) if new[now] != *column => broken.push(format!("{table}: {name} was {}, and is {}", column[1], new[now][1])),
                Some(now) if now != place => {
                    broken.push(format!("{table}: {name} was column {}, and is column {}", place + 1, now + 1));
                }
                Some(_) => {}
            }
        }
        let known = |column: &&Value| !old.iter().any(|old| old[0] == column[0]);
        added.extend(new.iter().filter(known).map(|column| format!("{table}: the column {} is new", column[0])));
    }
    added.extend(found.keys().filter(|table| !promised.contains_key(*table)).map(|table| format!("{table}: the table is new")));
    (broken, added)
}

#[test]
fn columns_are_only_added_at_the_end() {
    let found = tables(&TABLES);
    let read = std::fs::read_to_string(snapshot()).unwrap_or_else(|_| "{}".to_owned());
    let promised: Map<String, Value> = serde_json::from_str(&read).expect("a snapshot in JSON");
    let (broken, added) = compare(&promised, &found);
    assert!(
        broken.is_empty(),
        "readers rely on what version {CONTRACT_VERSION} of the tables has, and this breaks them:\n  {}\n\
         Put the columns back, and add new ones at the end of the table. What cannot stay is version {} of the contract, which is \
         published in a place of its own (reference, §6.6).",
        broken.join("\n  "),
        CONTRACT_VERSION.parse::<u32>().map_or(0, |version| version + 1)
    );
    if !added.is_empty() && std::env::var(ADD).is_ok_and(|value| value == "yes") {
        std::fs::write(snapshot(), pretty(&found)).expect("the snapshot is written");
        return;
    }
    assert!(
        added.is_empty(),
        "from now on readers may rely on these, too:\n  {}\nIf that is meant, write it down: {ADD}=yes cargo test --lib promise, and \
         add them to src/reference.md and tests/foreign/check.py.",
        added.join("\n  ")
    );
}

/// A line a column, so that a change shows as one.
fn pretty(tables: &Map<String, Value>) -> String {
    let table = |(name, columns): (&String, &Value)| {
        let columns: Vec<String> = columns.as_array().into_iter().flatten().map(|column| format!("    {column}")).collect();
        format!("  \"{name}\": [\n{}\n  ]", columns.join(",\n"))
    };
    format!("{{\n{}\n}}\n", tables.iter().map(table).collect::<Vec<_>>().join(",\n"))
}

#[test]
fn numbers_have_units_and_money_has_a_currency() {
    for table in TABLES {
        for column in table.columns {
            let number = matches!(column.kind, Kind::Integer | Kind::Money | Kind::Decimal | Kind::Percent);
            assert_eq!(number, column.unit.is_some(), "{}.{}", table.name, column.name);
        }
        let money = table.columns.iter().any(|column| column.unit == Some(Unit::Currency));
        let currency = table.columns.iter().any(|column| column.name == "currency");
        assert_eq!(money, currency, "{}", table.name);
    }
}

#[test]
fn a_breach_is_told_from_an_addition() {
    let table = |columns: &[(&str, &str)]| {
        let columns: Vec<Value> = columns.iter().map(|(name, what)| json!([name, what])).collect();
        Map::from_iter([("usage".to_owned(), Value::Array(columns))])
    };
    let told = |now: &[(&str, &str)]| {
        let (broken, added) = compare(&table(&[("a", "text"), ("b", "int64")]), &table(now));
        format!("{} | {}", broken.join("; "), added.join("; "))
    };
    assert_eq!(told(&[("a", "text"), ("b", "int64")]), " | ");
    assert_eq!(told(&[("a", "text"), ("b", "int64"), ("c", "text")]), " | usage: the column \"c\" is new");
    assert_eq!(told(&[("a", "text")]), "usage: the column \"b\" is gone | ");
    assert_eq!(told(&[("a", "text"), ("b", "int64 or null")]), "usage: \"b\" was \"int64\", and is \"int64 or null\" | ");
    assert_eq!(
        told(&[("a", "text"), ("c", "text"), ("b", "int64")]),
        "usage: \"b\" was column 2, and is column 3 | usage: the column \"c\" is new"
    );
    assert_eq!(compare(&table(&[]), &Map::new()).0, ["usage: the table is gone"]);
    assert_eq!(compare(&Map::new(), &table(&[])).1, ["usage: the table is new"]);
}
