//! `usage_by`: required, allocated and outstanding by department, location, cost center, user, group, role and publisher
//! (contract §6.3, §10).

use super::Report;
use super::columns::Columns;
use super::error::ReportError;
use super::schema::{ColumnDef, TableDef, Unit, code, integer};
use super::writer::{self, TableInfo};
use crate::explain::facts;
use crate::model::estate::Estate;
use crate::model::text::{Code, NULL_CODE};
use crate::trace::Trace;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("dimension", "cost_center, department, group, location, publisher, role or user").sorted(),
    code("value", "in that dimension; null for the demands that have none").nullable().sorted(),
    code("product_id", "the product").sorted(),
    integer("demands", "its demands there; one counts once in each group and role that it has").of(Unit::Demands),
    integer("required", "their needs, in the product's metric").of(Unit::ProductMetric),
    integer("allocated", "what is covered of them").of(Unit::ProductMetric),
    integer("outstanding", "what is not").of(Unit::ProductMetric),
    integer("inactive", "demands last used before inactive_after_days, covered or not").of(Unit::Demands),
];

pub static TABLE: TableDef =
    TableDef { name: "usage_by", about: "a product, by one dimension of those who use it", columns: COLUMNS, extended_by_rules: false };

/// What is counted, of one demand or of many.
#[derive(Clone, Copy, Default)]
struct Sums {
    demands: i64,
    required: i64,
    allocated: i64,
    inactive: i64,
}

/// One row of the table.
struct Row {
    dimension: &'static str,
    value: Code,
    product: u32,
    sums: Sums,
}

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let rows = rows(report.estate, report.trace);
    let texts = &report.texts;
    let mut columns = Columns::new(rows.len());
    columns.word("dimension", |row| Some(rows[row].dimension));
    columns.code("value", texts, |row| rows[row].value);
    columns.code("product_id", texts, |row| report.estate.products.id[rows[row].product as usize]);
    columns.integer("demands", |row| rows[row].sums.demands);
    columns.integer("required", |row| rows[row].sums.required);
    columns.integer("allocated", |row| rows[row].sums.allocated);
    columns.integer("outstanding", |row| rows[row].sums.required - rows[row].sums.allocated);
    columns.integer("inactive", |row| rows[row].sums.inactive);
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}

/// All rows, in the order of the table: dimensions by name, values by code (that is, by bytes, null last), then products.
fn rows(estate: &Estate, trace: &Trace) -> Vec<Row> {
    let sums = sums_by_demand(estate, trace);
    let demands = &estate.demands;
    let member = |column: &str| -> Vec<u32> { estate.users.frame.column(column).map(|lists| lists.lists().to_vec()).unwrap_or_default() };
    let (groups, roles) = (member("groups"), member("roles"));
    let mut rows = Vec::new();
    by_value(estate, &sums, "cost_center", |demand| demands.cost_center[demand], &mut rows);
    by_value(estate, &sums, "department", |demand| demands.department[demand], &mut rows);
    by_member(estate, &sums, "group", &groups, &mut rows);
    by_value(estate, &sums, "location", |demand| demands.location[demand], &mut rows);
    by_value(estate, &sums, "publisher", |demand| estate.products.publisher[demands.product[demand] as usize], &mut rows);
    by_member(estate, &sums, "role", &roles, &mut rows);
    by_value(estate, &sums, "user", |demand| demands.user[demand], &mut rows);
    rows
}

fn sums_by_demand(estate: &Estate, trace: &Trace) -> Vec<Sums> {
    let one = |demand| Sums {
        demands: 1,
        required: facts::counted_need(estate, trace, demand),
        allocated: 0,
        inactive: i64::from(estate.is_inactive(demand)),
    };
    let mut sums: Vec<Sums> = (0..estate.demands.len()).map(one).collect();
    for grant in &trace.grants {
        sums[grant.demand as usize].allocated += grant.covered;
    }
    sums
}

/// A dimension in which every demand has one value, or null.
fn by_value(estate: &Estate, sums: &[Sums], dimension: &'static str, value: impl Fn(usize) -> Code, rows: &mut Vec<Row>) {
    add_up(estate, sums, dimension, (0..sums.len()).map(|demand| (value(demand), demand as u32)).collect(), rows);
}

/// A dimension in which a demand has the values of its user: several, or none, and then it has no row.
fn by_member(estate: &Estate, sums: &[Sums], dimension: &'static str, lists: &[u32], rows: &mut Vec<Row>) {
    let mut pairs = Vec::new();
    for (demand, user) in estate.demands.user.iter().enumerate() {
        let list = estate.users.row(*user).and_then(|row| lists.get(row)).map_or(NULL_CODE, |list| *list);
        pairs.extend(estate.lists.get(list).iter().map(|value| (*value, demand as u32)));
    }
    add_up(estate, sums, dimension, pairs, rows);
}

/// Demands are sorted by product, so that in pairs sorted by (value, demand) equal products stand together.
fn add_up(estate: &Estate, sums: &[Sums], dimension: &'static str, mut pairs: Vec<(Code, u32)>, rows: &mut Vec<Row>) {
    pairs.sort_unstable();
    pairs.dedup();
    let product = |demand: u32| estate.demands.product[demand as usize];
    for same in pairs.chunk_by(|one, other| one.0 == other.0 && product(one.1) == product(other.1)) {
        let mut total = Sums::default();
        for (_, demand) in same {
            let one = &sums[*demand as usize];
            total.demands += one.demands;
            total.required += one.required;
            total.allocated += one.allocated;
            total.inactive += one.inactive;
        }
        rows.push(Row { dimension, value: same[0].0, product: product(same[0].1), sums: total });
    }
}
