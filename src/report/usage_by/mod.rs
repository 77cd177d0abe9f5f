//! `usage_by`: required, allocated and outstanding by department, location, cost center, user, group, role and publisher
//! (contract §6.3, §10).

mod tally;
#[cfg(test)]
mod tests;
mod users;

use super::Report;
use super::columns::Columns;
use super::error::ReportError;
use super::schema::{ColumnDef, TableDef, Unit, code, integer};
use super::writer::{ROW_GROUP_ROWS, TableInfo, TableWriter};
use crate::explain::facts;
use crate::model::estate::Estate;
use crate::model::text::{Code, NULL_CODE};
use crate::trace::Trace;
use rayon::prelude::*;
use std::io::Write;
use std::ops::Range;
use tally::Tally;
use users::Users;

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

/// The dimensions, in the order of their words.
const DIMENSIONS: [&str; 7] = ["cost_center", "department", "group", "location", "publisher", "role", "user"];

/// So many demands are looked at in one dimension before they are in the next.
const STRETCH: usize = 1 << 16;

/// The lists of so many users are asked for at once: they lie anywhere in memory.
const AT_ONCE: usize = 128;

/// What a demand adds to the rows that it belongs to.
#[derive(Clone, Copy, Default)]
struct One {
    required: i64,
    allocated: i64,
    inactive: bool,
}

/// One row of the table; its dimension is told by its place. There may be as many as demands and more, so it is kept small.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Row {
    value: Code,
    product: u32,
    demands: u32,
    inactive: u32,
    required: i64,
    allocated: i64,
}

impl Row {
    fn add(&mut self, one: &One) {
        self.demands += 1;
        self.inactive += u32::from(one.inactive);
        self.required += one.required;
        self.allocated += one.allocated;
    }
}

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let (estate, trace) = (report.estate, report.trace);
    let users = Users::of(estate, trace);
    let (rows, ends) = tallied(estate, trace, users.is_none());
    let writer = TableWriter::open(&TABLE, &[], report.as_of(), out)?;
    let mut table = Table { report, ends, written: 0, rows, writer };
    table.flush(false)?;
    if let Some(users) = users {
        let parts: Vec<usize> = (0..users.parts()).collect();
        for parts in parts.chunks(2 * rayon::current_num_threads()) {
            let made: Vec<Vec<Row>> = parts.par_iter().map(|part| users.rows(*part)).collect();
            made.into_iter().for_each(|rows| table.rows.extend(rows));
            table.flush(false)?;
        }
    }
    table.flush(true)?;
    table.writer.close()
}

/// The table under way.
struct Table<'a, W: Write + Send> {
    report: &'a Report<'a>,
    /// Where each dimension ends, but for the last.
    ends: Vec<usize>,
    /// How many rows are in the file.
    written: usize,
    /// Those behind them, in the order of the table.
    rows: Vec<Row>,
    writer: TableWriter<W>,
}

impl<W: Write + Send> Table<'_, W> {
    /// Writes whole row groups; at the end the rest too.
    fn flush(&mut self, all: bool) -> Result<(), ReportError> {
        let ready = if all { self.rows.len() } else { self.rows.len() - self.rows.len() % ROW_GROUP_ROWS };
        if ready > 0 {
            let columns = columns(self.report, &self.rows, &self.ends, self.written);
            self.writer.append_groups(&columns, ready)?;
            drop(columns);
            self.rows.drain(..ready);
            self.written += ready;
        }
        Ok(())
    }
}

/// The columns of some rows; of how many before them, and where dimensions end, is told.
fn columns<'a>(report: &'a Report<'_>, rows: &'a [Row], ends: &'a [usize], before: usize) -> Columns<'a> {
    let texts = &report.texts;
    let mut columns = Columns::new(rows.len());
    columns.word("dimension", move |row| Some(DIMENSIONS[ends.iter().filter(|end| **end <= before + row).count()]));
    columns.code("value", texts, |row| rows[row].value);
    columns.code("product_id", texts, |row| report.estate.products.id[rows[row].product as usize]);
    columns.integer("demands", |row| i64::from(rows[row].demands));
    columns.integer("required", |row| rows[row].required);
    columns.integer("allocated", |row| rows[row].allocated);
    columns.integer("outstanding", |row| rows[row].required - rows[row].allocated);
    columns.integer("inactive", |row| i64::from(rows[row].inactive));
    columns
}

