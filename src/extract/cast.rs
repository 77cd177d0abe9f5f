//! A piece of a column as it was read → values of one type, written to the piece's stretch of the column, and the cells that are
//! none. The one path of CSV and Parquet: a physical value that is not of the type asked for is read as the text it would be written
//! as (12.0 as `12`).

use super::columns::Translation;
use super::date_format::{DateFormat, read_date};
use super::fields::Check;
use super::parse;
use super::raw::{CellFault, Cells, LIST_SEPARATOR, listed};
use super::stretch::Stretch;
use super::textual::{decimal_text, textual};
use crate::model::date::{FIRST_DAY, LAST_DAY, NULL_DATE};
use crate::model::decimal::{self, NULL_DECIMAL, Scaled};
use crate::model::text::{Code, NULL_CODE, TextArena, WordList, Words};
use crate::model::value::NULL_INT;
use crate::model::words::RejectReason;
use polars::prelude::StringChunked;
use rustc_hash::FxHashMap;

/// The cells of a column of numbers, chunk by chunk. (Polars' own iterator asks a table of functions for every cell.)
macro_rules! values {
    ($cells:expr) => {
        $cells.downcast_iter().flat_map(|array| array.iter()).map(|cell| cell.copied())
    };
}

/// What is asked of a column.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    pub required: bool,
    pub check: Check,
    /// Texts that mean null, trimmed.
    pub nulls: &'a [String],
    pub date_format: Option<&'a DateFormat>,
    /// What its values stand for, if the job says so.
    pub translation: Option<&'a Translation>,
}

/// What a piece holds beside the values in its stretch.
pub enum Found {
    Values,
    Identifiers(TextArena),
    /// The stretch has codes of these words, which the caller turns into those of the ingest.
    Texts(Words),
    /// The stretch has places of these lists, which have codes of these words.
    Lists {
        lists: Vec<Vec<Code>>,
        words: Words,
    },
}

/// A piece and its faults; rows count from the start of the piece.
pub struct Cast {
    pub found: Found,
    pub faults: Vec<CellFault>,
}

impl Cast {
    fn values(faults: Vec<CellFault>) -> Self {
        Self { found: Found::Values, faults }
    }
}

/// Reads a piece as `target` asks, into `out`, which is as long and says the type.
pub fn cast(cells: &Cells, target: &Target<'_>, out: &mut Stretch<'_>) -> Cast {
    let required = target.required;
    match (cells, &mut *out) {
        (Cells::Nothing(rows), out) => nothing(*rows, target, out),
        (Cells::Text(cells), out) => texts(cells, ';', target, out),
        (Cells::List(cells), out @ Stretch::List(_)) => texts(cells, LIST_SEPARATOR, target, out),
        // A job translates what a value is written as, whatever it is physically.
        _ if target.translation.is_some() => as_text(cells, target, out),
        (Cells::Integer(cells), Stretch::Integer(out)) => {
            let read = |value| parse::in_integer_range(value).and_then(|value| parse::checked_integer(value, target.check));
            Cast::values(fill(values!(cells), out, NULL_INT, required, |value| value.to_string(), read))
        }
        (Cells::Integer(cells), Stretch::Decimal(out)) => scaled(values!(cells).map(|cell| cell.map(i128::from)), 0, target, out),
        (Cells::Decimal { digits, places }, Stretch::Decimal(out)) => scaled(values!(digits), *places, target, out),
        (Cells::Boolean(cells), Stretch::Boolean(out)) => {
            Cast::values(fill(cells.iter(), out, None, required, |value| value.to_string(), |value| Ok(Some(value))))
        }
        (Cells::Date(cells), Stretch::Date(out)) => days(values!(cells).map(|cell| cell.map(i64::from)), target, out),
        (Cells::Timestamp { ticks, ticks_a_day, .. }, Stretch::Date(out)) => {
            days(values!(ticks).map(|cell| cell.map(|ticks| ticks.div_euclid(*ticks_a_day))), target, out)
        }
        _ => as_text(cells, target, out),
    }
}

/// Cells of a column that the file does not have.
fn nothing(rows: usize, target: &Target<'_>, out: &mut Stretch<'_>) -> Cast {
    out.fill_nulls();
    let mut found = Found::Values;
    if let Stretch::Identifiers = out {
        let mut arena = TextArena::default();
        (0..rows).for_each(|_| arena.push(""));
        found = Found::Identifiers(arena);
    }
    let missing = |row| CellFault { row, reason: RejectReason::MissingValue, value: None };
    Cast { found, faults: if target.required { (0..rows as u32).map(missing).collect() } else { Vec::new() } }
}

/// Reads a piece as the text that it would be written as.
fn as_text(cells: &Cells, target: &Target<'_>, out: &mut Stretch<'_>) -> Cast {
    let (cells, mut faults) = textual(cells);
    let mut cast = texts(&cells, ';', &Target { nulls: &[], ..*target }, out);
    // What could not be written as text was null to the second reading: the first knows better.
    cast.faults.retain(|fault| faults.binary_search_by_key(&fault.row, |first| first.row).is_err());
    cast.faults.append(&mut faults);
    cast
}

