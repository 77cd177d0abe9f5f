//! Tables of products and licenses, which are small enough to be held whole: field by field, with both values.

use super::super::error::ReportError;
use super::cursor::whole;
use crate::trace::diff::{Cell, FieldChange, LicenseChange, PositionChange, Presence};
use arrow::array::{Array, ArrayRef, AsArray, DynComparator, RecordBatch, make_comparator};
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Int64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use std::cmp::{Ordering, Reverse};
use std::path::Path;

/// What of a position is compared; percentages follow from these, and names are not where a product stands.
const POSITION: [&str; 15] = [
    "outstanding",
    "required",
    "allocated",
    "seats",
    "available",
    "status",
    "deficit_cost",
    "idle_cost",
    "currency",
    "demands",
    "consumptions",
    "metric",
    "lent",
    "borrowed",
    "bundled",
];

/// The positions that differ, the worst first.
pub fn positions(before: &Path, after: &Path, product: Option<&str>) -> Result<Vec<PositionChange>, ReportError> {
    let pair = Pair::read(before, after, "positions", &POSITION)?;
    let mut changes = Vec::new();
    pair.each(|key, presence, was, is| {
        let fields = pair.fields(was, is);
        if fields.is_empty() || product.is_some_and(|product| product != key) {
            return;
        }
        let number = |side: &RecordBatch, row: Option<usize>| match row.map(|row| cell_of(side, "outstanding", row)) {
            Some(Cell::Integer(number)) => number,
            _ => 0,
        };
        let now = |field: &str| {
            let cell = is.map_or_else(|| was.map(|row| cell_of(&pair.before, field, row)), |row| Some(cell_of(&pair.after, field, row)));
            match cell {
                Some(Cell::Text(text)) => Some(text),
                _ => None,
            }
        };
        let (name, currency) = (now("name"), now("currency"));
        let worse_by = number(&pair.after, is) - number(&pair.before, was);
        changes.push(PositionChange { product_id: key.to_owned(), name, presence, currency, worse_by, fields });
    });
    changes.sort_by_key(|change| Reverse(change.worse_by));
    Ok(changes)
}

/// The products of a run, by `product_id`.
pub fn products(folder: &Path) -> Result<Vec<String>, ReportError> {
    Ok(keys(&whole(folder, "positions")?).into_iter().map(str::to_owned).collect())
}

/// The licenses that are new, gone or otherwise, by `license_id`.
pub fn licenses(before: &Path, after: &Path, product: Option<&str>) -> Result<Vec<LicenseChange>, ReportError> {
    let (booked, judged) = (Pair::read(before, after, "licenses", &[])?, Pair::read(before, after, "usage", &["status"])?);
    let mut changes = Vec::new();
    // Both tables have the same rows in the same order.
    booked.each(|key, presence, was, is| {
        let of = is.map_or_else(
            || was.map(|row| cell_of(&booked.before, "product_id", row)),
            |row| Some(cell_of(&booked.after, "product_id", row)),
        );
        let Some(Cell::Text(product_id)) = of else { return };
        if product.is_some_and(|product| product != product_id) {
            return;
        }
        let mut fields = booked.fields(was, is);
        match presence {
            Presence::Both => {
                for field in fields.iter_mut().filter(|field| field.field == "status") {
                    field.field = "booked_status".to_owned();
                }
                fields.extend(judged.fields(was, is));
            }
            _ => fields.retain(|field| field.field == "seats"),
        }
        if presence != Presence::Both || !fields.is_empty() {
            changes.push(LicenseChange { license_id: key.to_owned(), product_id, presence, fields });
        }
    });
    Ok(changes)
}

/// One table of two runs, sorted by its first column.
struct Pair {
    before: RecordBatch,
    after: RecordBatch,
    columns: Vec<Column>,
}

/// A column that both have.
struct Column {
    name: String,
    before: ArrayRef,
    after: ArrayRef,
    /// None where the types differ.
    compare: Option<DynComparator>,
}

