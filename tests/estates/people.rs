//! Trees, users and assets of a random estate.

use super::Plan;

pub const DEPARTMENTS: &[&str] = &["d0", "d1", "d2", "d3", "d4"];
pub const LOCATIONS: &[&str] = &["l0", "l1", "l2", "l3"];
pub const COST_CENTERS: &[&str] = &["c0", "c1", "c2"];
pub const ROLES: &[&str] = &["observer", "editor", "admin"];
pub const GROUPS: &[&str] = &["blue", "green"];

/// d0 over d1 and d2, d1 over d3 and d4; l0 over l1 over l2, l3 apart; c0 over c1, c2 below a node without a row.
pub fn trees(plan: &mut Plan) {
    if plan.random.percent(15) {
        return;
    }
    plan.table("trees", "tree node parent");
    let nodes = [
        ("department", "d0", ""),
        ("department", "d1", "d0"),
        ("department", "d2", "d0"),
        ("department", "d3", "d1"),
        ("department", "d4", "d1"),
        ("location", "l0", ""),
        ("location", "l1", "l0"),
        ("location", "l2", "l1"),
        ("location", "l3", ""),
        ("cost_center", "c0", ""),
        ("cost_center", "c1", "c0"),
        ("cost_center", "c2", "c9"),
    ];
    for (tree, node, parent) in nodes {
        if plan.random.percent(95) {
            plan.row("trees", vec![tree.into(), node.into(), parent.into()]);
        }
    }
}

/// Department, location and cost center, each often null.
pub fn place(plan: &mut Plan, chance: usize) -> [String; 3] {
    let random = &mut plan.random;
    [random.maybe(chance, DEPARTMENTS), random.maybe(chance, LOCATIONS), random.maybe(chance, COST_CENTERS)]
}

/// Some of the words, in list form.
pub fn some(plan: &mut Plan, words: &[&str]) -> String {
    let chosen: Vec<&str> = words.iter().copied().filter(|_| plan.random.percent(40)).collect();
    let between = if plan.random.percent(50) { ";" } else { "; " };
    chosen.join(between)
}

pub fn users(plan: &mut Plan) {
    let count = plan.random.between(1, 7);
    plan.users = (0..count).map(|nth| format!("U{nth}")).collect();
    if plan.random.percent(10) {
        return;
    }
    let columns = "user_id name active left_on last_login_on department location cost_center roles groups \
    env grade";
    plan.table("users", columns);
    for (nth, user) in plan.users.clone().into_iter().enumerate() {
        let names = ["Ada", "Blaise", "ada", "ZO\u{cb}", "zo\u{eb}", ""];
        let name = plan.random.word(&names);
        let active = plan.random.word(&["true", "", "TRUE", "1", "true", "", "1", "true", "", "1", "true", "false", "0"]);
        let left_on = if plan.random.percent(12) { plan.random.date() } else { String::new() };
        let login = if plan.random.percent(60) { plan.random.past() } else { String::new() };
        let [department, location, cost_center] = place(plan, 60);
        let (roles, groups) = (some(plan, ROLES), some(plan, GROUPS));
        let env = plan.random.maybe(40, &["prod", "test"]);
        let grade = if nth == 0 { "3".into() } else { plan.random.maybe(70, &["1", "2", "3", "16"]) };
        plan.row("users", vec![user, name, active, left_on, login, department, location, cost_center, roles, groups, env, grade]);
    }
}

pub fn assets(plan: &mut Plan) {
    let count = plan.random.between(2, 9);
    plan.assets = (0..count).map(|nth| format!("A{nth}")).collect();
    if plan.random.percent(10) {
        return;
    }
    let columns = "asset_id status disposed_on user_id department location cost_center cores processors env \
    region";
    plan.table("assets", columns);
    for asset in plan.assets.clone() {
        let disposed = plan.random.percent(12);
        let status = if disposed { "disposed".into() } else { plan.random.word(&["", "in_service"]) };
        let disposed_on = if disposed && plan.random.percent(60) { plan.random.date() } else { String::new() };
        let users = plan.users.clone();
        let user = if plan.random.percent(60) { plan.one_of(&users, "U-unknown") } else { String::new() };
        let [department, location, cost_center] = place(plan, 60);
        let cores = plan.random.maybe(60, &["1", "2", "4", "8", "16", "32"]);
        let processors = plan.random.maybe(60, &["1", "2", "4"]);
        let env = plan.random.maybe(50, &["prod", "test", "Prod"]);
        let region = plan.random.maybe(50, LOCATIONS);
        plan.row("assets", vec![asset, status, disposed_on, user, department, location, cost_center, cores, processors, env, region]);
    }
}