/// What a text stands for: another one where the job translates it, exactly as it is written.
fn translated<'a>(text: &'a str, target: &Target<'a>) -> &'a str {
    target.translation.and_then(|values| values.get(text)).map_or(text, String::as_str)
}

/// Reads cell by cell. A null where a value is required is a fault; `show` is what a reject shows of a bad value.
fn fill<V: Copy, T: Copy>(
    cells: impl Iterator<Item = Option<V>>,
    out: &mut [T],
    null: T,
    required: bool,
    show: impl Fn(V) -> String,
    read: impl Fn(V) -> Result<T, RejectReason>,
) -> Vec<CellFault> {
    let mut faults = Vec::new();
    for (row, (cell, out)) in cells.zip(out).enumerate() {
        let outcome = match cell {
            Some(value) => read(value).map_err(|reason| (reason, Some(show(value).into_boxed_str()))),
            None if required => Err((RejectReason::MissingValue, None)),
            None => Ok(null),
        };
        *out = outcome.unwrap_or_else(|(reason, value)| {
            faults.push(CellFault { row: row as u32, reason, value });
            null
        });
    }
    faults
}

/// Decimals of any scale to nine places, rounded half away from zero.
fn scaled(cells: impl Iterator<Item = Option<i128>>, places: usize, target: &Target<'_>, out: &mut [Scaled]) -> Cast {
    let read = |digits: i128| {
        let value = match places {
            0..=9 => digits.checked_mul(10i128.pow(9 - places as u32)),
            10..=38 => Some(decimal::round_div(digits, 10i128.pow(places as u32 - 9))),
            _ => None,
        };
        let value = value.and_then(decimal::bounded).ok_or(RejectReason::OutOfRange)?;
        parse::checked_decimal(value, target.check)
    };
    Cast::values(fill(cells, out, NULL_DECIMAL, target.required, |digits| decimal_text(digits, places), read))
}

/// Days since 1970-01-01.
fn days(cells: impl Iterator<Item = Option<i64>>, target: &Target<'_>, out: &mut [i32]) -> Cast {
    let years = i64::from(FIRST_DAY)..=i64::from(LAST_DAY);
    let read = |day: i64| if years.contains(&day) { Ok(day as i32) } else { Err(RejectReason::OutOfRange) };
    Cast::values(fill(cells, out, NULL_DATE, target.required, |day| format!("day {day} from 1970-01-01"), read))
}

/// Text, or lists that were joined to text, as any type.
fn texts(cells: &StringChunked, separator: char, target: &Target<'_>, out: &mut Stretch<'_>) -> Cast {
    let values = || cells.downcast_iter().flat_map(|array| array.iter()).map(|cell| cell.and_then(|text| meant(text, target)));
    let required = target.required;
    let ours = |text| translated(text, target);
    match out {
        Stretch::Identifiers => {
            let bytes = cells.downcast_iter().map(|array| array.total_bytes_len()).sum();
            identifiers(values(), (cells.len(), bytes), target)
        }
        Stretch::Text(out) => words(cells, target, out),
        Stretch::List(out) => lists(cells, separator, target, out),
        Stretch::Integer(out) => {
            let read = |text| parse::integer(ours(text)).and_then(|value| parse::checked_integer(value, target.check));
            Cast::values(fill(values(), out, NULL_INT, required, str::to_owned, no_nul(read)))
        }
        Stretch::Decimal(out) => {
            let read = |text| parse::decimal(ours(text)).and_then(|value| parse::checked_decimal(value, target.check));
            Cast::values(fill(values(), out, NULL_DECIMAL, required, str::to_owned, no_nul(read)))
        }
        Stretch::Boolean(out) => {
            let read = |text| parse::boolean(ours(text)).map(Some);
            Cast::values(fill(values(), out, None, required, str::to_owned, no_nul(read)))
        }
        Stretch::Date(out) => {
            let read = |text| read_date(ours(text), target.date_format).map(|date| date.0).ok_or(RejectReason::BadValue);
            Cast::values(fill(values(), out, NULL_DATE, required, str::to_owned, no_nul(read)))
        }
    }
}

/// The trimmed text of a cell, or `None` if it means null.
fn meant<'a>(text: &'a str, target: &Target<'_>) -> Option<&'a str> {
    let text = parse::trimmed(text);
    (!text.is_empty() && !target.nulls.iter().any(|null| null == text)).then_some(text)
}

/// A reader that says so where a text fails for a NUL character, which comes before all else that may be wrong (§2.1).
fn no_nul<'a, T>(read: impl Fn(&'a str) -> Result<T, RejectReason>) -> impl Fn(&'a str) -> Result<T, RejectReason> {
    move |text| read(text).map_err(|reason| if parse::has_nul(text) { RejectReason::NulCharacter } else { reason })
}

