//! The closed lists of the contract: metrics, types, statuses, outcomes, phases, reasons. Each has a stable code.

/// A member of any closed list.
pub trait Member: Copy {
    /// Its place in the order of the contract.
    fn place(self) -> u32;

    /// The code of the member at a place.
    fn code_at(place: u32) -> &'static str;
}

/// Declares an enum with a code for each member, in the order of the contract.
macro_rules! closed_list {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every member, in the order of the contract.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The stable code that tables and logs show.
            pub fn code(self) -> &'static str {
                match self { $($name::$variant => $code),+ }
            }

            /// The member of a code.
            pub fn parse(code: &str) -> Option<Self> {
                match code { $($code => Some($name::$variant),)+ _ => None }
            }
        }

        impl Member for $name {
            fn place(self) -> u32 {
                self as u32
            }

            fn code_at(place: u32) -> &'static str {
                Self::ALL[place as usize].code()
            }
        }
    };
}

closed_list! {
    /// How a license counts (contract §4.3).
    Metric { Device = "device", Core = "core", Processor = "processor", Instance = "instance", Concurrent = "concurrent",
        User = "user", NamedUser = "named_user", Site = "site" }
}

closed_list! {
    /// What demands of a product are merged by (contract §4.2).
    Family { Device = "device", User = "user" }
}

impl Metric {
    /// The family of a metric. `site` stands in the device family, and covers both (§4.3).
    pub fn family(self) -> Family {
        match self {
            Metric::User | Metric::NamedUser => Family::User,
            _ => Family::Device,
        }
    }
}

closed_list! {
    LicenseType { Perpetual = "perpetual", Subscription = "subscription", Volume = "volume", Trial = "trial", OpenSource = "open_source" }
}

closed_list! {
    /// A license's status in the extract (contract §2).
    BookedStatus { InService = "in_service", Pending = "pending", Retired = "retired" }
}

closed_list! {
    /// A license's status at `as_of` (contract §3).
    LicenseStatus { Retired = "retired", Incomplete = "incomplete", Pending = "pending", Active = "active", Expiring = "expiring",
        Grace = "grace", Expired = "expired" }
}

impl LicenseStatus {
    /// Whether seats may be drawn (§3).
    pub fn usable(self) -> bool {
        matches!(self, LicenseStatus::Active | LicenseStatus::Expiring | LicenseStatus::Grace)
    }
}

closed_list! {
    /// How far back a license covers older versions (contract §4.7).
    Downgrade { None = "none", One = "one", Any = "any" }
}

closed_list! {
    AssetStatus { InService = "in_service", Disposed = "disposed" }
}

closed_list! {
    ProductClass { Commercial = "commercial", Free = "free" }
}

closed_list! {
    /// What became of a consumption or a demand (contract §4.1, §6 coverage).
    Outcome { CoveredDirect = "covered_direct", CoveredBundle = "covered_bundle", CoveredAffinity = "covered_affinity",
        CoveredDowngrade = "covered_downgrade", Deficit = "deficit", Ended = "ended", NotStarted = "not_started",
        AssetDisposed = "asset_disposed", UserLeft = "user_left", Exempt = "exempt", FreeProduct = "free_product" }
}

closed_list! {
    /// The phase of a grant, in the order of the calculation (contract §4.4 to §4.8). By bytes: affinity, bundle, direct, downgrade.
    Phase { Direct = "direct", Bundle = "bundle", Affinity = "affinity", Downgrade = "downgrade" }
}

impl Phase {
    /// The outcome of a demand that this phase covered.
    pub fn outcome(self) -> Outcome {
        match self {
            Phase::Direct => Outcome::CoveredDirect,
            Phase::Bundle => Outcome::CoveredBundle,
            Phase::Affinity => Outcome::CoveredAffinity,
            Phase::Downgrade => Outcome::CoveredDowngrade,
        }
    }
}

