//! A product's position in words, for people who read it in a spreadsheet.

use super::phrases::{count, unit};
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

/// Usable licenses of one metric, with the seats that they have together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seats {
    pub metric: Metric,
    pub seats: i64,
    pub licenses: i64,
}

/// What one seat of a license stands for.
pub fn seat(metric: Metric) -> &'static str {
    if metric == Metric::NamedUser { "named user" } else { unit(metric) }
}

/// What the seats of a product are counted in, by metric; none where no license counts any. A position adds them up whatever they are
/// (contract §6), which has to be said where they are not alike.
pub fn counted_in(seats: &[Seats]) -> Option<String> {
    let of = |one: &Seats| format!("{} of {}", count(one.seats, seat(one.metric)), count(one.licenses, "license"));
    match seats {
        [] => None,
        [only] => Some(format!("The seats of its licenses are counted in {}s.", seat(only.metric))),
        several => {
            let parts: Vec<String> = several.iter().map(of).collect();
            Some(format!("Seats and what is available add up unlike units: {}.", parts.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unlike_units_are_told() {
        let cores = Seats { metric: Metric::Core, seats: 40, licenses: 2 };
        let device = Seats { metric: Metric::Device, seats: 1, licenses: 1 };
        assert_eq!(counted_in(&[]), None);
        assert_eq!(counted_in(&[cores]).as_deref(), Some("The seats of its licenses are counted in cores."));
        let both = "Seats and what is available add up unlike units: 40 cores of 2 licenses, 1 device of 1 license.";
        assert_eq!(counted_in(&[cores, device]).as_deref(), Some(both));
    }
}
