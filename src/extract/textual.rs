//! Physical values as the text they would be written as, for where they are not of the type that is asked for: an asset that is
//! numbered 12 in a column of integers, or of floats because some rows have none, is asset `12`.

use super::raw::{CellFault, Cells};
use crate::model::date::{Date, FIRST_DAY, LAST_DAY};
use crate::model::words::RejectReason;
use polars::prelude::{StringChunked, StringChunkedBuilder};
use std::fmt::{Display, Write};

/// Integers by their digits; floats in the fewest digits that give them back, without exponent, integral ones without point;
/// decimals without trailing zeros; `true`, `false`; dates as `YYYY-MM-DD`, timestamps as `YYYY-MM-DDTHH:MM:SS`, with `Z` if the
/// column has a zone. A float that is no number, and a day beyond the years 1 to 9999, is a fault (in ascending rows).
pub fn textual(cells: &Cells) -> (StringChunked, Vec<CellFault>) {
    match cells {
        Cells::Text(cells) | Cells::List(cells) => (cells.clone(), Vec::new()),
        Cells::Integer(cells) => written(cells.iter(), show),
        Cells::Unsigned(cells) => written(cells.iter(), show),
        Cells::Boolean(cells) => written(cells.iter(), show),
        Cells::Float32(cells) => {
            written(cells.iter(), |value, out| if value.is_finite() { show(value, out) } else { Err(RejectReason::NotFinite) })
        }
        Cells::Float64(cells) => {
            written(cells.iter(), |value, out| if value.is_finite() { show(value, out) } else { Err(RejectReason::NotFinite) })
        }
        Cells::Date(cells) => written(cells.iter(), |value, out| show(date(i64::from(value))?, out)),
        Cells::Timestamp { ticks, ticks_a_day, zoned } => written(ticks.iter(), |value, out| timestamp(value, *ticks_a_day, *zoned, out)),
        Cells::Decimal { digits, places } => written(digits.iter(), |value, out| show(decimal_text(value, *places), out)),
        Cells::Nothing(rows) => written((0..*rows).map(|_| None::<bool>), show),
    }
}

fn written<V: Copy + Display>(
    cells: impl Iterator<Item = Option<V>>,
    write: impl Fn(V, &mut String) -> Result<(), RejectReason>,
) -> (StringChunked, Vec<CellFault>) {
    let mut out = StringChunkedBuilder::new("".into(), cells.size_hint().0);
    let mut faults = Vec::new();
    let mut text = String::new();
    for (row, cell) in cells.enumerate() {
        let Some(value) = cell else {
            out.append_null();
            continue;
        };
        text.clear();
        match write(value, &mut text) {
            Ok(()) => out.append_value(&text),
            Err(reason) => {
                faults.push(CellFault { row: row as u32, reason, value: Some(value.to_string().into()) });
                out.append_null();
            }
        }
    }
    (out.finish(), faults)
}

fn show(value: impl Display, out: &mut String) -> Result<(), RejectReason> {
    // Writing to a string cannot fail.
    let _ = write!(out, "{value}");
    Ok(())
}

fn date(days: i64) -> Result<Date, RejectReason> {
    if (i64::from(FIRST_DAY)..=i64::from(LAST_DAY)).contains(&days) { Ok(Date(days as i32)) } else { Err(RejectReason::OutOfRange) }
}

fn timestamp(ticks: i64, ticks_a_day: i64, zoned: bool, out: &mut String) -> Result<(), RejectReason> {
    let date = date(ticks.div_euclid(ticks_a_day))?;
    let seconds = ticks.rem_euclid(ticks_a_day) / (ticks_a_day / 86_400);
    let zone = if zoned { "Z" } else { "" };
    show(format_args!("{date}T{:02}:{:02}:{:02}{zone}", seconds / 3600, seconds / 60 % 60, seconds % 60), out)
}

/// A decimal without trailing zeros after the point.
pub fn decimal_text(digits: i128, places: usize) -> String {
    let sign = if digits < 0 { "-" } else { "" };
    let text = format!("{:0width$}", digits.unsigned_abs(), width = places + 1);
    let (whole, fraction) = text.split_at(text.len() - places);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}
