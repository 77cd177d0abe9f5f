//! Two runs compared by their published tables: which demands are covered otherwise than before, and why (contract §6.3,
//! movements). What is compared is what anybody can read, so that any two runs can be compared at any time, by `movements`
//! tonight and by `seatwise diff` in a year.
//!
//! `cursor` reads a table row by row · `demands` finds the differences · `licenses` and `causes` explain them.

mod causes;
mod cursor;
mod demands;
mod licenses;

use super::error::ReportError;
use std::path::Path;

/// What changed for a demand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Change {
    New,
    Gone,
    /// It was in deficit and is covered.
    Gained,
    /// It was covered and is in deficit.
    Lost,
    /// It is covered by other licenses, or in another phase.
    Moved,
}

impl Change {
    pub const ALL: [Change; 5] = [Change::New, Change::Gone, Change::Gained, Change::Lost, Change::Moved];

    /// The stable code that the table shows.
    pub fn code(self) -> &'static str {
        match self {
            Change::New => "new",
            Change::Gone => "gone",
            Change::Gained => "gained",
            Change::Lost => "lost",
            Change::Moved => "moved",
        }
    }
}

/// Why, in the order of judging: the first that holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Cause {
    ConsumptionEnded,
    ConsumptionNew,
    AssetDisposed,
    UserLeft,
    AssignmentChanged,
    LicenseGone,
    LicenseStatusChanged,
    LicenseNew,
    SeatsChanged,
    AttributesChanged,
    RulesChanged,
    /// A demand that did not have the license before took the seat.
    Outscored,
    Unknown,
}

impl Cause {
    /// The stable code that the table shows.
    pub fn code(self) -> &'static str {
        match self {
            Cause::ConsumptionEnded => "consumption_ended",
            Cause::ConsumptionNew => "consumption_new",
            Cause::AssetDisposed => "asset_disposed",
            Cause::UserLeft => "user_left",
            Cause::AssignmentChanged => "assignment_changed",
            Cause::LicenseGone => "license_gone",
            Cause::LicenseStatusChanged => "license_status_changed",
            Cause::LicenseNew => "license_new",
            Cause::SeatsChanged => "seats_changed",
            Cause::AttributesChanged => "attributes_changed",
            Cause::RulesChanged => "rules_changed",
            Cause::Outscored => "outscored",
            Cause::Unknown => "unknown",
        }
    }
}

/// One row of `movements`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Movement {
    pub product_id: String,
    pub demand_id: String,
    pub change: Change,
    /// The license first drawn from, before and now; none where it is not covered.
    pub from_license_id: Option<String>,
    pub to_license_id: Option<String>,
    pub cause: Cause,
}

/// The movements from one run's folder to another's, in the order of the table. Whether the rules in force differ is in the
/// manifests, which are not this module's.
pub fn compare(baseline: &Path, current: &Path, rules_changed: bool) -> Result<Vec<Movement>, ReportError> {
    let differences = demands::differences(baseline, current)?;
    causes::explain(baseline, current, rules_changed, differences)
}
