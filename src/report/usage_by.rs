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
use rustc_hash::FxHashMap;
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
    let of = Summands { estate, trace };
    let demands = &estate.demands;
    let member = |column: &str| -> Vec<u32> { estate.users.frame.column(column).map(|lists| lists.lists().to_vec()).unwrap_or_default() };
    let (groups, roles) = (member("groups"), member("roles"));
    let mut rows = Vec::new();
    by_value(&of, "cost_center", |demand| demands.cost_center[demand], &mut rows);
    by_value(&of, "department", |demand| demands.department[demand], &mut rows);
    by_member(&of, "group", &groups, &mut rows);
    by_value(&of, "location", |demand| demands.location[demand], &mut rows);
    by_value(&of, "publisher", |demand| estate.products.publisher[demands.product[demand] as usize], &mut rows);
    by_member(&of, "role", &roles, &mut rows);
    by_value(&of, "user", |demand| demands.user[demand], &mut rows);
    rows
}

/// What one demand adds to its rows.
struct Summands<'a> {
    estate: &'a Estate,
    trace: &'a Trace,
}

impl Summands<'_> {
    /// Every demand of a product with what it adds, in order. Grants stand in the order of demands too, so that nothing is kept for each.
    fn of_product(&self, product: usize) -> impl Iterator<Item = (usize, Sums)> + '_ {
        let (estate, trace) = (self.estate, self.trace);
        let demands = estate.demands_of(product);
        let first = trace.grants.partition_point(|grant| (grant.demand as usize) < demands.start);
        let mut grants = trace.grants[first..].iter().peekable();
        demands.map(move |demand| {
            let mut allocated = 0;
            while let Some(grant) = grants.next_if(|grant| grant.demand as usize == demand) {
                allocated += grant.covered;
            }
            let required = facts::counted_need(estate, trace, demand);
            (demand, Sums { demands: 1, required, allocated, inactive: i64::from(estate.is_inactive(demand)) })
        })
    }
}

/// A dimension in which every demand has one value, or null.
fn by_value(of: &Summands<'_>, dimension: &'static str, value: impl Fn(usize) -> Code, rows: &mut Vec<Row>) {
    add_up(of, dimension, |demand, add| add(value(demand)), rows);
}

/// A dimension in which a demand has the values of its user: several, or none, and then it has no row.
fn by_member(of: &Summands<'_>, dimension: &'static str, lists: &[u32], rows: &mut Vec<Row>) {
    let estate = of.estate;
    let mut once = Vec::new();
    let values = |demand: usize, add: &mut dyn FnMut(Code)| {
        let user = estate.users.row(estate.demands.user[demand]);
        let list = user.and_then(|row| lists.get(row)).map_or(NULL_CODE, |list| *list);
        once.clear();
        once.extend_from_slice(estate.lists.get(list));
        once.sort_unstable();
        once.dedup();
        once.iter().for_each(|value| add(*value));
    };
    add_up(of, dimension, values, rows);
}

/// Adds up product by product: only what a product has in a dimension is sorted, and that is little beside its demands.
fn add_up(of: &Summands<'_>, dimension: &'static str, mut values: impl FnMut(usize, &mut dyn FnMut(Code)), rows: &mut Vec<Row>) {
    let first = rows.len();
    let mut places: FxHashMap<Code, usize> = FxHashMap::default();
    for product in 0..of.estate.products.len() {
        places.clear();
        for (demand, one) in of.of_product(product) {
            values(demand, &mut |value| {
                let place = *places.entry(value).or_insert_with(|| {
                    rows.push(Row { dimension, value, product: product as u32, sums: Sums::default() });
                    rows.len() - 1
                });
                let total = &mut rows[place].sums;
                total.demands += one.demands;
                total.required += one.required;
                total.allocated += one.allocated;
                total.inactive += one.inactive;
            });
        }
    }
    rows[first..].sort_unstable_by_key(|row| (row.value, row.product));
}
