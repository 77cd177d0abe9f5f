//! Licenses: defaults filled in, status at `as_of` (contract §3), and the columns that rules read.

use super::accepted::{Accepted, parse_codes};
use super::catalog::pick;
use crate::model::date::NULL_DATE;
use crate::model::decimal::NULL_DECIMAL;
use crate::model::license::{Licenses, Products, ScopeBits};
use crate::model::policy::Policy;
use crate::model::text::{Code, Lists, NULL_CODE, Texts};
use crate::model::tree::Dimension;
use crate::model::value::{Column, Frame, NULL_INT, Type};
use crate::model::words::{BookedStatus, Downgrade, ExtractKind, LicenseStatus, LicenseType, Metric};
use crate::rules::eval::{Env, Fields, Mode, evaluate};
use crate::rules::expr::Side;
use crate::rules::program::Program;
use crate::rules::schema::Schema;

/// The accepted licenses by `license_id`. The columns for rules come with [`fill_fields`].
pub fn licenses(accepted: &mut Accepted, products: &Products, texts: &Texts, policy: &Policy) -> Licenses {
    let frame = accepted.take(ExtractKind::Licenses).unwrap_or_default();
    let mut order: Vec<u32> = (0..frame.rows as u32).collect();
    let ids = frame.column("license_id").map_or(&[][..], Column::texts);
    order.sort_unstable_by_key(|row| ids[*row as usize]);
    let mut frame = frame.gather(&order);
    let product_of: Vec<u32> = column(&frame, "product_id").iter().map(|id| products.place(*id).map_or(0, |place| place as u32)).collect();
    let catalog = accepted.frame(ExtractKind::Products);
    fill_defaults(&mut frame, catalog, &product_of, products, &Words::new(texts));
    let metric = parse_codes(column(&frame, "metric"), texts, Metric::parse);
    let booked = parse_codes(column(&frame, "status"), texts, BookedStatus::parse);
    let kinds = parse_codes(column(&frame, "license_type"), texts, LicenseType::parse);
    let downgrades = parse_codes(column(&frame, "downgrade"), texts, Downgrade::parse);
    let dates = |name: &str| frame.column(name).map_or(Vec::new(), |column| column.dates().to_vec());
    let (seats, grace_days) = (integers(&frame, "seats"), integers(&frame, "grace_days"));
    let (starts_on, ends_on, retired_on) = (dates("starts_on"), dates("ends_on"), dates("retired_on"));
    let mut licenses = Licenses {
        id: column(&frame, "license_id").to_vec(),
        kind: kinds.into_iter().map(|kind| kind.unwrap_or(LicenseType::Perpetual)).collect(),
        downgrade: downgrades.into_iter().map(|downgrade| downgrade.unwrap_or(Downgrade::None)).collect(),
        scope: scopes(&frame, &accepted.lists, texts),
        department: column(&frame, "department").to_vec(),
        location: column(&frame, "location").to_vec(),
        cost_center: column(&frame, "cost_center").to_vec(),
        unit_cost: frame.column("unit_cost").map_or(Vec::new(), |column| column.decimals().to_vec()),
        currency: column(&frame, "currency").to_vec(),
        contract_id: column(&frame, "contract_id").to_vec(),
        vendor: column(&frame, "vendor").to_vec(),
        responsible: column(&frame, "responsible").to_vec(),
        renews_on: dates("renews_on"),
        ..Licenses::default()
    };
    for row in 0..frame.rows {
        let grace = if grace_days[row] == NULL_INT { policy.grace_days } else { grace_days[row] };
        let grace_ends_on = if ends_on[row] == NULL_DATE { NULL_DATE } else { add_days(ends_on[row], grace) };
        let facts = Facts {
            booked: booked[row].unwrap_or(BookedStatus::InService),
            metric: metric[row],
            seats: seats[row],
            starts_on: starts_on[row],
            ends_on: ends_on[row],
            grace_ends_on,
            retired_on: retired_on[row],
        };
        licenses.grace_ends_on.push(grace_ends_on);
        licenses.status.push(status(&facts, policy));
    }
    (licenses.metric, licenses.seats, licenses.starts_on, licenses.ends_on) = (metric, seats, starts_on, ends_on);
    group_by_product(&mut licenses, product_of, products.len());
    licenses.fields = frame.columns;
    licenses.field_names = frame.names;
    licenses
}

/// What decides a status.
struct Facts {
    booked: BookedStatus,
    metric: Option<Metric>,
    seats: i64,
    starts_on: i32,
    ends_on: i32,
    grace_ends_on: i32,
    retired_on: i32,
}

/// The status at `as_of`: the first that holds (§3).
fn status(facts: &Facts, policy: &Policy) -> LicenseStatus {
    let as_of = policy.as_of.0;
    let retired = facts.booked == BookedStatus::Retired && (facts.retired_on == NULL_DATE || facts.retired_on <= as_of);
    let seatless = facts.metric != Some(Metric::Site) && facts.seats == NULL_INT;
    if retired {
        LicenseStatus::Retired
    } else if facts.metric.is_none() || seatless {
        LicenseStatus::Incomplete
    } else if facts.booked == BookedStatus::Pending || (facts.starts_on != NULL_DATE && facts.starts_on > as_of) {
        LicenseStatus::Pending
    } else if facts.ends_on == NULL_DATE || facts.ends_on >= as_of {
        let soon = facts.ends_on != NULL_DATE && facts.ends_on <= add_days(as_of, policy.expiring_within_days);
        if soon { LicenseStatus::Expiring } else { LicenseStatus::Active }
    } else if facts.grace_ends_on >= as_of {
        LicenseStatus::Grace
    } else {
        LicenseStatus::Expired
    }
}

