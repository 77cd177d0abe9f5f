//! Values and their text (§2.0): integers, exact decimals at nine places, booleans, dates as day numbers, text, lists.

use std::collections::BTreeMap;

/// Decimals hold nine places.
pub const ONE: i128 = 1_000_000_000;
/// Decimals lie below 10^18 (§2.0).
pub const DECIMAL_BOUND: i128 = 1_000_000_000_000_000_000 * ONE;
/// Money lies below 10^14 (§2.0).
pub const MONEY_BOUND: i128 = 100_000_000_000_000 * ONE;
/// Integers lie within ±10^12 (§2.0).
pub const INTEGER_BOUND: i64 = 1_000_000_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Integer,
    Decimal,
    Boolean,
    Date,
    Text,
    List,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Value {
    #[default]
    Null,
    Int(i64),
    Dec(i128),
    Bool(bool),
    Date(i64),
    Text(String),
    List(Vec<String>),
}

/// A row after parsing: field or attribute name to value; what is missing is null.
pub type Record = BTreeMap<String, Value>;

static NULL: Value = Value::Null;

pub fn get<'a>(record: &'a Record, field: &str) -> &'a Value {
    record.get(field).unwrap_or(&NULL)
}

pub fn text<'a>(record: &'a Record, field: &str) -> Option<&'a str> {
    match get(record, field) {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

pub fn int(record: &Record, field: &str) -> Option<i64> {
    match get(record, field) {
        Value::Int(number) => Some(*number),
        _ => None,
    }
}

pub fn date(record: &Record, field: &str) -> Option<i64> {
    match get(record, field) {
        Value::Date(day) => Some(*day),
        _ => None,
    }
}

pub fn decimal(record: &Record, field: &str) -> Option<i128> {
    match get(record, field) {
        Value::Dec(number) => Some(*number),
        _ => None,
    }
}

pub fn list(record: &Record, field: &str) -> Vec<String> {
    match get(record, field) {
        Value::List(items) => items.clone(),
        _ => Vec::new(),
    }
}

impl Value {
    pub fn is_null(&self) -> bool {
        *self == Value::Null
    }

    /// The canonical text of a cell; decimals with nine places (§10, §6).
    pub fn cell(&self) -> Option<String> {
        match self {
            Value::Null => None,
            Value::Int(number) => Some(number.to_string()),
            Value::Dec(number) => Some(decimal_text(*number, 9)),
            Value::Bool(truth) => Some(truth.to_string()),
            Value::Date(day) => Some(date_text(*day)),
            Value::Text(text) => Some(text.clone()),
            Value::List(items) => Some(items.join(";")),
        }
    }
}

/// A decimal with the given places, which it does not exceed.
fn decimal_text(number: i128, places: u32) -> String {
    let unit = 10i128.pow(9 - places);
    assert_eq!(number % unit, 0, "no digits beyond the places shown");
    let digits = (number / unit).unsigned_abs();
    let whole = 10u128.pow(places);
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}.{:0width$}", digits / whole, digits % whole, width = places as usize)
}

/// Money with four places (§6).
pub fn money_text(number: i128) -> String {
    decimal_text(number, 4)
}

/// Division rounded half away from zero (§2.0, §5.1, §6).
pub fn divide_rounded(numerator: i128, denominator: i128) -> i128 {
    let sign = if (numerator < 0) == (denominator < 0) { 1 } else { -1 };
    let (n, d) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    let (quotient, rest) = (n / d, n % d);
    let rounded = if rest >= d - rest { quotient + 1 } else { quotient };
    sign * rounded as i128
}

/// A percentage with four places, rounded half away from zero (§6).
pub fn percent_text(part: i64, whole: i64) -> String {
    let scaled = divide_rounded(part as i128 * 1_000_000, whole as i128);
    format!("{}.{:04}", scaled / 10_000, scaled % 10_000)
}

/// The day number of a calendar date, counted from 0001-01-01, or nothing if there is no such date.
pub fn day_number(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 || day > lengths[month as usize - 1] {
        return None;
    }
    let years = year - 1;
    let before = years * 365 + years / 4 - years / 100 + years / 400;
    Some(before + lengths[..month as usize - 1].iter().sum::<i64>() + day - 1)
}

/// The date of a day number: a year that is not too late, then a walk.
fn civil(day: i64) -> (i64, i64, i64) {
    let mut year = day / 366 + 1;
    while day_number(year + 1, 1, 1).is_some_and(|next| next <= day) {
        year += 1;
    }
    let mut month = 1;
    while month < 12 && day_number(year, month + 1, 1).is_some_and(|next| next <= day) {
        month += 1;
    }
    (year, month, day - day_number(year, month, 1).expect("a month") + 1)
}

pub fn date_text(day: i64) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Day numbers of the years 1 to 9999.
pub fn is_date(day: i64) -> bool {
    (0..=day_number(9999, 12, 31).expect("a date")).contains(&day)
}

/// Why a text is no value (§2.1).
pub type Reason = &'static str;

/// `YYYY-MM-DD` (§2.0).
pub fn parse_date(text: &str) -> Result<i64, Reason> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    if !shape {
        return Err("bad_value");
    }
    let part = |from: usize, to: usize| text[from..to].parse::<i64>().expect("digits");
    day_number(part(0, 4), part(5, 7), part(8, 10)).ok_or("bad_value")
}

/// `[+-]?[0-9]+` within ±10^12 (§2.0).
pub fn parse_integer(text: &str) -> Result<i64, Reason> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("bad_value");
    }
    match text.parse::<i64>() {
        Ok(number) if number.abs() <= INTEGER_BOUND => Ok(number),
        _ => Err("out_of_range"),
    }
}

/// `[+-]?[0-9]+(\.[0-9]+)?`, rounded half away from zero to the places, below the bound (§2.0).
pub fn parse_decimal(text: &str, places: usize, bound: i128) -> Result<i128, Reason> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, part) = match unsigned.split_once('.') {
        Some((_, "")) => return Err("bad_value"),
        Some((whole, part)) => (whole, part),
        None => (unsigned, ""),
    };
    if whole.is_empty() || !(whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit())) {
        return Err("bad_value");
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > 20 {
        return Err("out_of_range");
    }
    let kept: String = part.chars().chain(std::iter::repeat('0')).take(places).collect();
    let up = part.as_bytes().get(places).is_some_and(|digit| *digit >= b'5');
    let digits: i128 = format!("0{whole}{kept}").parse().expect("digits");
    let number = (digits + i128::from(up)) * 10i128.pow(9 - places as u32);
    if number >= bound {
        return Err("out_of_range");
    }
    Ok(if text.starts_with('-') { -number } else { number })
}

/// true, false, 1, 0 in any case (§2.0).
pub fn parse_boolean(text: &str) -> Result<bool, Reason> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err("bad_value"),
    }
}

/// `;`-separated, trimmed, empty elements dropped, an empty list is null (§2).
pub fn parse_list(text: &str) -> Value {
    let items: Vec<String> = text.split(';').map(|item| item.trim().to_string()).filter(|item| !item.is_empty()).collect();
    if items.is_empty() { Value::Null } else { Value::List(items) }
}
