//! What the values of closed lists are called elsewhere: `Per Device`, `In Use`, `SaaS`. A table, and how a value is compared with it.

use crate::extract::fields::{Check, Field};
use crate::extract::headings::normalized;
use crate::model::value::Type;
use crate::model::words::ExtractKind;

/// Our word, and what others call it: as [`normalized`] headings.
type Words = &'static [(&'static str, &'static [&'static str])];

const METRIC: Words = &[
    (
        "device",
        &[
            "per device",
            "devices",
            "per install",
            "per installation",
            "install",
            "installation",
            "per computer",
            "computer",
            "per machine",
            "machine",
            "workstation",
            "per workstation",
            "per server",
            "server",
            "node locked",
        ],
    ),
    ("core", &["per core", "cores", "physical core", "per physical core", "processor core", "per processor core", "core based"]),
    ("processor", &["per processor", "processors", "cpu", "per cpu", "socket", "per socket"]),
    ("instance", &["per instance", "instances"]),
    ("concurrent", &["concurrent user", "concurrent users", "per concurrent user", "floating", "floating user"]),
    ("user", &["per user", "users", "user based", "user subscription", "per subscriber"]),
    ("named_user", &["named user", "per named user", "named users"]),
    ("site", &["site license", "per site", "enterprise", "enterprise wide", "unlimited", "company wide"]),
];
const LICENSE_TYPE: Words = &[
    ("perpetual", &["perpetual license", "purchase", "purchased", "owned", "full", "retail", "oem"]),
    (
        "subscription",
        &["subscription license", "saas", "term", "term license", "annual", "annual subscription", "monthly", "rental", "lease"],
    ),
    ("volume", &["volume license", "volume licensing", "enterprise agreement", "ea", "open license"]),
    ("trial", &["evaluation", "eval", "demo", "trial license"]),
    ("open_source", &["open source", "open source license", "gpl"]),
];
const BOOKED: Words = &[
    ("in_service", &["in service", "active", "in use", "current", "live", "valid", "owned", "installed", "enabled", "activated"]),
    ("pending", &["on order", "ordered", "planned", "pending install", "pending activation", "requested", "not started"]),
    (
        "retired",
        &["expired", "disposed", "cancelled", "canceled", "terminated", "out of service", "inactive", "archived", "obsolete", "not in use"],
    ),
];
const ASSET: Words = &[
    (
        "in_service",
        &[
            "in service",
            "active",
            "in use",
            "in production",
            "live",
            "deployed",
            "installed",
            "in stock",
            "operational",
            "assigned",
            "spare",
            "online",
            "enabled",
        ],
    ),
    (
        "disposed",
        &[
            "retired",
            "scrapped",
            "decommissioned",
            "sold",
            "lost",
            "stolen",
            "destroyed",
            "written off",
            "out of service",
            "recycled",
            "missing",
        ],
    ),
];
const BOOLEAN: Words = &[
    ("true", &["yes", "y", "t", "enabled", "active", "employed", "on"]),
    ("false", &["no", "n", "f", "disabled", "inactive", "terminated", "left", "leaver", "off"]),
];
const CLASS: Words =
    &[("commercial", &["licensed", "paid", "primary", "licensable"]), ("free", &["freeware", "free of charge", "open source"])];
const DOWNGRADE: Words =
    &[("none", &["no", "not allowed"]), ("one", &["n 1", "one version"]), ("any", &["yes", "all", "any version", "allowed"])];
const DIMENSION: Words = &[
    ("department", &["dept", "departments", "organization", "business unit"]),
    ("location", &["site", "locations", "sites"]),
    ("cost_center", &["cost center", "cost centers", "costcenter", "cc"]),
];

fn table(extract: ExtractKind, field: &Field) -> Words {
    match (field.name, extract) {
        (_, _) if field.kind == Type::Boolean => BOOLEAN,
        ("metric", _) => METRIC,
        ("license_type", _) => LICENSE_TYPE,
        ("status", ExtractKind::Assets) => ASSET,
        ("status", _) => BOOKED,
        ("class", _) => CLASS,
        ("downgrade", _) => DOWNGRADE,
        ("tree" | "dimension" | "scope", _) => DIMENSION,
        _ => &[],
    }
}

/// Whether a field takes only certain words.
pub fn is_closed(field: &Field) -> bool {
    field.kind == Type::Boolean || matches!(field.check, Check::OneOf(_) | Check::EachOf(_))
}

/// The words that it takes.
pub fn members(field: &Field) -> Vec<&'static str> {
    match field.check {
        Check::OneOf(members) | Check::EachOf(members) => (members.all)(),
        _ if field.kind == Type::Boolean => vec!["true", "false"],
        _ => Vec::new(),
    }
}

/// Whether a value can be read as it is.
pub fn is_ours(field: &Field, value: &str) -> bool {
    match field.check {
        Check::OneOf(members) => (members.holds)(value),
        Check::EachOf(members) => value.split(';').map(str::trim).filter(|item| !item.is_empty()).all(members.holds),
        _ => matches!(value.to_ascii_lowercase().as_str(), "true" | "false" | "1" | "0"),
    }
}

/// Our word for a value that cannot be read as it is, if there is no doubt about it.
pub fn meaning(extract: ExtractKind, field: &Field, value: &str) -> Option<&'static str> {
    let said = normalized(value);
    let own = members(field).into_iter().find(|member| normalized(member) == said);
    own.or_else(|| table(extract, field).iter().find(|(_, others)| others.contains(&said.as_str())).map(|(ours, _)| *ours))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::fields::fields;

    /// Every word of ours is a member of its list, every other stands as it is compared, and none has two meanings.
    #[test]
    fn the_table_speaks_of_the_lists() {
        for kind in ExtractKind::ALL {
            for field in fields(*kind).iter().filter(|field| is_closed(field)) {
                let table = table(*kind, field);
                let all: Vec<&str> = table.iter().flat_map(|(_, others)| others.iter().copied()).collect();
                for (ours, others) in table {
                    assert!(members(field).contains(ours), "{} {ours}", field.name);
                    for other in *others {
                        assert_eq!(normalized(other), *other);
                        assert_eq!(all.iter().filter(|word| *word == other).count(), 1, "{other}");
                    }
                }
            }
        }
    }

    #[test]
    fn values_of_other_programs() {
        let of = |kind, name: &str, value: &str| {
            let field = fields(kind).iter().find(|field| field.name == name).expect("a field");
            if is_ours(field, value) { Some("=") } else { meaning(kind, field, value) }
        };
        assert_eq!(of(ExtractKind::Licenses, "metric", "Per Device"), Some("device"));
        assert_eq!(of(ExtractKind::Licenses, "metric", "Named User"), Some("named_user"));
        assert_eq!(of(ExtractKind::Licenses, "metric", "device"), Some("="));
        assert_eq!(of(ExtractKind::Licenses, "metric", "Per 2-Core Pack"), None);
        assert_eq!(of(ExtractKind::Licenses, "status", "In Use"), Some("in_service"));
        assert_eq!(of(ExtractKind::Assets, "status", "Retired"), Some("disposed"));
        assert_eq!(of(ExtractKind::Users, "active", "Yes"), Some("true"));
        assert_eq!(of(ExtractKind::Users, "active", "TRUE"), Some("="));
    }
}
