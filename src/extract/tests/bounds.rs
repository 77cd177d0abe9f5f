//! Hostile and broken files: refused by a number that stands in them, or before they fill the memory (contract §2.1, §9).

use super::parquet::parquet;
use super::*;
use pl::{IntoColumn, NamedFrom};
use polars::prelude as pl;
use std::io::Write;

/// Reads one file as an extract under bounds, and gives the code and message of what stops it.
fn refused(name: &str, bytes: &[u8], kind: ExtractKind, limits: InputLimits) -> (i32, String) {
    let desk = Desk::new(&[]);
    desk.write(name, bytes);
    let reading = desk.read_all(&[desk.spec(kind, &[name])], &ReadOptions { limits, ..ReadOptions::new(as_of()) });
    assert_eq!(reading.errors.len(), 1, "{:?}", reading.errors);
    (reading.errors[0].exit_code(), reading.errors[0].to_string())
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(text).unwrap();
    gz.finish().unwrap()
}

#[test]
fn each_bound_has_its_message() {
    let small =
        InputLimits { max_file_bytes: 400, max_unpack_ratio: 3, max_rows: 3, max_columns: 3, max_field_bytes: 20, roots: Vec::new() };
    let table = |columns: Vec<(&str, Vec<String>)>| {
        parquet(columns.into_iter().map(|(name, values)| pl::Series::new(name.into(), values).into_column()).collect())
    };
    let ids = |count: usize| (0..count).map(|row| format!("u{row}")).collect::<Vec<_>>();
    let wide = InputLimits { max_file_bytes: 100_000, ..small.clone() };
    let long = "x".repeat(21);
    for (name, bytes, limits, expected) in [
        ("u.csv", vec![b'x'; 401], &small, "it is 401 bytes, and limits.max_file_bytes = 400; "),
        ("u.csv.gz", gzip(&vec![b'x'; 4000]), &small, "it unpacks to more than 400 bytes, and limits.max_file_bytes = 400; "),
        (
            "u.csv.zst",
            zstd::encode_all(&vec![b'x'; 4000][..], 1).unwrap(),
            &small,
            "it unpacks to more than 400 bytes, and limits.max_file_bytes = 400; ",
        ),
        ("u.csv", b"user_id,a,b,c\nu,1,2,3\n".to_vec(), &small, "it has 4 columns, and limits.max_columns = 3; "),
        ("u.csv", b"user_id\n1\n2\n3\n4\n".to_vec(), &small, "it has more rows, and limits.max_rows = 3; "),
        (
            "u.csv",
            format!("user_id,name\nu,a\nv,{long}\n").into_bytes(),
            &small,
            "column name: row 2: the value is 21 bytes long, and limits.max_field_bytes = 20; ",
        ),
        (
            "u.parquet",
            table(vec![("user_id", ids(2)), ("a", ids(2)), ("b", ids(2)), ("c", ids(2))]),
            &wide,
            "it has 4 columns, and limits.max_columns = 3; ",
        ),
        ("u.parquet", table(vec![("user_id", ids(4))]), &wide, "it has 4 rows, and limits.max_rows = 3; "),
        (
            "u.parquet",
            table(vec![("user_id", vec!["u".to_owned(), long.clone()])]),
            &wide,
            "column user_id: row 2: the value is 21 bytes long, and limits.max_field_bytes = 20; ",
        ),
    ] {
        let (code, message) = refused(name, &bytes, ExtractKind::Users, limits.clone());
        assert!(code == 4 && message.contains(expected), "{code} {message}");
        assert!(message.starts_with(&format!("extract users, file {name}")), "{message}");
        let key = expected.split("limits.").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
        assert!(message.ends_with(&format!("check where the file comes from; if it is right, raise limits.{key} in the job")), "{message}");
    }
}

#[test]
fn rows_are_counted_over_all_files() {
    let desk = Desk::new(&[("a.csv", "user_id\n1\n2\n"), ("b.csv", "user_id\n3\n4\n")]);
    let limits = InputLimits { max_rows: 3, ..InputLimits::default() };
    let reading =
        desk.read_all(&[desk.spec(ExtractKind::Users, &["a.csv", "b.csv"])], &ReadOptions { limits, ..ReadOptions::new(as_of()) });
    assert!(reading.errors[0].to_string().starts_with("extract users: it has 4 rows, and limits.max_rows = 3; "), "{:?}", reading.errors);
}

#[test]
fn a_quote_that_is_never_closed_does_not_swallow_the_file() {
    let rows = "v,plain\n".repeat(400_000);
    let (code, message) = refused(
        "u.csv",
        format!("user_id,name\nu,\"open\n{rows}").as_bytes(),
        ExtractKind::Users,
        InputLimits { max_field_bytes: 100_000, ..InputLimits::default() },
    );
    assert_eq!(code, 4);
    assert!(message.contains("row 1 goes on for more than 1600000 bytes: perhaps a quote is never closed; "), "{message}");
    let (code, message) = refused(
        "u.csv",
        format!("\"user_id\n{rows}").as_bytes(),
        ExtractKind::Users,
        InputLimits { max_field_bytes: 100_000, ..InputLimits::default() },
    );
    assert!(code == 4 && message.contains("its header goes on for more than"), "{message}");
}

