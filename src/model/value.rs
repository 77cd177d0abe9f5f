//! One value of a field, and the columns that fields live in. Nulls are in-band: a column is one plain vector.

use super::date::NULL_DATE;
use super::decimal::{NULL_DECIMAL, ONE, Scaled};
use super::text::{Code, NULL_CODE, Renumbering};
use rayon::prelude::*;

/// The null of every integer column. Values lie within ±10^12, and arithmetic that would reach it gives null.
pub const NULL_INT: i64 = i64::MIN;

/// The type of a field or an expression (contract §5.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Type {
    Text,
    Integer,
    Decimal,
    Boolean,
    Date,
    List,
}

impl Type {
    /// The word that job files and messages use.
    pub fn word(self) -> &'static str {
        match self {
            Type::Text => "text",
            Type::Integer => "integer",
            Type::Decimal => "decimal",
            Type::Boolean => "boolean",
            Type::Date => "date",
            Type::List => "list",
        }
    }

    pub fn is_number(self) -> bool {
        matches!(self, Type::Integer | Type::Decimal)
    }
}

/// A value, small enough to copy. Texts and lists are codes of the estate's `Texts` and `Lists`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Value {
    Null,
    Text(Code),
    Integer(i64),
    Decimal(Scaled),
    Boolean(bool),
    Date(i32),
    List(u32),
}

impl Value {
    pub fn is_null(self) -> bool {
        self == Value::Null
    }

    /// A number as a scaled decimal; `None` for null and for what is no number.
    pub fn scaled(self) -> Option<Scaled> {
        match self {
            Value::Integer(value) => Some(Scaled::from(value) * ONE),
            Value::Decimal(value) => Some(value),
            _ => None,
        }
    }
}

/// A column of one type. See [`Value`] for what the numbers mean.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    Text(Vec<Code>),
    Integer(Vec<i64>),
    Decimal(Vec<Scaled>),
    Boolean(Vec<Option<bool>>),
    Date(Vec<i32>),
    List(Vec<u32>),
    /// So many nulls of a type: what an extract of many rows does not have takes no room. It has no slice of values.
    Nulls(Type, usize),
}

impl Column {
    /// A column of `rows` nulls.
    pub fn nulls(kind: Type, rows: usize) -> Self {
        match kind {
            Type::Text => Column::Text(vec![NULL_CODE; rows]),
            Type::Integer => Column::Integer(vec![NULL_INT; rows]),
            Type::Decimal => Column::Decimal(vec![NULL_DECIMAL; rows]),
            Type::Boolean => Column::Boolean(vec![None; rows]),
            Type::Date => Column::Date(vec![NULL_DATE; rows]),
            Type::List => Column::List(vec![NULL_CODE; rows]),
        }
    }

    /// An empty column with room for `rows`.
    pub fn with_capacity(kind: Type, rows: usize) -> Self {
        match kind {
            Type::Text => Column::Text(Vec::with_capacity(rows)),
            Type::Integer => Column::Integer(Vec::with_capacity(rows)),
            Type::Decimal => Column::Decimal(Vec::with_capacity(rows)),
            Type::Boolean => Column::Boolean(Vec::with_capacity(rows)),
            Type::Date => Column::Date(Vec::with_capacity(rows)),
            Type::List => Column::List(Vec::with_capacity(rows)),
        }
    }

