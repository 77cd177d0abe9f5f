//! A file as columns of what stands in it, before any of it is judged: text from a CSV, physical values from a Parquet file.
//! Brings the many physical types of Polars down to a few.

use super::parts::Parts;
use crate::model::value::Type;
use crate::model::words::RejectReason;
use polars::prelude::*;

/// A file as it was read.
pub struct Table {
    /// Of no rows where they come in parts.
    pub columns: Vec<Raw>,
    /// Columns of types that hold nothing for us, by name, and what they hold.
    pub unreadable: Vec<(String, String)>,
    /// Rows in `columns`, or in all parts.
    pub rows: usize,
    /// The rows of a long file.
    pub parts: Option<Parts>,
    /// The 1-based data row of each row in `columns`; `None` where they are simply counted.
    pub numbers: Option<Vec<u32>>,
    /// Data rows of the file, those that could not be read included.
    pub rows_read: u64,
    /// Rows that could not be read at all; they are not in `columns`.
    pub broken: Vec<BrokenRow>,
}

/// A row without a place in the columns.
pub struct BrokenRow {
    pub number: u64,
    pub fault: BrokenFault,
}

pub enum BrokenFault {
    /// Too many or too few fields, an open quote: what stood there, and a sentence.
    Form { value: String, message: String },
    /// The places of the columns whose bytes are no UTF-8, each with what it looks like.
    Utf8(Vec<(usize, String)>),
}

/// A column as it was read.
pub struct Raw {
    /// The file's name for it, trimmed.
    pub name: String,
    pub cells: Cells,
    /// What was found bad while bringing it into this form; those cells are null.
    pub faults: Vec<CellFault>,
}

/// A cell that makes its row a reject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFault {
    pub row: u32,
    pub reason: RejectReason,
    pub value: Option<Box<str>>,
}

/// The forms that values come in, in the chunks that Polars read them in.
#[derive(Clone)]
pub enum Cells {
    Text(StringChunked),
    /// Lists of text, each joined by [`LIST_SEPARATOR`].
    List(StringChunked),
    Integer(Int64Chunked),
    /// Unsigned integers of 64 bits, of which not all fit into the above.
    Unsigned(UInt64Chunked),
    Float32(Float32Chunked),
    Float64(Float64Chunked),
    Boolean(BooleanChunked),
    /// Days since 1970-01-01.
    Date(Int32Chunked),
    /// Ticks since 1970-01-01, in UTC if the column has a zone.
    Timestamp {
        ticks: Int64Chunked,
        ticks_a_day: i64,
        zoned: bool,
    },
    Decimal {
        digits: Int128Chunked,
        places: usize,
    },
    Nothing(usize),
}

/// Between the elements of a list that was joined; an element that holds it is rejected.
pub const LIST_SEPARATOR: char = '\0';

impl Cells {
    /// `length` cells from `offset`.
    pub fn slice(&self, offset: usize, length: usize) -> Self {
        let at = offset as i64;
        match self {
            Cells::Text(cells) => Cells::Text(cells.slice(at, length)),
            Cells::List(cells) => Cells::List(cells.slice(at, length)),
            Cells::Integer(cells) => Cells::Integer(cells.slice(at, length)),
            Cells::Unsigned(cells) => Cells::Unsigned(cells.slice(at, length)),
            Cells::Float32(cells) => Cells::Float32(cells.slice(at, length)),
            Cells::Float64(cells) => Cells::Float64(cells.slice(at, length)),
            Cells::Boolean(cells) => Cells::Boolean(cells.slice(at, length)),
            Cells::Date(cells) => Cells::Date(cells.slice(at, length)),
            Cells::Timestamp { ticks, ticks_a_day, zoned } => {
                Cells::Timestamp { ticks: ticks.slice(at, length), ticks_a_day: *ticks_a_day, zoned: *zoned }
            }
            Cells::Decimal { digits, places } => Cells::Decimal { digits: digits.slice(at, length), places: *places },
            Cells::Nothing(_) => Cells::Nothing(length),
        }
    }

    /// The type of an attribute of this form (§2.0), `None` where there is nothing but nulls of no type. As with text, a type
    /// that would reject its own values is not taken: numbers too great for an integer make decimals, and then text (§10).
    pub fn attribute_type(&self) -> Option<Type> {
        const INTEGERS: i128 = 1_000_000_000_000;
        const DECIMALS: i128 = 1_000_000_000_000_000_000;
        let whole = |least: i128, most: i128| {
            let fits = |limit: i128, strictly: i128| -limit + strictly <= least && most <= limit - strictly;
            if fits(INTEGERS, 0) {
                Type::Integer
            } else if fits(DECIMALS, 1) {
                Type::Decimal
            } else {
                Type::Text
            }
        };
        let float = |least: Option<f64>, most: Option<f64>| {
            let small = |value: Option<f64>| value.is_none_or(|value| !value.is_finite() || value.abs() < DECIMALS as f64);
            if small(least) && small(most) { Type::Decimal } else { Type::Text }
        };
        Some(match self {
            Cells::Text(_) => Type::Text,
            Cells::List(_) => Type::List,
            Cells::Boolean(_) => Type::Boolean,
            Cells::Date(_) | Cells::Timestamp { .. } => Type::Date,
            Cells::Integer(cells) => whole(cells.min().unwrap_or(0).into(), cells.max().unwrap_or(0).into()),
            Cells::Unsigned(cells) => whole(0, cells.max().unwrap_or(0).into()),
            Cells::Float32(cells) => float(cells.min().map(f64::from), cells.max().map(f64::from)),
            Cells::Float64(cells) => float(cells.min(), cells.max()),
            Cells::Decimal { digits, places } => {
                let one = 10i128.checked_pow(*places as u32).unwrap_or(i128::MAX);
                let greatest = digits.iter().flatten().map(|digits| (digits / one).saturating_abs()).max().unwrap_or(0);
                if greatest < DECIMALS { Type::Decimal } else { Type::Text }
            }
            Cells::Nothing(_) => return None,
        })
    }
}

