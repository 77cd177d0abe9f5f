//! The fields of contract §2, each with its type and what is asked of its values, in the order of §2: the order in which a
//! row's faults are judged. How a value is read stands in `parse`; what concerns a row as a whole stands in `rows`.

use crate::model::tree::Dimension;
use crate::model::value::Type;
use crate::model::words::{AssetStatus, BookedStatus, Downgrade, ExtractKind, LicenseType, Metric, ProductClass, ReservationDimension};

/// A field of an extract.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: Type,
    /// A row without it is rejected, and a file without its column stops the run.
    pub required: bool,
    pub check: Check,
}

/// What is asked of a value beyond its type.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    Nothing,
    /// > 0
    Positive,
    /// ≥ 0
    NotNegative,
    /// Rounded to 4 places, ≥ 0, below 10^14 (§2.0).
    Money,
    /// A text of a closed list.
    OneOf(Members),
    /// A list whose every element is of a closed list.
    EachOf(Members),
}

/// A closed list of words.
#[derive(Clone, Copy, Debug)]
pub struct Members {
    pub holds: fn(&str) -> bool,
    pub all: fn() -> Vec<&'static str>,
}

/// The members of a closed list of `model::words`.
macro_rules! members {
    ($list:ty) => {
        Members { holds: |word| <$list>::parse(word).is_some(), all: || <$list>::ALL.iter().map(|member| member.code()).collect() }
    };
}

const METRIC: Check = Check::OneOf(members!(Metric));
const LICENSE_TYPE: Check = Check::OneOf(members!(LicenseType));
const BOOKED_STATUS: Check = Check::OneOf(members!(BookedStatus));
const DOWNGRADE: Check = Check::OneOf(members!(Downgrade));
const CLASS: Check = Check::OneOf(members!(ProductClass));
const ASSET_STATUS: Check = Check::OneOf(members!(AssetStatus));
const RESERVED_FOR: Check = Check::OneOf(members!(ReservationDimension));
const DIMENSIONS: Members =
    Members { holds: |word| Dimension::parse(word).is_some(), all: || Dimension::ALL.iter().map(|dimension| dimension.word()).collect() };

const fn field(name: &'static str, kind: Type, check: Check) -> Field {
    Field { name, kind, required: false, check }
}

const fn text(name: &'static str) -> Field {
    field(name, Type::Text, Check::Nothing)
}

const fn date(name: &'static str) -> Field {
    field(name, Type::Date, Check::Nothing)
}

const fn positive(name: &'static str) -> Field {
    field(name, Type::Integer, Check::Positive)
}

const fn word(name: &'static str, check: Check) -> Field {
    field(name, Type::Text, check)
}

const fn required(field: Field) -> Field {
    Field { required: true, ..field }
}

const CONSUMPTIONS: &[Field] = &[
    required(text("consumption_id")),
    required(text("product_id")),
    text("asset_id"),
    text("user_id"),
    positive("quantity"),
    positive("cores"),
    positive("processors"),
    text("department"),
    text("location"),
    text("cost_center"),
    date("started_on"),
    date("ended_on"),
    date("last_used_on"),
    text("exempt_reason"),
];

const LICENSES: &[Field] = &[
    required(text("license_id")),
    required(text("product_id")),
    word("metric", METRIC),
    field("seats", Type::Integer, Check::NotNegative),
    word("license_type", LICENSE_TYPE),
    word("status", BOOKED_STATUS),
    date("starts_on"),
    date("ends_on"),
    date("retired_on"),
    field("grace_days", Type::Integer, Check::NotNegative),
    text("department"),
    text("location"),
    text("cost_center"),
    text("user_id"),
    positive("cores"),
    field("scope", Type::List, Check::EachOf(DIMENSIONS)),
    word("downgrade", DOWNGRADE),
    field("unit_cost", Type::Decimal, Check::Money),
    text("currency"),
    text("contract_id"),
    text("vendor"),
    text("responsible"),
    date("renews_on"),
];

