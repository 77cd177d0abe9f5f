//! A long file that is read in parts is read as it would be at once.

use super::*;
use pl::{IntoColumn, NamedFrom};
use polars::prelude as pl;
use std::collections::BTreeMap;

const ROWS: usize = 100;
/// Rows of a row group.
const GROUP: usize = 16;

fn texts(name: &str, of: impl Fn(usize) -> Option<String>) -> pl::Column {
    pl::Series::new(name.into(), (0..ROWS).map(of).collect::<Vec<_>>()).into_column()
}

fn numbers(name: &str, of: impl Fn(usize) -> i64) -> pl::Column {
    pl::Series::new(name.into(), (0..ROWS).map(of).collect::<Vec<_>>()).into_column()
}

/// Consumptions of which some are missing what they need, stand twice, or hold what cannot be.
fn consumptions() -> Vec<pl::Column> {
    let roles = pl::Series::new("roles".into(), (0..ROWS).map(|row| pl::Series::new("".into(), vec!["r"; row % 3])).collect::<Vec<_>>());
    vec![
        texts("location", |row| Some(format!("L{}", row % 5))),
        texts("consumption_id", |row| (row % 31 != 30).then(|| format!("C{:03}", if row == 77 { 5 } else { row }))),
        texts("product_id", |row| Some(format!("P{}", row % 7))),
        texts("asset_id", |row| (row % 4 > 0).then(|| format!("A{row}"))),
        numbers("quantity", |row| if row == 50 { 0 } else { row as i64 }),
        texts("started_on", |row| Some(if row == 81 { "soon".to_owned() } else { format!("2026-01-{:02}", row % 28 + 1) })),
        roles.into_column(),
    ]
}

fn file(columns: Vec<pl::Column>) -> Vec<u8> {
    let mut frame = pl::DataFrame::new(ROWS, columns).unwrap();
    let mut bytes = Vec::new();
    let writer = pl::ParquetWriter::new(&mut bytes).with_compression(pl::ParquetCompression::Uncompressed);
    writer.with_statistics(pl::StatisticsOptions::empty()).with_row_group_size(Some(GROUP)).finish(&mut frame).unwrap();
    bytes
}

/// What is read of files, in parts of a row group or at once: all that can be told of it, or what stops it.
fn read(files: &[&[u8]], in_parts: bool, change: impl Fn(&mut ExtractSpec)) -> Result<Vec<String>, Vec<String>> {
    let desk = Desk::new(&[]);
    let names: Vec<String> = (0..files.len()).map(|place| format!("c{place}.parquet")).collect();
    names.iter().zip(files).for_each(|(name, bytes)| desk.write(name, bytes));
    let mut spec = desk.spec(ExtractKind::Consumptions, &names.iter().map(String::as_str).collect::<Vec<_>>());
    change(&mut spec);
    let limits = InputLimits { max_field_bytes: 40, ..InputLimits::default() };
    let options = ReadOptions { part_rows: if in_parts { GROUP } else { usize::MAX }, limits, ..ReadOptions::new(as_of()) };
    let extract = read_one(&spec, &options, &mut desk.ingest.borrow_mut());
    let extract = extract.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let mut told = vec![format!("{:?} {} {:?}", extract.attributes, extract.rows_read, extract.ignored)];
    told.extend(extract.frame.names.iter().map(|name| format!("{name}: {}", desk.column(&extract, name).join(" "))));
    told.extend(extract.consumption_ids.iter().map(str::to_owned));
    told.extend(extract.rejects.iter().map(|reject| format!("{reject:?}")));
    told.extend(extract.files.iter().map(|file| format!("{} {} {}", file.shown, file.rows, file.sha256)));
    Ok(told)
}