/// Brings a column of a frame into one of the forms; the error says what it holds instead.
pub fn from_series(name: String, series: &Series) -> PolarsResult<Result<Raw, String>> {
    let mut faults = Vec::new();
    let cells = match series.dtype() {
        DataType::String => Cells::Text(series.str()?.clone()),
        DataType::Categorical(..) | DataType::Enum(..) => Cells::Text(series.cast(&DataType::String)?.str()?.clone()),
        DataType::Binary => Cells::Text(utf8(series.binary()?, &mut faults)),
        DataType::UInt64 => Cells::Unsigned(series.u64()?.clone()),
        kind if kind.is_integer() => Cells::Integer(series.cast(&DataType::Int64)?.i64()?.clone()),
        DataType::Float32 => Cells::Float32(series.f32()?.clone()),
        DataType::Float64 => Cells::Float64(series.f64()?.clone()),
        DataType::Boolean => Cells::Boolean(series.bool()?.clone()),
        DataType::Date => Cells::Date(series.to_physical_repr().i32()?.clone()),
        DataType::Datetime(unit, zone) => {
            let ticks_a_day = match unit {
                TimeUnit::Nanoseconds => 86_400_000_000_000,
                TimeUnit::Microseconds => 86_400_000_000,
                TimeUnit::Milliseconds => 86_400_000,
            };
            Cells::Timestamp { ticks: series.to_physical_repr().i64()?.clone(), ticks_a_day, zoned: zone.is_some() }
        }
        DataType::Decimal(_, places) => {
            let places = *places;
            Cells::Decimal { digits: series.decimal()?.physical().clone(), places }
        }
        DataType::List(inner) if matches!(&**inner, DataType::String | DataType::Categorical(..) | DataType::Enum(..)) => {
            Cells::List(joined(series.list()?, &mut faults)?)
        }
        DataType::Null => Cells::Nothing(series.len()),
        DataType::List(inner) if matches!(&**inner, DataType::Null) => Cells::Nothing(series.len()),
        other => return Ok(Err(other.to_string())),
    };
    Ok(Ok(Raw { name, cells, faults }))
}

/// Bytes as text; what is no UTF-8 is a fault of its row.
fn utf8(cells: &BinaryChunked, faults: &mut Vec<CellFault>) -> StringChunked {
    let mut out = StringChunkedBuilder::new(cells.name().clone(), cells.len());
    for (row, bytes) in cells.iter().enumerate() {
        let text = bytes.map(std::str::from_utf8).transpose();
        if text.is_err() {
            let value = bytes.map(|bytes| String::from_utf8_lossy(bytes).into());
            faults.push(CellFault { row: row as u32, reason: RejectReason::InvalidUtf8, value });
        }
        out.append_option(text.ok().flatten());
    }
    out.finish()
}

/// Each list as one text, its elements joined by [`LIST_SEPARATOR`]. Null elements are dropped as empty ones are.
fn joined(lists: &ListChunked, faults: &mut Vec<CellFault>) -> PolarsResult<StringChunked> {
    let mut out = StringChunkedBuilder::new(lists.name().clone(), lists.len());
    let lists = lists.rechunk();
    let items = lists.get_inner().cast(&DataType::String)?.rechunk();
    let items = items.str()?;
    let array = lists.downcast_as_array();
    let present = lists.is_not_null();
    let mut text = String::new();
    let mut start = array.offsets().first();
    for (row, (end, present)) in array.offsets().iter().skip(1).zip(present.iter()).enumerate() {
        text.clear();
        let mut bad = false;
        for place in *start..*end {
            let item = items.get(place as usize).unwrap_or_default();
            bad |= item.contains(LIST_SEPARATOR);
            text.push_str(item);
            text.push(LIST_SEPARATOR);
        }
        start = end;
        if present == Some(true) && bad {
            faults.push(CellFault { row: row as u32, reason: RejectReason::NulCharacter, value: Some(listed(&text)) });
        }
        if present == Some(true) && !bad { out.append_value(&text) } else { out.append_null() }
    }
    Ok(out.finish())
}

/// A list that was joined, as a person would write it.
pub fn listed(joined: &str) -> Box<str> {
    joined.trim_end_matches(LIST_SEPARATOR).replace(LIST_SEPARATOR, ";").into()
}
