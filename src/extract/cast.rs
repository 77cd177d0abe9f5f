//! A piece of a column as it was read → values of one type, and the cells that are none. The one path of CSV and Parquet:
//! a physical value that is not of the type asked for is read as the text it would be written as (12.0 as `12`).

use super::columns::Translation;
use super::date_format::{DateFormat, read_date};
use super::fields::Check;
use super::parse;
use super::raw::{CellFault, Cells, LIST_SEPARATOR, listed};
use super::textual::{decimal_text, textual};
use crate::model::date::{FIRST_DAY, LAST_DAY, NULL_DATE};
use crate::model::decimal::{self, NULL_DECIMAL};
use crate::model::text::{Code, NULL_CODE, TextArena};
use crate::model::value::{Column, NULL_INT, Type};
use crate::model::words::RejectReason;
use polars::prelude::StringChunked;
use rustc_hash::FxHashMap;

/// What a column is to become.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    pub kind: Type,
    pub required: bool,
    pub check: Check,
    /// Identifiers that are not interned.
    pub identifiers: bool,
    /// Texts that mean null, trimmed.
    pub nulls: &'a [String],
    pub date_format: Option<&'a DateFormat>,
    /// What its values stand for, if the job says so.
    pub translation: Option<&'a Translation>,
}

/// Values of a piece. Texts have codes of the piece's own dictionary, which the caller turns into those of the ingest.
pub enum Piece {
    Plain(Column),
    Identifiers(TextArena),
    Texts { codes: Vec<Code>, words: TextArena },
    Lists { ids: Vec<u32>, lists: Vec<Vec<Code>>, words: TextArena },
}

/// A piece and its faults; rows count from the start of the piece.
pub struct Cast {
    pub piece: Piece,
    pub faults: Vec<CellFault>,
}

/// Reads a piece as `target` asks.
pub fn cast(cells: &Cells, target: &Target<'_>) -> Cast {
    match (cells, target.kind) {
        (Cells::Text(cells), _) => texts(cells, ';', target),
        (Cells::List(cells), Type::List) => texts(cells, LIST_SEPARATOR, target),
        // A job translates what a value is written as, whatever it is physically.
        _ if target.translation.is_some() => as_text(cells, target),
        (Cells::Integer(cells), Type::Integer) => {
            let read = |value| parse::in_integer_range(value).and_then(|value| parse::checked_integer(value, target.check));
            plain(Column::Integer, collect(cells.iter(), NULL_INT, target.required, |value| value.to_string(), read))
        }
        (Cells::Integer(cells), Type::Decimal) => scaled(cells.iter().map(|cell| cell.map(i128::from)), 0, target),
        (Cells::Decimal { digits, places }, Type::Decimal) => scaled(digits.iter(), *places, target),
        (Cells::Boolean(cells), Type::Boolean) => {
            plain(Column::Boolean, collect(cells.iter(), None, target.required, |value| value.to_string(), |value| Ok(Some(value))))
        }
        (Cells::Date(cells), Type::Date) => days(cells.iter().map(|cell| cell.map(i64::from)), target),
        (Cells::Timestamp { ticks, ticks_a_day, .. }, Type::Date) => {
            days(ticks.iter().map(|cell| cell.map(|ticks| ticks.div_euclid(*ticks_a_day))), target)
        }
        _ => as_text(cells, target),
    }
}

/// Reads a piece as the text that it would be written as.
fn as_text(cells: &Cells, target: &Target<'_>) -> Cast {
    let (cells, mut faults) = textual(cells);
    let mut cast = texts(&cells, ';', &Target { nulls: &[], ..*target });
    // What could not be written as text was null to the second reading: the first knows better.
    cast.faults.retain(|fault| faults.binary_search_by_key(&fault.row, |first| first.row).is_err());
    cast.faults.append(&mut faults);
    cast
}

/// What a text stands for: another one where the job translates it, exactly as it is written.
fn translated<'a>(text: &'a str, target: &Target<'a>) -> &'a str {
    target.translation.and_then(|values| values.get(text)).map_or(text, String::as_str)
}

