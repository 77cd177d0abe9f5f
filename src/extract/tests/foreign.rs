//! Extracts that were not made for this: values that stand for others, and identifiers made of several columns.

use super::*;
use polars::prelude::*;
use std::fs::File;

fn map<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> std::collections::BTreeMap<String, String> {
    pairs.into_iter().map(|(theirs, ours)| (theirs.to_owned(), ours.to_owned())).collect()
}

const LICENSES: &str = "license_id,product_id,metric,seats,scope,grace_days,tier\n\
    L1, Draw Pro ,Per Device,5,Dept;location,NULL,gold\n\
    L2,DRAW,Per device,5,,five,silver\n\
    L3,DRAW,Per Core,many,,5,\n";

/// Exact comparison, after trimming; words, numbers, elements of lists and attributes; a reject shows what stood there.
#[test]
fn values_stand_for_others() {
    let desk = Desk::new(&[("l.csv", LICENSES)]);
    let mut spec = desk.spec(ExtractKind::Licenses, &["l.csv"]);
    spec.csv.null_values = vec!["NULL".to_owned()];
    spec.values.insert("metric".to_owned(), map([("Per Device", "device"), ("Per Core", "core")]));
    spec.values.insert("product_id".to_owned(), map([("Draw Pro", "DRAW")]));
    spec.values.insert("scope".to_owned(), map([("Dept", "department")]));
    spec.values.insert("grace_days".to_owned(), map([("five", "5"), ("NULL", "9")]));
    spec.values.insert("seats".to_owned(), map([("many", "lots")]));
    spec.values.insert("tier".to_owned(), map([("gold", "1"), ("silver", "2")]));
    let extract = desk.read(&spec).unwrap();
    assert_eq!(rejects(&extract), ["2 metric Per device not_in_list", "3 seats many bad_value"]);
    assert_eq!(desk.column(&extract, "product_id"), ["DRAW"]);
    assert_eq!(desk.column(&extract, "scope"), ["department|location"]);
    assert_eq!(desk.column(&extract, "grace_days"), ["-"]);
    assert_eq!(extract.frame.column("tier").unwrap().kind(), crate::model::value::Type::Integer);
}

/// A physical value is translated as the text that it would be written as.
#[test]
fn values_of_parquet_stand_for_others_too() {
    let mut frame = df!(
        "license_id" => ["L1", "L2"], "product_id" => [7i64, 8], "metric" => ["d", "d"], "seats" => [0i64, 3], "tier" => [1i64, 2],
    )
    .unwrap();
    let desk = Desk::new(&[]);
    ParquetWriter::new(File::create(desk.path("l.parquet")).unwrap()).finish(&mut frame).unwrap();
    let mut spec = desk.spec(ExtractKind::Licenses, &["l.parquet"]);
    spec.values.insert("metric".to_owned(), map([("d", "device")]));
    spec.values.insert("product_id".to_owned(), map([("7", "DRAW")]));
    spec.values.insert("seats".to_owned(), map([("0", "10")]));
    spec.values.insert("tier".to_owned(), map([("1", "gold"), ("2", "silver")]));
    let extract = desk.read(&spec).unwrap();
    assert_eq!(desk.column(&extract, "product_id"), ["DRAW", "8"]);
    assert_eq!(desk.column(&extract, "seats"), ["10", "3"]);
    assert_eq!(desk.column(&extract, "tier"), ["gold", "silver"]);
}

#[test]
fn identifiers_are_made_of_columns() {
    let desk = Desk::new(&[("c.csv", "Machine,Title\nPC-1,DRAW\n PC-1 ,CAD\nPC-2,\n,\nPC-1,DRAW\nPC-2,CAD,x\n")]);
    let mut spec = desk.spec(ExtractKind::Consumptions, &["c.csv"]);
    spec.columns = map([("asset_id", "Machine"), ("product_id", "Title")]);
    spec.join.insert("consumption_id".to_owned(), vec!["Machine".to_owned(), "Title".to_owned()]);
    let extract = desk.read(&spec).unwrap();
    assert_eq!(extract.consumption_ids.iter().collect::<Vec<_>>(), ["PC-1/CAD", "PC-1/DRAW"]);
    let found = rejects(&extract);
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found[0].starts_with("3 product_id - missing_value"), "{found:?}");
    assert!(found[1].starts_with("4 consumption_id - missing_value"), "{found:?}");
    assert_eq!(found[2], "5 - PC-1/DRAW duplicate_row");

    spec.join.insert("consumption_id".to_owned(), vec!["Machine".to_owned(), "Tilte".to_owned()]);
    let (code, message) = refusal(desk.read(&spec));
    assert_eq!(code, 4);
    assert!(message.contains("column Tilte: the column is missing, and the job makes consumption_id of it"), "{message}");
    spec.join = [("Title".to_owned(), vec!["Machine".to_owned()])].into();
    let (code, message) = refusal(desk.read(&spec));
    assert_eq!(code, 4);
    assert!(message.contains("but the file has a column of that name too"), "{message}");
}
