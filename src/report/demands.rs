//! `demands`: a row a demand: what it needs, whom it is about, what became of it, and every field of it that rules read
//! (contract §6, §10).

use super::Report;
use super::columns::Columns;
use super::error::ReportError;
use super::fields;
use super::schema::{ColumnDef, Kind, TableDef, Unit, code, date, integer, text};
use super::writer::{self, TableInfo};
use crate::rules::{Schema, Side};
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("product_id", "the product in use").sorted(),
    text("demand_id", "the demand: the product, and the asset, user or consumption").sorted(),
    code("metric", "the product's metric"),
    integer("need", "in that metric: 0 for a site product; null where unknown").of(Unit::ProductMetric).nullable(),
    code("asset_id", "its asset").nullable(),
    code("user_id", "its user").nullable(),
    code("department", "where it is used").nullable(),
    code("location", "where it is used").nullable(),
    code("cost_center", "who pays").nullable(),
    integer("cores", "of the machine; null if unknown").of(Unit::Cores).nullable(),
    integer("processors", "of the machine; null if unknown").of(Unit::Processors).nullable(),
    integer("quantity", "the sum over its consumptions").of(Unit::Instances),
    integer("devices", "its distinct assets").of(Unit::Assets),
    date("started_on", "the earliest of its consumptions").nullable(),
    date("last_used_on", "the latest of its consumptions, else the user's last login").nullable(),
    integer("consumptions", "how many consumptions it merges").of(Unit::Consumptions),
    code("outcome", "as in coverage"),
];

/// Columns that are no field of a demand; a field of the same name is another thing, and stands as `consumption.NAME`.
const NOT_FIELDS: [&str; 6] = ["demand_id", "metric", "need", "devices", "consumptions", "outcome"];

pub static TABLE: TableDef = TableDef {
    name: "demands",
    about: "a demand: consumptions of a product merged per asset or user",
    columns: COLUMNS,
    extended_by_rules: true,
};

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let (estate, trace, texts) = (report.estate, report.trace, &report.texts);
    let (demands, products) = (&estate.demands, &estate.products);
    let product = |row: usize| demands.product[row] as usize;

    let mut columns = Columns::new(demands.len());
    columns.code("product_id", texts, |row| products.id[product(row)]);
    columns.texts("demand_id", Kind::Text, |row| Some(report.demand_ids.of(row)));
    columns.member("metric", |row| Some(products.metric[product(row)]));
    columns.integer("need", |row| trace.needs.get(row));
    report.demand_ids.append(&mut columns, "asset_id", &demands.asset, |row| row);
    report.demand_ids.append(&mut columns, "user_id", &demands.user, |row| row);
    columns.code("department", texts, |row| demands.department[row]);
    columns.code("location", texts, |row| demands.location[row]);
    columns.code("cost_center", texts, |row| demands.cost_center[row]);
    columns.integer("cores", |row| demands.cores.get(row));
    columns.integer("processors", |row| demands.processors.get(row));
    columns.integer("quantity", |row| demands.quantity.get(row));
    columns.integer("devices", |row| demands.devices.get(row));
    columns.date("started_on", |row| demands.started_on.get(row));
    columns.date("last_used_on", |row| demands.last_used_on.get(row));
    columns.integer("consumptions", |row| demands.members(row).len() as i64);
    columns.member("outcome", |row| Some(trace.outcomes[row]));

    let read = added(report);
    for (slot, column) in &read {
        fields::append(&mut columns, column.name.clone(), column.kind, texts, &estate.lists, demands.further_field(*slot));
    }
    let added: Vec<ColumnDef> = read.into_iter().map(|(_, column)| column).collect();
    writer::write(&TABLE, &added, &columns, report.as_of(), out)
}

/// Whether the table shows a field of demands as a column of its own making: what rules read, but for the table's own columns.
pub fn shows_field(schema: &Schema, slot: usize) -> bool {
    let name = schema.consumption[slot].name.as_str();
    NOT_FIELDS.contains(&name) || COLUMNS.iter().all(|column| column.name != name)
}

/// The fields that rules read beyond the table's own columns: their slots and columns. A field whose name is another column's stands as
/// `consumption.NAME`.
pub(super) fn added(report: &Report<'_>) -> Vec<(usize, ColumnDef)> {
    let column = |slot: usize| {
        let info = &report.schema.consumption[slot];
        let name = if NOT_FIELDS.contains(&info.name.as_str()) { format!("consumption.{}", info.name) } else { info.name.clone() };
        (slot, fields::definition(name, info))
    };
    let read = report.program.fields_read(Side::Consumption).into_iter();
    read.filter(|slot| shows_field(report.schema, *slot)).map(column).collect()
}
