//! Every physical type that a Parquet file may hold (contract §2.0). Polars panics where it is built without a type: this is
//! where that would be seen.

use super::*;
use crate::model::value::Type;
use pl::{IntoColumn, NamedFrom};
use polars::prelude as pl;

pub fn parquet(columns: Vec<pl::Column>) -> Vec<u8> {
    let mut frame = pl::DataFrame::new(columns[0].len(), columns).unwrap();
    let mut bytes = Vec::new();
    pl::ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
    bytes
}

fn read_columns(kind: ExtractKind, columns: Vec<pl::Column>) -> (Desk, Result<Extract, Vec<ExtractError>>) {
    let desk = Desk::new(&[]);
    desk.write("data.parquet", &parquet(columns));
    let read = desk.read(&desk.spec(kind, &["data.parquet"]));
    (desk, read)
}

fn series<T, P: ?Sized>(name: &str, values: T) -> pl::Column
where
    pl::Series: NamedFrom<T, P>,
{
    pl::Series::new(name.into(), values).into_column()
}

fn cast(name: &str, from: pl::Column, to: pl::DataType) -> pl::Column {
    from.cast(&to).unwrap().with_name(name.into())
}

fn ids() -> pl::Column {
    series("user_id", ["u1", "u2", "u3"])
}

#[test]
fn attributes_have_their_physical_types() {
    use pl::DataType as D;
    let ints = || series("x", [Some(1i64), None, Some(100)]);
    let day = || series("x", [Some(20_484i32), None, Some(-1)]);
    let cases: Vec<(pl::Column, Type, [&str; 3])> = vec![
        (cast("x", ints(), D::Int8), Type::Integer, ["1", "-", "100"]),
        (cast("x", ints(), D::Int16), Type::Integer, ["1", "-", "100"]),
        (cast("x", ints(), D::Int32), Type::Integer, ["1", "-", "100"]),
        (cast("x", ints(), D::UInt8), Type::Integer, ["1", "-", "100"]),
        (cast("x", ints(), D::UInt16), Type::Integer, ["1", "-", "100"]),
        (cast("x", ints(), D::UInt32), Type::Integer, ["1", "-", "100"]),
        (cast("x", ints(), D::UInt64), Type::Integer, ["1", "-", "100"]),
        (series("x", [Some(1i64), None, Some(1_700_000_000_000)]), Type::Decimal, ["1", "-", "1700000000000"]),
        (series("x", [Some(1u64), None, Some(u64::MAX)]), Type::Text, ["1", "-", "18446744073709551615"]),
        (series("x", [Some(0.1f32), None, Some(2.0)]), Type::Decimal, ["0.1", "-", "2"]),
        (series("x", [Some(0.1f64), None, Some(-1e-9)]), Type::Decimal, ["0.1", "-", "-0.000000001"]),
        (series("x", [Some(0.1f64), None, Some(1e20)]), Type::Text, ["0.1", "-", "100000000000000000000"]),
        (series("x", [Some(" a "), None, Some("007")]), Type::Text, ["a", "-", "007"]),
        (series("x", [Some(true), None, Some(false)]), Type::Boolean, ["true", "-", "false"]),
        (cast("x", day(), D::Date), Type::Date, ["2026-01-31", "-", "1969-12-31"]),
        (
            cast("x", series("x", [Some(-1i64), None, Some(86_400_000)]), D::Datetime(pl::TimeUnit::Milliseconds, None)),
            Type::Date,
            ["1969-12-31", "-", "1970-01-02"],
        ),
        (
            cast("x", series("x", [Some(-1i64), None, Some(86_399_999_999)]), D::Datetime(pl::TimeUnit::Microseconds, None)),
            Type::Date,
            ["1969-12-31", "-", "1970-01-01"],
        ),
        (
            cast("x", series("x", [Some(-1i64), None, Some(86_400_000_000_000)]), D::Datetime(pl::TimeUnit::Nanoseconds, None)),
            Type::Date,
            ["1969-12-31", "-", "1970-01-02"],
        ),
        (cast("x", series("x", [Some("1.25"), None, Some("-3")]), D::Decimal(20, 2)), Type::Decimal, ["1.25", "-", "-3"]),
        (cast("x", series("x", [Some("1.25"), None, Some("-3")]), D::Decimal(38, 12)), Type::Decimal, ["1.25", "-", "-3"]),
        (cast("x", series("x", [Some("a"), None, Some("b")]), D::from_categories(pl::Categories::global())), Type::Text, ["a", "-", "b"]),
        (series("x", [Some(&b"a"[..]), None, Some(b"\xc3\xa9")]), Type::Text, ["a", "-", "é"]),
        (cast("x", series("x", [None::<bool>, None, None]), D::Null), Type::Text, ["-", "-", "-"]),
    ];
    for (column, kind, values) in cases {
        let what = format!("{:?}", column.dtype());
        let (desk, read) = read_columns(ExtractKind::Users, vec![ids(), column]);
        let extract = read.unwrap_or_else(|errors| panic!("{what}: {errors:?}"));
        assert_eq!(extract.frame.column("x").map(|column| column.kind()), Some(kind), "{what}");
        assert_eq!(desk.column(&extract, "x"), values, "{what}");
        assert_eq!(rejects(&extract), [""; 0], "{what}");
    }
}

