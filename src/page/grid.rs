//! Rows of a table as the page holds them: the names of the columns once, then the values. Money and decimals are texts, since a
//! number of JavaScript does not hold them exactly.

use crate::answers::AnswerError;
use crate::model::decimal::{Scaled, format_short};
use crate::report::back::{Cell, Rows};
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::collections::BTreeMap;

/// Some rows of a table.
#[derive(Serialize, Debug, Default)]
pub struct Grid {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Value>>,
    /// How many rows there are, with those that are left out.
    pub all: usize,
}

impl Grid {
    /// Some rows, with some of their columns; those that the table lacks stay out.
    pub fn of(rows: &Rows, columns: &[&str], places: &[usize]) -> Self {
        let names = rows.names();
        let known: Vec<usize> = columns.iter().filter_map(|column| names.iter().position(|name| name == column)).collect();
        let row = |row: &usize| known.iter().map(|column| value(rows.cell(*row, *column))).collect();
        Self { columns: known.iter().map(|place| names[*place].clone()).collect(), rows: places.iter().map(row).collect(), all: rows.len() }
    }
}

/// A value as the page holds it.
pub fn value(cell: Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Text(text) => text.into(),
        Cell::Integer(number) => number.into(),
        Cell::Decimal(number, _) => format_short(number).into(),
        Cell::Percent(number) => number.into(),
        Cell::Boolean(truth) => truth.into(),
        Cell::Date(date) => date.to_string().into(),
        Cell::List(items) => items.into(),
    }
}

/// Money by currency: amounts of two currencies are never added. As JSON, pairs of a currency (null if none is stated) and an amount.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Purse(BTreeMap<Option<String>, Scaled>);

impl Purse {
    pub fn add(&mut self, currency: Option<&str>, amount: Scaled) {
        if amount != 0 {
            *self.0.entry(currency.map(str::to_owned)).or_default() += amount;
        }
    }
}

impl Serialize for Purse {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        // The currency with the name first: one without stands last.
        let mut amounts: Vec<_> = self.0.iter().collect();
        amounts.sort_by_key(|(currency, _)| (currency.is_none(), *currency));
        out.collect_seq(amounts.into_iter().map(|(currency, amount)| (currency, format_short(*amount))))
    }
}

/// The first so many of so many rows, in the order of a key: only those that are taken are put in order.
pub fn firsts<K: Ord>(rows: usize, most: usize, key: impl Fn(usize) -> K) -> Vec<usize> {
    first_of((0..rows).collect(), most, key)
}

/// The same of some rows.
pub fn first_of<K: Ord>(mut order: Vec<usize>, most: usize, key: impl Fn(usize) -> K) -> Vec<usize> {
    let compare = |one: &usize, other: &usize| key(*one).cmp(&key(*other));
    if order.len() > most {
        order.select_nth_unstable_by(most, compare);
        order.truncate(most);
    }
    order.sort_unstable_by(compare);
    order
}

/// A text column, as a question by row.
pub fn texts<'a>(rows: &'a Rows, name: &str) -> Result<impl Fn(usize) -> Option<&'a str> + use<'a>, AnswerError> {
    Ok(rows.texts(name)?)
}

/// An integer column, as a question by row; null is 0.
pub fn counts<'a>(rows: &'a Rows, name: &str) -> Result<impl Fn(usize) -> i64 + use<'a>, AnswerError> {
    let integers = rows.integers(name)?;
    Ok(move |row| integers(row).unwrap_or(0))
}

/// A money column, as a question by row; null is 0.
pub fn money<'a>(rows: &'a Rows, name: &str) -> Result<impl Fn(usize) -> Scaled + use<'a>, AnswerError> {
    let amounts = rows.decimals(name)?;
    Ok(move |row| amounts(row).unwrap_or(0))
}