/// The rows of all dimensions but the last, that of users, or with it, in the order of the table: dimensions by name, values by code
/// (that is, by bytes, null last), then products; and where each dimension but the last ends.
fn tallied(estate: &Estate, trace: &Trace, with_users: bool) -> (Vec<Row>, Vec<usize>) {
    let (groups, roles) = rayon::join(|| by_user(estate, "groups"), || by_user(estate, "roles"));
    let demands = &estate.demands;
    // As in DIMENSIONS.
    let values: [Values<'_>; DIMENSIONS.len()] = [
        Values::Own(&demands.cost_center),
        Values::Own(&demands.department),
        Values::OfUser(&groups),
        Values::Own(&demands.location),
        Values::OfProduct(&estate.products.publisher),
        Values::OfUser(&roles),
        Values::Own(&demands.user),
    ];
    let values = &values[..if with_users { DIMENSIONS.len() } else { DIMENSIONS.len() - 1 }];
    let mut tallies: Vec<(&Values<'_>, Tally)> = values.iter().map(|values| (values, Tally::new(0..estate.texts.len() + 1, 0))).collect();
    let mut ones = vec![One::default(); STRETCH.min(demands.len())];
    for start in (0..demands.len()).step_by(STRETCH) {
        let range = start..demands.len().min(start + STRETCH);
        let ones = &mut ones[..range.len()];
        let pieces = ones.par_chunks_mut(STRETCH / 8).enumerate();
        pieces.for_each(|(piece, ones)| look(estate, trace, start + piece * (STRETCH / 8), ones));
        tallies.par_iter_mut().for_each(|(values, tally)| {
            values.each(estate, range.clone(), |demand, product, value| tally.add(value, product, &ones[demand - start]));
        });
    }
    let tallies: Vec<Vec<Row>> = tallies.into_par_iter().map(|(_, tally)| tally.rows()).collect();
    let ends = tallies.iter().take(DIMENSIONS.len() - 1).scan(0, |end, rows| {
        *end += rows.len();
        Some(*end)
    });
    let ends = ends.collect();
    (tallies.concat(), ends)
}

/// The list of each user in a column, by the code of the user, and one that none has; empty where there is no such column. Each is one
/// more than it is, and 0 is none: the system gives zeroes untouched, and most texts are no users.
fn by_user(estate: &Estate, column: &str) -> Vec<u32> {
    let Some(lists) = estate.users.frame.column(column).map(|lists| lists.lists()) else { return Vec::new() };
    let mut of_code = vec![0; estate.texts.len() + 1];
    estate.users.id.iter().zip(lists).for_each(|(user, list)| of_code[*user as usize] = list.wrapping_add(1));
    of_code
}

/// What each of some demands adds to its rows; the first one is told.
fn look(estate: &Estate, trace: &Trace, first: usize, ones: &mut [One]) {
    // Grants stand in the order of demands too.
    let grants = &trace.grants;
    let mut place = grants.first_of(first as u32);
    for (demand, one) in (first..).zip(ones) {
        let mut allocated = 0;
        while place < grants.len() && grants.demand(place) as usize == demand {
            allocated += grants.get(place).covered;
            place += 1;
        }
        *one = One { required: facts::counted_need(estate, trace, demand), allocated, inactive: estate.is_inactive(demand) };
    }
}

/// The values of demands in one dimension.
#[derive(Clone, Copy)]
enum Values<'a> {
    Own(&'a [Code]),
    OfProduct(&'a [Code]),
    /// Those of the lists of its user, which [`by_user`] tells: several, or none, and then a demand has no row.
    OfUser(&'a [u32]),
}

impl Values<'_> {
    /// Tells the values of some demands: the demand, its product, and the value, which is told once.
    fn each(self, estate: &Estate, range: Range<usize>, mut tell: impl FnMut(usize, u32, Code)) {
        let demands = range.clone().zip(&estate.demands.product[range.clone()]);
        match self {
            Self::Own(column) => demands.zip(&column[range]).for_each(|((demand, product), value)| tell(demand, *product, *value)),
            Self::OfProduct(column) => demands.for_each(|(demand, product)| tell(demand, *product, column[*product as usize])),
            Self::OfUser([]) => {}
            Self::OfUser(lists) => {
                let mut found = [NULL_CODE; AT_ONCE];
                for start in range.clone().step_by(AT_ONCE) {
                    let demands = start..range.end.min(start + AT_ONCE);
                    let users = &estate.demands.user[demands.clone()];
                    let list = |user: Code| lists[(user as usize).min(lists.len() - 1)].wrapping_sub(1);
                    found.iter_mut().zip(users).for_each(|(list_of, user)| *list_of = list(*user));
                    for (demand, list) in demands.zip(&found) {
                        each_once(estate.lists.get(*list), |value| tell(demand, estate.demands.product[demand], value));
                    }
                }
            }
        }
    }
}

/// Tells each value once.
fn each_once(values: &[Code], mut tell: impl FnMut(Code)) {
    if values.is_sorted_by(|one, other| one < other) {
        return values.iter().for_each(|value| tell(*value));
    }
    let mut once = values.to_vec();
    once.sort_unstable();
    once.dedup();
    once.iter().for_each(|value| tell(*value));
}
