//! `seatwise show`: the four angles of the field, a license, an asset, a user, a product, and the position of all products.

use super::AnswerError;
use super::published::Published;
use super::sheet::Sheet;
use super::subject::{Found, Kind, closest, find};
use crate::explain::position::{Seats, counted_in, seat};
use crate::model::words::{LicenseStatus, Metric};
use crate::report::back::{Cell, Query, Rows};
use std::collections::BTreeSet;

/// The position of every product, the worst first.
pub fn positions(run: &Published) -> Result<Sheet, AnswerError> {
    let rows = run.read(&Query::of("positions"))?;
    let narrow =
        ["product_id", "name", "metric", "status", "required", "allocated", "outstanding", "available", "deficit_cost", "currency"];
    let mut sheet = Sheet::of(format!("The position of every product, for {}.", run.manifest.as_of), &narrow, &rows);
    let order: Vec<usize> = worst_first(&sheet)?;
    sheet.rows = order.into_iter().map(|row| sheet.rows[row].clone()).collect();
    Ok(sheet)
}

/// Under-licensed products by what their deficit costs, then by what is outstanding; then over-licensed ones by what is idle; then the
/// others.
fn worst_first(sheet: &Sheet) -> Result<Vec<usize>, AnswerError> {
    let place = |column: &str| sheet.place(column);
    let (status, product) = (place("status")?, place("product_id")?);
    let (cost, outstanding) = (place("deficit_cost")?, place("outstanding")?);
    let (idle, available) = (place("idle_cost")?, place("available")?);
    let number = |row: usize, place: usize| match sheet.rows[row][place] {
        Cell::Integer(number) => i128::from(number),
        Cell::Decimal(number, _) => number,
        _ => 0,
    };
    let words = ["under_licensed", "over_licensed", "compliant", "not_licensable"];
    let key = |row: &usize| {
        let row = *row;
        let word = super::sheet::text(&sheet.rows[row][status]);
        let standing = words.iter().position(|other| *other == word).unwrap_or(words.len());
        let weight =
            if standing == 0 { (number(row, cost), number(row, outstanding)) } else { (number(row, idle), number(row, available)) };
        (standing, std::cmp::Reverse(weight), super::sheet::text(&sheet.rows[row][product]))
    };
    let mut order: Vec<usize> = (0..sheet.rows.len()).collect();
    order.sort_by_cached_key(key);
    Ok(order)
}

/// What is allocated to a license.
pub fn license(run: &Published, id: &str) -> Result<Sheet, AnswerError> {
    let found = find(run, id, Some(Kind::License), None)?;
    let product = found.into_iter().find_map(|found| found.product).unwrap_or_default();
    let usage = run.read(&Query::of("usage").only("license_id", [id]))?;
    let rows = run.read(&Query::of("allocations").only("license_id", [id]))?;
    let narrow = ["demand_id", "asset_id", "user_id", "phase", "units", "turn", "score", "rank", "reservation_id"];
    let (status, seats) = (usage.texts("status")?, usage.integers("seats")?);
    let (allocated, available) = (usage.integers("allocated")?, usage.integers("available")?);
    let known = !usage.is_empty();
    let status = if known { status(0).unwrap_or_default() } else { "unknown" };
    let metric = if known { usage.texts("metric")?(0).and_then(Metric::parse) } else { None };
    let counted =
        metric.filter(|metric| *metric != Metric::Site).map_or(String::new(), |metric| format!(", counted in {}s,", seat(metric)));
    let title = match (known && seats(0).is_some()).then(|| (seats(0), allocated(0), available(0))) {
        Some((Some(seats), Some(allocated), Some(available))) => {
            format!("License {id} of {product}{counted} is {status}. Of its seats: {seats} in all, {allocated} given, {available} left.")
        }
        _ => format!("License {id} of {product} is {status}; its seats are not counted."),
    };
    Ok(Sheet::of(title, &narrow, &rows))
}

/// What covers an asset.
pub fn asset(run: &Published, id: &str) -> Result<Sheet, AnswerError> {
    holder(run, id, Kind::Asset, "What covers asset")
}

/// What a user holds.
pub fn user(run: &Published, id: &str) -> Result<Sheet, AnswerError> {
    holder(run, id, Kind::User, "What user")
}

/// What is in deficit for a product.
pub fn product(run: &Published, id: &str) -> Result<Sheet, AnswerError> {
    let position = run.read(&Query::of("positions").only("product_id", [id]))?;
    if position.is_empty() {
        let near = closest(run, id, "products", "product_id");
        let help = near.map_or("seatwise show names all products".to_owned(), |near| format!("did you mean {near}?"));
        return Err(AnswerError::usage(format!("run {} knows no product {id}\n  help: {help}", run.manifest.run_id)));
    }
    let rows = run.read(&Query::of("deficits").only("product_id", [id]))?;
    let number = |column: &str| -> Result<i64, AnswerError> { Ok(position.integers(column)?(0).unwrap_or(0)) };
    let status = position.texts("status")?(0).unwrap_or_default().replace('_', " ");
    let title = format!(
        "Product {id} is {status}: {} required, {} allocated, {} outstanding, {} available.",
        number("required")?,
        number("allocated")?,
        number("outstanding")?,
        number("available")?
    );
    let title = [title].into_iter().chain(counted_in(&seats(run, id)?)).collect::<Vec<_>>().join(" ");
    let narrow = ["demand_id", "units", "reason", "requirement", "candidates", "best_license_id", "best_score", "cut_off_score"];
    Ok(Sheet::of(title, &narrow, &rows))
}

