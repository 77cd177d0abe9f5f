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
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::io::Write;
use std::ops::Range;

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

impl Sums {
    fn add(&mut self, one: &Self) {
        self.demands += one.demands;
        self.required += one.required;
        self.allocated += one.allocated;
        self.inactive += one.inactive;
    }
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
    let member = |column: &str| -> Vec<u32> { estate.users.frame.column(column).map(|lists| lists.lists().to_vec()).unwrap_or_default() };
    let of = Usage { estate, trace, groups: member("groups"), roles: member("roles") };
    let found: Vec<Vec<Row>> = (0..estate.products.len()).into_par_iter().map(|product| of.product(product)).collect();
    let mut rows: Vec<Row> = found.into_iter().flatten().collect();
    rows.par_sort_unstable_by_key(|row| (row.dimension, row.value, row.product));
    rows
}

/// Whom the values of a demand are told to.
type Add<'a> = &'a mut dyn FnMut(Code);

/// Where the rows of a product come from.
struct Usage<'a> {
    estate: &'a Estate,
    trace: &'a Trace,
    /// By user: the lists of its groups and of its roles.
    groups: Vec<u32>,
    roles: Vec<u32>,
}

impl Usage<'_> {
    /// The rows of a product. Only what it has in a dimension is sorted later, and that is little beside its demands.
    fn product(&self, product: usize) -> Vec<Row> {
        let (estate, demands) = (self.estate, &self.estate.demands);
        let range = estate.demands_of(product);
        let sums = self.sums(&range);
        let publisher = estate.products.publisher[product];
        let mut rows = Vec::new();
        let mut add = |dimension: &'static str, values: &dyn Fn(usize, Add<'_>)| {
            let first = rows.len();
            let mut places: FxHashMap<Code, usize> = FxHashMap::default();
            let mut last = (NULL_CODE, usize::MAX);
            for (demand, one) in range.clone().zip(&sums) {
                values(demand, &mut |value| {
                    if last.1 == usize::MAX || last.0 != value {
                        let place = *places.entry(value).or_insert_with(|| {
                            rows.push(Row { dimension, value, product: product as u32, sums: Sums::default() });
                            rows.len() - 1
                        });
                        last = (value, place);
                    }
                    rows[last.1].sums.add(one);
                });
            }
            debug_assert!(rows.len() - first == places.len(), "a row a value");
        };
        add("cost_center", &|demand, add| add(demands.cost_center[demand]));
        add("department", &|demand, add| add(demands.department[demand]));
        add("group", &|demand, add| self.members(&self.groups, demand, add));
        add("location", &|demand, add| add(demands.location[demand]));
        add("publisher", &|_, add| add(publisher));
        add("role", &|demand, add| self.members(&self.roles, demand, add));
        add("user", &|demand, add| add(demands.user[demand]));
        rows
    }

    /// What each demand of a product adds to its rows. Grants stand in the order of demands too.
    fn sums(&self, range: &Range<usize>) -> Vec<Sums> {
        let (estate, trace) = (self.estate, self.trace);
        let first = trace.grants.partition_point(|grant| (grant.demand as usize) < range.start);
        let mut grants = trace.grants[first..].iter().peekable();
        let one = |demand: usize| {
            let mut allocated = 0;
            while let Some(grant) = grants.next_if(|grant| grant.demand as usize == demand) {
                allocated += grant.covered;
            }
            let required = facts::counted_need(estate, trace, demand);
            Sums { demands: 1, required, allocated, inactive: i64::from(estate.is_inactive(demand)) }
        };
        range.clone().map(one).collect()
    }

    /// A dimension in which a demand has the values of its user: several, or none, and then it has no row.
    fn members(&self, lists: &[u32], demand: usize, add: Add<'_>) {
        let user = self.estate.users.row(self.estate.demands.user[demand]);
        let list = user.and_then(|row| lists.get(row)).map_or(NULL_CODE, |list| *list);
        let values = self.estate.lists.get(list);
        if values.is_sorted_by(|one, other| one < other) {
            values.iter().for_each(|value| add(*value));
            return;
        }
        let mut once = values.to_vec();
        once.sort_unstable();
        once.dedup();
        once.iter().for_each(|value| add(*value));
    }
}
