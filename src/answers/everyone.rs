//! Whom demands are about: all assets and users of a run at once, as [`super::subject::find`] finds one of them.

use super::AnswerError;
use super::published::Published;
use super::subject::{Found, Kind, not_needed};
use crate::report::back::{Query, Rows};
use std::collections::{BTreeMap, BTreeSet};

/// Every asset and user that a consumption names, with what is about it.
pub fn everyone(run: &Published) -> Result<BTreeMap<(String, Kind), Found>, AnswerError> {
    let demands = run.read(&Query::of("demands").columns(&["product_id", "demand_id", "asset_id", "user_id"]))?;
    let further = run.read(&Query::of("further_consumptions"))?;
    let mut all: BTreeMap<(String, Kind), Found> = BTreeMap::new();
    for (kind, column) in [(Kind::Asset, "asset_id"), (Kind::User, "user_id")] {
        for rows in [&demands, &further] {
            take(rows, kind, column, &mut all)?;
        }
        let subject = further.texts(column)?;
        for (row, answer) in not_needed(&further)? {
            let Some(id) = subject(row) else { continue };
            found(&mut all, id, kind).not_needed.push(answer);
        }
    }
    Ok(all)
}

fn take(rows: &Rows, kind: Kind, column: &str, all: &mut BTreeMap<(String, Kind), Found>) -> Result<(), AnswerError> {
    let (product, demand, subject) = (rows.texts("product_id")?, rows.texts("demand_id")?, rows.texts(column)?);
    for row in 0..rows.len() {
        if let (Some(id), Some(product), Some(demand)) = (subject(row), product(row), demand(row)) {
            found(all, id, kind).demands.insert((product.to_owned(), demand.to_owned()));
        }
    }
    Ok(())
}

fn found<'a>(all: &'a mut BTreeMap<(String, Kind), Found>, id: &str, kind: Kind) -> &'a mut Found {
    let nobody = || Found { kind, demands: BTreeSet::new(), not_needed: Vec::new(), product: None };
    all.entry((id.to_owned(), kind)).or_insert_with(nobody)
}