/// A day so many days later, held at the ends of an `i32`: grace may be longer than the calendar.
fn add_days(day: i32, days: i64) -> i32 {
    (i64::from(day) + days).clamp(i64::from(NULL_DATE) + 1, i64::from(i32::MAX)) as i32
}

fn column<'a>(frame: &'a Frame, name: &str) -> &'a [Code] {
    frame.column(name).map_or(&[], Column::texts)
}

fn integers(frame: &Frame, name: &str) -> Vec<i64> {
    frame.column(name).map_or(Vec::new(), |column| column.integers().to_vec())
}

/// The codes of the defaults.
struct Words {
    perpetual: Code,
    in_service: Code,
    none: Code,
}

impl Words {
    fn new(texts: &Texts) -> Self {
        let code = |word: &str| texts.code(word).unwrap_or(NULL_CODE);
        Self {
            perpetual: code(LicenseType::Perpetual.code()),
            in_service: code(BookedStatus::InService.code()),
            none: code(Downgrade::None.code()),
        }
    }
}

/// Fills in the defaults of §2: metric, downgrade and scope (§5.4) are the product's, where the license has none.
fn fill_defaults(frame: &mut Frame, catalog: Option<&Frame>, product_of: &[u32], products: &Products, words: &Words) {
    let listed = catalog.and_then(|catalog| catalog.column("product_id")).map_or(&[][..], Column::texts);
    let row_of: rustc_hash::FxHashMap<Code, usize> = listed.iter().enumerate().map(|(row, id)| (*id, row)).collect();
    let rows: Vec<Option<usize>> = product_of.iter().map(|product| row_of.get(&products.id[*product as usize]).copied()).collect();
    let from_catalog = |name: &str| pick(catalog, name, &rows, Column::texts, NULL_CODE);
    let downgrades: Vec<Code> =
        from_catalog("downgrade").into_iter().map(|code| if code == NULL_CODE { words.none } else { code }).collect();
    let scopes = pick(catalog, "scope", &rows, Column::lists, NULL_CODE);
    let defaults = [
        ("metric", from_catalog("metric")),
        ("license_type", vec![words.perpetual; rows.len()]),
        ("status", vec![words.in_service; rows.len()]),
        ("downgrade", downgrades),
        ("scope", scopes),
    ];
    for (name, defaults) in defaults {
        let Some(place) = frame.place(name) else { continue };
        if let Column::Text(values) | Column::List(values) = &mut frame.columns[place] {
            for (value, default) in values.iter_mut().zip(defaults) {
                if *value == NULL_CODE {
                    *value = default;
                }
            }
        }
    }
}

fn scopes(frame: &Frame, lists: &Lists, texts: &Texts) -> Vec<ScopeBits> {
    let ids = frame.column("scope").map_or(&[][..], Column::lists);
    let bits = |id: &u32| {
        let dimensions = lists.get(*id).iter().filter_map(|code| Dimension::parse(texts.get(*code)));
        dimensions.fold(ScopeBits::default(), ScopeBits::with)
    };
    ids.iter().map(bits).collect()
}

/// The licenses of each product, ascending.
fn group_by_product(licenses: &mut Licenses, product_of: Vec<u32>, products: usize) {
    let mut starts = vec![0u32; products + 1];
    for product in &product_of {
        starts[*product as usize + 1] += 1;
    }
    for product in 0..products {
        starts[product + 1] += starts[product];
    }
    let mut next = starts.clone();
    let mut by_product = vec![0u32; product_of.len()];
    for (license, product) in product_of.iter().enumerate() {
        by_product[next[*product as usize] as usize] = license as u32;
        next[*product as usize] += 1;
    }
    (licenses.product, licenses.starts, licenses.by_product) = (product_of, starts, by_product);
}

/// The license under evaluation while set fields are added.
struct Row<'a> {
    columns: &'a [Column],
    row: usize,
}

impl Fields for Row<'_> {
    fn field(&self, _: Side, slot: usize) -> crate::model::value::Value {
        self.columns.get(slot).map_or(crate::model::value::Value::Null, |column| column.get(self.row))
    }
}

/// Puts the columns in the order of the schema's slots, and evaluates the set fields of the license side.
pub fn fill_fields(licenses: &mut Licenses, schema: &Schema, program: &Program, env: &Env<'_>) {
    let rows = licenses.len();
    let names = std::mem::take(&mut licenses.field_names);
    let mut given: Vec<Option<Column>> = std::mem::take(&mut licenses.fields).into_iter().map(Some).collect();
    let mut columns: Vec<Column> = Vec::with_capacity(schema.license.len());
    for (slot, field) in schema.license.iter().enumerate() {
        let set = program.sets_of(Side::License).find(|set| set.slot == slot);
        let column = match set {
            Some(set) => {
                let mut column = Column::with_capacity(set.kind, rows);
                for row in 0..rows {
                    column.push(evaluate(&set.expr, &Row { columns: &columns, row }, env, Mode::Affinity));
                }
                column
            }
            None => {
                let place = names.iter().position(|name| *name == field.name);
                let column = place.and_then(|place| given[place].take()).unwrap_or_else(|| Column::nulls(field.kind, rows));
                if field.kind == Type::Decimal { as_decimals(column) } else { column }
            }
        };
        columns.push(column);
    }
    licenses.fields = columns;
}

/// An integer column as decimals: the schema may have made them one type.
pub fn as_decimals(column: Column) -> Column {
    match column {
        Column::Integer(values) => Column::Decimal(
            values
                .into_iter()
                .map(|value| if value == NULL_INT { NULL_DECIMAL } else { i128::from(value) * crate::model::decimal::ONE })
                .collect(),
        ),
        other => other,
    }
}