    pub fn kind(&self) -> Type {
        match self {
            Column::Text(_) => Type::Text,
            Column::Integer(_) => Type::Integer,
            Column::Decimal(_) => Type::Decimal,
            Column::Boolean(_) => Type::Boolean,
            Column::Date(_) => Type::Date,
            Column::List(_) => Type::List,
            Column::Nulls(kind, _) => *kind,
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Column::Text(values) | Column::List(values) => values.len(),
            Column::Integer(values) => values.len(),
            Column::Decimal(values) => values.len(),
            Column::Boolean(values) => values.len(),
            Column::Date(values) => values.len(),
            Column::Nulls(_, rows) => *rows,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a row.
    pub fn get(&self, row: usize) -> Value {
        match self {
            Column::Text(values) => if_not(values[row], NULL_CODE, Value::Text),
            Column::Integer(values) => if_not(values[row], NULL_INT, Value::Integer),
            Column::Decimal(values) => if_not(values[row], NULL_DECIMAL, Value::Decimal),
            Column::Boolean(values) => values[row].map_or(Value::Null, Value::Boolean),
            Column::Date(values) => if_not(values[row], NULL_DATE, Value::Date),
            Column::List(values) => if_not(values[row], NULL_CODE, Value::List),
            Column::Nulls(..) => Value::Null,
        }
    }

    /// Appends a value of the column's type, or null. An integer goes into a decimal column as a decimal.
    pub fn push(&mut self, value: Value) {
        match self {
            Column::Text(values) => values.push(if let Value::Text(code) = value { code } else { NULL_CODE }),
            Column::Integer(values) => values.push(if let Value::Integer(number) = value { number } else { NULL_INT }),
            Column::Decimal(values) => values.push(value.scaled().unwrap_or(NULL_DECIMAL)),
            Column::Boolean(values) => values.push(if let Value::Boolean(truth) = value { Some(truth) } else { None }),
            Column::Date(values) => values.push(if let Value::Date(day) = value { day } else { NULL_DATE }),
            Column::List(values) => values.push(if let Value::List(id) = value { id } else { NULL_CODE }),
            Column::Nulls(_, rows) if value.is_null() => *rows += 1,
            Column::Nulls(kind, rows) => {
                *self = Column::nulls(*kind, *rows);
                self.push(value);
            }
        }
    }

    /// The rows in the order of `rows`.
    pub fn gather(&self, rows: &[u32]) -> Self {
        fn pick<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
            rows.iter().map(|row| values[*row as usize]).collect()
        }
        match self {
            Column::Text(values) => Column::Text(pick(values, rows)),
            Column::Integer(values) => Column::Integer(pick(values, rows)),
            Column::Decimal(values) => Column::Decimal(pick(values, rows)),
            Column::Boolean(values) => Column::Boolean(pick(values, rows)),
            Column::Date(values) => Column::Date(pick(values, rows)),
            Column::List(values) => Column::List(pick(values, rows)),
            Column::Nulls(kind, _) => Column::Nulls(*kind, rows.len()),
        }
    }

    /// From provisional text codes to frozen ones (list ids stay; their elements are renumbered in `Lists`).
    pub fn renumber(&mut self, renumbering: &Renumbering) {
        if let Column::Text(values) = self {
            values.par_iter_mut().for_each(|code| *code = renumbering.of(*code));
        }
    }

    /// The codes of a text column; none for another type.
    pub fn texts(&self) -> &[Code] {
        if let Column::Text(values) = self { values } else { &[] }
    }

    /// The values of an integer column; none for another type.
    pub fn integers(&self) -> &[i64] {
        if let Column::Integer(values) = self { values } else { &[] }
    }

    /// The values of a decimal column; none for another type.
    pub fn decimals(&self) -> &[Scaled] {
        if let Column::Decimal(values) = self { values } else { &[] }
    }

    /// The days of a date column; none for another type.
    pub fn dates(&self) -> &[i32] {
        if let Column::Date(values) = self { values } else { &[] }
    }

    /// The values of a boolean column; none for another type.
    pub fn booleans(&self) -> &[Option<bool>] {
        if let Column::Boolean(values) = self { values } else { &[] }
    }

    /// The list ids of a list column; none for another type.
    pub fn lists(&self) -> &[u32] {
        if let Column::List(values) = self { values } else { &[] }
    }
}

fn if_not<T: PartialEq>(value: T, null: T, wrap: impl FnOnce(T) -> Value) -> Value {
    if value == null { Value::Null } else { wrap(value) }
}

/// Named columns of equal length: one extract after reading, or the fields that rules read.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    pub rows: usize,
    pub names: Vec<String>,
    pub columns: Vec<Column>,
}

impl Frame {
    pub fn new(rows: usize) -> Self {
        Self { rows, names: Vec::new(), columns: Vec::new() }
    }

    pub fn push(&mut self, name: impl Into<String>, column: Column) {
        debug_assert_eq!(column.len(), self.rows);
        self.names.push(name.into());
        self.columns.push(column);
    }

    pub fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|candidate| candidate == name)
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.place(name).map(|place| &self.columns[place])
    }

    /// The rows in the order of `rows`.
    pub fn gather(&self, rows: &[u32]) -> Self {
        let columns = self.columns.par_iter().map(|column| column.gather(rows)).collect();
        Self { rows: rows.len(), names: self.names.clone(), columns }
    }

    pub fn renumber(&mut self, renumbering: &Renumbering) {
        for column in &mut self.columns {
            column.renumber(renumbering);
        }
    }
}
