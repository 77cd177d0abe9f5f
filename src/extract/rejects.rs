//! Which rows are refused, each for one reason, the first that holds (contract §2.1), and what a person is told about it.

use super::columns::{File, Wanted};
use super::fields::{Check, identity};
use super::header::Header;
use super::raw::{BrokenFault, CellFault};
use super::textual::textual;
use super::{Reject, SourceFile};
use crate::model::text::TextArena;
use crate::model::value::Type;
use crate::model::words::{ExtractKind, RejectReason};
use rustc_hash::FxHashMap;

/// Longer values are cut in rejects.
const SHOWN: usize = 200;

/// What is wrong with a row; compared by what comes first in §2.1.
pub struct Fault {
    rank: (u8, usize),
    column: Option<usize>,
    value: Option<Box<str>>,
    pub reason: RejectReason,
    message: Option<String>,
}

/// The fault of each bad row, by row over all files.
#[derive(Default)]
pub struct Faults {
    by_row: FxHashMap<u32, Fault>,
}

impl Faults {
    /// The faults of cells; a row keeps its first.
    pub fn of_cells(faults: Vec<(usize, CellFault)>) -> Self {
        let mut out = Self::default();
        for (column, fault) in faults {
            let stage = if fault.reason == RejectReason::InvalidUtf8 { 1 } else { 2 };
            let row = fault.row;
            let fault = Fault { rank: (stage, column), column: Some(column), value: fault.value, reason: fault.reason, message: None };
            match out.by_row.entry(row) {
                std::collections::hash_map::Entry::Occupied(mut known) if known.get().rank > fault.rank => {
                    known.insert(fault);
                }
                std::collections::hash_map::Entry::Occupied(_) => {}
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(fault);
                }
            }
        }
        out
    }

    /// A fault of a row that is good so far.
    pub fn of_row(&mut self, row: u32, reason: RejectReason, value: Option<String>, message: String) {
        let value = value.map(String::into_boxed_str);
        let fault = Fault { rank: (3, 0), column: None, value, reason, message: Some(message) };
        self.by_row.entry(row).or_insert(fault);
    }

    pub fn holds(&self, row: u32) -> bool {
        self.by_row.contains_key(&row)
    }

    pub fn is_empty(&self) -> bool {
        self.by_row.is_empty()
    }

    /// The rejects of the extract, in the order of (file, row), those rows included that are in no column. `identifiers` are those of
    /// all rows, where they are as in the files; else the cells are asked.
    pub fn into_rejects(
        self,
        extract: ExtractKind,
        wanted: &[Wanted],
        files: &[File],
        sources: &[SourceFile],
        identifiers: Option<&TextArena>,
    ) -> Vec<Reject> {
        let mut by_row: Vec<(u32, Fault)> = self.by_row.into_iter().collect();
        by_row.sort_unstable_by_key(|(row, _)| *row);
        let mut by_row = by_row.into_iter().peekable();
        let mut rejects = Vec::new();
        let mut start = 0u32;
        for (file, source) in files.iter().zip(sources) {
            let first = rejects.len();
            let end = start + file.table.rows as u32;
            for broken in &file.table.broken {
                rejects.push(broken_row(extract, source, broken.number, &broken.fault, wanted, file));
            }
            while let Some((row, fault)) = by_row.next_if(|(row, _)| *row < end) {
                let place = (row - start) as usize;
                let number = file.table.numbers.as_ref().map_or(place as u64 + 1, |numbers| u64::from(numbers[place]));
                let mut reject = fault.into_reject(extract, source, number, wanted);
                if matches!(reject.reason, RejectReason::DuplicateRow | RejectReason::DuplicateId) {
                    let read = identifiers.map(|identifiers| identifiers.get(row as usize).to_owned());
                    reject.value = Some(shortened(&read.unwrap_or_else(|| identifier(extract, file, place))));
                }
                rejects.push(reject);
            }
            rejects[first..].sort_by_key(|reject| reject.row);
            start = end;
        }
        rejects
    }
}

impl Fault {
    fn into_reject(self, extract: ExtractKind, source: &SourceFile, row: u64, wanted: &[Wanted]) -> Reject {
        let column = self.column.map(|column| &wanted[column]);
        let value = self.value.as_deref().map(shortened);
        let message = match (self.message, column) {
            (Some(message), _) => message,
            (None, Some(column)) => sentence_of(column, self.reason, value.as_deref().unwrap_or_default()),
            (None, None) => String::new(),
        };
        let column = column.map(|column| column.name.clone());
        Reject { extract, file: source.shown.clone(), row, column, value, reason: self.reason, message }
    }
}

