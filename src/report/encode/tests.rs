//! What is written is what is read back, by another implementation (Arrow's reader), for values of every kind: few and many different
//! ones, runs, nulls, extremes, several pages.

use crate::model::date::{Date, NULL_DATE};
use crate::model::text::{NULL_CODE, TextsBuilder};
use crate::model::value::NULL_INT;
use crate::model::words::Outcome;
use crate::report::columns::Columns;
use crate::report::encode::texts::Text;
use crate::report::pool::TextPool;
use crate::report::schema::{self, ColumnDef, Kind, TableDef};
use crate::report::tests::{Table, read_back};
use crate::report::writer;
use parquet::basic::Compression;
use parquet::file::statistics::Statistics;
use proptest::prelude::*;

const NULLABLE: &[ColumnDef] = &[
    schema::code("code", "").nullable(),
    schema::code("word", "").nullable(),
    schema::text("license_id", "").nullable(),
    schema::text("text", "").nullable(),
    schema::integer("integer", "").nullable(),
    schema::money("money", "").nullable(),
    schema::boolean("boolean", "").nullable(),
    schema::date("date", "").nullable(),
    schema::list("list", "").nullable(),
    schema::text("parts", "").nullable(),
    schema::text("keyed", "").nullable(),
    schema::code("member", "").nullable(),
];
static TABLE: TableDef = TableDef { name: "demands", about: "", columns: NULLABLE, extended_by_rules: false };

const WORDS: [&str; 4] = ["direct", "affinity", "", "zürich"];

/// What a row is made of; each column makes of it what it can hold.
#[derive(Clone, Debug)]
struct Row {
    number: Option<i64>,
    list: Option<Vec<u8>>,
}

/// A text of any length, with characters of several bytes, in no order.
fn text_of(number: i64) -> String {
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as i64);
    format!("{}{}", "ä-long-beginning/".repeat((mixed.unsigned_abs() % 7) as usize), mixed % 1_000)
}

fn row() -> impl Strategy<Value = Row> {
    let number = prop_oneof![
        3 => (0i64..5).prop_map(Some),
        3 => (-2_000_000i64..2_000_000).prop_map(Some),
        1 => any::<i64>().prop_map(|number| Some(number.max(NULL_INT + 1))),
        1 => Just(None),
    ];
    let list = prop_oneof![1 => Just(None), 3 => prop::collection::vec(0u8..6, 0..4).prop_map(Some)];
    (number, list).prop_map(|(number, list)| Row { number, list })
}

/// Rows with runs in them; sometimes more than a page.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let piece = (row(), prop_oneof![4 => 1usize..3, 2 => 10usize..40, 1 => 900usize..5_000]);
    prop::collection::vec(piece, 0..60)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(row, times)| std::iter::repeat_n(row, times)).collect())
}

/// How many different keys there are.
const KEYS: i64 = 300;

/// One of two beginnings, of which one is the beginning of the other.
fn head_of(number: i64) -> &'static str {
    let both = "P-1//";
    if number % 5 == 0 { both } else { &both[..4] }
}

fn member_of(number: i64) -> Outcome {
    Outcome::ALL[number.rem_euclid(Outcome::ALL.len() as i64) as usize]
}

fn day_of(number: i64) -> i32 {
    (number % 100_000) as i32
}

fn written(rows: &[Row]) -> Table {
    let mut builder = TextsBuilder::new();
    let texts: Vec<String> = rows.iter().map(|row| row.number.map_or_else(String::new, text_of)).collect();
    texts.iter().for_each(|text| {
        builder.intern(text);
    });
    let (pool, _) = builder.freeze();
    let list_words: Vec<String> = (0..6).rev().map(|number| format!("rule-{number}")).collect();
    let lists: Vec<Option<Vec<u32>>> =
        rows.iter().map(|row| row.list.as_ref().map(|list| list.iter().map(|one| u32::from(*one)).collect())).collect();
    let keys: Vec<String> = (0..KEYS).map(text_of).collect();
    let texts_of_codes = TextPool::Estate(&pool);
    let mut columns = Columns::new(rows.len());
    columns
        .code("code", &texts_of_codes, |row| rows[row].number.map_or(NULL_CODE, |_| pool.code(&texts[row]).expect("a text of the pool")));
    columns.word("word", |row| rows[row].number.map(|number| WORDS[number.rem_euclid(4) as usize]));
    columns.text("license_id", |row, out| {
        rows[row].number.is_some() && {
            out.push_str(&texts[row]);
            true
        }
    });
    columns.text("text", |row, out| {
        rows[row].number.is_some() && {
            out.push_str(&texts[row]);
            true
        }
    });
    columns.integer("integer", |row| rows[row].number.unwrap_or(NULL_INT));
    columns.money("money", |row| rows[row].number.map(|number| i128::from(number / 100)));
    columns.boolean("boolean", |row| rows[row].number.map(|number| number % 3 == 0));
    columns.date("date", |row| rows[row].number.map_or(NULL_DATE, day_of));
    columns.list("list", &TextPool::Words(&list_words), |row| lists[row].as_deref());
    columns.texts("parts", Kind::Text, |row| {
        rows[row].number.map(|number| Text { head: head_of(number).as_bytes(), rest: texts[row].as_bytes() })
    });
    let key = |row: usize| rows[row].number.map_or(NULL_CODE, |number| number.rem_euclid(KEYS) as u32);
    columns.keyed("keyed", key, |key| Text::whole(keys[key as usize].as_bytes()));
    columns.member("member", |row| rows[row].number.map(member_of));
    let mut bytes = Vec::new();
    let info = writer::write(&TABLE, &[], &columns, Date(0), &mut bytes).expect("a table");
    read_back(bytes, info)
}