#[test]
fn a_timestamp_with_a_zone_gives_its_date_in_utc() {
    // 2026-01-31T23:30:00-02:00 is 2026-02-01T01:30:00Z. Polars without time zones cannot make such a column, parquet can.
    let instant = 1_769_909_400_000i64;
    let bytes = zoned_timestamps(&[instant]);
    let desk = Desk::new(&[]);
    desk.write("data.parquet", &bytes);
    let extract = desk.read(&desk.spec(ExtractKind::Users, &["data.parquet"])).unwrap();
    assert_eq!(desk.column(&extract, "left_on"), ["2026-02-01"]);
}

/// A file of users whose `left_on` is a timestamp of a zone, by the hand of another writer.
fn zoned_timestamps(values: &[i64]) -> Vec<u8> {
    use ::arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMillisecondArray};
    use std::sync::Arc;
    let ids: ArrayRef = Arc::new(StringArray::from_iter_values((0..values.len()).map(|row| format!("u{row}"))));
    let times: ArrayRef = Arc::new(TimestampMillisecondArray::from(values.to_vec()).with_timezone("America/Sao_Paulo"));
    let batch = RecordBatch::try_from_iter([("user_id", ids), ("left_on", times)]).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ::parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn fields_take_what_can_be_read_as_their_type() {
    let cases: Vec<(&str, pl::Column, [&str; 3], Vec<&str>)> = vec![
        ("asset_id", series("asset_id", [Some(12i64), None, Some(-1)]), ["12", "-", "-1"], vec![]),
        ("asset_id", series("asset_id", [Some(12.0f64), None, Some(0.5)]), ["12", "-", "0.5"], vec![]),
        ("asset_id", series("asset_id", [Some(true), None, Some(false)]), ["true", "-", "false"], vec![]),
        ("cores", series("cores", [Some(4.0f64), None, Some(16.0)]), ["4", "-", "16"], vec![]),
        ("cores", series("cores", [Some("4"), None, Some(" 016 ")]), ["4", "-", "16"], vec![]),
        ("cores", series("cores", [Some(4u64), None, Some(5)]), ["4", "-", "5"], vec![]),
        (
            "started_on",
            series("started_on", [Some("2026-01-31"), None, Some("2026-01-31 10:00:00")]),
            ["2026-01-31", "-", "2026-01-31"],
            vec![],
        ),
    ];
    for (name, column, values, rejected) in cases {
        let what = format!("{:?}", column.dtype());
        let mut columns = vec![series("consumption_id", ["a", "b", "c"]), series("product_id", ["P", "P", "P"]), column];
        columns.push(series("user_id", ["u", "u", "u"]));
        let (desk, read) = read_columns(ExtractKind::Consumptions, columns);
        let extract = read.unwrap();
        assert_eq!(desk.column(&extract, name), values, "{name} {what}");
        assert_eq!(rejects(&extract), rejected, "{name} {what}");
    }
}

