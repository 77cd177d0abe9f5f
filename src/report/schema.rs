//! What a table is: its columns with their types and meanings, once. The files are written by it, `seatwise schema` prints it,
//! and the manifest lists it. The definition of each table stands in the table's own file.

pub use super::units::Unit;
use arrow::datatypes::{DataType, Field};
use std::borrow::Cow;
use std::sync::Arc;

/// What a column holds, and thereby how it is stored (contract §6: "integers are int64, money is decimal(18, 4), …").
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A text whose values repeat: members of closed lists, and identifiers of what many rows name. Dictionary-encoded.
    Code,
    /// A text that is different in nearly every row.
    Text,
    Integer,
    /// decimal(18, 4).
    Money,
    /// decimal(28, 9): an attribute of type decimal.
    Decimal,
    /// float64, rounded half away from zero at 4 places.
    Percent,
    Boolean,
    Date,
    /// A list of texts.
    List,
}

impl Kind {
    /// The word that `seatwise schema` prints.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Code | Kind::Text => "text",
            Kind::Integer => "int64",
            Kind::Money => "decimal(18, 4)",
            Kind::Decimal => "decimal(28, 9)",
            Kind::Percent => "float64",
            Kind::Boolean => "boolean",
            Kind::Date => "date",
            Kind::List => "list of text",
        }
    }

    /// The Arrow type that the arrays of `columns` have. The file holds plain Parquet types only: a reader sees text for a
    /// dictionary, so that the same identifier has the same type in every table.
    pub(super) fn arrow(self) -> DataType {
        match self {
            Kind::Code => dictionary(),
            Kind::Text => DataType::Utf8,
            Kind::Integer => DataType::Int64,
            Kind::Money => DataType::Decimal128(18, 4),
            Kind::Decimal => DataType::Decimal128(28, 9),
            Kind::Percent => DataType::Float64,
            Kind::Boolean => DataType::Boolean,
            Kind::Date => DataType::Date32,
            Kind::List => DataType::List(list_item()),
        }
    }
}

/// Codes of the estate are the keys, so that a column of codes needs no look at any text (see `pool`).
fn dictionary() -> DataType {
    DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::LargeUtf8))
}

/// The element of a list column.
pub(super) fn list_item() -> Arc<Field> {
    Arc::new(Field::new("element", dictionary(), false))
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnDef {
    pub name: Cow<'static, str>,
    pub kind: Kind,
    pub nullable: bool,
    /// Whether the rows are sorted by it, after the sorted columns that stand before it (contract §6: ↑).
    pub sorted: bool,
    /// What it counts, if it holds numbers; none for a field of a rule, whose unit only its author knows.
    pub unit: Option<Unit>,
    /// One line, for people.
    pub meaning: Cow<'static, str>,
}

impl ColumnDef {
    const fn new(name: &'static str, kind: Kind, meaning: &'static str) -> Self {
        let unit = match kind {
            Kind::Money => Some(Unit::Currency),
            Kind::Percent => Some(Unit::Percent),
            _ => None,
        };
        Self { name: Cow::Borrowed(name), kind, nullable: false, sorted: false, unit, meaning: Cow::Borrowed(meaning) }
    }

    /// The same column, counted in a unit.
    pub const fn of(mut self, unit: Unit) -> Self {
        self.unit = Some(unit);
        self
    }

    /// The same column, marked ↑ in the contract.
    pub const fn sorted(mut self) -> Self {
        self.sorted = true;
        self
    }

    /// The same column, with nulls.
    pub const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    pub(super) fn field(&self) -> Field {
        Field::new(self.name.as_ref(), self.kind.arrow(), self.nullable)
    }
}

pub(super) const fn code(name: &'static str, meaning: &'static str) -> ColumnDef {
    ColumnDef::new(name, Kind::Code, meaning)
}

pub(super) const fn text(name: &'static str, meaning: &'static str) -> ColumnDef {
    ColumnDef::new(name, Kind::Text, meaning)
}

pub(super) const fn integer(name: &'static str, meaning: &'static str) -> ColumnDef {
    ColumnDef::new(name, Kind::Integer, meaning)
}

pub(super) const fn money(name: &'static str, meaning: &'static str) -> ColumnDef {
    ColumnDef::new(name, Kind::Money, meaning)
}

pub(super) const fn percent(name: &'static str, meaning: &'static str) -> ColumnDef {
    ColumnDef::new(name, Kind::Percent, meaning)
}

pub(super) const fn boolean(name: &'static str, meaning: &'static str) -> ColumnDef {
    ColumnDef::new(name, Kind::Boolean, meaning)
}

pub(super) const fn date(name: &'static str, meaning: &'static str) -> ColumnDef {
    ColumnDef::new(name, Kind::Date, meaning)
}

pub(super) const fn list(name: &'static str, meaning: &'static str) -> ColumnDef {
    ColumnDef::new(name, Kind::List, meaning)
}

/// One table of a run (contract §6, §6.3).
#[derive(Clone, Copy, Debug)]
pub struct TableDef {
    /// The file's name without `.parquet`.
    pub name: &'static str,
    /// What a row is.
    pub about: &'static str,
    pub columns: &'static [ColumnDef],
    /// Whether the fields that rules read follow the columns.
    pub extended_by_rules: bool,
}
