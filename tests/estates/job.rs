//! The job file of a random estate: options and rules.

use super::Plan;
use super::expressions::{Field, Kind, Writer};

/// The fields that rules of random estates read: side, name, type, tree. Not those whose reading is a fine point.
const FIELDS: &[(&str, &str, Kind, Option<&str>)] = &[
    ("consumption", "asset_id", Kind::Text, None),
    ("consumption", "user_id", Kind::Text, None),
    ("consumption", "quantity", Kind::Integer, None),
    ("consumption", "cores", Kind::Integer, None),
    ("consumption", "processors", Kind::Integer, None),
    ("consumption", "department", Kind::Text, Some("department")),
    ("consumption", "location", Kind::Text, Some("location")),
    ("consumption", "cost_center", Kind::Text, Some("cost_center")),
    ("consumption", "started_on", Kind::Date, None),
    ("consumption", "last_used_on", Kind::Date, None),
    ("consumption", "status", Kind::Text, None),
    ("consumption", "name", Kind::Text, None),
    ("consumption", "active", Kind::Boolean, None),
    ("consumption", "last_login_on", Kind::Date, None),
    ("consumption", "roles", Kind::List, None),
    ("consumption", "groups", Kind::List, None),
    ("consumption", "env", Kind::Text, None),
    ("consumption", "size", Kind::Integer, None),
    ("consumption", "ratio", Kind::Decimal, None),
    ("consumption", "critical", Kind::Boolean, None),
    ("consumption", "checked", Kind::Date, None),
    ("consumption", "tags", Kind::List, None),
    ("consumption", "region", Kind::Text, Some("location")),
    ("license", "license_id", Kind::Text, None),
    ("license", "metric", Kind::Text, None),
    ("license", "seats", Kind::Integer, None),
    ("license", "license_type", Kind::Text, None),
    ("license", "status", Kind::Text, None),
    ("license", "starts_on", Kind::Date, None),
    ("license", "ends_on", Kind::Date, None),
    ("license", "department", Kind::Text, Some("department")),
    ("license", "location", Kind::Text, Some("location")),
    ("license", "cost_center", Kind::Text, Some("cost_center")),
    ("license", "user_id", Kind::Text, None),
    ("license", "cores", Kind::Integer, None),
    ("license", "downgrade", Kind::Text, None),
    ("license", "unit_cost", Kind::Decimal, None),
    ("license", "vendor", Kind::Text, None),
    ("license", "renews_on", Kind::Date, None),
    ("license", "env", Kind::Text, None),
    ("license", "tier", Kind::Integer, None),
    ("license", "weight", Kind::Decimal, None),
    ("license", "premium", Kind::Boolean, None),
    ("license", "bought", Kind::Date, None),
    ("license", "labels", Kind::List, None),
    ("license", "region", Kind::Text, Some("location")),
];

const USER_FIELDS: &[(&str, Kind, Option<&str>)] = &[
    ("name", Kind::Text, None),
    ("active", Kind::Boolean, None),
    ("last_login_on", Kind::Date, None),
    ("department", Kind::Text, Some("department")),
    ("location", Kind::Text, Some("location")),
    ("roles", Kind::List, None),
    ("groups", Kind::List, None),
];