#[test]
fn only_what_nobody_asks_for_before_comes_in_parts() {
    let in_parts = |kind: ExtractKind, columns: Vec<pl::Column>, change: &dyn Fn(&mut ExtractSpec)| {
        let desk = Desk::new(&[]);
        desk.write("c.parquet", &file(columns));
        let mut spec = desk.spec(kind, &["c.parquet"]);
        change(&mut spec);
        let options = ReadOptions { part_rows: GROUP, ..ReadOptions::new(as_of()) };
        let source = crate::extract::sources::resolve(&spec, options.as_of).unwrap().remove(0);
        let loaded = bytes::load(kind, &source, &options).unwrap();
        parquet_file::read_for(&spec, &source, &loaded.bytes, &options).unwrap().parts.is_some()
    };
    let with_level = || consumptions().into_iter().chain([numbers("level", |row| row as i64)]).collect();
    let declare = |spec: &mut ExtractSpec| {
        spec.types.insert("level".to_owned(), crate::model::value::Type::Integer);
    };
    let translate = |spec: &mut ExtractSpec| {
        spec.values.insert("location".to_owned(), BTreeMap::new());
    };
    assert!(in_parts(ExtractKind::Consumptions, consumptions(), &|_| ()));
    assert!(in_parts(ExtractKind::Consumptions, with_level(), &declare));
    assert!(!in_parts(ExtractKind::Consumptions, with_level(), &|_| ()));
    assert!(!in_parts(ExtractKind::Consumptions, consumptions(), &translate));
    assert!(!in_parts(ExtractKind::Assets, consumptions(), &|_| ()));
}

#[test]
fn whatever_is_in_it() {
    let (first, second) = (file(consumptions()), file(consumptions()));
    let short = super::parquet::parquet(consumptions().iter().map(|column| column.slice(0, 20)).collect());
    for files in [&[&first[..]][..], &[&first, &second], &[&short, &first], &[&first, &short, &second]] {
        let whole = read(files, false, |_| ()).unwrap();
        assert_eq!(read(files, true, |_| ()).unwrap(), whole, "{} files", files.len());
        for reason in ["MissingValue", "OutOfRange", "BadValue", "DuplicateId"] {
            assert!(whole.iter().any(|line| line.contains(reason)), "{reason}");
        }
    }
}

#[test]
fn whatever_the_job_says_of_its_columns() {
    let mut columns = consumptions();
    columns.push(numbers("level", |row| row as i64 * 10_000_000_000));
    let bytes = file(columns);
    let translate = |spec: &mut ExtractSpec| {
        spec.values.insert("consumption_id".to_owned(), [("C001".to_owned(), "C002".to_owned())].into());
    };
    let join = |spec: &mut ExtractSpec| {
        spec.join.insert("place".to_owned(), vec!["location".to_owned(), "asset_id".to_owned()]);
    };
    let declare = |spec: &mut ExtractSpec| {
        spec.types.insert("level".to_owned(), crate::model::value::Type::Decimal);
    };
    let rename = |spec: &mut ExtractSpec| {
        spec.columns.insert("quantity".to_owned(), "level".to_owned());
    };
    for change in [&|_: &mut ExtractSpec| () as _, &translate as &dyn Fn(&mut ExtractSpec), &join, &declare, &rename] {
        assert_eq!(read(&[&bytes], true, change), read(&[&bytes], false, change));
    }
}

#[test]
fn text_that_is_no_utf8_rejects_its_row_alone() {
    let mut columns = consumptions();
    columns[0] = texts("location", |row| Some(if row == 70 { "M__nchen".to_owned() } else { format!("L{row}") }));
    let mut bytes = file(columns);
    for at in 0..bytes.len() - 8 {
        if &bytes[at..at + 8] == b"M__nchen" {
            bytes[at + 1] = 0xfc;
        }
    }
    let told = read(&[&bytes], true, |_| ()).unwrap();
    assert!(told.iter().any(|line| line.contains("row: 71") && line.contains("InvalidUtf8")), "{told:#?}");
    assert_eq!(told, read(&[&bytes], false, |_| ()).unwrap());
}

#[test]
fn what_stops_it_names_the_file_and_the_row() {
    let mut columns = consumptions();
    columns[3] = texts("asset_id", |row| Some("A".repeat(if row == 70 { 41 } else { 2 })));
    let long = file(columns);
    let good = file(consumptions());
    // A text in the last row group claims to be longer than its page; what the file says of its pages is all right.
    let mut broken = good.clone();
    let text = broken.windows(6).rposition(|bytes| bytes == b"\x02\0\0\0L3").unwrap();
    broken[text + 2] = 0x7f;
    for (files, expected) in [
        (vec![&long[..]], vec!["file c0.parquet, column asset_id: row 71: the value is 41 bytes long"]),
        (vec![&good, &broken, &long], vec!["file c1.parquet: it is no readable Parquet file", "file c2.parquet, column asset_id: row 71"]),
    ] {
        for in_parts in [true, false] {
            let errors = read(&files, in_parts, |_| ()).unwrap_err();
            assert_eq!(errors.len(), expected.len(), "{errors:?}");
            assert!(errors.iter().zip(&expected).all(|(error, part)| error.contains(part)), "{errors:?}");
        }
    }
}