/// As the reader shows it.
fn shown(rows: &[Row], of: impl Fn(i64) -> String) -> Vec<String> {
    rows.iter().map(|row| row.number.map_or_else(|| "-".to_owned(), &of)).collect()
}

fn money(number: i64) -> String {
    let amount = number / 100;
    let sign = if amount < 0 { "-" } else { "" };
    format!("{sign}{}.{:04}", amount.unsigned_abs() / 10_000, amount.unsigned_abs() % 10_000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_written_is_read_back(rows in rows()) {
        let table = written(&rows);
        prop_assert_eq!(table.rows.num_rows(), rows.len());
        let texts = shown(&rows, text_of);
        prop_assert_eq!(table.column("code"), texts.clone());
        prop_assert_eq!(table.column("license_id"), texts.clone());
        prop_assert_eq!(table.column("text"), texts);
        prop_assert_eq!(table.column("word"), shown(&rows, |number| WORDS[number.rem_euclid(4) as usize].to_owned()));
        prop_assert_eq!(table.column("integer"), shown(&rows, |number| number.to_string()));
        prop_assert_eq!(table.column("money"), shown(&rows, money));
        prop_assert_eq!(table.column("boolean"), shown(&rows, |number| (number % 3 == 0).to_string()));
        prop_assert_eq!(table.column("date"), shown(&rows, |number| Date(day_of(number)).to_string()));
        let list = |list: &Vec<u8>| format!("[{}]", list.iter().map(|one| format!("rule-{}", 5 - one)).collect::<Vec<_>>().join(", "));
        let lists: Vec<String> = rows.iter().map(|row| row.list.as_ref().map_or_else(|| "-".to_owned(), list)).collect();
        prop_assert_eq!(table.column("list"), lists);
        prop_assert_eq!(table.column("parts"), shown(&rows, |number| format!("{}{}", head_of(number), text_of(number))));
        prop_assert_eq!(table.column("keyed"), shown(&rows, |number| text_of(number.rem_euclid(KEYS))));
        prop_assert_eq!(table.column("member"), shown(&rows, |number| member_of(number).code().to_owned()));
        bounds_hold(&table, &rows);
    }
}

/// The statistics of the only row group bound what it holds, and count its nulls.
fn bounds_hold(table: &Table, rows: &[Row]) {
    let Some(group) = table.metadata.row_groups().first() else { return };
    let nulls = rows.iter().filter(|row| row.number.is_none()).count() as u64;
    for (place, column) in NULLABLE.iter().enumerate().filter(|(_, column)| column.kind != Kind::List) {
        let statistics = group.column(place).statistics().expect("statistics");
        assert_eq!(statistics.null_count_opt(), Some(nulls), "{}", column.name);
    }
    let numbers = || rows.iter().filter_map(|row| row.number);
    match group.column(4).statistics() {
        Some(Statistics::Int64(bounds)) => {
            assert_eq!((bounds.min_opt().copied(), bounds.max_opt().copied()), (numbers().min(), numbers().max()));
        }
        other => panic!("no bounds of integers: {other:?}"),
    }
    match group.column(3).statistics() {
        Some(Statistics::ByteArray(bounds)) => {
            let texts: Vec<String> = numbers().map(text_of).collect();
            for bound in [bounds.min_opt(), bounds.max_opt()].into_iter().flatten() {
                std::str::from_utf8(bound.data()).expect("a bound is a text too");
            }
            let low = bounds.min_opt().map(|bound| bound.data().to_vec());
            let high = bounds.max_opt().map(|bound| bound.data().to_vec());
            assert!(texts.iter().all(|text| low.as_deref() <= Some(text.as_bytes()) && Some(text.as_bytes()) <= high.as_deref()));
        }
        other => panic!("no bounds of texts: {other:?}"),
    }
}

#[test]
fn only_what_shrinks_is_compressed() {
    const BOTH: &[ColumnDef] = &[schema::integer("alike", ""), schema::integer("mixed", ""), schema::integer("one", "")];
    static BOTH_TABLE: TableDef = TableDef { name: "usage", about: "", columns: BOTH, extended_by_rules: false };
    let mut columns = Columns::new(20_000);
    let mixed = |row: usize| {
        let once = (row as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (once ^ once >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9) as i64
    };
    columns.integer("alike", |row| row as i64 % 7);
    columns.integer("mixed", move |row| mixed(row) >> 32);
    columns.integer("one", |_| 1);
    let mut bytes = Vec::new();
    let info = writer::write(&BOTH_TABLE, &[], &columns, Date(0), &mut bytes).expect("a table");
    let table = read_back(bytes, info);
    let group = table.metadata.row_group(0);
    let compressed = [0, 1, 2].map(|place| matches!(group.column(place).compression(), Compression::ZSTD(_)));
    assert_eq!(compressed, [true, false, false]);
    assert_eq!(table.column("mixed")[19_999], (mixed(19_999) >> 32).to_string());
    assert_eq!(table.column("one")[19_999], "1");
}

#[test]
fn a_null_where_none_may_be_is_told() {
    const STRICT: &[ColumnDef] = &[schema::integer("units", "")];
    static STRICT_TABLE: TableDef = TableDef { name: "usage", about: "", columns: STRICT, extended_by_rules: false };
    let mut columns = Columns::new(3);
    columns.integer("units", |row| if row == 2 { NULL_INT } else { 1 });
    let error = writer::write(&STRICT_TABLE, &[], &columns, Date(0), Vec::new()).expect_err("a null");
    assert!(error.to_string().contains("column units holds a null"), "{error}");
}
