//! `usage_by`: required, allocated and outstanding by department, location, cost center, user, group, role and publisher
//! (contract §6.3, §10).

use super::Report;
use super::columns::Columns;
use super::error::ReportError;
use super::schema::{ColumnDef, TableDef, Unit, code, integer};
use super::writer::{self, TableInfo};
use crate::explain::facts;
use crate::model::estate::Estate;
use crate::model::text::{self, Code, NULL_CODE};
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

/// The dimensions, in the order of their words.
const DIMENSIONS: [&str; 7] = ["cost_center", "department", "group", "location", "publisher", "role", "user"];

/// What a demand adds to the rows that it belongs to.
#[derive(Clone, Copy)]
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
    let of = Usage { estate, trace, groups: Lists::of(estate, "groups"), roles: Lists::of(estate, "roles") };
    let found: Vec<Found> =
        (0..estate.products.len()).into_par_iter().map_init(Room::default, |room, product| of.product(product, room)).collect();
    let mut total = 0;
    let ends = std::array::from_fn(|dimension| {
        total += found.iter().map(|found| found.of(dimension).len()).sum::<usize>();
        total
    });
    let mut rows = vec![Row::default(); total];
    let mut rest = rows.as_mut_slice();
    let mut stretches = Vec::new();
    for dimension in 0..DIMENSIONS.len() {
        let start = dimension.checked_sub(1).map_or(0, |before| ends[before]);
        let (stretch, later) = rest.split_at_mut(ends[dimension] - start);
        stretches.push((dimension, stretch));
        rest = later;
    }
    stretches.into_par_iter().for_each(|(dimension, stretch)| arrange(&found, dimension, estate.texts.len(), stretch));
    (rows, ends)
}

/// Puts the rows of a dimension in the order of their values, by counting: values are the codes of so many texts. What is found comes
/// product by product, and so stays within each value.
fn arrange(found: &[Found], dimension: usize, texts: usize, out: &mut [Row]) {
    let rows = || found.iter().flat_map(|found| found.of(dimension));
    // Null is the greatest code.
    let place = |row: &Row| (row.value as usize).min(texts);
    let mut starts = vec![0u32; texts + 2];
    rows().for_each(|row| starts[place(row) + 1] += 1);
    let mut before = 0;
    for start in &mut starts {
        before += *start;
        *start = before;
    }
    for row in rows() {
        let next = &mut starts[place(row)];
        out[*next as usize] = *row;
        *next += 1;
    }
}

/// The rows of one product: dimension by dimension, and in each in the order of first use.
struct Found {
    rows: Vec<Row>,
    ends: [usize; DIMENSIONS.len()],
}

impl Found {
    fn of(&self, dimension: usize) -> &[Row] {
        &self.rows[dimension.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[dimension]]
    }
}

/// The rows of a product under way.
struct Adding<'a> {
    product: u32,
    range: Range<usize>,
    room: &'a mut Room,
    rows: &'a mut Vec<Row>,
}

impl Adding<'_> {
    /// Adds the rows of one dimension, in which a demand has some values; tells where they end.
    fn by(&mut self, values: impl Fn(usize, Add<'_>)) -> usize {
        let Room { ones, places } = &mut *self.room;
        places.clear();
        let mut last = (NULL_CODE, usize::MAX);
        for (demand, one) in self.range.clone().zip(&*ones) {
            values(demand, &mut |value| {
                if last.1 == usize::MAX || last.0 != value {
                    let place = *places.entry(value).or_insert_with(|| {
                        self.rows.push(Row { value, product: self.product, ..Row::default() });
                        self.rows.len() - 1
                    });
                    last = (value, place);
                }
                self.rows[last.1].add(one);
            });
        }
        self.rows.len()
    }
}

/// Room to work in, from product to product.
#[derive(Default)]
struct Room {
    ones: Vec<One>,
    places: FxHashMap<Code, usize>,
}

/// Whom the values of a demand are told to.
type Add<'a> = &'a mut dyn FnMut(Code);

/// Where the rows of a product come from.
struct Usage<'a> {
    estate: &'a Estate,
    trace: &'a Trace,
    groups: Lists<'a>,
    roles: Lists<'a>,
}

/// What lists users have in a dimension.
struct Lists<'a> {
    /// By the code of a user; shorter where the last have none.
    of_user: Vec<u32>,
    lists: &'a text::Lists,
}

impl<'a> Lists<'a> {
    fn of(estate: &'a Estate, column: &str) -> Self {
        let given = estate.users.frame.column(column).map_or(&[][..], |lists| lists.lists());
        let some = || estate.users.id.iter().zip(given).filter(|(_, list)| **list != NULL_CODE);
        let last = some().map(|(user, _)| *user as usize).max();
        let mut of_user = vec![NULL_CODE; last.map_or(0, |last| last + 1)];
        some().for_each(|(user, list)| of_user[*user as usize] = *list);
        Self { of_user, lists: &estate.lists }
    }

    /// The values of a user, each once.
    fn each(&self, user: Code, add: Add<'_>) {
        let values = self.of_user.get(user as usize).map_or(&[][..], |list| self.lists.get(*list));
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

impl Usage<'_> {
    /// The rows of a product. Only what it has in a dimension is put in order later, and that is little beside its demands.
    fn product(&self, product: usize, room: &mut Room) -> Found {
        let (estate, demands) = (self.estate, &self.estate.demands);
        let range = estate.demands_of(product);
        self.ones(&range, &mut room.ones);
        let publisher = estate.products.publisher[product];
        let mut rows = Vec::new();
        let mut adding = Adding { product: product as u32, range, room, rows: &mut rows };
        // As in DIMENSIONS.
        let ends = [
            adding.by(|demand, add| add(demands.cost_center[demand])),
            adding.by(|demand, add| add(demands.department[demand])),
            adding.by(|demand, add| self.groups.each(demands.user[demand], add)),
            adding.by(|demand, add| add(demands.location[demand])),
            adding.by(|_, add| add(publisher)),
            adding.by(|demand, add| self.roles.each(demands.user[demand], add)),
            adding.by(|demand, add| add(demands.user[demand])),
        ];
        Found { rows, ends }
    }

    /// What each demand of a product adds to its rows. Grants stand in the order of demands too.
    fn ones(&self, range: &Range<usize>, ones: &mut Vec<One>) {
        let (estate, trace) = (self.estate, self.trace);
        let first = trace.grants.partition_point(|grant| (grant.demand as usize) < range.start);
        let mut grants = trace.grants[first..].iter().peekable();
        ones.clear();
        ones.extend(range.clone().map(|demand| {
            let mut allocated = 0;
            while let Some(grant) = grants.next_if(|grant| grant.demand as usize == demand) {
                allocated += grant.covered;
            }
            One { required: facts::counted_need(estate, trace, demand), allocated, inactive: estate.is_inactive(demand) }
        }));
    }
}
