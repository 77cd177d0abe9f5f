//! A CSV file as a table of text (contract §2.0): RFC 4180 quoting, byte-order mark dropped, blank lines skipped and not counted.
//! Judges only what makes a row unreadable, by itself, since no frame library says which row has too few fields.

use super::bytes::{decompress, found_kind};
use super::error::ExtractError;
use super::limits::{InputLimits, beyond_limit};
use super::raw::{BrokenFault, BrokenRow, Table, from_series};
use super::row_guard::{RowGuard, is_too_long};
use super::sources::Source;
use crate::model::words::ExtractKind;
use csv::ByteRecord;
use polars::prelude::{Column, DataFrame, IntoColumn, PolarsResult, StringChunkedBuilder};

const QUOTE: u8 = b'"';
const BOM: &[u8] = b"\xef\xbb\xbf";
/// More rows than a row number or a frame of Polars can hold.
const MAX_ROWS: u64 = u32::MAX as u64 - 1;

/// Rows of the wrong form that are gathered as rejects: each takes memory.
const MOST_BROKEN: usize = 2_000_000;
/// Cells that room is made for before any of them was read.
const MOST_ROOM: usize = 8_000_000;

/// Reads a CSV file that is in memory.
pub fn read(extract: ExtractKind, source: &Source, bytes: &[u8], separator: u8, limits: &InputLimits) -> Result<Table, ExtractError> {
    let unpacked = decompress(extract, source, bytes, limits)?;
    let text = unpacked.as_deref().unwrap_or(bytes);
    let text = text.strip_prefix(BOM).unwrap_or(text);
    let refused = |problem: String, remedy: &str| ExtractError::file(extract, &source.shown, problem, remedy);
    if !found_kind(text).ends_with("text") && !text.is_empty() {
        let problem = format!("it is not what its extension says: {}, and not CSV in UTF-8", found_kind(text));
        return Err(refused(problem, "rename the file, or export it as CSV in UTF-8"));
    }
    let (guard, row_start) = RowGuard::new(text, limits.row_bytes());
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(guard);
    let mut record = ByteRecord::new();
    let unreadable = |error: csv::Error, row: u64| {
        if is_too_long(&error) {
            let what = if row == 0 { "its header".to_owned() } else { format!("row {row}") };
            let problem = format!("{what} goes on for more than {} bytes: perhaps a quote is never closed", limits.row_bytes());
            let remedy = "correct the export; if rows are that long, raise limits.max_field_bytes in the job (a row may be 16 times that)";
            return ExtractError::content(extract, Some(&source.shown), None, problem, remedy);
        }
        refused(format!("it cannot be read: {error}"), "write the file again")
    };
    let names = loop {
        if !reader.read_byte_record(&mut record).map_err(|error| unreadable(error, 0))? {
            return Err(refused("it has no header: its first row must name the columns".to_owned(), "export it with a header"));
        }
        row_start.set(reader.position().byte());
        if !blank(&record) {
            break header(extract, source, &record)?;
        }
    };
    limits.check_columns(extract, source, names.len() as u64)?;
    let mut rows = Rows::new(names.len(), text, separator);
    while reader.read_byte_record(&mut record).map_err(|error| unreadable(error, rows.read + 1))? {
        let end = reader.position().byte();
        row_start.set(end);
        if record.as_slice().len() as u64 > limits.max_field_bytes {
            check_fields(extract, source, &record, rows.read + 1, &names, limits)?;
        }
        rows.take(&record, end as usize >= text.len());
        if rows.read > limits.max_rows {
            return Err(limits.too_many_rows(extract, source));
        }
        if rows.broken.len() > MOST_BROKEN {
            let problem = format!("more than {MOST_BROKEN} of its rows are no rows of this header");
            return Err(ExtractError::content(
                extract,
                Some(&source.shown),
                None,
                problem,
                "check separator, quotes and header of the export",
            ));
        }
        if rows.read > MAX_ROWS {
            return Err(refused(format!("it has more than {MAX_ROWS} rows"), "split it into several files"));
        }
    }
    rows.finish(names).map_err(|error| refused(format!("it does not make a table: {error}"), "write the file again"))
}

/// Refuses a row with a value that is too long.
fn check_fields(
    extract: ExtractKind,
    source: &Source,
    record: &ByteRecord,
    row: u64,
    names: &[String],
    limits: &InputLimits,
) -> Result<(), ExtractError> {
    let Some((place, bytes)) = record.iter().enumerate().find(|(_, bytes)| bytes.len() as u64 > limits.max_field_bytes) else {
        return Ok(());
    };
    let found = format!("row {row}: the value is {} bytes long", bytes.len());
    Err(beyond_limit(extract, source, names.get(place).map(String::as_str), &found, "max_field_bytes", limits.max_field_bytes))
}

/// The names of the columns, trimmed.
fn header(extract: ExtractKind, source: &Source, record: &ByteRecord) -> Result<Vec<String>, ExtractError> {
    let mut names = Vec::with_capacity(record.len());
    for bytes in record {
        let Ok(name) = std::str::from_utf8(bytes) else {
            let problem = format!("its header is not UTF-8, at {:?}", String::from_utf8_lossy(bytes));
            return Err(ExtractError::content(extract, Some(&source.shown), None, problem, "export it in UTF-8"));
        };
        names.push(name.trim().to_owned());
    }
    Ok(names)
}

