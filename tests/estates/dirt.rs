//! Dirty rows, added to a clean estate.

use super::Plan;

/// Adds some dirty rows in a third of the estates; says whether it did.
pub fn soil(plan: &mut Plan) -> bool {
    if !plan.random.percent(35) {
        return false;
    }
    for _ in 0..plan.random.between(1, 6) {
        let extracts: Vec<String> = plan.extracts.keys().cloned().collect();
        let extract = plan.random.pick(&extracts).clone();
        if plan.extracts[&extract].rows.is_empty() {
            continue;
        }
        match plan.random.below(4) {
            0 => twin(plan, &extract),
            1 if extract != "trees" => near_twin(plan, &extract),
            2 => bad_row(plan, &extract),
            _ => bad_value(plan, &extract),
        }
    }
    true
}

/// In few estates something stops the run (§2.1): code 4.
pub fn calamity(plan: &mut Plan) {
    if !plan.random.percent(4) {
        return;
    }
    let row = |cells: [&str; 3]| cells.map(String::from).to_vec();
    let has = |plan: &Plan, extract: &str| plan.extracts.contains_key(extract);
    match plan.random.below(6) {
        0 if has(plan, "trees") => {
            add(plan, "trees", row(["location", "x1", "x2"]));
            add(plan, "trees", row(["location", "x2", "x1"]));
        }
        1 if has(plan, "trees") => {
            add(plan, "trees", row(["department", "x1", "d0"]));
            add(plan, "trees", row(["department", "x1", ""]));
        }
        2 if has(plan, "products") && !plan.extracts["products"].rows.is_empty() => {
            let mut own = some_row(plan, "products");
            own[0] = "P-snake".into();
            set(plan, "products", &mut own, "previous_product_id", "P-snake");
            add(plan, "products", own);
        }
        3 => plan.extracts.get_mut("licenses").expect("a table").columns[1] = "product".into(),
        4 => plan.extracts.get_mut("consumptions").expect("a table").columns[3] = "asset_id".into(),
        5 if has(plan, "users") => {
            // Text among the consumptions, a number here.
            let users = plan.extracts.get_mut("users").expect("a table");
            let env = users.columns.iter().position(|name| name == "env").expect("a column");
            users.rows.iter_mut().for_each(|row| row[env] = "7".into());
        }
        _ => {}
    }
}

fn some_row(plan: &mut Plan, extract: &str) -> Vec<String> {
    let rows = plan.extracts[extract].rows.clone();
    plan.random.pick(&rows).clone()
}

fn set(plan: &Plan, extract: &str, row: &mut [String], column: &str, value: &str) {
    if let Some(at) = plan.extracts[extract].columns.iter().position(|name| name == column)
        && at < row.len()
    {
        row[at] = value.to_string();
    }
}

fn add(plan: &mut Plan, extract: &str, row: Vec<String>) {
    plan.extracts.get_mut(extract).expect("a table").rows.push(row);
}

/// The same row once more, with white space around a value.
fn twin(plan: &mut Plan, extract: &str) {
    let mut row = some_row(plan, extract);
    row[0] = format!("{}{}", plan.random.pick(&[" ", "\u{a0}", "\t"]), row[0]);
    add(plan, extract, row);
}

/// The same identifier with another value.
fn near_twin(plan: &mut Plan, extract: &str) {
    let mut row = some_row(plan, extract);
    for (column, value) in [("department", "d2"), ("location", "l9"), ("responsible", "Bob"), ("reason", "another"), ("name", "Eve")] {
        set(plan, extract, &mut row, column, value);
    }
    add(plan, extract, row);
}

/// Too many or too few fields.
fn bad_row(plan: &mut Plan, extract: &str) {
    let mut row = some_row(plan, extract);
    if plan.random.percent(50) && row.len() > 2 {
        row.pop();
    } else {
        row.push("surplus".into());
    }
    add(plan, extract, row);
}

/// A value that is missing, does not parse, is out of range or not in its list; a target too many or too few.
fn bad_value(plan: &mut Plan, extract: &str) {
    let mut row = some_row(plan, extract);
    let tokens: &[(&str, &str)] = match extract {
        "consumptions" => &[
            ("consumption_id", ""),
            ("product_id", ""),
            ("quantity", "many"),
            ("department", "d\u{0}1"),
            ("env", "p\u{0}"),
            ("quantity", "0"),
            ("cores", "-2"),
            ("started_on", "2026-02-30"),
            ("quantity", "1000000000001"),
            ("cores", "2.5"),
            ("last_used_on", "yesterday"),
        ],
        "licenses" => &[
            ("license_id", ""),
            ("metric", "devices"),
            ("seats", "-1"),
            ("status", "In_service"),
            ("ends_on", "31.12.2026"),
            ("scope", "department;floor"),
            ("unit_cost", "1e3"),
            ("unit_cost", "-1"),
            ("downgrade", "all"),
            ("unit_cost", "100000000000000"),
            ("seats", "99999999999999999999999"),
        ],
        "products" => &[("product_id", ""), ("class", "paid"), ("min_units", "0"), ("unit_price", "cheap"), ("metric", "seat")],
        "assets" => &[("asset_id", ""), ("status", "lost"), ("cores", "0"), ("disposed_on", "2026-13-01")],
        "users" => &[("user_id", ""), ("active", "yes"), ("left_on", "2026-1-1")],
        "trees" => &[("node", ""), ("tree", "region")],
        "assignments" => &[("license_id", ""), ("asset_id", "A0"), ("user_id", "U0"), ("assigned_on", "soon")],
        "reservations" => &[("license_id", ""), ("dimension", "floor"), ("seats", "0"), ("value", "")],
        "bundles" => &[("bundle_product_id", ""), ("component_product_id", "")],
        _ => &[("license_id", ""), ("points", "1.5"), ("forbid", "maybe"), ("points", "7"), ("forbid", "true")],
    };
    let (column, value) = *plan.random.pick(tokens);
    if matches!(extract, "assignments" | "preferences") && plan.random.percent(25) {
        set(plan, extract, &mut row, "asset_id", "A0");
        set(plan, extract, &mut row, "user_id", "U0");
    }
    if extract == "consumptions" && plan.random.percent(25) {
        set(plan, extract, &mut row, "asset_id", "");
        set(plan, extract, &mut row, "user_id", "");
    }
    if extract == "consumptions" {
        set(plan, extract, &mut row, "consumption_id", "C-new");
    }
    if plan.random.percent(12) {
        row[1] = "x\u{0}".into();
    }
    set(plan, extract, &mut row, column, value);
    add(plan, extract, row);
}