#[test]
fn bad_physical_values_reject_their_rows() {
    let cases: Vec<(pl::Column, Vec<&str>)> = vec![
        (
            series("cores", [f64::NAN, f64::INFINITY, 4.5]),
            vec!["1 cores NaN not_finite", "2 cores inf not_finite", "3 cores 4.5 bad_value"],
        ),
        (
            series("cores", [0i64, -1, i64::MAX]),
            vec!["1 cores 0 out_of_range", "2 cores -1 out_of_range", "3 cores 9223372036854775807 out_of_range"],
        ),
        (
            series("cores", [1.0f32, 1e30, f32::NEG_INFINITY]),
            vec!["2 cores 1000000000000000000000000000000 out_of_range", "3 cores -inf not_finite"],
        ),
        (series("cores", [true, false, true]), vec!["1 cores true bad_value", "2 cores false bad_value", "3 cores true bad_value"]),
        (series("rate", [1.5f64, f64::NAN, f64::NEG_INFINITY]), vec!["2 rate NaN not_finite", "3 rate -inf not_finite"]),
        (series("location", [&b"a"[..], b"M\xfcnchen", b"c"]), vec!["2 location M\u{fffd}nchen invalid_utf8"]),
        (series("location", ["a", "b\0", "c"]), vec!["2 location b␀ nul_character"]),
        (
            cast("disposed_on", series("x", [3_000_000i32, 0, -800_000]), pl::DataType::Date),
            vec!["1 disposed_on day 3000000 from 1970-01-01 out_of_range", "3 disposed_on day -800000 from 1970-01-01 out_of_range"],
        ),
        (series("asset_id", [Some("a"), None, Some(" ")]), vec!["2 asset_id - missing_value", "3 asset_id - missing_value"]),
    ];
    for (column, expected) in cases {
        let what = format!("{} {:?}", column.name(), column.dtype());
        let mut columns = vec![column];
        if columns[0].name() != "asset_id" {
            columns.push(series("asset_id", [1i64, 2, 3]));
        }
        let (_, read) = read_columns(ExtractKind::Assets, columns);
        assert_eq!(rejects(&read.unwrap()), expected, "{what}");
    }
}

#[test]
fn lists_of_text() {
    let list = |name: &str, rows: [Option<&[&str]>; 3]| {
        let mut builder = pl::ListStringChunkedBuilder::new(name.into(), 3, 6);
        for row in rows {
            use pl::ListBuilderTrait;
            match row {
                Some(items) => builder.append_values_iter(items.iter().copied()),
                None => builder.append_null(),
            }
        }
        use pl::ListBuilderTrait;
        pl::IntoSeries::into_series(builder.finish()).into_column()
    };
    let roles = list("roles", [Some(&[" admin ", "", "a;b"]), None, Some(&["", " "])]);
    let tags = list("tags", [Some(&["x"]), Some(&["y", "x"]), Some(&["bad\0"])]);
    let (desk, read) = read_columns(ExtractKind::Users, vec![ids(), roles, tags]);
    let extract = read.unwrap();
    assert_eq!(rejects(&extract), ["3 tags bad nul_character"]);
    assert_eq!(desk.column(&extract, "roles"), ["admin|a;b", "-"]);
    assert_eq!(desk.column(&extract, "tags"), ["x", "y|x"]);
    assert_eq!(extract.frame.column("tags").map(|column| column.kind()), Some(Type::List));
}

#[test]
fn nested_columns_are_no_attributes_and_no_fields() {
    let structs = |name: &str| {
        let fields = [pl::Series::new("a".into(), [1i64, 2, 3])];
        pl::IntoSeries::into_series(pl::StructChunked::from_series(name.into(), 3, fields.iter()).unwrap()).into_column()
    };
    let (_, read) = read_columns(ExtractKind::Users, vec![ids(), structs("extra")]);
    let extract = read.unwrap();
    assert_eq!(extract.ignored, ["extra (a struct)"]);
    assert_eq!(extract.attributes, [""; 0]);
    let (_, read) = read_columns(ExtractKind::Users, vec![ids(), structs("name")]);
    let (code, message) = refusal(read);
    assert_eq!(code, 4);
    assert!(message.contains("file data.parquet, column name: it holds a struct, where text is expected"), "{message}");
}