closed_list! {
    /// Why a usable license is ineligible (contract §4.9), in the order of judging; a requirement stands last.
    Failure { NoUser = "no_user", MetricMismatch = "metric_mismatch", NotAssigned = "not_assigned", UnitsUnknown = "units_unknown",
        Forbidden = "forbidden", RequirementFailed = "requirement_failed" }
}

closed_list! {
    /// Why a demand is in deficit (contract §4.9).
    DeficitReason { NoLicense = "no_license", NoUsableLicense = "no_usable_license", NoUser = "no_user", MetricMismatch = "metric_mismatch",
        NotAssigned = "not_assigned", UnitsUnknown = "units_unknown", Forbidden = "forbidden", RequirementFailed = "requirement_failed",
        AllOrNothing = "all_or_nothing", CapacityExhausted = "capacity_exhausted", PartlyCovered = "partly_covered" }
}

closed_list! {
    /// One of the keys that order candidates of equal score (contract §4.5).
    TieBreak { Unlimited = "unlimited", InTerm = "in_term", EarliestEnd = "earliest_end", LowestCost = "lowest_cost" }
}

closed_list! {
    /// What put a granted license before the runner-up (contract §6, allocations.decided_by).
    DecidedBy { Only = "only", Score = "score", Unlimited = "unlimited", InTerm = "in_term", EarliestEnd = "earliest_end",
        LowestCost = "lowest_cost", Version = "version", LicenseId = "license_id" }
}

impl From<TieBreak> for DecidedBy {
    fn from(key: TieBreak) -> Self {
        match key {
            TieBreak::Unlimited => DecidedBy::Unlimited,
            TieBreak::InTerm => DecidedBy::InTerm,
            TieBreak::EarliestEnd => DecidedBy::EarliestEnd,
            TieBreak::LowestCost => DecidedBy::LowestCost,
        }
    }
}

closed_list! {
    /// Why an assignment is not valid, and what else is odd about explicit links and reservations (contract §4.4, §4.6, §6.2).
    Conflict { UnknownLicense = "unknown_license", UnknownTarget = "unknown_target", WrongProduct = "wrong_product", NoDemand = "no_demand",
        LicenseNotUsable = "license_not_usable", MetricMismatch = "metric_mismatch", DuplicateAssignment = "duplicate_assignment",
        AssignmentOverCapacity = "assignment_over_capacity", OverlappingAssignments = "overlapping_assignments",
        AssignmentOverridesRequirement = "assignment_overrides_requirement", OverReserved = "over_reserved",
        OverlappingReservations = "overlapping_reservations" }
}

closed_list! {
    /// What a reservation is for (contract §2, reservations).
    ReservationDimension { Department = "department", Location = "location", CostCenter = "cost_center", Group = "group", Role = "role" }
}

closed_list! {
    /// A product's position (contract §6, positions.status).
    PositionStatus { UnderLicensed = "under_licensed", OverLicensed = "over_licensed", NotLicensable = "not_licensable",
        Compliant = "compliant" }
}

closed_list! {
    /// Why a row of an extract was rejected (contract §2.1), the first that holds.
    RejectReason { BadRow = "bad_row", InvalidUtf8 = "invalid_utf8", MissingValue = "missing_value", NulCharacter = "nul_character",
        BadValue = "bad_value", NotFinite = "not_finite", OutOfRange = "out_of_range", NotInList = "not_in_list",
        NotOneTarget = "not_one_target", DuplicateRow = "duplicate_row", DuplicateId = "duplicate_id" }
}

closed_list! {
    /// The extracts of a job (contract §2), in its order.
    ExtractKind { Consumptions = "consumptions", Licenses = "licenses", Products = "products", Assets = "assets", Users = "users",
        Trees = "trees", Assignments = "assignments", Reservations = "reservations", Bundles = "bundles", Preferences = "preferences" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_go_round() {
        for metric in Metric::ALL {
            assert_eq!(Metric::parse(metric.code()), Some(*metric));
        }
        for reason in DeficitReason::ALL {
            assert_eq!(DeficitReason::parse(reason.code()), Some(*reason));
        }
        assert_eq!(Phase::parse("nothing"), None);
    }
}