/// The seats of a product's usable licenses that count them, by metric.
fn seats(run: &Published, product: &str) -> Result<Vec<Seats>, AnswerError> {
    let usage = run.read(&Query::of("usage").columns(&["product_id", "metric", "status", "seats"]).only("product_id", [product]))?;
    let (metric, status, seats) = (usage.texts("metric")?, usage.texts("status")?, usage.integers("seats")?);
    let usable = |row: &usize| status(*row).and_then(LicenseStatus::parse).is_some_and(LicenseStatus::usable);
    let counted: Vec<(Metric, i64)> =
        (0..usage.len()).filter(usable).filter_map(|row| Some((Metric::parse(metric(row)?)?, seats(row)?))).collect();
    let of = |metric: &Metric| {
        let own = counted.iter().filter(|(other, _)| other == metric);
        Seats { metric: *metric, seats: own.clone().map(|(_, seats)| seats).sum(), licenses: own.count() as i64 }
    };
    Ok(Metric::ALL.iter().map(of).filter(|seats| seats.licenses > 0).collect())
}

const HELD: [&str; 13] = [
    "product_id",
    "demand_id",
    "consumption_id",
    "outcome",
    "metric",
    "need",
    "license_id",
    "license_status",
    "phase",
    "units",
    "score",
    "missing",
    "reason",
];

/// A row for each grant, each deficit, and each consumption that needs no license.
fn holder(run: &Published, id: &str, kind: Kind, words: &str) -> Result<Sheet, AnswerError> {
    let found = find(run, id, Some(kind), None)?;
    let Some(Found { demands, not_needed, .. }) = found.into_iter().next() else {
        return Err(AnswerError::damaged(&run.folder, "what was found is gone"));
    };
    let products: BTreeSet<&String> = demands.iter().map(|(product, _)| product).collect();
    let names: BTreeSet<&String> = demands.iter().map(|(_, demand)| demand).collect();
    let about = |table| run.read(&Query::of(table).only("product_id", &products).only("demand_id", &names));
    let (of_demands, grants, deficits) = (about("demands")?, about("allocations")?, about("deficits")?);
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (product, demand) in &demands {
        let of = |table: &Rows| rows_of(table, product, demand);
        let Some(own) = of(&of_demands)?.first().copied() else { continue };
        let start = |outcome: Cell| {
            let text = |text: &str| Cell::Text(text.to_owned());
            vec![text(product), text(demand), Cell::Null, outcome, cell(&of_demands, own, "metric"), cell(&of_demands, own, "need")]
        };
        for grant in of(&grants)? {
            let columns = ["license_id", "license_status", "phase", "units", "score"];
            let mut row = start(cell(&of_demands, own, "outcome"));
            row.extend(columns.map(|column| cell(&grants, grant, column)));
            row.extend([Cell::Null, Cell::Null]);
            rows.push(row);
        }
        for deficit in of(&deficits)? {
            let mut row = start(cell(&of_demands, own, "outcome"));
            row.extend([Cell::Null, Cell::Null, Cell::Null, Cell::Null, Cell::Null]);
            row.extend(["units", "reason"].map(|column| cell(&deficits, deficit, column)));
            rows.push(row);
        }
    }
    for one in not_needed {
        let mut row = vec![Cell::Null; HELD.len()];
        row[0] = Cell::Text(one.product_id);
        row[2] = Cell::Text(one.consumption_id);
        row[3] = Cell::Text(one.outcome.to_owned());
        row[12] = one.exempt_reason.map_or(Cell::Null, Cell::Text);
        rows.push(row);
    }
    let title = if kind == Kind::User { format!("{words} {id} holds.") } else { format!("{words} {id}.") };
    let narrow = ["product_id", "outcome", "license_id", "license_status", "phase", "units", "score", "missing", "reason"];
    Ok(Sheet { title, columns: HELD.map(str::to_owned).to_vec(), narrow: narrow.to_vec(), rows })
}

fn rows_of(table: &Rows, product: &str, demand: &str) -> Result<Vec<usize>, AnswerError> {
    let (products, demands) = (table.texts("product_id")?, table.texts("demand_id")?);
    Ok((0..table.len()).filter(|row| products(*row) == Some(product) && demands(*row) == Some(demand)).collect())
}

fn cell(table: &Rows, row: usize, column: &str) -> Cell {
    table.names().iter().position(|name| name == column).map_or(Cell::Null, |place| table.cell(row, place))
}
