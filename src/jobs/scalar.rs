//! Single values of the job file, each against its kind: numbers as they are written, dates, members of lists.

use super::error::Problem;
use super::section::Given;
use super::shape::{Field, Kind, quoted};
use super::text::Text;
use crate::model::date::Date;
use crate::model::decimal::{self, DecimalError, ONE, Scaled};
use crate::rules::nearest;
use toml::Spanned;
use toml::de::DeValue;

/// A value that was written as text.
pub(super) fn from_text(field: &'static Field, text: &Text) -> Result<Given, Problem> {
    match field.kind {
        Kind::Choice(words) => choice(field.key, words, text).map(Given::Word),
        Kind::Character => {
            let mut characters = text.value().chars();
            match (characters.next(), characters.next()) {
                (Some(_), None) => Ok(Given::Text(text.clone())),
                _ => Err(Problem::at(text.span(), format!("{} is one character", field.key)).expected(field.kind.expected())),
            }
        }
        Kind::Date { word } if text.value() == word => Ok(Given::Word(word)),
        _ => Date::parse_iso(text.value()).map(Given::Date).ok_or_else(|| {
            let problem = Problem::at(text.span(), format!("{} is no date: \"{}\"", field.key, text.value()));
            problem.expected(field.kind.expected())
        }),
    }
}

/// A value that was written as something else than text.
pub(super) fn from_value(field: &'static Field, value: &Spanned<DeValue<'_>>, source: &str) -> Result<Given, Problem> {
    match (&field.kind, value.get_ref()) {
        (Kind::Boolean, DeValue::Boolean(truth)) => Ok(Given::Boolean(*truth)),
        (Kind::Integer { least, most }, DeValue::Integer(_)) => match whole_number(value) {
            Some(number) if (*least..=*most).contains(&number) => Ok(Given::Integer(number)),
            _ => Err(out_of_range(field, value, source)),
        },
        // What it means, and whether it is too little, `bytes` says.
        (Kind::Bytes, DeValue::Integer(_)) => match whole_number(value) {
            Some(number) if number.abs() <= super::definition::NO_END => Ok(Given::Integer(number)),
            _ => Err(out_of_range(field, value, source)),
        },
        (Kind::Decimal { most }, DeValue::Integer(_)) => match whole_number(value) {
            Some(number) if number >= 0 => bounded(field, value, source, Scaled::from(number) * ONE, *most),
            _ => Err(out_of_range(field, value, source)),
        },
        (Kind::Decimal { most }, DeValue::Float(float)) => match decimal::parse(float.as_str()) {
            Ok(number) if number >= 0 => bounded(field, value, source, number, *most),
            Err(DecimalError::Form) => {
                let problem = Problem::at(value.span(), format!("{} is no plain number", field.key)).expected(field.kind.expected());
                Err(problem.help("write it with digits and a point only: no exponent, inf or nan"))
            }
            _ => Err(out_of_range(field, value, source)),
        },
        (Kind::Date { .. }, DeValue::Datetime(written)) => match (written.date, written.time) {
            (Some(date), None) => {
                let day = Date::from_ymd(i32::from(date.year), u32::from(date.month), u32::from(date.day));
                day.map(Given::Date).ok_or_else(|| out_of_range(field, value, source))
            }
            _ => Err(mismatch(field, value, &field.kind.expected()).help("leave the time of day out")),
        },
        (kind, _) => Err(mismatch(field, value, &kind.expected())),
    }
}

