//! Rows as CSV (RFC 4180) that a spreadsheet can open without harm: a text that it would take for a formula gets an apostrophe before it.

use crate::answers::sheet::{Sheet, text};
use crate::report::back::Cell;

/// A header and a line a row.
pub fn write(sheet: &Sheet) -> String {
    let mut out = String::new();
    line(&mut out, sheet.columns.iter().map(|name| field(&defused(name))));
    for row in &sheet.rows {
        line(&mut out, row.iter().map(cell));
    }
    out
}

fn line(out: &mut String, fields: impl Iterator<Item = String>) {
    for (place, field) in fields.enumerate() {
        if place > 0 {
            out.push(',');
        }
        out.push_str(&field);
    }
    out.push('\n');
}

/// A number is no formula, whatever its sign.
fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(_) | Cell::List(_) => field(&defused(&text(cell))),
        other => text(other),
    }
}

/// What begins like a formula, but is no number, is marked as text.
fn defused(text: &str) -> String {
    let dangerous = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let number = text.strip_prefix(['+', '-']).is_some_and(is_number);
    if dangerous && !number { format!("'{text}") } else { text.to_owned() }
}

fn is_number(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction)
}

fn field(text: &str) -> String {
    match text.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_numbers_are_not() {
        for (text, shown) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+49 89", "'+49 89"),
            ("-cmd", "'-cmd"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("-12", "-12"),
            ("+1.5", "+1.5"),
            ("-", "'-"),
            ("-1.", "'-1."),
            ("PC-42", "PC-42"),
        ] {
            assert_eq!(defused(text), shown);
        }
    }

    #[test]
    fn rows_are_quoted_where_they_must_be() {
        let rows =
            vec![vec![Cell::Text("a,\"b\"".to_owned()), Cell::Integer(-3), Cell::Null, Cell::List(vec!["=x".to_owned(), "y".to_owned()])]];
        let columns = ["one", "two", "three", "four"].map(str::to_owned).to_vec();
        let sheet = Sheet { title: String::new(), columns, narrow: Vec::new(), rows };
        assert_eq!(write(&sheet), "one,two,three,four\n\"a,\"\"b\"\"\",-3,,'=x;y\n");
    }
}