#[test]
fn csv_and_parquet_must_agree() {
    let desk = Desk::new(&[("b.csv", "user_id,level,none\nu9,2.5,\n")]);
    desk.write("a.parquet", &parquet(vec![ids(), series("level", [1i64, 2, 3]), series("none", [1i64, 2, 3])]));
    let extract = desk.read(&desk.spec(ExtractKind::Users, &["a.parquet", "b.csv"])).unwrap();
    assert_eq!(desk.column(&extract, "level"), ["1", "2", "3", "2.5"]);
    assert_eq!(extract.frame.column("none").map(|column| column.kind()), Some(Type::Integer));

    desk.write("c.csv", b"user_id,level\nu8,high\n");
    let (code, message) = refusal(desk.read(&desk.spec(ExtractKind::Users, &["a.parquet", "c.csv"])));
    assert_eq!(code, 4);
    assert!(message.contains("column level: the attribute is integer here and text in the CSV files"), "{message}");
}

#[test]
#[expect(unsafe_code, reason = "arrow builds such an array in no other way")]
fn text_that_is_no_utf8_rejects_its_row_alone() {
    use ::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    use ::arrow::buffer::{Buffer, OffsetBuffer};
    use std::sync::Arc;
    // SAFETY: it is not sound, and just that is the point: other writers do not check either. Nothing looks into the text.
    let names = unsafe { StringArray::new_unchecked(OffsetBuffer::from_lengths([3, 7, 1]), Buffer::from(&b"AnnM\xfcnchenB"[..]), None) };
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["u1", "u2", "u3"]));
    let levels: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
    let batch = RecordBatch::try_from_iter([("level", levels), ("name", Arc::new(names) as ArrayRef), ("user_id", ids)]).unwrap();
    for with_schema in [true, false] {
        let options = ::parquet::arrow::arrow_writer::ArrowWriterOptions::new().with_skip_arrow_metadata(!with_schema);
        let mut bytes = Vec::new();
        let mut writer = ::parquet::arrow::ArrowWriter::try_new_with_options(&mut bytes, batch.schema(), options).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let desk = Desk::new(&[]);
        desk.write("data.parquet", &bytes);
        let extract = desk.read(&desk.spec(ExtractKind::Users, &["data.parquet"])).unwrap();
        assert_eq!(rejects(&extract), ["2 name M\u{fffd}nchen invalid_utf8"]);
        assert_eq!(desk.column(&extract, "name"), ["Ann", "B"]);
        assert_eq!(desk.column(&extract, "level"), ["1", "3"]);
    }
}

#[test]
fn a_name_that_occurs_twice_stops_the_run() {
    use ::arrow::array::{ArrayRef, RecordBatch, StringArray};
    use ::arrow::datatypes::{DataType, Field, Schema};
    use std::sync::Arc;
    for names in [["user_id", "user_id"], ["user_id", " user_id "]] {
        let schema = Arc::new(Schema::new(names.map(|name| Field::new(name, DataType::Utf8, true)).to_vec()));
        let ids: ArrayRef = Arc::new(StringArray::from(vec!["u1"]));
        let batch = RecordBatch::try_new(schema.clone(), vec![ids.clone(), ids]).unwrap();
        let mut bytes = Vec::new();
        let mut writer = ::parquet::arrow::ArrowWriter::try_new(&mut bytes, schema, None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let desk = Desk::new(&[]);
        desk.write("data.parquet", &bytes);
        let (code, message) = refusal(desk.read(&desk.spec(ExtractKind::Users, &["data.parquet"])));
        assert_eq!(code, 4, "{message}");
        assert!(message.contains("user_id"), "{message}");
    }
}

#[test]
fn column_names_are_no_patterns() {
    let text = |name: &str, value: &str| pl::Series::new(name.into(), vec![value]).into_column();
    let columns = vec![text("user_id", "u1"), text("*", "star"), text("^.*$", "all"), text("", "none"), text("name", "Ann")];
    let (desk, extract) = read_columns(ExtractKind::Users, columns);
    let extract = extract.unwrap();
    assert_eq!(extract.attributes, ["*", "^.*$"]);
    for (name, value) in [("name", "Ann"), ("*", "star"), ("^.*$", "all")] {
        assert_eq!(desk.column(&extract, name), [value]);
    }
}
