//! Products: those of the catalog, and those that only consumptions or licenses name; their metric (contract §4.2).

use super::ContentError;
use super::accepted::{Accepted, parse_codes};
use crate::model::codes::CodeSet;
use crate::model::decimal::NULL_DECIMAL;
use crate::model::license::{Licenses, Products};
use crate::model::text::{Code, NULL_CODE, Texts};
use crate::model::value::{Column, Frame, NULL_INT};
use crate::model::words::{ExtractKind, Family, LicenseStatus, Metric, ProductClass};
use rustc_hash::{FxHashMap, FxHashSet};

/// Every product that the catalog, an accepted consumption or a license names. The metric is settled later.
pub fn products(accepted: &Accepted, texts: &Texts) -> Products {
    let catalog = accepted.frame(ExtractKind::Products);
    let listed = accepted.texts_of(ExtractKind::Products, "product_id");
    let mut id: Vec<Code> = listed.to_vec();
    id.extend(accepted.texts_of(ExtractKind::Licenses, "product_id"));
    // Of millions of rows that name a few products, each name is taken once.
    let mut named = CodeSet::default();
    id.extend(accepted.texts_of(ExtractKind::Consumptions, "product_id").iter().copied().filter(|product| named.insert(*product)));
    id.sort_unstable();
    id.dedup();
    let row_of: FxHashMap<Code, usize> = listed.iter().enumerate().map(|(row, id)| (*id, row)).collect();
    let rows: Vec<Option<usize>> = id.iter().map(|id| row_of.get(id).copied()).collect();
    let text = |name: &str| pick(catalog, name, &rows, Column::texts, NULL_CODE);
    let integer = |name: &str| pick(catalog, name, &rows, Column::integers, NULL_INT);
    let classes = parse_codes(&text("class"), texts, ProductClass::parse);
    Products {
        in_catalog: rows.iter().map(Option::is_some).collect(),
        name: text("name"),
        publisher: text("publisher"),
        stated_metric: parse_codes(&text("metric"), texts, Metric::parse),
        metric: vec![Metric::Device; id.len()],
        min_units: integer("min_units"),
        devices_per_user: integer("devices_per_user"),
        free: classes.iter().map(|class| *class == Some(ProductClass::Free)).collect(),
        previous: text("previous_product_id"),
        unit_price: pick(catalog, "unit_price", &rows, Column::decimals, NULL_DECIMAL),
        currency: text("currency"),
        id,
    }
}

/// A column of a frame by row; `null` where there is no row or no such column.
pub fn pick<T: Copy>(frame: Option<&Frame>, name: &str, rows: &[Option<usize>], values: impl Fn(&Column) -> &[T], null: T) -> Vec<T> {
    let values = frame.and_then(|frame| frame.column(name)).map_or(&[][..], |column| values(column));
    rows.iter().map(|row| row.and_then(|row| values.get(row)).copied().unwrap_or(null)).collect()
}

/// Settles what each product's demands are counted in (§4.2): its own metric; else, leaving aside retired licenses and those
/// of metric `site` or none, the metric of its licenses if all agree, `user` if all are of that family, else `device`; `site`
/// if all are `site`.
pub fn settle_metrics(products: &mut Products, licenses: &Licenses) {
    for product in 0..products.len() {
        products.metric[product] = products.stated_metric[product].unwrap_or_else(|| derived_metric(licenses, product));
    }
}

/// The metrics that a product's licenses state, leaving aside retired licenses and those of metric `site` or none.
pub fn licensed_metrics(licenses: &Licenses, product: usize) -> Vec<Metric> {
    let in_force = |license: &&u32| licenses.status[**license as usize] != LicenseStatus::Retired;
    let mut metrics: Vec<Metric> =
        licenses.of_product(product).iter().filter(in_force).filter_map(|license| licenses.metric[*license as usize]).collect();
    metrics.retain(|metric| *metric != Metric::Site);
    metrics.sort_unstable();
    metrics.dedup();
    metrics
}

fn derived_metric(licenses: &Licenses, product: usize) -> Metric {
    let metrics = licensed_metrics(licenses, product);
    match metrics.as_slice() {
        [] if all_site(licenses, product) => Metric::Site,
        [] => Metric::Device,
        [only] => *only,
        several if several.iter().all(|metric| metric.family() == Family::User) => Metric::User,
        _ => Metric::Device,
    }
}

/// Whether the product has licenses that are not retired, and all that state a metric are `site`.
fn all_site(licenses: &Licenses, product: usize) -> bool {
    let in_force = licenses.of_product(product).iter().map(|license| *license as usize);
    let mut metrics = in_force
        .filter(|license| licenses.status[*license] != LicenseStatus::Retired)
        .filter_map(|license| licenses.metric[license])
        .peekable();
    metrics.peek().is_some() && metrics.all(|metric| metric == Metric::Site)
}

/// `previous_product_id` must lead back to a first version (§2.1).
pub fn refuse_version_cycles(accepted: &Accepted, texts: &Texts) -> Result<(), Vec<ContentError>> {
    let ids = accepted.texts_of(ExtractKind::Products, "product_id");
    let previous = accepted.texts_of(ExtractKind::Products, "previous_product_id");
    let before: FxHashMap<Code, Code> =
        ids.iter().copied().zip(previous.iter().copied()).filter(|(_, before)| *before != NULL_CODE).collect();
    let mut sorted: Vec<Code> = ids.to_vec();
    sorted.sort_unstable();
    // Those that are known to lead back to a first version: every product is passed once.
    let mut good: FxHashSet<Code> = FxHashSet::default();
    for start in sorted {
        let mut path = vec![start];
        let mut at = start;
        while let Some(older) = before.get(&at).filter(|older| !good.contains(older)) {
            if let Some(place) = path.iter().position(|seen| seen == older) {
                let chain: Vec<String> = path[place..].iter().chain([older]).map(|code| format!("\"{}\"", texts.get(*code))).collect();
                let problem = format!(
                    "products come before themselves: {} (each after the next, by column previous_product_id); mend that column, so that every version leads back to a first one",
                    chain.join(", ")
                );
                return Err(vec![ContentError { extract: ExtractKind::Products, problem }]);
            }
            path.push(*older);
            at = *older;
        }
        good.extend(path);
    }
    Ok(())
}
