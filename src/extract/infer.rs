//! The type of an attribute: from the job, else from all its values in all CSV files of the extract and from its physical type
//! in the Parquet files, which must agree (contract §2.0, §10). Inference alone never rejects a row.

use super::columns::Translation;
use super::date_format::{DateFormat, read_date};
use super::parse::{self, trimmed};
use super::raw::Cells;
use crate::model::value::Type;

/// What the values of a text column could all be. Begins as everything and only shrinks, so parts can be merged in any order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// There is a value.
    any: bool,
    integer: bool,
    decimal: bool,
    boolean: bool,
    date: bool,
}

impl Evidence {
    pub const NONE: Evidence = Evidence { any: false, integer: true, decimal: true, boolean: true, date: true };

    pub fn and(self, other: Self) -> Self {
        Self {
            any: self.any || other.any,
            integer: self.integer && other.integer,
            decimal: self.decimal && other.decimal,
            boolean: self.boolean && other.boolean,
            date: self.date && other.date,
        }
    }

    /// The first of integer, decimal, boolean, date that all values are, else text; `None` where there is no value.
    pub fn kind(self) -> Option<Type> {
        match self {
            Evidence { any: false, .. } => None,
            Evidence { integer: true, .. } => Some(Type::Integer),
            Evidence { decimal: true, .. } => Some(Type::Decimal),
            Evidence { boolean: true, .. } => Some(Type::Boolean),
            Evidence { date: true, .. } => Some(Type::Date),
            _ => Some(Type::Text),
        }
    }

    fn see(&mut self, text: &str, format: Option<&DateFormat>) {
        self.any = true;
        let number = self.decimal && plain_number(text);
        self.integer = self.integer && number && parse::integer(text).is_ok();
        self.decimal = number && parse::decimal(text).is_ok();
        self.boolean = self.boolean && (text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false"));
        self.date = self.date && read_date(text, format).is_some();
    }

    /// Nothing but text is left.
    fn settled(self) -> bool {
        self.any && !self.decimal && !self.boolean && !self.date
    }
}

/// Whether a number is written as people write amounts, and not as they write codes: no `+`, no leading zero (`007`, `01.5`).
fn plain_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !matches!(digits.as_bytes(), [b'+', ..] | [b'0', b'0'..=b'9', ..])
}

/// What the values of a column of text could be. Other forms have a type of their own: [`Cells::attribute_type`].
pub fn evidence(cells: &Cells, nulls: &[String], format: Option<&DateFormat>, translation: Option<&Translation>) -> Evidence {
    let mut evidence = Evidence::NONE;
    let Cells::Text(cells) = cells else { return evidence };
    for text in cells.iter().flatten() {
        let text = trimmed(text);
        if text.is_empty() || nulls.iter().any(|null| null == text) {
            continue;
        }
        evidence.see(translation.and_then(|values| values.get(text)).map_or(text, String::as_str), format);
        if evidence.settled() {
            break;
        }
    }
    evidence
}

/// One type for two: integer and decimal make decimal; `Err` for another clash.
pub fn unify(left: Type, right: Type) -> Result<Type, (Type, Type)> {
    match (left, right) {
        (left, right) if left == right => Ok(left),
        (left, right) if left.is_number() && right.is_number() => Ok(Type::Decimal),
        clash => Err(clash),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(values: &[&str], format: Option<&str>) -> Option<Type> {
        let format = format.map(|format| DateFormat::parse(format).expect("a format"));
        let mut evidence = Evidence::NONE;
        for value in values {
            evidence.see(value, format.as_ref());
        }
        evidence.kind()
    }

    #[test]
    fn types_of_attributes() {
        for (values, expected) in [
            (&["1", "-20", "0"] as &[&str], Some(Type::Integer)),
            (&["1", "1000000000001"], Some(Type::Decimal)),
            (&["1", "2.50"], Some(Type::Decimal)),
            (&["0.5"], Some(Type::Decimal)),
            (&["1", "1000000000000000000"], Some(Type::Text)),
            (&["007", "12"], Some(Type::Text)),
            (&["+1"], Some(Type::Text)),
            (&["1", "true"], Some(Type::Text)),
            (&["TRUE", "false"], Some(Type::Boolean)),
            (&["1", "0"], Some(Type::Integer)),
            (&["2026-01-31", "2026-02-01T10:00:00Z"], Some(Type::Date)),
            (&["2026-01-31", "x"], Some(Type::Text)),
            (&[], None),
        ] {
            assert_eq!(kind(values, None), expected, "{values:?}");
        }
        assert_eq!(kind(&["31/01/2026"], Some("%d/%m/%Y")), Some(Type::Date));
        assert_eq!(kind(&["20260131"], Some("%Y%m%d")), Some(Type::Integer));
    }
}