fn plain<T>(wrap: impl FnOnce(Vec<T>) -> Column, (values, faults): (Vec<T>, Vec<CellFault>)) -> Cast {
    Cast { piece: Piece::Plain(wrap(values)), faults }
}

/// Reads cell by cell. A null where a value is required is a fault; `show` is what a reject shows of a bad value.
fn collect<V: Copy, T: Copy>(
    cells: impl Iterator<Item = Option<V>>,
    null: T,
    required: bool,
    show: impl Fn(V) -> String,
    read: impl Fn(V) -> Result<T, RejectReason>,
) -> (Vec<T>, Vec<CellFault>) {
    let mut faults = Vec::new();
    let mut values = Vec::with_capacity(cells.size_hint().0);
    for (row, cell) in cells.enumerate() {
        let outcome = match cell {
            Some(value) => read(value).map_err(|reason| (reason, Some(show(value).into_boxed_str()))),
            None if required => Err((RejectReason::MissingValue, None)),
            None => Ok(null),
        };
        values.push(outcome.unwrap_or_else(|(reason, value)| {
            faults.push(CellFault { row: row as u32, reason, value });
            null
        }));
    }
    (values, faults)
}

/// Decimals of any scale to nine places, rounded half away from zero.
fn scaled(cells: impl Iterator<Item = Option<i128>>, places: usize, target: &Target<'_>) -> Cast {
    let read = |digits: i128| {
        let value = match places {
            0..=9 => digits.checked_mul(10i128.pow(9 - places as u32)),
            10..=38 => Some(decimal::round_div(digits, 10i128.pow(places as u32 - 9))),
            _ => None,
        };
        let value = value.and_then(decimal::bounded).ok_or(RejectReason::OutOfRange)?;
        parse::checked_decimal(value, target.check)
    };
    plain(Column::Decimal, collect(cells, NULL_DECIMAL, target.required, |digits| decimal_text(digits, places), read))
}

/// Days since 1970-01-01.
fn days(cells: impl Iterator<Item = Option<i64>>, target: &Target<'_>) -> Cast {
    let years = i64::from(FIRST_DAY)..=i64::from(LAST_DAY);
    let read = |day: i64| if years.contains(&day) { Ok(day as i32) } else { Err(RejectReason::OutOfRange) };
    plain(Column::Date, collect(cells, NULL_DATE, target.required, |day| format!("day {day} from 1970-01-01"), read))
}

