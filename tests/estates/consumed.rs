//! Consumptions, assignments, reservations and preferences of a random estate.

use super::Plan;
use super::people::{COST_CENTERS, DEPARTMENTS, GROUPS, LOCATIONS, ROLES, place};

pub fn consumptions(plan: &mut Plan) {
    let columns = "consumption_id product_id asset_id user_id quantity cores processors department location \
    cost_center started_on ended_on last_used_on exempt_reason env size ratio critical \
    checked tags region";
    plan.table("consumptions", columns);
    let most = *plan.random.pick(&[10, 30, 60]);
    let count = plan.random.between(5, most);
    let mut names: Vec<String> = (0..count).map(|nth| format!("C{nth:02}")).collect();
    plan.consumptions = names.clone();
    plan.random.shuffle(&mut names);
    let known = if plan.random.percent(50) { 90 } else { 50 };
    for (nth, name) in names.into_iter().enumerate() {
        consumption(plan, name, nth == 0, known);
    }
}

fn consumption(plan: &mut Plan, name: String, first: bool, known: usize) {
    let (products, assets, users) = (plan.products.clone(), plan.assets.clone(), plan.users.clone());
    let product = plan.one_of(&products, "P-unknown");
    let asset = if plan.random.percent(85) { plan.one_of(&assets, "A-unknown") } else { String::new() };
    let user = if asset.is_empty() || plan.random.percent(50) { plan.one_of(&users, "U-unknown") } else { String::new() };
    let quantity = plan.random.maybe(60, &["1", "2", "3", "5"]);
    let cores = plan.random.maybe(known - 20, &["2", "4", "8", "16", "32"]);
    let processors = plan.random.maybe(known - 20, &["1", "2", "4"]);
    let [department, location, cost_center] = place(plan, known);
    let random = &mut plan.random;
    let started_on = match random.below(20) {
        0 => random.date(),
        1..12 => random.past(),
        _ => String::new(),
    };
    let ended_on = if random.percent(5) { random.date() } else { String::new() };
    let last_used_on = if random.percent(70) { random.past() } else { String::new() };
    let exempt = random.maybe(3, &["spare part", "test, \"lab\""]);
    let env = if first { "prod".into() } else { random.maybe(60, &["prod", "test", " prod "]) };
    let size = if first { "3".into() } else { random.maybe(70, &["0", "1", "2", "16", "-3"]) };
    let ratio = if first { "0.5".into() } else { random.maybe(70, &["1", "0.25", "2.333333333", "-1.5"]) };
    let critical = if first { "true".into() } else { random.maybe(60, &["true", "false"]) };
    let checked = if first { "2026-01-31".into() } else { random.maybe(60, &["2026-01-31", "2026-11-22", "2024-02-29"]) };
    let tags = random.maybe(50, &["hot", "hot;cold", " cold ;; old"]);
    let region = random.maybe(50, LOCATIONS);
    plan.row(
        "consumptions",
        vec![
            name,
            product,
            asset,
            user,
            quantity,
            cores,
            processors,
            department,
            location,
            cost_center,
            started_on,
            ended_on,
            last_used_on,
            exempt,
            env,
            size,
            ratio,
            critical,
            checked,
            tags,
            region,
        ],
    );
}

/// The cell of a column of a random row of consumptions or licenses.
fn cell(plan: &mut Plan, extract: &str, row: usize, column: &str) -> String {
    let table = &plan.extracts[extract];
    let at = table.columns.iter().position(|name| name == column).expect("a column");
    table.rows[row][at].clone()
}

/// A license of a product, most often, else any.
fn license_of(plan: &mut Plan, product: &str) -> String {
    let rows = plan.extracts["licenses"].rows.iter();
    let own: Vec<String> = rows.filter(|cells| cells[1] == product).map(|cells| cells[0].clone()).collect();
    if !own.is_empty() && plan.random.percent(85) {
        return plan.random.pick(&own).clone();
    }
    let licenses = plan.licenses.clone();
    plan.one_of(&licenses, "L-unknown")
}

/// A product and a target that is often one that it has: asset, user, consumption.
fn target(plan: &mut Plan) -> (String, [String; 3]) {
    let row = plan.random.below(plan.consumptions.len());
    let product = cell(plan, "consumptions", row, "product_id");
    let kind = plan.random.below(3);
    let column = ["asset_id", "user_id", "consumption_id"][kind];
    let mut target = cell(plan, "consumptions", row, column);
    if target.is_empty() || plan.random.percent(5) {
        let known = [plan.assets.clone(), plan.users.clone(), plan.consumptions.clone()];
        target = plan.one_of(&known[kind], ["A-nobody", "U-nobody", "C-nobody"][kind]);
    }
    let mut targets = [String::new(), String::new(), String::new()];
    targets[kind] = target;
    (product, targets)
}

pub fn assignments(plan: &mut Plan) {
    if plan.random.percent(25) {
        return;
    }
    plan.table("assignments", "license_id asset_id user_id consumption_id assigned_on reason");
    let mut linked = target(plan);
    for _ in 0..plan.random.between(1, 15) {
        // Some targets have several licenses.
        if plan.random.percent(70) {
            linked = target(plan);
        }
        let (product, [asset, user, consumption]) = linked.clone();
        let license = license_of(plan, &product);
        let assigned_on = plan.random.maybe(60, &["2026-01-01", "2026-02-01", "2026-03-01"]);
        let reason = plan.random.maybe(40, &["by hand", "audit"]);
        plan.row("assignments", vec![license, asset, user, consumption, assigned_on, reason]);
    }
}

pub fn reservations(plan: &mut Plan) {
    if plan.random.percent(45) {
        return;
    }
    plan.table("reservations", "reservation_id license_id dimension value seats responsible");
    let mut names: Vec<String> = (0..plan.random.between(1, 10)).map(|nth| format!("R{nth}")).collect();
    plan.random.shuffle(&mut names);
    let licenses: Vec<String> = plan.licenses.iter().take(6).cloned().collect();
    for name in names {
        let license = plan.one_of(&licenses, "L-unknown");
        let dimension = plan.random.word(&["department", "location", "cost_center", "group", "role"]);
        let values = match dimension.as_str() {
            "department" => DEPARTMENTS,
            "location" => LOCATIONS,
            "cost_center" => COST_CENTERS,
            "group" => GROUPS,
            _ => ROLES,
        };
        let value = plan.random.word(values);
        let seats = plan.random.word(&["1", "1", "2", "3"]);
        let responsible = plan.random.maybe(40, &["Ada"]);
        plan.row("reservations", vec![name, license, dimension, value, seats, responsible]);
    }
}

pub fn preferences(plan: &mut Plan) {
    if plan.random.percent(50) {
        return;
    }
    plan.table("preferences", "license_id asset_id user_id consumption_id points forbid");
    for _ in 0..plan.random.between(1, 10) {
        let (product, [asset, user, consumption]) = target(plan);
        let license = license_of(plan, &product);
        let forbid = plan.random.percent(35);
        let points = if forbid { String::new() } else { plan.random.word(&["1000", "300", "-170", "41"]) };
        let forbid = if forbid { plan.random.word(&["true", "1"]) } else { String::new() };
        let row = vec![license, asset, user, consumption, points, forbid];
        let same = |known: &Vec<String>| known[..4] == row[..4];
        if !plan.extracts["preferences"].rows.iter().any(same) {
            plan.row("preferences", row);
        }
    }
}
