//! CSV as the world writes it (contract §2.0).

use super::*;

#[test]
fn oddities_of_csv() {
    for (what, text, nodes, rejected) in [
        ("byte-order mark, CRLF", "\u{feff}tree,node\r\nlocation,a\r\nlocation,b\r\n", "a b", vec![]),
        ("no line end at the end", "tree,node\nlocation,a", "a", vec![]),
        ("header with spaces", " tree , node \nlocation,a\n", "a", vec![]),
        ("blank lines are no rows", "\n\ntree,node\n\nlocation,a\n \n\r\nlocation,b,\n\n", "a", vec!["2 - location,b, bad_row"]),
        ("quotes, separators and line ends in fields", "tree,node\nlocation,\"a,\"\"x\"\"\n b\"\n", "a,\"x\"\n b", vec![]),
        ("too few fields", "tree,node\nlocation\nlocation,a\n", "a", vec!["1 - location bad_row"]),
        ("too many fields", "tree,node\nlocation,a\nlocation,b,c\n", "a", vec!["2 - location,b,c bad_row"]),
        ("an open quote", "tree,node\nlocation,a\nlocation,\"b\nlocation,c\n", "a", vec!["2 - location,b\nlocation,c\n bad_row"]),
        ("a quote that closes at the end", "tree,node\nlocation,\"b\"", "b", vec![]),
        ("a doubled quote at the end", "tree,node\nlocation,\"b\"\"\"", "b\"", vec![]),
        ("white space of Unicode", "tree,node\n\u{a0}location\u{3000},\t a b \u{2009}\n", "a b", vec![]),
        (
            "empty and quoted-empty are null",
            "tree,node\nlocation,\"\"\nlocation,\nlocation,\" \"\n",
            "",
            vec!["1 node - missing_value", "2 node - missing_value", "3 node - missing_value"],
        ),
        ("NUL", "tree,node\nlocation,a\0b\nlocation,\0\n", "", vec!["1 node a␀b nul_character", "2 node ␀ nul_character"]),
        ("header only", "tree,node\n", "", vec![]),
    ] {
        let (desk, extract) = read_csv(ExtractKind::Trees, text);
        assert_eq!(desk.column(&extract, "node").join(" "), nodes, "{what}");
        assert_eq!(rejects(&extract), rejected, "{what}");
        let rows = extract.frame.rows + extract.rejects.len();
        assert_eq!(extract.rows_read as usize, rows, "{what}");
    }
}

#[test]
fn an_open_quote_says_so() {
    let (_, extract) = read_csv(ExtractKind::Trees, "tree,node\nlocation,\"b");
    assert!(extract.rejects[0].message.contains("closing quote"), "{}", extract.rejects[0].message);
    let (_, extract) = read_csv(ExtractKind::Trees, "tree,node\nlocation,b,c\n\n");
    assert_eq!(extract.rejects[0].message, "the row has 3 fields, the header has 2");
}

#[test]
fn bytes_that_are_no_utf8_reject_their_row_alone() {
    let desk = Desk::new(&[]);
    desk.write("data.csv", b"note,node,tree\nx,a\xff,location\nM\xfcnchen,b\xc3,location\n\xc3,\xa9,location\n\xc3\xa9,c,location\n");
    let extract = desk.read(&desk.spec(ExtractKind::Trees, &["data.csv"])).unwrap();
    assert_eq!(desk.column(&extract, "node"), ["c"]);
    // Of several columns, the first in the order of §2; attributes last.
    assert_eq!(rejects(&extract), ["1 node a\u{fffd} invalid_utf8", "2 node b\u{fffd} invalid_utf8", "3 node \u{fffd} invalid_utf8"]);
}

#[test]
fn null_values_separator_and_date_format() {
    let desk = Desk::new(&[("data.csv", "user_id;name;left_on\nu1;\"NULL\";31/01/2026\nu2; n/a ;2026-02-01\nu3;null;NULL\n")]);
    let mut spec = desk.spec(ExtractKind::Users, &["data.csv"]);
    spec.csv =
        CsvOptions { separator: b';', date_format: Some("%d/%m/%Y".to_owned()), null_values: vec!["NULL".to_owned(), "n/a".to_owned()] };
    let extract = desk.read(&spec).unwrap();
    assert_eq!(desk.column(&extract, "name"), ["-", "-", "null"]);
    assert_eq!(desk.column(&extract, "left_on"), ["2026-01-31", "2026-02-01", "-"]);
}

#[test]
fn compressed_csv() {
    use std::io::Write;
    let text = b"tree,node\nlocation,a\n";
    let desk = Desk::new(&[]);
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(text).unwrap();
    let gz = gz.finish().unwrap();
    desk.write("a.csv.gz", &gz);
    desk.write("b.csv.zst", &zstd::encode_all(&b"tree,node\nlocation,b\n"[..], 1).unwrap());
    let extract = desk.read(&desk.spec(ExtractKind::Trees, &["a.csv.gz", "b.csv.zst"])).unwrap();
    assert_eq!(desk.column(&extract, "node"), ["a", "b"]);
    assert_eq!(extract.files[0].bytes, gz.len() as u64);

    desk.write("cut.csv.gz", &gz[..gz.len() - 6]);
    let (code, message) = refusal(desk.read(&desk.spec(ExtractKind::Trees, &["cut.csv.gz"])));
    assert_eq!(code, 3);
    assert!(message.starts_with("extract trees, file cut.csv.gz: its compression is broken"), "{message}");
}

#[test]
fn a_bomb_is_refused() {
    let desk = Desk::new(&[]);
    let text = vec![b'x'; 300 << 20];
    desk.write("bomb.csv.zst", &zstd::encode_all(&text[..], 1).unwrap());
    let (code, message) = refusal(desk.read(&desk.spec(ExtractKind::Trees, &["bomb.csv.zst"])));
    assert_eq!(code, 3);
    assert!(message.contains("no table compresses that well"), "{message}");
}

#[test]
fn what_is_no_csv() {
    for (bytes, part) in [
        (&b""[..], "no header"),
        (b"\n\r\n \n", "no header"),
        (b"PAR1 whatever", "it is a Parquet file"),
        (b"PK\x03\x04 sheet", "it is a zip file"),
        (b"\xff\xfet\0r\0e\0e\0", "UTF-16"),
        (b"\x1f\x8b\x08", "compressed with gzip"),
    ] {
        let desk = Desk::new(&[]);
        desk.write("data.csv", bytes);
        let (code, message) = refusal(desk.read(&desk.spec(ExtractKind::Trees, &["data.csv"])));
        assert_eq!(code, 3, "{message}");
        assert!(message.starts_with("extract trees, file data.csv: ") && message.contains(part), "{message}");
    }
}
