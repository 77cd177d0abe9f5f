//! A product's position in words, for people who read it in a spreadsheet.

use crate::model::words::{Metric, PositionStatus};

/// The headings of the position report, and the column of `positions` that each shows; none for the date.
pub const REPORT: [(&str, Option<&str>); 18] = [
    ("Status", Some("status")),
    ("Product", Some("product_id")),
    ("Name", Some("name")),
    ("Publisher", Some("publisher")),
    ("Counted in", Some("metric")),
    ("Required", Some("required")),
    ("Covered", Some("allocated")),
    ("Missing", Some("outstanding")),
    ("Covered %", Some("coverage_percent")),
    ("Seats", Some("seats")),
    ("Free seats", Some("available")),
    ("Lent to older versions", Some("lent")),
    ("Borrowed from newer versions", Some("borrowed")),
    ("Given to bundles", Some("bundled")),
    ("Cost of what is missing", Some("deficit_cost")),
    ("Cost of free seats", Some("idle_cost")),
    ("Currency", Some("currency")),
    ("As of", None),
];

/// What a status is called.
pub fn status(status: PositionStatus) -> &'static str {
    match status {
        PositionStatus::UnderLicensed => "Under-licensed",
        PositionStatus::OverLicensed => "Over-licensed",
        PositionStatus::NotLicensable => "Needs no license",
        PositionStatus::Compliant => "Compliant",
    }
}

/// What a product is counted in.
pub fn metric(metric: Metric) -> &'static str {
    match metric {
        Metric::Device => "Devices",
        Metric::Core => "Cores",
        Metric::Processor => "Processors",
        Metric::Instance => "Instances",
        Metric::Concurrent => "Concurrent seats",
        Metric::User => "Users",
        Metric::NamedUser => "Named users",
        Metric::Site => "Site: unlimited",
    }
}
