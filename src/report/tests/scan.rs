//! A table of several row groups, read a batch at a time.

use crate::model::date::Date;
use crate::report::back::{Cell, Query, Rows};
use crate::report::columns::Columns;
use crate::report::schema::{TableDef, Unit, code, integer, list};
use crate::report::storage::ROW_GROUP_ROWS;
use crate::report::writer;
use crate::report::{ColumnDef, TextPool};

const COLUMNS: &[ColumnDef] =
    &[code("product_id", "").sorted(), integer("turn", "").of(Unit::Place).nullable(), list("matched_rules", "").nullable()];
static TABLE: TableDef = TableDef { name: "allocations", about: "", columns: COLUMNS, extended_by_rules: false };
/// Two row groups and a bit.
const ROWS: usize = 2 * ROW_GROUP_ROWS + 5;

fn folder() -> tempfile::TempDir {
    let words = ["a 1", "b 2"].map(str::to_owned);
    let rules = TextPool::Words(&words);
    let mut columns = Columns::new(ROWS);
    columns.word("product_id", |row| Some(if row < ROW_GROUP_ROWS { "EARLY" } else { "LATE" }));
    columns.integer("turn", |row| if row % 2 == 0 { row as i64 } else { crate::model::value::NULL_INT });
    columns.list("matched_rules", &rules, |row| if row % 3 == 0 { None } else { Some(&[0, 1][..row % 3]) });
    let folder = tempfile::tempdir().expect("a folder");
    let file = std::fs::File::create(folder.path().join("allocations.parquet")).expect("a file");
    writer::write(&TABLE, &[], &columns, Date(0), file).expect("a table");
    folder
}

fn turns(rows: &Rows) -> Vec<Cell> {
    (0..rows.len()).map(|row| rows.cell(row, 0)).collect()
}

#[test]
fn batches_are_small_and_in_order() {
    let folder = folder();
    let mut place = 0;
    let mut most = 0;
    for rows in Query::of("allocations").scan(folder.path()).expect("a table") {
        let rows = rows.expect("rows");
        most = most.max(rows.len());
        for row in 0..rows.len() {
            let turn = if place % 2 == 0 { Cell::Integer(place as i64) } else { Cell::Null };
            assert_eq!(rows.cell(row, 1), turn);
            assert_eq!(rows.text(row, 0), Some(if place < ROW_GROUP_ROWS { "EARLY" } else { "LATE" }));
            let rules = ["a 1", "b 2"][..place % 3].iter().map(|rule| (*rule).to_owned()).collect();
            assert_eq!(rows.cell(row, 2), if place % 3 == 0 { Cell::Null } else { Cell::List(rules) });
            assert_eq!((rows.text(row, 1), rows.text(row, 2)), (None, None));
            place += 1;
        }
    }
    assert_eq!(place, ROWS);
    assert!(most < ROW_GROUP_ROWS / 2, "{most} rows at once");
}

#[test]
fn a_scan_finds_what_a_query_reads() {
    let folder = folder();
    let query = || Query::of("allocations").columns(&["turn"]);
    for product in ["EARLY", "LATE", "MIDDLE"] {
        let asked = || query().only("product_id", [product]);
        let scanned: Vec<Cell> = asked().scan(folder.path()).expect("a table").flat_map(|rows| turns(&rows.expect("rows"))).collect();
        assert_eq!(scanned, turns(&asked().read(folder.path()).expect("rows")), "{product}");
    }
    let columns = Query::of("allocations").file_columns(folder.path()).expect("columns");
    let told: Vec<(&str, bool)> = columns.iter().map(|column| (column.name.as_str(), column.text)).collect();
    assert_eq!(told, [("product_id", true), ("turn", false), ("matched_rules", false)]);
    assert!(Query::of("usage").scan(folder.path()).is_err());
}