/// A value of an example's row: an integer, decimal, boolean or date, typed as it is written.
pub(super) fn row_value(key: &str, value: &Spanned<DeValue<'_>>) -> Result<Given, Problem> {
    let wrong = || mismatch_of(key, value, "a text, integer, decimal, boolean, date or list of texts");
    match value.get_ref() {
        DeValue::Boolean(truth) => Ok(Given::Boolean(*truth)),
        DeValue::Integer(_) => match whole_number(value) {
            Some(number) if number.abs() <= super::definition::NO_END => Ok(Given::Integer(number)),
            _ => Err(wrong().help("integers lie within ±10^12")),
        },
        DeValue::Float(float) => decimal::parse(float.as_str()).map(Given::Decimal).map_err(|_| wrong()),
        DeValue::Datetime(written) => match (written.date, written.time) {
            (Some(date), None) => {
                let day = Date::from_ymd(i32::from(date.year), u32::from(date.month), u32::from(date.day));
                day.map(Given::Date).ok_or_else(wrong)
            }
            _ => Err(wrong().help("leave the time of day out")),
        },
        _ => Err(wrong()),
    }
}

/// The member of a list that a text names.
pub(super) fn choice(key: &str, words: &'static [&'static str], text: &Text) -> Result<&'static str, Problem> {
    if let Some(word) = words.iter().find(|word| **word == text.value()) {
        return Ok(word);
    }
    let problem = Problem::at(text.span(), format!("{key} cannot be \"{}\"", text.value())).expected(format!("one of: {}", quoted(words)));
    Err(match nearest(text.value(), words.iter().copied()) {
        Some(near) => problem.help(format!("did you mean \"{near}\"?")),
        None => problem,
    })
}

/// A value of the wrong type.
pub(super) fn mismatch(field: &Field, value: &Spanned<DeValue<'_>>, expected: &str) -> Problem {
    let problem = mismatch_of(field.key, value, expected);
    // The slip that people make most: quotes around what needs none.
    let unquoted = match (&field.kind, value.get_ref()) {
        (Kind::Integer { .. }, DeValue::String(text)) if text.parse::<i64>().is_ok() => Some(text),
        (Kind::Decimal { .. }, DeValue::String(text)) if decimal::parse(text).is_ok() => Some(text),
        (Kind::Boolean, DeValue::String(text)) if matches!(&**text, "true" | "false") => Some(text),
        _ => None,
    };
    match (unquoted, &field.kind, value.get_ref()) {
        (Some(text), ..) => problem.help(format!("write it without quotes: {} = {text}", field.key)),
        (None, Kind::Table(shape), DeValue::String(path)) if shape.field("path").is_some() => {
            problem.help(format!("write [extracts.{}] and, below it, path = \"{path}\"", field.key))
        }
        (None, Kind::Table(shape), DeValue::Array(_)) => {
            problem.help(format!("[[...]] makes a list of tables; write {} with single brackets, once", shape.header))
        }
        (None, Kind::Tables(shape), DeValue::Table(_)) => problem.help(format!("write {} with double brackets", shape.header)),
        _ => problem,
    }
}

/// A value of the wrong type under a key that the job chose.
pub(super) fn mismatch_of(key: &str, value: &Spanned<DeValue<'_>>, expected: &str) -> Problem {
    let found = match value.get_ref() {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false without quotes",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    Problem::at(value.span(), format!("{key} cannot be {found}")).expected(expected)
}

fn bounded(field: &'static Field, value: &Spanned<DeValue<'_>>, source: &str, number: Scaled, most: Option<i64>) -> Result<Given, Problem> {
    match most {
        Some(most) if number > Scaled::from(most) * ONE => Err(out_of_range(field, value, source)),
        _ => Ok(Given::Decimal(number)),
    }
}

fn out_of_range(field: &Field, value: &Spanned<DeValue<'_>>, source: &str) -> Problem {
    let written = source.get(value.span()).unwrap_or("this");
    let problem = Problem::at(value.span(), format!("{} cannot be {written}", field.key)).expected(field.kind.expected());
    match field.kind {
        Kind::Decimal { most: Some(1) } => problem.help("it is a share, not a percentage: 5 % is 0.05"),
        Kind::Integer { .. } if written.len() > 13 => problem.help("integers lie within ±10^12"),
        _ => problem,
    }
}

/// The integer, if it fits 64 bits.
fn whole_number(value: &Spanned<DeValue<'_>>) -> Option<i64> {
    let number = value.get_ref().as_integer()?;
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}