const PRODUCTS: &[Field] = &[
    required(text("product_id")),
    text("name"),
    text("publisher"),
    word("metric", METRIC),
    positive("min_units"),
    positive("devices_per_user"),
    word("class", CLASS),
    text("previous_product_id"),
    word("downgrade", DOWNGRADE),
    field("scope", Type::List, Check::EachOf(DIMENSIONS)),
    field("unit_price", Type::Decimal, Check::Money),
    text("currency"),
];

const ASSETS: &[Field] = &[
    required(text("asset_id")),
    word("status", ASSET_STATUS),
    date("disposed_on"),
    text("user_id"),
    text("department"),
    text("location"),
    text("cost_center"),
    positive("cores"),
    positive("processors"),
];

const USERS: &[Field] = &[
    required(text("user_id")),
    text("name"),
    field("active", Type::Boolean, Check::Nothing),
    date("left_on"),
    date("last_login_on"),
    text("department"),
    text("location"),
    text("cost_center"),
    field("roles", Type::List, Check::Nothing),
    field("groups", Type::List, Check::Nothing),
];

// `tree`, and `dimension` and `seats` of a reservation, have no star in §2, but a row without them says nothing at all.
const TREES: &[Field] = &[required(word("tree", Check::OneOf(DIMENSIONS))), required(text("node")), text("parent")];

const ASSIGNMENTS: &[Field] =
    &[required(text("license_id")), text("asset_id"), text("user_id"), text("consumption_id"), date("assigned_on"), text("reason")];

const RESERVATIONS: &[Field] = &[
    required(text("reservation_id")),
    required(text("license_id")),
    required(word("dimension", RESERVED_FOR)),
    required(text("value")),
    required(positive("seats")),
    text("responsible"),
];

const BUNDLES: &[Field] = &[required(text("bundle_product_id")), required(text("component_product_id"))];

const PREFERENCES: &[Field] = &[
    required(text("license_id")),
    text("asset_id"),
    text("user_id"),
    text("consumption_id"),
    field("points", Type::Integer, Check::Nothing),
    field("forbid", Type::Boolean, Check::Nothing),
];

/// The fields of an extract, in the order of §2.
pub fn fields(extract: ExtractKind) -> &'static [Field] {
    match extract {
        ExtractKind::Consumptions => CONSUMPTIONS,
        ExtractKind::Licenses => LICENSES,
        ExtractKind::Products => PRODUCTS,
        ExtractKind::Assets => ASSETS,
        ExtractKind::Users => USERS,
        ExtractKind::Trees => TREES,
        ExtractKind::Assignments => ASSIGNMENTS,
        ExtractKind::Reservations => RESERVATIONS,
        ExtractKind::Bundles => BUNDLES,
        ExtractKind::Preferences => PREFERENCES,
    }
}

/// What a row of an extract is known by (§2, §2.1), as columns of that extract.
pub fn identity(extract: ExtractKind) -> Identity {
    match extract {
        ExtractKind::Consumptions => Identity::ConsumptionId,
        ExtractKind::Licenses => Identity::Columns(&["license_id"]),
        ExtractKind::Products => Identity::Columns(&["product_id"]),
        ExtractKind::Assets => Identity::Columns(&["asset_id"]),
        ExtractKind::Users => Identity::Columns(&["user_id"]),
        ExtractKind::Trees => Identity::Columns(&["tree", "node"]),
        ExtractKind::Reservations => Identity::Columns(&["reservation_id"]),
        ExtractKind::Bundles => Identity::Columns(&["bundle_product_id", "component_product_id"]),
        ExtractKind::Preferences => Identity::Columns(&["license_id", "asset_id", "user_id", "consumption_id"]),
        ExtractKind::Assignments => Identity::WholeRow,
    }
}

/// See [`identity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The column of identifiers that is not interned.
    ConsumptionId,
    Columns(&'static [&'static str]),
    /// Rows are the same if all their columns are: there are no contradictions.
    WholeRow,
}

impl Identity {
    /// The columns that say what a row is known by.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Identity::ConsumptionId => &["consumption_id"],
            Identity::Columns(names) => names,
            Identity::WholeRow => &["license_id", "asset_id", "user_id", "consumption_id"],
        }
    }
}
