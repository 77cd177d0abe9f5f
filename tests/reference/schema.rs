//! The fields of the extracts, in the order of §2.

use super::values::Type;

/// What a field holds and its range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Text,
    /// With the least value allowed.
    Integer(Option<i64>),
    /// Four places, not negative.
    Money,
    Boolean,
    /// A boolean that can only be true (`forbid`).
    OnlyTrue,
    Date,
    List,
    Choice(&'static [&'static str]),
    Choices(&'static [&'static str]),
}

#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
}

impl Kind {
    pub fn value_type(self) -> Type {
        match self {
            Kind::Text | Kind::Choice(_) => Type::Text,
            Kind::Integer(_) => Type::Integer,
            Kind::Money => Type::Decimal,
            Kind::Boolean | Kind::OnlyTrue => Type::Boolean,
            Kind::Date => Type::Date,
            Kind::List | Kind::Choices(_) => Type::List,
        }
    }
}

/// In the order of §2.
pub const EXTRACTS: [&str; 10] =
    ["consumptions", "licenses", "products", "assets", "users", "trees", "assignments", "reservations", "bundles", "preferences"];

/// §4.3.
pub const METRICS: &[&str] = &["device", "core", "processor", "instance", "concurrent", "user", "named_user", "site"];
pub const DIMENSIONS: &[&str] = &["department", "location", "cost_center"];
const DOWNGRADES: &[&str] = &["none", "one", "any"];

const fn must(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: true }
}

const fn may(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: false }
}

const fn texts<const N: usize>(names: [&'static str; N]) -> [Field; N] {
    let mut fields = [may("", Kind::Text); N];
    let mut at = 0;
    while at < N {
        fields[at] = may(names[at], Kind::Text);
        at += 1;
    }
    fields
}

const POSITIVE: Kind = Kind::Integer(Some(1));
const NATURAL: Kind = Kind::Integer(Some(0));

/// The fields of an extract (§2).
pub fn fields(extract: &str) -> Vec<Field> {
    match extract {
        "consumptions" => consumptions(),
        "licenses" => licenses(),
        "products" => products(),
        "assets" => assets(),
        "users" => users(),
        "trees" => vec![must("tree", Kind::Choice(DIMENSIONS)), must("node", Kind::Text), may("parent", Kind::Text)],
        "assignments" => assignments(),
        "reservations" => reservations(),
        "bundles" => vec![must("bundle_product_id", Kind::Text), must("component_product_id", Kind::Text)],
        "preferences" => preferences(),
        other => unreachable!("no extract {other}"),
    }
}

fn consumptions() -> Vec<Field> {
    let mut fields = vec![must("consumption_id", Kind::Text), must("product_id", Kind::Text)];
    fields.extend(texts(["asset_id", "user_id"]));
    fields.extend([may("quantity", POSITIVE), may("cores", POSITIVE), may("processors", POSITIVE)]);
    fields.extend(texts(["department", "location", "cost_center"]));
    fields.extend([may("started_on", Kind::Date), may("ended_on", Kind::Date), may("last_used_on", Kind::Date)]);
    fields.push(may("exempt_reason", Kind::Text));
    fields
}

fn licenses() -> Vec<Field> {
    let types = Kind::Choice(&["perpetual", "subscription", "volume", "trial", "open_source"]);
    let mut fields = vec![must("license_id", Kind::Text), must("product_id", Kind::Text)];
    fields.extend([may("metric", Kind::Choice(METRICS)), may("seats", NATURAL), may("license_type", types)]);
    fields.push(may("status", Kind::Choice(&["in_service", "pending", "retired"])));
    fields.extend([may("starts_on", Kind::Date), may("ends_on", Kind::Date), may("retired_on", Kind::Date)]);
    fields.push(may("grace_days", NATURAL));
    fields.extend(texts(["department", "location", "cost_center", "user_id"]));
    fields.extend([may("cores", POSITIVE), may("scope", Kind::Choices(DIMENSIONS)), may("downgrade", Kind::Choice(DOWNGRADES))]);
    fields.push(may("unit_cost", Kind::Money));
    fields.extend(texts(["currency", "contract_id", "vendor", "responsible"]));
    fields.push(may("renews_on", Kind::Date));
    fields
}

fn products() -> Vec<Field> {
    let mut fields = vec![must("product_id", Kind::Text)];
    fields.extend(texts(["name", "publisher"]));
    fields.extend([may("metric", Kind::Choice(METRICS)), may("min_units", POSITIVE), may("devices_per_user", POSITIVE)]);
    fields.extend([may("class", Kind::Choice(&["commercial", "free"])), may("previous_product_id", Kind::Text)]);
    fields.extend([may("downgrade", Kind::Choice(DOWNGRADES)), may("scope", Kind::Choices(DIMENSIONS))]);
    fields.extend([may("unit_price", Kind::Money), may("currency", Kind::Text)]);
    fields
}

fn assets() -> Vec<Field> {
    let mut fields = vec![must("asset_id", Kind::Text), may("status", Kind::Choice(&["in_service", "disposed"]))];
    fields.push(may("disposed_on", Kind::Date));
    fields.extend(texts(["user_id", "department", "location", "cost_center"]));
    fields.extend([may("cores", POSITIVE), may("processors", POSITIVE)]);
    fields
}

fn users() -> Vec<Field> {
    let mut fields = vec![must("user_id", Kind::Text), may("name", Kind::Text), may("active", Kind::Boolean)];
    fields.extend([may("left_on", Kind::Date), may("last_login_on", Kind::Date)]);
    fields.extend(texts(["department", "location", "cost_center"]));
    fields.extend([may("roles", Kind::List), may("groups", Kind::List)]);
    fields
}

fn assignments() -> Vec<Field> {
    let mut fields = vec![must("license_id", Kind::Text)];
    fields.extend(texts(["asset_id", "user_id", "consumption_id"]));
    fields.extend([may("assigned_on", Kind::Date), may("reason", Kind::Text)]);
    fields
}

fn reservations() -> Vec<Field> {
    let dimensions = Kind::Choice(&["department", "location", "cost_center", "group", "role"]);
    let mut fields = vec![must("reservation_id", Kind::Text), must("license_id", Kind::Text), must("dimension", dimensions)];
    fields.extend([must("value", Kind::Text), must("seats", POSITIVE), may("responsible", Kind::Text)]);
    fields
}

fn preferences() -> Vec<Field> {
    let mut fields = vec![must("license_id", Kind::Text)];
    fields.extend(texts(["asset_id", "user_id", "consumption_id"]));
    fields.extend([may("points", Kind::Integer(None)), may("forbid", Kind::OnlyTrue)]);
    fields
}

/// What makes a row of an extract the same thing as another (§2.1). For assignments it is the whole row.
pub fn identity(extract: &str) -> &'static [&'static str] {
    match extract {
        "consumptions" => &["consumption_id"],
        "licenses" => &["license_id"],
        "products" => &["product_id"],
        "assets" => &["asset_id"],
        "users" => &["user_id"],
        "trees" => &["tree", "node"],
        "assignments" => &["license_id", "asset_id", "user_id", "consumption_id", "assigned_on", "reason"],
        "reservations" => &["reservation_id"],
        "bundles" => &["bundle_product_id", "component_product_id"],
        "preferences" => &["license_id", "asset_id", "user_id", "consumption_id"],
        other => unreachable!("no extract {other}"),
    }
}
