//! Licenses by status, products without a license, licenses of products that nobody uses, references that lead nowhere.

use crate::cli::summary::{count, plural};
use crate::model::estate::Estate;
use crate::model::words::LicenseStatus;

/// How many names of a list are shown.
const SHOWN: usize = 5;

/// The lines of the section.
pub fn page(estate: &Estate) -> Vec<String> {
    let (products, licenses) = (&estate.products, &estate.licenses);
    let mut lines = vec![statuses(estate)];
    let consumed = consumed(estate);
    let name = |code| estate.texts.get(code);
    let unlicensed =
        (0..products.len()).filter(|product| !estate.demands_of(*product).is_empty() && licenses.of_product(*product).is_empty());
    let unlicensed: Vec<&str> = unlicensed.map(|product| name(products.id[product])).collect();
    if !unlicensed.is_empty() {
        lines.push(format!(
            "{} in need of a license without any: {}",
            plural(unlicensed.len() as u64, "product", "products"),
            some(&unlicensed)
        ));
    }
    let idle: Vec<&str> = (0..licenses.len())
        .filter(|license| !consumed[licenses.product[*license] as usize])
        .map(|license| name(licenses.id[license]))
        .collect();
    if !idle.is_empty() {
        lines.push(format!("{} of products without a consumption: {}", plural(idle.len() as u64, "license", "licenses"), some(&idle)));
    }
    for skipped in &estate.skipped_entitles {
        lines.push(format!("role rule {} is skipped: product {}, {}", skipped.rule, skipped.product, skipped.why));
    }
    lines
}

/// References to something unknown, by extract and field.
pub fn references(estate: &Estate) -> Vec<String> {
    let line = |unknown: &crate::model::estate::UnknownReference| {
        let rows = plural(unknown.rows, "row", "rows");
        format!("{}.{}: {rows}, such as {}", unknown.extract.code(), unknown.field, unknown.examples.join(", "))
    };
    estate.unknown_references.iter().map(line).collect()
}

fn statuses(estate: &Estate) -> String {
    let of = |status: &LicenseStatus| estate.licenses.status.iter().filter(|other| *other == status).count() as u64;
    let counts: Vec<String> = LicenseStatus::ALL
        .iter()
        .map(|status| (status, of(status)))
        .filter(|(_, number)| *number > 0)
        .map(|(status, number)| format!("{} {}", count(number), status.code()))
        .collect();
    let (licenses, demands) = (estate.licenses.len() as u64, estate.demands.len() as u64);
    let parts = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(" · ")) };
    format!("{}{parts}; {} to cover", plural(licenses, "license", "licenses"), plural(demands, "demand", "demands"))
}

/// Whether anybody uses a product, with or without need of a license.
fn consumed(estate: &Estate) -> Vec<bool> {
    let mut consumed = vec![false; estate.products.len()];
    for product in &estate.consumptions.product {
        consumed[*product as usize] = true;
    }
    consumed
}

fn some(names: &[&str]) -> String {
    let more = names.len().saturating_sub(SHOWN);
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if more == 0 { shown } else { format!("{shown} and {} more", count(more as u64)) }
}