/// A row that is in no column: of the wrong form, or with bytes that are no text.
fn broken_row(extract: ExtractKind, source: &SourceFile, row: u64, fault: &BrokenFault, wanted: &[Wanted], file: &File) -> Reject {
    let (column, value, reason, message) = match fault {
        BrokenFault::Form { value, message } => (None, shortened(value), RejectReason::BadRow, message.clone()),
        BrokenFault::Utf8(cells) => {
            // The first of them in the order of §2.
            let known = |place: usize| wanted.iter().position(|wanted| place_of(&file.header, &wanted.name) == Some(place));
            let first = cells.iter().min_by_key(|(place, _)| known(*place).unwrap_or(usize::MAX));
            let column = first.and_then(|(place, _)| known(*place)).map(|place| wanted[place].name.clone());
            let value = first.map(|(_, value)| shortened(value)).unwrap_or_default();
            let message = format!("{} is no valid UTF-8: the file must be written in UTF-8", column.as_deref().unwrap_or("a value"));
            (column, value, RejectReason::InvalidUtf8, message)
        }
    };
    Reject { extract, file: source.shown.clone(), row, column, value: Some(value), reason, message }
}

/// What a row is known by, as it stands in the file.
fn identifier(extract: ExtractKind, file: &File, row: usize) -> String {
    let mut parts = Vec::new();
    for name in identity(extract).columns() {
        if let Some(place) = place_of(&file.header, name) {
            let (text, _) = textual(&file.table.columns[place].cells.slice(row, 1));
            parts.extend(text.get(0).map(|text| text.trim().to_owned()));
        }
    }
    parts.join("/")
}

fn place_of(header: &Header, name: &str) -> Option<usize> {
    header.get(name).copied()
}

/// At most [`SHOWN`] characters, NUL made visible.
pub fn shortened(value: &str) -> String {
    let visible = value.chars().map(|letter| if letter == '\0' { '␀' } else { letter });
    let mut out: String = visible.take(SHOWN).collect();
    if value.chars().nth(SHOWN).is_some() {
        out.push('…');
    }
    out
}

/// What was found, and what was expected.
pub(super) fn sentence_of(column: &Wanted, reason: RejectReason, value: &str) -> String {
    let name = &column.name;
    match reason {
        RejectReason::MissingValue => format!("{name} is missing: every row needs one"),
        RejectReason::NulCharacter => format!("{name} holds a NUL character"),
        RejectReason::InvalidUtf8 => format!("{name} is no valid UTF-8: the file must be written in UTF-8"),
        RejectReason::NotFinite => format!("{name} is {value}: a number is expected"),
        RejectReason::NotInList => format!("{name} is `{value}`: {} is expected", expected(column)),
        RejectReason::OutOfRange => format!("{name} is {value}: {} is expected", expected(column)),
        _ => format!("{name} is `{value}`: {} is expected", expected(column)),
    }
}

/// What a column asks of its values, in words.
fn expected(column: &Wanted) -> String {
    match (column.check, column.kind) {
        (Check::Positive, _) => "an integer from 1 to 10^12".to_owned(),
        (Check::NotNegative, _) => "an integer from 0 to 10^12".to_owned(),
        (Check::Money, _) => "an amount from 0 to below 10^14, such as 12.50,".to_owned(),
        (Check::OneOf(members), _) => format!("one of {}", (members.all)().join(", ")),
        (Check::EachOf(members), _) => format!("a list of {}", (members.all)().join(", ")),
        (Check::Nothing, Type::Integer) => "an integer within ±10^12".to_owned(),
        (Check::Nothing, Type::Decimal) => "a decimal such as 12.5, below 10^18,".to_owned(),
        (Check::Nothing, Type::Boolean) => "true, false, 1 or 0".to_owned(),
        (Check::Nothing, Type::Date) => "a date as YYYY-MM-DD (or in the job's date_format), years 1 to 9999,".to_owned(),
        (Check::Nothing, Type::Text) => "text".to_owned(),
        (Check::Nothing, Type::List) => "a list of text".to_owned(),
    }
}