/// A Thrift struct of the compact protocol, written by hand.
#[derive(Default)]
struct Footer(Vec<u8>);

impl Footer {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    /// A field of an integer type, so many numbers after the one before.
    fn integer(&mut self, after: u8, kind: u8, value: i64) {
        self.0.push(after << 4 | kind);
        self.varint(((value << 1) ^ (value >> 63)) as u64);
    }

    fn list(&mut self, after: u8, length: usize) {
        self.0.extend([after << 4 | 9, 0xf0 | 12]);
        self.varint(length as u64);
    }

    /// An element of the schema: a group, or a column of 64-bit integers.
    fn element(&mut self, name: &str, children: i64) {
        if children == 0 {
            self.integer(1, 5, 2);
            self.integer(2, 5, 0);
            self.0.push(1 << 4 | 8);
        } else {
            self.0.push(4 << 4 | 8);
        }
        self.varint(name.len() as u64);
        self.0.extend(name.bytes());
        if children > 0 {
            self.integer(1, 5, children);
        }
        self.0.push(0);
    }

    /// A file with this footer and nothing else.
    fn file(mut self, rows: i64) -> Vec<u8> {
        self.integer(1, 6, rows);
        self.list(1, 0);
        self.0.push(0);
        let mut file = b"PAR1".to_vec();
        file.extend(&self.0);
        file.extend((self.0.len() as u32).to_le_bytes());
        file.extend(b"PAR1");
        file
    }

    fn with_columns(columns: usize) -> Self {
        let mut footer = Self::default();
        footer.integer(1, 5, 1);
        footer.list(1, columns + 1);
        footer.element("schema", columns as i64);
        (0..columns).for_each(|column| footer.element(&format!("c{column}"), 0));
        footer
    }

    fn nested(depth: usize) -> Self {
        let mut footer = Self::default();
        footer.integer(1, 5, 1);
        footer.list(1, depth + 1);
        (0..depth).for_each(|_| footer.element("g", 1));
        footer.element("user_id", 0);
        footer
    }
}

#[test]
fn a_footer_is_enough_to_refuse_a_file() {
    for (what, file, code, expected) in [
        (
            "10^14 rows",
            Footer::with_columns(3).file(100_000_000_000_000),
            3,
            "its footer claims 100000000000000 rows of 3 columns in 67 bytes",
        ),
        ("the most rows", Footer::with_columns(1).file(i64::MAX), 3, "its footer claims 9223372036854775807 rows of 1 columns"),
        ("less than no rows", Footer::with_columns(1).file(-1), 3, "its footer claims -1 rows"),
        ("10,000 columns", Footer::with_columns(10_000).file(5), 4, "it has 10000 columns, and limits.max_columns = 2000"),
        ("a million columns", Footer::with_columns(1_000_000).file(5), 4, "it has 1000000 columns"),
        ("groups in groups", Footer::nested(100_000).file(5), 3, "its schema nests deeper than any table"),
        ("rows without row groups", Footer::with_columns(1).file(5), 3, "it is no readable Parquet file"),
    ] {
        let found = refused("u.parquet", &file, ExtractKind::Users, InputLimits::default());
        assert!(found.0 == code && found.1.contains(expected), "{what}: {found:?}");
    }
}

#[test]
fn one_value_in_every_row_is_not_unpacked() {
    // 20 MB of text that a dictionary keeps in 200 KB, and pages of repeated indices in nothing.
    let rows = 100;
    let value = "x".repeat(200_000);
    let ids: Vec<String> = (0..rows).map(|row| format!("u{row}")).collect();
    let bytes = parquet(vec![
        pl::Series::new("user_id".into(), ids).into_column(),
        pl::Series::new("name".into(), vec![value; rows]).into_column(),
    ]);
    assert!(bytes.len() < 1_000_000, "{}", bytes.len());
    let limits = InputLimits { max_file_bytes: 10_000_000, ..InputLimits::default() };
    let (code, message) = refused("u.parquet", &bytes, ExtractKind::Users, limits);
    assert!(code == 4 && message.contains("its texts come to more bytes than a file may unpack to"), "{message}");
}

#[test]
fn metadata_that_is_a_riddle_ends_as_an_error() {
    // A list in a list in a list, in a field that nobody reads.
    let mut footer = Footer::default();
    footer.0.push(9 << 4 | 9);
    footer.0.extend(std::iter::repeat_n(0x19, 200_000));
    let (code, message) = refused("u.parquet", &footer.file(1), ExtractKind::Users, InputLimits::default());
    assert!(code == 3 && message.contains("it is no readable Parquet file"), "{message}");
}