/// Texts that are nearly all different: so many, of so many bytes.
fn identifiers<'a>(cells: impl Iterator<Item = Option<&'a str>>, (rows, bytes): (usize, usize), target: &Target<'_>) -> Cast {
    let mut arena = TextArena::with_capacity(rows, bytes);
    let mut faults = Vec::new();
    for (row, cell) in cells.enumerate() {
        let reason = match cell {
            Some(text) if parse::has_nul(text) => Some(RejectReason::NulCharacter),
            None if target.required => Some(RejectReason::MissingValue),
            _ => None,
        };
        if let Some(reason) = reason {
            faults.push(CellFault { row: row as u32, reason, value: cell.map(Into::into) });
        }
        arena.push(if reason.is_none() { cell.map_or("", |text| translated(text, target)) } else { "" });
    }
    Cast { found: Found::Identifiers(arena), faults }
}

/// What a text was found to be when it was first met.
#[derive(Clone, Copy)]
enum Met {
    Null,
    Code(Code),
    Bad(RejectReason),
}

/// After so many rows it is known whether looking for what was met before pays.
const SAMPLE: usize = 8_192;

/// Turns texts into codes, looking at each different text once; at every one if `repeats` allows it and hardly any comes again.
fn met<'a>(
    cells: &'a StringChunked,
    target: &Target<'_>,
    repeats: bool,
    out: &mut [Code],
    mut first: impl FnMut(&'a str) -> Result<Met, RejectReason>,
) -> Vec<CellFault> {
    let mut look = |text| match meant(text, target) {
        None => Met::Null,
        Some(text) => first(text).unwrap_or_else(Met::Bad),
    };
    // A text of up to 12 bytes is all in its view, and so found without being read.
    let mut short: FxHashMap<(u64, u64), Met> = FxHashMap::default();
    let mut long: FxHashMap<&'a str, Met> = FxHashMap::default();
    let (mut faults, mut row, mut all_differ) = (Vec::new(), 0, false);
    for array in cells.downcast_iter() {
        // In one chunk, equal views are equal texts.
        let mut last = (u128::MAX, Met::Null);
        for (cell, view) in array.iter().zip(array.views().iter()) {
            let key = view.as_u128();
            let outcome = match cell {
                None => Met::Null,
                Some(_) if key == last.0 => last.1,
                Some(text) if all_differ => look(text),
                Some(text) if view.is_inline() => *short.entry((key as u64, (key >> 64) as u64)).or_insert_with(|| look(text)),
                Some(text) => *long.entry(text).or_insert_with(|| look(text)),
            };
            if cell.is_some() {
                last = (key, outcome);
            }
            let reason = match outcome {
                Met::Null if target.required => Some(RejectReason::MissingValue),
                Met::Bad(reason) => Some(reason),
                Met::Null | Met::Code(_) => None,
            };
            if let Some(reason) = reason {
                let value = if reason == RejectReason::MissingValue { None } else { cell.map(Into::into) };
                faults.push(CellFault { row: row as u32, reason, value });
            }
            out[row] = if let Met::Code(code) = outcome { code } else { NULL_CODE };
            row += 1;
            if row == SAMPLE {
                all_differ = repeats && short.len() + long.len() > SAMPLE / 2;
            }
        }
    }
    faults
}

fn words(cells: &StringChunked, target: &Target<'_>, out: &mut [Code]) -> Cast {
    let mut words = WordList::default();
    let faults = met(cells, target, true, out, |text| {
        let text = translated(text, target);
        judge_word(text, target.check)?;
        Ok(Met::Code(words.push(text)))
    });
    Cast { found: Found::Texts(words.into()), faults }
}

fn judge_word(text: &str, check: Check) -> Result<(), RejectReason> {
    match check {
        _ if parse::has_nul(text) => Err(RejectReason::NulCharacter),
        Check::OneOf(members) | Check::EachOf(members) if !(members.holds)(text) => Err(RejectReason::NotInList),
        _ => Ok(()),
    }
}

fn lists(cells: &StringChunked, separator: char, target: &Target<'_>, out: &mut [u32]) -> Cast {
    let mut words = WordList::default();
    let mut lists: Vec<Vec<Code>> = Vec::new();
    let mut known: FxHashMap<&str, Code> = FxHashMap::default();
    let mut faults = met(cells, target, false, out, |text| {
        let mut list = Vec::new();
        let mut outcome = Ok(());
        for item in text.split(separator).map(parse::trimmed).filter(|item| !item.is_empty()) {
            let item = translated(item, target);
            // A NUL anywhere in the list comes before a stranger in it.
            match judge_word(item, target.check) {
                Err(RejectReason::NulCharacter) => return Err(RejectReason::NulCharacter),
                judged => outcome = outcome.and(judged),
            }
            list.push(*known.entry(item).or_insert_with(|| words.push(item)));
        }
        outcome?;
        if list.is_empty() {
            return Ok(Met::Null);
        }
        lists.push(list);
        Ok(Met::Code(lists.len() as Code - 1))
    });
    if separator == LIST_SEPARATOR {
        for fault in &mut faults {
            fault.value = fault.value.take().map(|value| listed(&value));
        }
    }
    Cast { found: Found::Lists { lists, words: words.into() }, faults }
}
