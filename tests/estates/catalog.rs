//! Products, licenses and bundles of a random estate.

use super::Plan;
use super::people::place;

const DEVICE: &[&str] = &["device", "device", "core", "processor", "instance", "concurrent"];
const ANY: &[&str] = &["device", "device", "core", "processor", "instance", "concurrent", "user", "user", "named_user", "site"];
const DEVICE_ONLY: &[&str] = &["device"];
const USER: &[&str] = &["user", "user", "named_user"];
const DOWNGRADES: &[&str] = &["none", "one", "any", "any"];
const SCOPES: &[&str] = &["department", "location", "cost_center", "location;department", "department; cost_center"];

/// Metrics that an estate is mostly made of: so that chains and bundles find products of one family.
pub fn theme(plan: &mut Plan) -> &'static [&'static str] {
    [DEVICE, DEVICE_ONLY, ANY, USER, ANY][plan.random.below(5)]
}

pub fn products(plan: &mut Plan) {
    let most = *plan.random.pick(&[3, 5, 8]);
    let count = plan.random.between(2, most);
    plan.products = (0..count).map(|nth| format!("P{nth}")).collect();
    if plan.random.percent(12) {
        return;
    }
    let columns = "product_id name publisher metric min_units devices_per_user class previous_product_id \
    downgrade scope unit_price currency";
    plan.table("products", columns);
    let theme = plan.theme;
    let chained = plan.random.percent(65);
    let linear = plan.random.percent(50);
    for (nth, product) in plan.products.clone().into_iter().enumerate() {
        if plan.random.percent(7) {
            continue;
        }
        let random = &mut plan.random;
        let name = random.maybe(70, &["Office", "Editor"]);
        let publisher = random.maybe(70, &["Acme", "Globex"]);
        let metric = random.maybe(65, theme);
        let min_units = random.maybe(25, &["2", "8", "16"]);
        let devices = random.maybe(30, &["1", "2", "5"]);
        let class = random.word(&[
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "commercial",
            "commercial",
            "commercial",
            "commercial",
            "commercial",
            "commercial",
            "commercial",
            "free",
        ]);
        let stranger = random.percent(3);
        let previous = match nth {
            _ if stranger => "P-unknown".into(),
            1.. if chained && linear => format!("P{}", nth - 1),
            1.. if chained && random.percent(65) => format!("P{}", random.below(nth)),
            _ => String::new(),
        };
        let downgrade = random.maybe(if chained { 90 } else { 40 }, DOWNGRADES);
        let scope = random.maybe(10, SCOPES);
        let price = random.maybe(60, &["100", "12.5", "0.3333", "0"]);
        let currency = random.maybe(60, &["EUR", "USD"]);
        let row = [product.clone(), name, publisher, metric, min_units, devices, class, previous, downgrade, scope, price, currency];
        plan.row("products", row.to_vec());
        plan.catalogued.push(product);
    }
}

pub fn licenses(plan: &mut Plan) {
    let columns = "license_id product_id metric seats license_type status starts_on ends_on retired_on \
    grace_days department location cost_center user_id cores scope downgrade unit_cost \
    currency contract_id vendor responsible renews_on env tier weight premium bought labels \
    region";
    plan.table("licenses", columns);
    let mut names: Vec<String> = (0..200).map(|nth| format!("L{nth:03}")).collect();
    plan.random.shuffle(&mut names);
    let sober = plan.random.percent(30);
    for product in plan.products.clone() {
        // Now and then a product with seats to lend.
        let most = *plan.random.pick(&[1, 2, 3, 4, 5, 15]);
        let least = usize::from(plan.random.percent(92));
        for _ in 0..plan.random.between(least, most) {
            let name = names.pop().expect("enough names");
            license(plan, name, &product, sober);
        }
    }
    if plan.licenses.is_empty() || plan.random.percent(10) {
        license(plan, "L-stray".into(), "P-stray", sober);
    }
}

