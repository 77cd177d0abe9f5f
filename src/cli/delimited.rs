//! Rows as delimited text (CSV by RFC 4180, or with tabs) that a spreadsheet can open without harm: a text that it would take for a
//! formula gets an apostrophe before it. Numbers and dates stand as they are.

use crate::answers::export::Value;
use crate::answers::sheet::{Sheet, text};

/// How the lines are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    pub separator: char,
    /// Whether texts are marked that a spreadsheet would take for formulas.
    pub defuse: bool,
}

impl Style {
    /// CSV for whoever opens it.
    pub const CSV: Style = Style { separator: ',', defuse: true };
}

/// Lines, as they are made; whoever writes them on takes them out of the buffer.
pub struct Lines {
    style: Style,
    pub buffer: String,
    /// Where the line under way begins, and how many fields it has.
    start: usize,
    fields: usize,
}

impl Lines {
    pub fn new(style: Style) -> Self {
        Self { style, buffer: String::new(), start: 0, fields: 0 }
    }

    /// Somebody's text, as a field.
    pub fn text(&mut self, text: &str) {
        self.separate();
        let mark = self.style.defuse && is_formula(text);
        let quote = text.contains(['"', '\n', '\r', self.style.separator]);
        if quote {
            self.buffer.push('"');
        }
        if mark {
            self.buffer.push('\'');
        }
        if quote {
            // What is between quotes is doubled where it is one.
            for (place, part) in text.split('"').enumerate() {
                if place > 0 {
                    self.buffer.push_str("\"\"");
                }
                self.buffer.push_str(part);
            }
            self.buffer.push('"');
        } else {
            self.buffer.push_str(text);
        }
    }

    /// A value, as a field: a number is no formula, whatever its sign.
    pub fn value(&mut self, value: &Value<'_>) {
        match value {
            Value::Text(text) => self.text(text),
            Value::Plain(cell) => {
                self.separate();
                self.buffer.push_str(&text(cell));
            }
        }
    }

    /// Ends the line. One with a single empty field would be taken for a blank line, and passed over.
    pub fn end(&mut self) {
        if self.fields == 1 && self.buffer.len() == self.start {
            self.buffer.push_str("\"\"");
        }
        self.buffer.push('\n');
        self.start = self.buffer.len();
        self.fields = 0;
    }

    /// Empties the buffer, which must end with a whole line.
    pub fn clear(&mut self) {
        self.buffer.clear();
        self.start = 0;
    }

    fn separate(&mut self) {
        if self.fields > 0 {
            self.buffer.push(self.style.separator);
        }
        self.fields += 1;
    }
}

/// A header and a line a row.
pub fn sheet(sheet: &Sheet, style: Style) -> String {
    let mut lines = Lines::new(style);
    sheet.columns.iter().for_each(|name| lines.text(name));
    lines.end();
    for row in &sheet.rows {
        row.iter().for_each(|cell| lines.value(&Value::from(cell.clone())));
        lines.end();
    }
    lines.buffer
}

/// What begins like a formula, but is no number. Spreadsheets take the full-width forms for the others, and some drop a line feed.
fn is_formula(text: &str) -> bool {
    let dangerous = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    dangerous && !text.strip_prefix(['+', '-']).is_some_and(is_number)
}

fn is_number(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::back::Cell;
    use proptest::prelude::*;

    const RAW: Style = Style { separator: ',', defuse: false };

    fn line(style: Style, texts: &[&str]) -> String {
        let mut lines = Lines::new(style);
        texts.iter().for_each(|text| lines.text(text));
        lines.end();
        lines.buffer
    }

    #[test]
    fn formulas_are_defused_and_numbers_are_not() {
        for (text, shown) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+49 89", "'+49 89"),
            ("-cmd", "'-cmd"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("\nx", "\"'\nx\""),
            ("＝1+1", "'＝1+1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠SUM(A1)", "'＠SUM(A1)"),
            ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
            ("-12", "-12"),
            ("+1.5", "+1.5"),
            ("-", "'-"),
            ("-1.", "'-1."),
            ("-1+1", "'-1+1"),
            ("PC-42", "PC-42"),
            ("'=1", "'=1"),
        ] {
            assert_eq!(line(Style::CSV, &[text]), format!("{shown}\n"));
        }
        assert_eq!(line(RAW, &["=1+1", "＠x"]), "=1+1,＠x\n");
    }

    #[test]
    fn rows_are_quoted_where_they_must_be() {
        let cells =
            vec![Cell::Text("a,\"b\"".to_owned()), Cell::Integer(-3), Cell::Null, Cell::List(vec!["=x".to_owned(), "y".to_owned()])];
        let columns = ["one", "two", "three", "=four"].map(str::to_owned).to_vec();
        let page = Sheet { title: String::new(), columns, narrow: Vec::new(), rows: vec![cells] };
        assert_eq!(sheet(&page, Style::CSV), "one,two,three,'=four\n\"a,\"\"b\"\"\",-3,,'=x;y\n");
        let tabs = Style { separator: '\t', ..Style::CSV };
        assert_eq!(line(tabs, &["a,b", "c\td", "\te"]), "a,b\t\"c\td\"\t\"'\te\"\n");
    }

    #[test]
    fn a_null_alone_on_its_line_is_no_blank_line() {
        let mut lines = Lines::new(Style::CSV);
        for _ in 0..2 {
            lines.value(&Value::Plain(Cell::Null));
            lines.end();
        }
        lines.value(&Value::Plain(Cell::Null));
        lines.value(&Value::Plain(Cell::Null));
        lines.end();
        assert_eq!(lines.buffer, "\"\"\n\"\"\n,\n");
    }

    /// A reader of its own, by RFC 4180 alone.
    fn parse(text: &str, separator: char) -> Vec<Vec<String>> {
        let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '"' if quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
                '"' => quoted = !quoted,
                letter if letter == separator && !quoted => row.push(std::mem::take(&mut field)),
                '\n' if !quoted => {
                    row.push(std::mem::take(&mut field));
                    rows.push(std::mem::take(&mut row));
                }
                letter => field.push(letter),
            }
        }
        assert!(!quoted && field.is_empty() && row.is_empty(), "{text:?} ends in a line");
        rows
    }

    proptest! {
        /// What a reader gets is what was written, but for the apostrophe before what looks like a formula; and nothing that it gets
        /// begins like one, unless it is a number.
        #[test]
        fn a_reader_gets_back_what_was_written(
            rows in prop::collection::vec(prop::collection::vec("[-=+@＝＋－＠'\",;\t\r\n 0-9.ab]{0,6}", 3), 1..5),
            tabs in any::<bool>(), defuse in any::<bool>()
        ) {
            let separator = if tabs { '\t' } else { ',' };
            let mut lines = Lines::new(Style { separator, defuse });
            for row in &rows {
                row.iter().for_each(|text| lines.text(text));
                lines.end();
            }
            let read = parse(&lines.buffer, separator);
            prop_assert_eq!(read.len(), rows.len());
            for (written, read) in rows.iter().flatten().zip(read.iter().flatten()) {
                let changed = read != written;
                prop_assert!(!changed || (defuse && read.strip_prefix('\'') == Some(written)), "{:?} became {:?}", written, read);
                let harmless = !"=+-@\t\r\n＝＋－＠".contains(read.chars().next().unwrap_or('x')) || read.parse::<f64>().is_ok();
                prop_assert!(!defuse || harmless, "{:?}", read);
            }
        }
    }
}
