//! `bundle_demands`: a row a bundle demand (contract §4.8): the parts, what it needs, and every field of it that rules read.

use super::super::Report;
use super::super::columns::Columns;
use super::super::error::ReportError;
use super::super::schema::{ColumnDef, TableDef, Unit, code, date, integer, list, text};
use super::super::writer::{self, TableInfo};
use super::super::{demands, fields};
use crate::model::demand::Demands;
use crate::model::text::Code;
use crate::model::value::{Column, NULL_INT};
use crate::rules::Side;
use crate::trace::BundleTrace;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("product_id", "the bundle").sorted(),
    text("demand_id", "the bundle, and the asset or user").sorted(),
    code("asset_id", "its asset").nullable(),
    code("user_id", "its user").nullable(),
    code("department", "where it is used").nullable(),
    code("location", "where it is used").nullable(),
    code("cost_center", "who pays").nullable(),
    integer("cores", "of the machine; null if unknown").of(Unit::Cores).nullable(),
    integer("processors", "of the machine; null if unknown").of(Unit::Processors).nullable(),
    integer("quantity", "the largest of its parts'").of(Unit::Instances),
    integer("devices", "its distinct assets").of(Unit::Assets),
    date("started_on", "the earliest of its consumptions").nullable(),
    date("last_used_on", "the latest of its consumptions, else the user's last login").nullable(),
    list("parts", "the products whose demands on that asset or user it is made of"),
    integer("turn", "1 for the first served of its bundle; null without candidates").of(Unit::Place).nullable(),
];

pub static TABLE: TableDef = TableDef {
    name: "bundle_demands",
    about: "a bundle demand: demands for parts of a bundle on one asset or user",
    columns: COLUMNS,
    extended_by_rules: true,
};

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let (estate, texts) = (report.estate, &report.texts);
    let bundles = &report.trace.bundles;
    let each = |bundle: &'_ BundleTrace| 0..bundle.demands.len();
    let places: Vec<(usize, usize)> =
        bundles.iter().enumerate().flat_map(|(place, bundle)| each(bundle).map(move |demand| (place, demand))).collect();
    let bundle = |row: usize| &bundles[places[row].0];
    let at = |row: usize| places[row].1;
    let demands = |row: usize| -> &Demands { &bundle(row).demands };
    let product = |demand: &u32| estate.products.id[estate.demands.product[*demand as usize] as usize];
    let parts: Vec<Vec<Code>> = (0..places.len()).map(|row| bundle(row).parts[at(row)].iter().map(product).collect()).collect();
    let read = demands::added(report);
    let values: Vec<Column> = read.iter().map(|(slot, _)| concatenated(report, *slot)).collect();

    let mut columns = Columns::new(places.len());
    columns.code("product_id", texts, |row| estate.products.id[bundle(row).product as usize]);
    columns.text("demand_id", |row, out| {
        estate.write_demand_id(demands(row), at(row), out);
        true
    });
    columns.code("asset_id", texts, |row| demands(row).asset[at(row)]);
    columns.code("user_id", texts, |row| demands(row).user[at(row)]);
    columns.code("department", texts, |row| demands(row).department[at(row)]);
    columns.code("location", texts, |row| demands(row).location[at(row)]);
    columns.code("cost_center", texts, |row| demands(row).cost_center[at(row)]);
    columns.integer("cores", |row| demands(row).cores.get(at(row)));
    columns.integer("processors", |row| demands(row).processors.get(at(row)));
    columns.integer("quantity", |row| demands(row).quantity.get(at(row)));
    columns.integer("devices", |row| demands(row).devices.get(at(row)));
    columns.date("started_on", |row| demands(row).started_on.get(at(row)));
    columns.date("last_used_on", |row| demands(row).last_used_on.get(at(row)));
    columns.list("parts", texts, |row| Some(parts[row].as_slice()));
    columns.integer("turn", |row| match bundle(row).turns[at(row)] {
        0 => NULL_INT,
        turn => i64::from(turn),
    });
    for ((_, column), values) in read.iter().zip(&values) {
        fields::append(&mut columns, column.name.clone(), column.kind, texts, &estate.lists, Some(values));
    }
    let added: Vec<ColumnDef> = read.iter().map(|(_, column)| column.clone()).collect();
    writer::write(&TABLE, &added, &columns, report.as_of(), out)
}

/// A field of all bundle demands, one bundle after the other.
fn concatenated(report: &Report<'_>, slot: usize) -> Column {
    let kind = report.schema.side(Side::Consumption)[slot].kind;
    let mut all = Column::with_capacity(kind, 0);
    for bundle in &report.trace.bundles {
        (0..bundle.demands.len()).for_each(|demand| all.push(bundle.demands.field(slot, demand)));
    }
    all
}