fn field(side: &str, name: &str, kind: Kind, tree: Option<&'static str>) -> Field {
    Field { name: format!("{side}.{name}"), kind, tree }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

pub fn job(plan: &mut Plan, dirty: bool, renamed: bool) -> String {
    let mut text = String::from("name = \"estate\"\n");
    for extract in plan.extracts.keys() {
        text += &format!("[extracts.{extract}]\npath = \"{extract}.csv\"\n");
        match extract.as_str() {
            "consumptions" => text += "types = { tags = \"list\" }\n",
            "licenses" => text += "types = { labels = \"list\" }\n",
            _ => {}
        }
        if renamed && extract == "consumptions" {
            text += "columns = { asset_id = \"Computer\" }\n";
        }
    }
    let calculation = calculation(plan);
    let standard = !calculation.contains("rules = \"none\"");
    text += &calculation;
    text += "[attributes]\nregion = \"location\"\n";
    // Some estates have next to no rules, so that everything is tied and seats decide.
    if plan.random.percent(25) {
        text = text.replace("rules = \"none\"\n", "").replace("[calculation]\n", "[calculation]\nrules = \"none\"\n");
        return text + &entitles(plan) + &ending(plan, dirty);
    }
    let mut fields: Vec<Field> = FIELDS.iter().map(|(side, name, kind, tree)| field(side, name, *kind, *tree)).collect();
    text += &sets(plan, &mut fields);
    text += &requirements(plan, &fields);
    text += &affinities(plan, &fields, standard);
    text += &entitles(plan);
    text + &ending(plan, dirty)
}

fn ending(plan: &mut Plan, dirty: bool) -> String {
    let mut text = String::from("[output]\npath = \"out\"\naffinity = ");
    text += if plan.random.percent(90) { "\"full\"\n" } else { "\"top\"\n" };
    if plan.random.percent(if dirty { 95 } else { 90 }) {
        text += "[limits]\nmax_reject_ratio = 1.0\n";
    }
    text
}

fn calculation(plan: &mut Plan) -> String {
    let random = &mut plan.random;
    let mut lines = vec!["[calculation]".to_string(), "as_of = \"2026-11-22\"".to_string()];
    let mut option = |chance: usize, line: String| {
        if random.percent(chance) {
            lines.push(line);
        }
    };
    option(40, "rules = \"none\"".into());
    option(30, "partial_cover = true".into());
    option(30, "split_across_licenses = false".into());
    option(15, "downgrades = false".into());
    option(20, "expiring_within_days = 60".into());
    option(10, "expiring_within_days = 0".into());
    option(20, "grace_days = 15".into());
    option(20, "inactive_after_days = 30".into());
    option(15, "over_licensed_ratio = 0.5".into());
    option(10, "over_licensed_ratio = 0".into());
    let mut words = ["unlimited", "in_term", "earliest_end", "lowest_cost"];
    if random.percent(40) {
        random.shuffle(&mut words);
        let count = random.between(1, 4);
        let list: Vec<String> = words[..count].iter().map(|word| quoted(word)).collect();
        lines.push(format!("tie_break = [{}]", list.join(", ")));
    }
    // A key may stand only once.
    let mut seen = std::collections::BTreeSet::new();
    lines.retain(|line| seen.insert(line.split(' ').next().unwrap_or_default().to_string()));
    lines.join("\n") + "\n"
}

/// Set fields of either side; later rules and sets read them.
fn sets(plan: &mut Plan, fields: &mut Vec<Field>) -> String {
    let mut text = String::new();
    for nth in 0..plan.random.below(4) {
        let side = plan.random.word(&["consumption", "license"]);
        let own: Vec<Field> = fields.iter().filter(|field| field.name.starts_with(&side)).cloned().collect();
        let kind = *plan.random.pick(&[Kind::Boolean, Kind::Boolean, Kind::Integer, Kind::Decimal, Kind::Text, Kind::Date]);
        let (mut value, _) = Writer { random: &mut plan.random, fields: &own }.of(kind, 2);
        if kind == Kind::Boolean {
            value = format!("true and ({value})");
        }
        text += &format!("[[set]]\nfield = \"{side}.s{nth}\"\nvalue = {}\n", quoted(&value));
        fields.push(field(&side, &format!("s{nth}"), kind, None));
    }
    text
}

fn condition(plan: &mut Plan, fields: &[Field], depth: usize) -> String {
    Writer { random: &mut plan.random, fields }.condition(depth).0
}

fn requirements(plan: &mut Plan, fields: &[Field]) -> String {
    let mut text = String::new();
    let mut add = |name: &str, rule: &str| text += &format!("[[requirement]]\nname = {}\nrule = {}\n", quoted(name), quoted(rule));
    if plan.random.percent(30) {
        let rule = if plan.random.percent(40) { "true".to_string() } else { condition(plan, fields, 1) };
        add("location", &rule);
    }
    if plan.random.percent(40) {
        add("environment", "consumption.env = license.env");
    }
    for nth in 0..*plan.random.pick(&[0, 0, 0, 1, 1, 2]) {
        let depth = plan.random.below(4);
        let mut rule = condition(plan, fields, depth);
        if plan.random.percent(50) {
            rule = format!("({rule}) or {}", condition(plan, fields, 0));
        }
        add(&format!("need-{nth}"), &rule);
    }
    text
}

/// Rules of its own, and some in the place of standard ones; 0 points take a standard one away.
fn affinities(plan: &mut Plan, fields: &[Field], standard: bool) -> String {
    let mut text = String::new();
    let mut add = |name: &str, rule: &str, points: &str| {
        text += &format!("[[affinity]]\nname = {}\nrule = {}\npoints = {points}\n", quoted(name), quoted(rule));
    };
    // Few rules, many ties.
    let most = *plan.random.pick(&[0, 0, 2, 6]);
    for nth in 0..plan.random.between(0, most) {
        let depth = plan.random.below(4);
        let rule = condition(plan, fields, depth);
        let points = plan.random.word(&["100", "100", "5", "1", "-100", "2500", "-7"]);
        add(&format!("wish-{nth}"), &rule, &points);
    }
    if plan.random.percent(20) {
        add("department-exact", "consumption.department = license.department", "77");
    }
    if standard && plan.random.percent(30) {
        let points = plan.random.word(&["0", "-250"]);
        add("cores-exact", "consumption.cores = license.cores", &points);
    }
    text
}

/// Role rules for catalogued products, and now and then for one that nothing names.
fn entitles(plan: &mut Plan) -> String {
    let mut text = String::new();
    if plan.random.percent(60) {
        return text;
    }
    let fields: Vec<Field> = USER_FIELDS.iter().map(|(name, kind, tree)| field("user", name, *kind, *tree)).collect();
    for nth in 0..plan.random.between(1, 3) {
        let products = plan.catalogued.clone();
        let product = plan.one_of(&products, "P-nowhere");
        let depth = plan.random.below(3);
        let when = if plan.random.percent(50) { "contains(user.roles, \"observer\")".to_string() } else { condition(plan, &fields, depth) };
        text += &format!("[[entitle]]\nname = \"role-{nth}\"\nproduct = \"{product}\"\nwhen = {}\n", quoted(&when));
    }
    text
}
