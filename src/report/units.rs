//! What the numbers of a table count. A column of numbers has one unit for all its rows, or says what tells it row by row.

/// The unit of a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// The need of demands, counted in the metric of their product (contract §4.3).
    ProductMetric,
    /// Seats of a license, counted in the license's own metric.
    LicenseMetric,
    /// Money, in the currency that the row's column `currency` names.
    Currency,
    Percent,
    Days,
    /// Points of affinity (contract §5.3).
    Points,
    /// A place in an order, from 1.
    Place,
    Cores,
    Processors,
    Assets,
    Consumptions,
    Demands,
    Licenses,
    /// What `quantity` of a consumption counts: instances, or the peak of concurrent use.
    Instances,
    Rows,
    /// What the row is about decides: its alert's code, or its action.
    ByRow,
}

impl Unit {
    /// Every unit, for who lists them.
    pub const ALL: [Unit; 16] = [
        Unit::ProductMetric,
        Unit::LicenseMetric,
        Unit::Currency,
        Unit::Percent,
        Unit::Days,
        Unit::Points,
        Unit::Place,
        Unit::Cores,
        Unit::Processors,
        Unit::Assets,
        Unit::Consumptions,
        Unit::Demands,
        Unit::Licenses,
        Unit::Instances,
        Unit::Rows,
        Unit::ByRow,
    ];

    /// The stable word, which `seatwise schema` prints.
    pub fn word(self) -> &'static str {
        match self {
            Unit::ProductMetric => "product_metric",
            Unit::LicenseMetric => "license_metric",
            Unit::Currency => "currency",
            Unit::Percent => "percent",
            Unit::Days => "days",
            Unit::Points => "points",
            Unit::Place => "place",
            Unit::Cores => "cores",
            Unit::Processors => "processors",
            Unit::Assets => "assets",
            Unit::Consumptions => "consumptions",
            Unit::Demands => "demands",
            Unit::Licenses => "licenses",
            Unit::Instances => "instances",
            Unit::Rows => "rows",
            Unit::ByRow => "by_row",
        }
    }

    /// What it means, for people.
    pub fn meaning(self) -> &'static str {
        match self {
            Unit::ProductMetric => "units of the product's metric, such as devices or cores",
            Unit::LicenseMetric => "seats, in units of the license's metric",
            Unit::Currency => "money, in the currency that the row's column `currency` names",
            Unit::Percent => "percent, rounded half away from zero at 4 places",
            Unit::Days => "days",
            Unit::Points => "points of affinity",
            Unit::Place => "a place in an order, from 1",
            Unit::Cores => "cores",
            Unit::Processors => "processors",
            Unit::Assets => "assets",
            Unit::Consumptions => "consumptions",
            Unit::Demands => "demands",
            Unit::Licenses => "licenses",
            Unit::Instances => "instances, or the peak of concurrent use",
            Unit::Rows => "rows of a file, from 1",
            Unit::ByRow => "what the row is about decides; the column's meaning says how",
        }
    }
}