/// Text, or lists that were joined to text, as any type.
fn texts(cells: &StringChunked, separator: char, target: &Target<'_>) -> Cast {
    let values = || cells.downcast_iter().flat_map(|array| array.iter()).map(|cell| cell.and_then(|text| meant(text, target)));
    let required = target.required;
    let ours = |text| translated(text, target);
    match target.kind {
        Type::Text if target.identifiers => identifiers(values(), target),
        Type::Text => words(cells, target),
        Type::List => lists(cells, separator, target),
        Type::Integer => {
            let read = |text| parse::integer(ours(text)).and_then(|value| parse::checked_integer(value, target.check));
            plain(Column::Integer, collect(values(), NULL_INT, required, str::to_owned, no_nul(read)))
        }
        Type::Decimal => {
            let read = |text| parse::decimal(ours(text)).and_then(|value| parse::checked_decimal(value, target.check));
            plain(Column::Decimal, collect(values(), NULL_DECIMAL, required, str::to_owned, no_nul(read)))
        }
        Type::Boolean => {
            let read = |text| parse::boolean(ours(text)).map(Some);
            plain(Column::Boolean, collect(values(), None, required, str::to_owned, no_nul(read)))
        }
        Type::Date => {
            let read = |text| read_date(ours(text), target.date_format).map(|date| date.0).ok_or(RejectReason::BadValue);
            plain(Column::Date, collect(values(), NULL_DATE, required, str::to_owned, no_nul(read)))
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
    move |text| read(text).map_err(|reason| if text.contains('\0') { RejectReason::NulCharacter } else { reason })
}

/// Texts that are nearly all different.
fn identifiers<'a>(cells: impl Iterator<Item = Option<&'a str>>, target: &Target<'_>) -> Cast {
    let mut arena = TextArena::with_capacity(cells.size_hint().0, 0);
    let mut faults = Vec::new();
    for (row, cell) in cells.enumerate() {
        let reason = match cell {
            Some(text) if text.contains('\0') => Some(RejectReason::NulCharacter),
            None if target.required => Some(RejectReason::MissingValue),
            _ => None,
        };
        if let Some(reason) = reason {
            faults.push(CellFault { row: row as u32, reason, value: cell.map(Into::into) });
        }
        arena.push(if reason.is_none() { cell.map_or("", |text| translated(text, target)) } else { "" });
    }
    Cast { piece: Piece::Identifiers(arena), faults }
}

/// What a text was found to be when it was first met.
#[derive(Clone, Copy)]
enum Met {
    Null,
    Code(Code),
    Bad(RejectReason),
}

/// Turns texts into codes, looking at each different text once.
fn met<'a>(
    cells: &'a StringChunked,
    target: &Target<'_>,
    mut first: impl FnMut(&'a str) -> Result<Met, RejectReason>,
) -> (Vec<Code>, Vec<CellFault>) {
    let mut known: FxHashMap<&'a str, Met> = FxHashMap::default();
    let mut codes = Vec::with_capacity(cells.len());
    let mut faults = Vec::new();
    for (row, cell) in cells.downcast_iter().flat_map(|array| array.iter()).enumerate() {
        let outcome = match cell {
            None => Met::Null,
            Some(text) => *known.entry(text).or_insert_with(|| match meant(text, target) {
                None => Met::Null,
                Some(text) => first(text).unwrap_or_else(Met::Bad),
            }),
        };
        let reason = match outcome {
            Met::Null if target.required => RejectReason::MissingValue,
            Met::Bad(reason) => reason,
            Met::Null => {
                codes.push(NULL_CODE);
                continue;
            }
            Met::Code(code) => {
                codes.push(code);
                continue;
            }
        };
        let value = if reason == RejectReason::MissingValue { None } else { cell.map(Into::into) };
        faults.push(CellFault { row: row as u32, reason, value });
        codes.push(NULL_CODE);
    }
    (codes, faults)
}

fn words(cells: &StringChunked, target: &Target<'_>) -> Cast {
    let mut words = TextArena::default();
    let (codes, faults) = met(cells, target, |text| {
        let text = translated(text, target);
        judge_word(text, target.check)?;
        words.push(text);
        Ok(Met::Code(words.len() as Code - 1))
    });
    Cast { piece: Piece::Texts { codes, words }, faults }
}

fn judge_word(text: &str, check: Check) -> Result<(), RejectReason> {
    match check {
        _ if text.contains('\0') => Err(RejectReason::NulCharacter),
        Check::OneOf(members) | Check::EachOf(members) if !(members.holds)(text) => Err(RejectReason::NotInList),
        _ => Ok(()),
    }
}

fn lists(cells: &StringChunked, separator: char, target: &Target<'_>) -> Cast {
    let mut words = TextArena::default();
    let mut lists: Vec<Vec<Code>> = Vec::new();
    let mut known: FxHashMap<&str, Code> = FxHashMap::default();
    let (ids, mut faults) = met(cells, target, |text| {
        let mut list = Vec::new();
        let mut outcome = Ok(());
        for item in text.split(separator).map(parse::trimmed).filter(|item| !item.is_empty()) {
            let item = translated(item, target);
            // A NUL anywhere in the list comes before a stranger in it.
            match judge_word(item, target.check) {
                Err(RejectReason::NulCharacter) => return Err(RejectReason::NulCharacter),
                judged => outcome = outcome.and(judged),
            }
            list.push(*known.entry(item).or_insert_with(|| {
                words.push(item);
                words.len() as Code - 1
            }));
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
    Cast { piece: Piece::Lists { ids, lists, words }, faults }
}
