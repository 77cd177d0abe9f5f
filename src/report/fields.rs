//! Fields of the estate as columns, whatever their type: what the `licenses` and `demands` tables hold of an extract, and what
//! rules read beyond that.

use super::columns::Columns;
use super::numbers::money;
use super::pool::TextPool;
use super::schema::{ColumnDef, Kind};
use crate::model::decimal::NULL_DECIMAL;
use crate::model::text::{Lists, NULL_CODE};
use crate::model::value::{Column, NULL_INT, Type};
use crate::rules::FieldInfo;
use std::borrow::Cow;

/// How an attribute or set field of a type is stored (contract §10: decimals with 9 places).
fn kind_of(kind: Type) -> Kind {
    match kind {
        Type::Text => Kind::Code,
        Type::Integer => Kind::Integer,
        Type::Decimal => Kind::Decimal,
        Type::Boolean => Kind::Boolean,
        Type::Date => Kind::Date,
        Type::List => Kind::List,
    }
}

/// The definition of a column for a field that rules read.
pub(super) fn definition(name: String, field: &FieldInfo) -> ColumnDef {
    ColumnDef {
        name: Cow::Owned(name),
        kind: kind_of(field.kind),
        nullable: true,
        sorted: false,
        unit: None,
        meaning: Cow::Borrowed("a field that a rule reads"),
    }
}

/// Appends a field's column. One that is missing, or has another type than the table defines, is all null: the declared type
/// stays (an all-null column without a type would break readers that put several runs side by side).
pub(super) fn append<'a>(
    columns: &mut Columns<'a>,
    name: Cow<'a, str>,
    kind: Kind,
    texts: &TextPool<'a>,
    lists: &'a Lists,
    column: Option<&'a Column>,
) {
    match (kind, column) {
        (Kind::Code, Some(Column::Text(codes))) => columns.code(name, texts, |row| codes[row]),
        (Kind::Integer, Some(Column::Integer(values))) => columns.integer(name, |row| values[row]),
        (Kind::Money, Some(Column::Decimal(values))) => columns.money(name, |row| money(values[row])),
        (Kind::Decimal, Some(Column::Decimal(values))) => {
            columns.decimal(name, |row| (values[row] != NULL_DECIMAL).then_some(values[row]));
        }
        (Kind::Boolean, Some(Column::Boolean(values))) => columns.boolean(name, |row| values[row]),
        (Kind::Date, Some(Column::Date(days))) => columns.date(name, |row| days[row]),
        (Kind::List, Some(Column::List(ids))) => {
            columns.list(name, texts, |row| (ids[row] != NULL_CODE).then(|| lists.get(ids[row])));
        }
        (kind, _) => nulls(columns, name, kind, texts),
    }
}

fn nulls<'a>(columns: &mut Columns<'a>, name: Cow<'a, str>, kind: Kind, texts: &TextPool<'a>) {
    match kind {
        Kind::Code => columns.code(name, texts, |_| NULL_CODE),
        Kind::Text => columns.text(name, |_, _| false),
        Kind::Integer => columns.integer(name, |_| NULL_INT),
        Kind::Money => columns.money(name, |_| None),
        Kind::Decimal => columns.decimal(name, |_| None),
        Kind::Percent => columns.percent(name, |_| None),
        Kind::Boolean => columns.boolean(name, |_| None),
        Kind::Date => columns.date(name, |_| crate::model::date::NULL_DATE),
        Kind::List => columns.list(name, texts, |_| None),
    }
}
