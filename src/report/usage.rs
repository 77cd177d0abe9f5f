//! `usage`: a row a license: what it gave, to how many, and what is left of it (contract §6).

use super::Report;
use super::columns::Columns;
use super::error::ReportError;
use super::numbers::{cost, money, percent};
use super::schema::{ColumnDef, TableDef, Unit, code, date, integer, money as amount, percent as share};
use super::writer::{self, TableInfo};
use crate::explain::facts;
use crate::model::date::NULL_DATE;
use crate::model::value::NULL_INT;
use crate::model::words::Metric;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("license_id", "the license").sorted(),
    code("product_id", "its product"),
    code("metric", "its metric; null if it has none").nullable(),
    code("license_type", "perpetual, subscription, volume, trial or open_source"),
    code("status", "at as_of: active, expiring, grace, expired, pending, retired or incomplete"),
    date("starts_on", "its first day").nullable(),
    date("ends_on", "its last day").nullable(),
    integer("days_to_end", "from as_of to ends_on; negative afterwards").of(Unit::Days).nullable(),
    integer("seats", "its seats; null if unlimited or unknown").of(Unit::LicenseMetric).nullable(),
    integer("allocated", "units that it gave").of(Unit::LicenseMetric),
    integer("allocated_direct", "of these by direct assignment").of(Unit::LicenseMetric),
    integer("allocated_bundle", "of these to bundle demands").of(Unit::LicenseMetric),
    integer("allocated_affinity", "of these by affinity").of(Unit::LicenseMetric),
    integer("allocated_downgrade", "of these to older versions").of(Unit::LicenseMetric),
    integer("available", "seats − allocated").of(Unit::LicenseMetric).nullable(),
    share("usage_percent", "allocated of seats; null where seats are 0 or unlimited").nullable(),
    integer("reserved", "seats set aside, after cutting").of(Unit::LicenseMetric).nullable(),
    integer("demands_covered", "distinct demands, parts and components of bundles too").of(Unit::Demands),
    integer("inactive_covered", "of these, last used before inactive_after_days").of(Unit::Demands),
    code("department", "the department it was bought for").nullable(),
    code("location", "the location it was bought for").nullable(),
    code("cost_center", "the cost center that paid").nullable(),
    amount("unit_cost", "the cost of a seat").nullable(),
    code("currency", "of the costs").nullable(),
    amount("cost_total", "seats × unit_cost").nullable(),
    amount("cost_available", "available × unit_cost").nullable(),
    code("responsible", "who answers for it").nullable(),
    code("contract_id", "the contract").nullable(),
    code("vendor", "who sold it").nullable(),
    date("renews_on", "when it renews").nullable(),
];

pub static TABLE: TableDef = TableDef { name: "usage", about: "a license, and what it gave", columns: COLUMNS, extended_by_rules: false };

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let (estate, trace, texts) = (report.estate, report.trace, &report.texts);
    let licenses = &estate.licenses;
    let uses = &trace.uses;
    let as_of = i64::from(report.as_of().0);
    let seats = |row: usize| licenses.counted_seats(row).unwrap_or(NULL_INT);
    let available = |row: usize| facts::available(estate, trace, row).unwrap_or(NULL_INT);

    let mut columns = Columns::new(licenses.len());
    columns.code("license_id", texts, |row| licenses.id[row]);
    columns.code("product_id", texts, |row| estate.products.id[licenses.product[row] as usize]);
    columns.word("metric", |row| licenses.metric[row].map(Metric::code));
    columns.word("license_type", |row| Some(licenses.kind[row].code()));
    columns.word("status", |row| Some(licenses.status[row].code()));
    columns.date("starts_on", |row| licenses.starts_on[row]);
    columns.date("ends_on", |row| licenses.ends_on[row]);
    columns.integer("days_to_end", |row| match licenses.ends_on[row] {
        NULL_DATE => NULL_INT,
        day => i64::from(day) - as_of,
    });
    columns.integer("seats", seats);
    columns.integer("allocated", |row| uses[row].allocated());
    columns.integer("allocated_direct", |row| uses[row].direct);
    columns.integer("allocated_bundle", |row| uses[row].bundle);
    columns.integer("allocated_affinity", |row| uses[row].affinity);
    columns.integer("allocated_downgrade", |row| uses[row].downgrade);
    columns.integer("available", available);
    columns.percent("usage_percent", |row| percent(uses[row].allocated(), seats(row)));
    // What is computed from seats that are ignored or unknown is null (§3), reservations too.
    columns.integer("reserved", |row| if seats(row) == NULL_INT { NULL_INT } else { uses[row].reserved });
    columns.integer("demands_covered", |row| uses[row].demands_covered);
    columns.integer("inactive_covered", |row| uses[row].inactive_covered);
    columns.code("department", texts, |row| licenses.department[row]);
    columns.code("location", texts, |row| licenses.location[row]);
    columns.code("cost_center", texts, |row| licenses.cost_center[row]);
    columns.money("unit_cost", |row| money(licenses.unit_cost[row]));
    columns.code("currency", texts, |row| licenses.currency[row]);
    columns.money("cost_total", |row| cost(seats(row), licenses.unit_cost[row]));
    columns.money("cost_available", |row| cost(available(row), licenses.unit_cost[row]));
    columns.code("responsible", texts, |row| licenses.responsible[row]);
    columns.code("contract_id", texts, |row| licenses.contract_id[row]);
    columns.code("vendor", texts, |row| licenses.vendor[row]);
    columns.date("renews_on", |row| licenses.renews_on[row]);
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}
