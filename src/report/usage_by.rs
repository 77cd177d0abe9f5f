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

/// The dimensions, in the order of their words.
const DIMENSIONS: [&str; 7] = ["cost_center", "department", "group", "location", "publisher", "role", "user"];

/// So many demands are looked at in one dimension before they are in the next.
const STRETCH: usize = 1 << 16;

/// What a demand adds to the rows that it belongs to.
#[derive(Clone, Copy, Default)]
struct One {
    required: i64,
    allocated: i64,
    inactive: bool,
}

/// One row of the table; its dimension is told by its place. There may be as many as demands and more, so it is kept small.
#[derive(Clone, Copy, Default)]
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
    let (rows, ends) = rows(report.estate, report.trace);
    let texts = &report.texts;
    let mut columns = Columns::new(rows.len());
    columns.word("dimension", |row| Some(DIMENSIONS[ends.iter().filter(|end| **end <= row).count()]));
    columns.code("value", texts, |row| rows[row].value);
    columns.code("product_id", texts, |row| report.estate.products.id[rows[row].product as usize]);
    columns.integer("demands", |row| i64::from(rows[row].demands));
    columns.integer("required", |row| rows[row].required);
    columns.integer("allocated", |row| rows[row].allocated);
    columns.integer("outstanding", |row| rows[row].required - rows[row].allocated);
    columns.integer("inactive", |row| i64::from(rows[row].inactive));
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}

/// All rows, in the order of the table: dimensions by name, values by code (that is, by bytes, null last), then products; and where
/// each dimension ends.
fn rows(estate: &Estate, trace: &Trace) -> (Vec<Row>, [usize; DIMENSIONS.len()]) {
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
    let counted: Vec<Starts> = values.par_iter().map(|values| Starts::of(estate, *values)).collect();
    let mut total = 0;
    let ends = std::array::from_fn(|dimension| {
        total += counted[dimension].rows;
        total
    });
    let mut rows = vec![Row::default(); total];
    let mut rest = rows.as_mut_slice();
    let mut filling = Vec::new();
    for (starts, values) in counted.into_iter().zip(values) {
        let (out, later) = rest.split_at_mut(starts.rows);
        filling.push((starts, values, out));
        rest = later;
    }
    let mut ones = vec![One::default(); STRETCH.min(demands.len())];
    for start in (0..demands.len()).step_by(STRETCH) {
        let range = start..demands.len().min(start + STRETCH);
        let ones = &mut ones[..range.len()];
        look(estate, trace, range.start, ones);
        filling.par_iter_mut().for_each(|(starts, values, out)| starts.add(estate, *values, range.start, ones, out));
    }
    (rows, ends)
}

/// The list of each user in a column, by the code of the user, and one null more; empty where there is no such column.
fn by_user(estate: &Estate, column: &str) -> Vec<u32> {
    let Some(lists) = estate.users.frame.column(column).map(|lists| lists.lists()) else { return Vec::new() };
    let mut of_code = vec![NULL_CODE; estate.texts.len() + 1];
    estate.users.id.iter().zip(lists).for_each(|(user, list)| of_code[*user as usize] = *list);
    of_code
}

/// What each of some demands adds to its rows; the first one is told.
fn look(estate: &Estate, trace: &Trace, first: usize, ones: &mut [One]) {
    const PIECE: usize = STRETCH / 8;
    ones.par_chunks_mut(PIECE).enumerate().for_each(|(piece, ones)| {
        let first = first + piece * PIECE;
        // Grants stand in the order of demands too.
        let grants = &trace.grants[trace.grants.partition_point(|grant| (grant.demand as usize) < first)..];
        let mut grants = grants.iter().peekable();
        for (demand, one) in (first..).zip(ones) {
            let mut allocated = 0;
            while let Some(grant) = grants.next_if(|grant| grant.demand as usize == demand) {
                allocated += grant.covered;
            }
            *one = One { required: facts::counted_need(estate, trace, demand), allocated, inactive: estate.is_inactive(demand) };
        }
    });
}

/// The values of demands in one dimension.
#[derive(Clone, Copy)]
enum Values<'a> {
    Own(&'a [Code]),
    OfProduct(&'a [Code]),
    /// Those of the lists of its user, by code: several, or none, and then a demand has no row.
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
            Self::OfUser(lists) => demands.for_each(|(demand, product)| {
                let user = estate.demands.user[demand] as usize;
                each_once(estate.lists.get(lists[user.min(lists.len() - 1)]), |value| tell(demand, *product, value));
            }),
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

/// Where the rows of each value of a dimension stand. Demands come product by product, so the rows of a value come in their order.
struct Starts {
    /// By the code of the value; null is behind all texts.
    places: Vec<Place>,
    /// How many there are of all values.
    rows: usize,
}

#[derive(Clone, Copy, Default)]
struct Place {
    /// One more than the last product that was seen; 0 before the first.
    product: u32,
    /// First how many rows the value has, then where its next one is.
    rows: u32,
}

impl Starts {
    /// Counts the rows: one for each value and product.
    fn of(estate: &Estate, values: Values<'_>) -> Self {
        let mut places = vec![Place::default(); estate.texts.len() + 1];
        let null = estate.texts.len();
        values.each(estate, 0..estate.demands.len(), |_, product, value| {
            let place = &mut places[(value as usize).min(null)];
            place.rows += u32::from(place.product != product + 1);
            place.product = product + 1;
        });
        let mut rows = 0;
        // Memory of values that nothing has is not written.
        for place in places.iter_mut().filter(|place| place.rows > 0) {
            rows += place.rows;
            *place = Place { product: 0, rows: rows - place.rows };
        }
        Self { places, rows: rows as usize }
    }

    /// Adds demands to the rows; the first one is told.
    fn add(&mut self, estate: &Estate, values: Values<'_>, first: usize, ones: &[One], out: &mut [Row]) {
        let null = estate.texts.len();
        values.each(estate, first..first + ones.len(), |demand, product, value| {
            let place = &mut self.places[(value as usize).min(null)];
            if place.product != product + 1 {
                *place = Place { product: product + 1, rows: place.rows + 1 };
                out[place.rows as usize - 1] = Row { value, product, ..Row::default() };
            }
            out[place.rows as usize - 1].add(&ones[demand - first]);
        });
    }
}
