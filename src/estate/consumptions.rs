//! Consumptions: those accepted and those that role rules add, and which of them need no license (contract §4.1).

use super::accepted::Accepted;
use super::entitle::Added;
use super::people::UserOf;
use crate::model::codes::{CodeMap, CodeSet};
use crate::model::date::{Date, NULL_DATE};
use crate::model::demand::Consumptions;
use crate::model::estate::Registry;
use crate::model::license::Products;
use crate::model::text::{NULL_CODE, TextArena, Texts};
use crate::model::value::{Column, Frame, NULL_INT, Type, Value};
use crate::model::words::{AssetStatus, ExtractKind, Family, Outcome};
use rayon::prelude::*;

/// All consumptions by `consumption_id`, those of role rules among them. The quantity's default is filled in; outcomes and demands are
/// not there yet.
pub fn consumptions(accepted: &mut Accepted, products: &Products, added: &[Added]) -> Consumptions {
    let frame = accepted.take(ExtractKind::Consumptions).unwrap_or_default();
    let ids = std::mem::take(&mut accepted.consumption_ids);
    let (mut frame, id) = if added.is_empty() { (frame, ids) } else { merge_added(&frame, &ids, added) };
    if let Some(place) = frame.place("quantity") {
        match &mut frame.columns[place] {
            Column::Integer(values) => values.par_iter_mut().filter(|value| **value == NULL_INT).for_each(|value| *value = 1),
            missing => *missing = Column::Integer(vec![1; frame.rows]),
        }
    }
    let rows = frame.rows;
    let mut column = |name: &str| match frame.place(name).map(|place| &mut frame.columns[place]) {
        Some(column @ Column::Text(_)) => match std::mem::replace(column, Column::Nulls(Type::Text, rows)) {
            Column::Text(codes) => codes,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    let places: CodeMap = products.id.iter().copied().zip(0..).collect();
    let mut product = column("product_id");
    product.resize(rows, NULL_CODE);
    product.par_iter_mut().for_each(|code| *code = places.get(*code).unwrap_or(0));
    Consumptions {
        product,
        asset: column("asset_id"),
        user: column("user_id"),
        exempt_reason: column("exempt_reason"),
        outcome: Vec::new(),
        demand: Vec::new(),
        id,
        frame,
    }
}

/// Puts the rows of role rules where their identifiers belong.
fn merge_added(frame: &Frame, ids: &TextArena, added: &[Added]) -> (Frame, TextArena) {
    let rows = ids.len() + added.len();
    let mut merged = TextArena::with_capacity(rows, rows * 24);
    // For each row of the result: a row of the extract, or one of the added.
    let mut sources: Vec<Result<usize, usize>> = Vec::with_capacity(rows);
    let (mut old, mut new) = (0, 0);
    while old < ids.len() || new < added.len() {
        if new == added.len() || (old < ids.len() && ids.get(old) <= added[new].id.as_str()) {
            merged.push(ids.get(old));
            sources.push(Ok(old));
            old += 1;
        } else {
            merged.push(&added[new].id);
            sources.push(Err(new));
            new += 1;
        }
    }
    let mut result = Frame::new(rows);
    for (name, column) in frame.names.iter().zip(&frame.columns) {
        let mut out = Column::with_capacity(column.kind(), rows);
        for source in &sources {
            out.push(match source {
                Ok(row) => column.get(*row),
                Err(place) => added_value(name, &added[*place]),
            });
        }
        result.push(name.clone(), out);
    }
    (result, merged)
}

fn added_value(name: &str, added: &Added) -> Value {
    match name {
        "product_id" => Value::Text(added.product),
        "user_id" => Value::Text(added.user),
        "quantity" => Value::Integer(1),
        _ => Value::Null,
    }
}

/// Finds which consumptions need no license: the first of §4.1 that holds.
pub fn judge(
    consumptions: &mut Consumptions,
    products: &Products,
    assets: &Registry,
    user_of: &UserOf<'_>,
    users: &Registry,
    texts: &Texts,
    as_of: Date,
) {
    let dates = |name: &str| consumptions.frame.column(name).map_or(&[][..], Column::dates);
    let (ended_on, started_on) = (dates("ended_on"), dates("started_on"));
    let day = |dates: &[i32], row: usize| dates.get(row).copied().filter(|day| *day != NULL_DATE);
    // A set is bits, and so found sooner than a row.
    let disposed = disposed(assets, texts, as_of);
    let left: CodeSet = users.id.iter().copied().filter(|user| super::user_has_left(users, *user, as_of)).collect();
    let outcome = |row: usize| {
        let product = consumptions.product[row] as usize;
        let (asset, user) = (consumptions.asset(row), consumptions.user(row));
        let person = || if user == NULL_CODE { user_of.asset(asset) } else { user };
        if day(ended_on, row).is_some_and(|day| day <= as_of.0) {
            Some(Outcome::Ended)
        } else if day(started_on, row).is_some_and(|day| day > as_of.0) {
            Some(Outcome::NotStarted)
        } else if disposed.contains(asset) {
            Some(Outcome::AssetDisposed)
        } else if products.family(product) == Family::User && left.contains(person()) {
            Some(Outcome::UserLeft)
        } else if consumptions.exempt_reason(row) != NULL_CODE {
            Some(Outcome::Exempt)
        } else if products.free[product] {
            Some(Outcome::FreeProduct)
        } else {
            None
        }
    };
    let outcomes: Vec<Option<Outcome>> = (0..consumptions.len()).into_par_iter().map(outcome).collect();
    consumptions.outcome = outcomes;
}

/// The assets that are disposed of.
fn disposed(assets: &Registry, texts: &Texts, as_of: Date) -> CodeSet {
    let status = assets.frame.column("status").map_or(&[][..], Column::texts);
    let disposed_on = assets.frame.column("disposed_on").map_or(&[][..], Column::dates);
    let Some(disposed) = texts.code(AssetStatus::Disposed.code()) else { return CodeSet::default() };
    let by_now = |row: usize| disposed_on.get(row).is_none_or(|day| *day == NULL_DATE || *day <= as_of.0);
    let is_disposed = |row: &usize| status[*row] == disposed && by_now(*row);
    (0..status.len()).filter(is_disposed).map(|row| assets.id[row]).collect()
}
