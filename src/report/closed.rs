//! The columns that hold members of a closed list, and which list: the codes that a reader may meet. Members may be added (reference
//! §6.6), so a reader must have an answer to one that it does not know.

use crate::explain::advice::Action;
use crate::explain::alerts::{AlertKind, Severity};
use crate::model::tree::Dimension;
use crate::model::words::{
    BookedStatus, Conflict, DecidedBy, DeficitReason, Downgrade, ExtractKind, LicenseStatus, LicenseType, Metric, Outcome, Phase,
    PositionStatus, ProductClass, RejectReason, ReservationDimension,
};
use crate::trace::diff::{Cause, Change};

/// The codes of a list of `model::words`.
macro_rules! codes {
    ($list:ty) => {
        <$list>::ALL.iter().map(|member| member.code()).collect()
    };
    ($($member:expr),+ $(,)?) => { vec![$($member.code()),+] };
}

/// The codes that a column of a table may hold, or the elements of its lists; none where the list is not closed.
pub fn values(table: &str, column: &str) -> Option<Vec<&'static str>> {
    Some(match (table, column) {
        ("trees", "tree") | ("licenses", "scope") => Dimension::ALL.map(Dimension::word).to_vec(),
        (_, "metric" | "stated_metric") => codes!(Metric),
        (_, "license_type") => codes!(LicenseType),
        (_, "outcome") => codes!(Outcome),
        ("allocations", "phase") => codes!(Phase),
        ("affinity", "phase") => codes![Phase::Affinity, Phase::Downgrade],
        ("tries", "phase") => codes![Phase::Direct, Phase::Affinity, Phase::Downgrade],
        ("allocations", "decided_by") => codes!(DecidedBy),
        ("allocations", "license_status") => codes![LicenseStatus::Active, LicenseStatus::Expiring, LicenseStatus::Grace],
        ("usage", "status") => codes!(LicenseStatus),
        ("licenses", "status") => codes!(BookedStatus),
        ("licenses", "downgrade") => codes!(Downgrade),
        ("positions", "status") => codes!(PositionStatus),
        ("products", "class") => codes!(ProductClass),
        ("deficits", "reason") => codes!(DeficitReason),
        ("rejects", "reason") => codes!(RejectReason),
        ("rejects", "extract") => codes!(ExtractKind),
        ("assignments", "conflict") => codes!(Conflict),
        ("reservations", "dimension") => codes!(ReservationDimension),
        ("reservation_users", "dimension") => codes![ReservationDimension::Group, ReservationDimension::Role],
        ("usage_by", "dimension") => vec!["cost_center", "department", "group", "location", "publisher", "role", "user"],
        ("alerts", "severity") => codes![Severity::Info, Severity::Warning, Severity::Critical],
        ("alerts", "kind") => codes![
            AlertKind::Overage,
            AlertKind::Expiring,
            AlertKind::ExpiredInUse,
            AlertKind::AllocationConflict,
            AlertKind::DataQuality,
            AlertKind::Idle,
        ],
        ("recommendations", "action") => {
            codes![Action::Buy, Action::Reclaim, Action::Renew, Action::Reassign, Action::Drop, Action::FixData]
        }
        ("movements", "change") => Change::ALL.map(Change::code).to_vec(),
        ("movements", "cause") => codes![
            Cause::ConsumptionEnded,
            Cause::ConsumptionNew,
            Cause::AssetDisposed,
            Cause::UserLeft,
            Cause::AssignmentChanged,
            Cause::LicenseGone,
            Cause::LicenseStatusChanged,
            Cause::LicenseNew,
            Cause::SeatsChanged,
            Cause::AttributesChanged,
            Cause::RulesChanged,
            Cause::Outscored,
            Cause::Unknown,
        ],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Kind, TABLES};

    #[test]
    fn lists_are_of_columns_of_texts_and_what_a_meaning_names_is_in_them() {
        let mut found = 0;
        for (table, column) in TABLES.iter().flat_map(|table| table.columns.iter().map(move |column| (table, column))) {
            let Some(values) = values(table.name, &column.name) else { continue };
            found += 1;
            assert!(matches!(column.kind, Kind::Code | Kind::List), "{}.{}", table.name, column.name);
            assert!(!values.is_empty());
            // A meaning that lists codes lists no others.
            let words = column.meaning.split([' ', ',', ';', ':']).filter(|word| word.contains('_'));
            let strange: Vec<&str> = words.filter(|word| !values.contains(word) && *word != "as_of").collect();
            assert!(strange.is_empty(), "{}.{}: {strange:?}", table.name, column.name);
        }
        assert!(found >= 30, "{found}");
    }
}
