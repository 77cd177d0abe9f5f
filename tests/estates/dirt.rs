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

fn some_row(plan: &mut Plan, extract: &str) -> Vec<String> {
    let rows = plan.extracts[extract].rows.clone();
    plan.random.pick(&rows).clone()
}

fn set(plan: &Plan, extract: &str, row: &mut [String], column: &str, value: &str) {
    if let Some(at) = plan.extracts[extract]
        .columns
        .iter()
        .position(|name| name == column)
        && at < row.len()
    {
        row[at] = value.to_string();
    }
}

fn add(plan: &mut Plan, extract: &str, row: Vec<String>) {
    plan.extracts
        .get_mut(extract)
        .expect("a table")
        .rows
        .push(row);
}

/// The same row once more, with white space around a value.
fn twin(plan: &mut Plan, extract: &str) {
    let mut row = some_row(plan, extract);
    row[0] = format!(" {}", row[0]);
    add(plan, extract, row);
}

/// The same identifier with another value.
fn near_twin(plan: &mut Plan, extract: &str) {
    let mut row = some_row(plan, extract);
    for (column, value) in [
        ("department", "d2"),
        ("location", "l9"),
        ("responsible", "Bob"),
        ("reason", "another"),
        ("name", "Eve"),
    ] {
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
        "products" => &[
            ("product_id", ""),
            ("class", "paid"),
            ("min_units", "0"),
            ("unit_price", "cheap"),
            ("metric", "seat"),
        ],
        "assets" => &[
            ("asset_id", ""),
            ("status", "lost"),
            ("cores", "0"),
            ("disposed_on", "2026-13-01"),
        ],
        "users" => &[("user_id", ""), ("active", "yes"), ("left_on", "2026-1-1")],
        "trees" => &[("node", ""), ("tree", "region")],
        "assignments" => &[
            ("license_id", ""),
            ("asset_id", "A0"),
            ("user_id", "U0"),
            ("assigned_on", "soon"),
        ],
        "reservations" => &[
            ("license_id", ""),
            ("dimension", "floor"),
            ("seats", "0"),
            ("value", ""),
        ],
        "bundles" => &[("bundle_product_id", ""), ("component_product_id", "")],
        _ => &[
            ("license_id", ""),
            ("points", "1.5"),
            ("forbid", "maybe"),
            ("points", "7"),
            ("forbid", "true"),
        ],
    };
    let (column, value) = *plan.random.pick(tokens);
    if extract == "consumptions" && plan.random.percent(25) {
        set(plan, extract, &mut row, "asset_id", "");
        set(plan, extract, &mut row, "user_id", "");
    }
    if extract == "consumptions" {
        set(plan, extract, &mut row, "consumption_id", "C-new");
    }
    set(plan, extract, &mut row, column, value);
    add(plan, extract, row);
}