#[expect(clippy::too_many_lines, reason = "one row, field by field")]
fn license(plan: &mut Plan, name: String, product: &str, sober: bool) {
    let first = plan.licenses.is_empty();
    let catalogued = plan.extracts.get("products").and_then(|table| table.rows.iter().find(|row| row[0] == product));
    let stated = catalogued.is_some_and(|row| !row[3].is_empty());
    let theme = plan.theme;
    let metric = plan.random.maybe(if stated { 25 } else { 93 }, theme);
    let unseated = plan.random.percent(if metric == "site" { 70 } else { 4 });
    let seats = if unseated { String::new() } else { plan.random.word(&["0", "1", "1", "1", "2", "2", "3", "4", "8", "20"]) };
    let license_type = plan.random.maybe(60, &["perpetual", "subscription", "volume", "trial", "open_source"]);
    let status = if sober {
        String::new()
    } else {
        plan.random.word(&["", "", "", "", "", "", "", "in_service", "in_service", "in_service", "in_service", "pending", "retired"])
    };
    let dated = |plan: &mut Plan, chance: usize| {
        if plan.random.percent(chance) { plan.random.date() } else { String::new() }
    };
    let starts_on = dated(plan, if sober { 0 } else { 10 });
    let ends_on = match sober {
        true => plan.random.future(),
        // In grace in many estates: `in_term` decides.
        false if plan.random.percent(15) => "2026-11-12".into(),
        false if plan.random.percent(50) => String::new(),
        false if plan.random.percent(50) => plan.random.future(),
        false => dated(plan, 60),
    };
    let retired_on = dated(plan, 20);
    let grace = plan.random.maybe(40, &["0", "10", "40", "100"]);
    let [department, location, cost_center] = place(plan, 40);
    let users = plan.users.clone();
    let user = if plan.random.percent(25) { plan.one_of(&users, "U-unknown") } else { String::new() };
    let random = &mut plan.random;
    let cores = random.maybe(40, &["4", "8", "16", "32"]);
    let scope = random.maybe(12, SCOPES);
    let downgrade = random.maybe(20, DOWNGRADES);
    let unit_cost = random.maybe(60, &["10", "10", "99.9999", "0", "7.5"]);
    let currency = random.maybe(50, &["EUR", "USD"]);
    let contract = random.maybe(30, &["K1", "K2"]);
    let vendor = random.maybe(50, &["Acme", "acme", "Globex"]);
    let responsible = random.maybe(30, &["Ada"]);
    let renews_on = if random.percent(30) { random.date() } else { String::new() };
    let env = if first { "prod".into() } else { random.maybe(50, &["prod", "test"]) };
    let tier = if first { "1".into() } else { random.maybe(60, &["1", "2", "16"]) };
    let weight = if first { "0.5".into() } else { random.maybe(60, &["1", "2.25", "-0.333333333"]) };
    let premium = if first { "true".into() } else { random.maybe(60, &["true", "false"]) };
    let bought = if first { "2026-01-31".into() } else { random.maybe(60, &["2026-01-31", "2025-06-30"]) };
    let labels = random.maybe(50, &["hot", "hot;cold", "cold ; old"]);
    let region = random.maybe(40, super::people::LOCATIONS);
    plan.licenses.push(name.clone());
    plan.row(
        "licenses",
        vec![
            name,
            product.to_string(),
            metric,
            seats,
            license_type,
            status,
            starts_on,
            ends_on,
            retired_on,
            grace,
            department,
            location,
            cost_center,
            user,
            cores,
            scope,
            downgrade,
            unit_cost,
            currency,
            contract,
            vendor,
            responsible,
            renews_on,
            env,
            tier,
            weight,
            premium,
            bought,
            labels,
            region,
        ],
    );
}

/// Pairs of bundle and component, sometimes nested, sometimes across families, sometimes unknown.
pub fn bundles(plan: &mut Plan) {
    if plan.random.percent(50) {
        return;
    }
    plan.table("bundles", "bundle_product_id component_product_id");
    let products = plan.products.clone();
    for _ in 0..plan.random.between(1, 2) {
        let bundle = plan.one_of(&products, "P-unknown");
        for component in products.iter().filter(|component| **component != bundle) {
            let known = plan.extracts["bundles"].rows.iter().any(|row| row[0] == bundle && row[1] == *component);
            if !known && plan.random.percent(60) {
                plan.row("bundles", vec![bundle.clone(), component.clone()]);
            }
        }
    }
}