impl Pair {
    /// Reads a table of both runs, to compare some columns, or all but the first.
    fn read(before: &Path, after: &Path, table: &str, names: &[&str]) -> Result<Self, ReportError> {
        let (before, after) = (whole(before, table)?, whole(after, table)?);
        let schema = after.schema();
        let all: Vec<&str> = schema.fields().iter().skip(1).map(|field| field.name().as_str()).collect();
        let names = if names.is_empty() { &all } else { names };
        let columns = names.iter().filter_map(|name| {
            let (was, is) = (before.column_by_name(name)?, after.column_by_name(name)?);
            let compare = make_comparator(was, is, SortOptions::default()).ok();
            Some(Column { name: (*name).to_owned(), before: was.clone(), after: is.clone(), compare })
        });
        let columns = columns.collect();
        Ok(Self { before, after, columns })
    }

    /// Walks along both, key by key, with the rows that have it.
    fn each(&self, mut take: impl FnMut(&str, Presence, Option<usize>, Option<usize>)) {
        let (before, after) = (keys(&self.before), keys(&self.after));
        let (mut was, mut is) = (0, 0);
        while was < before.len() || is < after.len() {
            let order = match (before.get(was), after.get(is)) {
                (Some(one), Some(other)) => one.cmp(other),
                (Some(_), None) => Ordering::Less,
                _ => Ordering::Greater,
            };
            match order {
                Ordering::Less => take(before[was], Presence::Gone, Some(was), None),
                Ordering::Greater => take(after[is], Presence::New, None, Some(is)),
                Ordering::Equal => take(after[is], Presence::Both, Some(was), Some(is)),
            }
            was += usize::from(order != Ordering::Greater);
            is += usize::from(order != Ordering::Less);
        }
    }

    /// The fields that differ. Where one side has no row, all that have a value on the other.
    fn fields(&self, was: Option<usize>, is: Option<usize>) -> Vec<FieldChange> {
        let differs = |column: &&Column| match (was, is, &column.compare) {
            (Some(was), Some(is), Some(compare)) => compare(was, is) != Ordering::Equal,
            _ => true,
        };
        let change = |column: &Column| {
            let side = |array: &ArrayRef, row: Option<usize>| row.map_or(Cell::Null, |row| cell(array, row));
            FieldChange { field: column.name.clone(), before: side(&column.before, was), after: side(&column.after, is) }
        };
        let changes = self.columns.iter().filter(differs).map(change);
        changes.filter(|change| change.before != change.after).collect()
    }
}

fn keys(batch: &RecordBatch) -> Vec<&str> {
    batch.columns().first().and_then(|column| column.as_string_opt::<i32>()).map_or_else(Vec::new, |keys| keys.iter().flatten().collect())
}

fn cell_of(batch: &RecordBatch, name: &str, row: usize) -> Cell {
    batch.column_by_name(name).map_or(Cell::Null, |array| cell(array, row))
}

/// A value as data that stands alone.
fn cell(array: &ArrayRef, row: usize) -> Cell {
    if row >= array.len() || array.is_null(row) {
        return Cell::Null;
    }
    match array.data_type() {
        DataType::Int64 => Cell::Integer(array.as_primitive::<Int64Type>().value(row)),
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(row);
            let texts = (0..items.len()).filter_map(|item| match cell(&items, item) {
                Cell::Text(text) => Some(text),
                _ => None,
            });
            Cell::Text(texts.collect::<Vec<_>>().join(";"))
        }
        kind => {
            let text = ArrayFormatter::try_new(array, &FormatOptions::new()).map(|formatter| formatter.value(row).to_string());
            let text = text.unwrap_or_default();
            Cell::Text(if matches!(kind, DataType::Decimal128(..)) { plain(&text) } else { text })
        }
    }
}

/// A decimal without zeros at its end: at least two places, as money is written, or none.
fn plain(text: &str) -> String {
    let Some((whole, places)) = text.split_once('.') else { return text.to_owned() };
    let places = places.trim_end_matches('0');
    if places.is_empty() { whole.to_owned() } else { format!("{whole}.{places:0<2}") }
}