/// Whether a line holds nothing but white space. (`""` is a row: one field, which is null.)
fn blank(record: &ByteRecord) -> bool {
    record.len() == 1 && !record[0].is_empty() && std::str::from_utf8(&record[0]).is_ok_and(|text| text.trim().is_empty())
}

/// Rows on their way into columns.
struct Rows<'a> {
    text: &'a [u8],
    separator: u8,
    columns: Vec<StringChunkedBuilder>,
    numbers: Vec<u32>,
    broken: Vec<BrokenRow>,
    read: u64,
}

impl<'a> Rows<'a> {
    fn new(width: usize, text: &'a [u8], separator: u8) -> Self {
        // Room for about as many rows as the first line lets expect: only a guess, and a hostile file must not make it a great one.
        let line = text.iter().position(|byte| *byte == b'\n').unwrap_or(0).max(width * 6 + 1);
        let room = (text.len() / line + 1).min(MOST_ROOM / width.max(1) + 1);
        let columns = (0..width).map(|_| StringChunkedBuilder::new("".into(), room)).collect();
        Self { text, separator, columns, numbers: Vec::with_capacity(room), broken: Vec::new(), read: 0 }
    }

    fn take(&mut self, record: &ByteRecord, last: bool) {
        if blank(record) {
            return;
        }
        self.read += 1;
        let fault = self.form_fault(record, last).or_else(|| utf8_fault(record));
        if let Some(fault) = fault {
            self.broken.push(BrokenRow { number: self.read, fault });
            return;
        }
        for (column, bytes) in self.columns.iter_mut().zip(record) {
            // Judged by `utf8_fault`: what fails here cannot be.
            match std::str::from_utf8(bytes) {
                Ok(text) if !text.is_empty() => column.append_value(text),
                _ => column.append_null(),
            }
        }
        self.numbers.push(self.read as u32);
    }

    /// What makes a record none of this table. Only the last record can be open: it takes all that follows the quote.
    fn form_fault(&self, record: &ByteRecord, last: bool) -> Option<BrokenFault> {
        let start = record.position().map_or(0, |position| position.byte() as usize);
        let open = last && ends_in_quotes(self.text.get(start..).unwrap_or_default(), self.separator);
        let (found, expected) = (record.len(), self.columns.len());
        let message = if open {
            "a quoted field is still open at the end of the file: a closing quote is missing in this row".to_owned()
        } else if found != expected {
            let word = if found == 1 { "field" } else { "fields" };
            format!("the row has {found} {word}, the header has {expected}")
        } else {
            return None;
        };
        let value = record.iter().map(String::from_utf8_lossy).collect::<Vec<_>>().join(&char::from(self.separator).to_string());
        Some(BrokenFault::Form { value, message })
    }

    fn finish(self, names: Vec<String>) -> PolarsResult<Table> {
        let rows = self.numbers.len();
        let columns: Vec<Column> = self.columns.into_iter().map(|column| column.finish().into_column()).collect();
        let mut raws = Vec::with_capacity(names.len());
        for (name, column) in names.into_iter().zip(named(rows, columns)?.columns()) {
            if let Ok(raw) = from_series(name, column.as_materialized_series())? {
                raws.push(raw);
            }
        }
        let numbers = (!self.broken.is_empty()).then_some(self.numbers);
        Ok(Table { columns: raws, unreadable: Vec::new(), rows, parts: None, numbers, rows_read: self.read, broken: self.broken })
    }
}

/// A frame of columns that are named by their places, since the file's own names may occur twice.
fn named(rows: usize, columns: Vec<Column>) -> PolarsResult<DataFrame> {
    let columns = columns.into_iter().enumerate().map(|(place, column)| column.with_name(place.to_string().into())).collect();
    DataFrame::new(rows, columns)
}

fn utf8_fault(record: &ByteRecord) -> Option<BrokenFault> {
    if record.as_slice().is_ascii() {
        return None;
    }
    let bad: Vec<(usize, String)> = record
        .iter()
        .enumerate()
        .filter(|(_, bytes)| std::str::from_utf8(bytes).is_err())
        .map(|(place, bytes)| (place, String::from_utf8_lossy(bytes).into_owned()))
        .collect();
    (!bad.is_empty()).then_some(BrokenFault::Utf8(bad))
}

/// Whether the text, from the start of a record on, ends inside of quotes.
fn ends_in_quotes(text: &[u8], separator: u8) -> bool {
    #[derive(PartialEq)]
    enum At {
        FieldStart,
        Plain,
        Quoted,
        AfterQuote,
    }
    let mut at = At::FieldStart;
    for byte in text {
        let ends_field = *byte == separator || matches!(byte, b'\n' | b'\r');
        at = match at {
            At::Quoted if *byte == QUOTE => At::AfterQuote,
            At::Quoted => At::Quoted,
            At::AfterQuote | At::FieldStart if *byte == QUOTE => At::Quoted,
            _ if ends_field => At::FieldStart,
            _ => At::Plain,
        };
    }
    at == At::Quoted
}
