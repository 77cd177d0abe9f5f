//! What the fields of contract §2 mean, and what stands for a value that is not given: one line each, for people. Types and
//! checks stand in `fields`.

use super::fields::{Check, Field};
use crate::model::words::ExtractKind;

/// What a row of an extract is.
pub fn row(extract: ExtractKind) -> &'static str {
    match extract {
        ExtractKind::Consumptions => "a product in use on an asset, by a user, or both",
        ExtractKind::Licenses => "a license: one purchase of a product",
        ExtractKind::Products => "a product of the catalog",
        ExtractKind::Assets => "an asset: a machine, or whatever products run on",
        ExtractKind::Users => "a user",
        ExtractKind::Trees => "a node of a tree of departments, locations or cost centers",
        ExtractKind::Assignments => "an explicit link from a license to an asset, a user or a consumption",
        ExtractKind::Reservations => "seats of a license that only one group of demands may draw",
        ExtractKind::Bundles => "a component of a bundle",
        ExtractKind::Preferences => "extra points, or a ban, for a license and an asset, user or consumption",
    }
}

/// What a field means.
pub fn meaning(extract: ExtractKind, field: &str) -> &'static str {
    use ExtractKind as Of;
    match (extract, field) {
        (Of::Bundles, "bundle_product_id") => "the bundle",
        (Of::Bundles, "component_product_id") => "a product that it covers",
        (Of::Trees, "tree") => "department, location or cost_center",
        (Of::Trees, "node") => "the node",
        (Of::Trees, "parent") => "the node above it; null for a root",
        (Of::Reservations, "value") => "for whom in that dimension: a node of the tree, a group or a role",
        (Of::Reservations, "dimension") => "department, location, cost_center, group or role",
        (Of::Reservations, "seats") => "how many are set aside",
        (Of::Licenses, "seats") => "how many, in units of its metric; null only where that is site",
        (Of::Licenses, "user_id") => "the user it was bought for",
        (Of::Assets, "user_id") => "whose it is",
        (Of::Licenses, "cores") => "the core count it was bought for",
        (Of::Licenses, "metric") => "what its seats are counted in",
        (Of::Products, "metric") => "what its demands are counted in; without one it follows from its licenses",
        (Of::Licenses, "downgrade") => "whether it may cover older versions: none, one or any",
        (Of::Products, "downgrade") => "the downgrade of its licenses that state none",
        (Of::Licenses, "scope") => "the dimensions that are hard for it",
        (Of::Products, "scope") => "the scope of its licenses that state none",
        (Of::Licenses, "department" | "location") => "for whom it was bought",
        (Of::Licenses, "cost_center") => "the cost center that paid",
        (Of::Licenses, "status") => "what the records say: in_service, pending or retired",
        (Of::Assets, "status") => "in_service or disposed",
        (Of::Users, "name") => "what the user is called",
        (Of::Products, "name") => "what it is called",
        (Of::Products, "currency") => "of unit_price",
        (Of::Licenses, "currency") => "of unit_cost",
        _ => anywhere(field),
    }
}

/// Fields that mean the same wherever they stand.
fn anywhere(field: &str) -> &'static str {
    match field {
        "consumption_id" => "the consumption",
        "product_id" => "the product",
        "asset_id" => "the asset",
        "user_id" => "the user",
        "license_id" => "the license",
        "reservation_id" => "the reservation",
        "quantity" => "instances, or the peak of concurrent use",
        "cores" => "of the machine",
        "processors" => "of the machine",
        "department" | "location" => "where it is, or is used",
        "cost_center" => "who pays",
        "started_on" => "the first day of use",
        "ended_on" => "from when on it is not in use",
        "last_used_on" => "when it was last used",
        "exempt_reason" => "why it needs no license, if it is exempt",
        "license_type" => "perpetual, subscription, volume, trial or open_source",
        "starts_on" => "its first day",
        "ends_on" => "its last day",
        "retired_on" => "from when on it is retired",
        "grace_days" => "days after ends_on in which it still covers",
        "unit_cost" => "the cost of a seat",
        "unit_price" => "the price of a unit",
        "contract_id" => "the contract",
        "vendor" => "who sold it",
        "responsible" => "who answers for it",
        "renews_on" => "when it renews",
        "publisher" => "who makes it",
        "min_units" => "the least need of one demand under core and processor",
        "devices_per_user" => "how many devices one user license covers",
        "class" => "commercial or free",
        "previous_product_id" => "the version before this one",
        "disposed_on" => "from when on it is disposed of",
        "active" => "whether the user works here",
        "left_on" => "from when on the user is gone",
        "last_login_on" => "when the user last logged in",
        "roles" => "the roles that the user has",
        "groups" => "the groups that the user is in",
        "assigned_on" => "since when the link exists",
        "reason" => "why the link exists",
        "points" => "what it adds to the score; may be negative",
        "forbid" => "true bans the pair",
        _ => "",
    }
}

/// What holds where a value is not given; nothing if null does.
pub fn default(extract: ExtractKind, field: &str) -> Option<&'static str> {
    use ExtractKind as Of;
    match (extract, field) {
        (Of::Consumptions, "quantity") => Some("1"),
        (Of::Licenses, "metric") => Some("the product's"),
        (Of::Licenses, "license_type") => Some("perpetual"),
        (Of::Licenses | Of::Assets, "status") => Some("in_service"),
        (Of::Licenses, "grace_days") => Some("the job's"),
        (Of::Licenses, "downgrade") => Some("the product's, else none"),
        (Of::Licenses, "scope") => Some("the product's"),
        (Of::Products, "class") => Some("commercial"),
        (Of::Users, "active") => Some("true"),
        _ => None,
    }
}

/// The words that a field takes, if it takes only some.
pub fn members(field: &Field) -> Vec<&'static str> {
    match field.check {
        Check::OneOf(members) | Check::EachOf(members) => (members.all)(),
        Check::Nothing | Check::Positive | Check::NotNegative | Check::Money => Vec::new(),
    }
}

/// The least number that a field takes, as words.
pub fn bound(field: &Field) -> Option<&'static str> {
    match field.check {
        Check::Positive => Some("> 0"),
        Check::NotNegative | Check::Money => Some("≥ 0"),
        Check::Nothing | Check::OneOf(_) | Check::EachOf(_) => None,
    }
}

/// What must hold of several fields of a row together.
pub fn together(extract: ExtractKind) -> Option<&'static str> {
    match extract {
        ExtractKind::Consumptions => Some("at least one of asset_id and user_id"),
        ExtractKind::Assignments => Some("exactly one of asset_id, user_id and consumption_id"),
        ExtractKind::Preferences => Some("exactly one of asset_id, user_id and consumption_id; either points, or forbid = true"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::fields::fields;

    #[test]
    fn every_field_means_something() {
        for extract in ExtractKind::ALL {
            assert!(!row(*extract).is_empty());
            for field in fields(*extract) {
                assert!(!meaning(*extract, field.name).is_empty(), "{}.{}", extract.code(), field.name);
            }
        }
        assert_eq!(meaning(ExtractKind::Users, "shoe_size"), "");
    }

    #[test]
    fn a_required_field_has_no_default() {
        let required = |extract: ExtractKind| fields(extract).iter().filter(|field| field.required).map(move |field| (extract, field));
        for (extract, field) in ExtractKind::ALL.iter().copied().flat_map(required) {
            assert_eq!(default(extract, field.name), None, "{}.{}", extract.code(), field.name);
        }
    }
}
