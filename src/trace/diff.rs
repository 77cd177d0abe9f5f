//! What differs between two runs, as data without words: what went in, who is covered by what, where products stand, what
//! licenses are. `report::compare` finds it in published tables, `explain::diff` makes sentences of it.

use crate::model::date::Date;

/// What changed for a demand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
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

    /// The stable code that tables show.
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

/// Why, in the order of judging: the first that holds. The list of contract §6.3, and three that only `diff` and `what-if`
/// tell, which know more of both runs; `movements` says `unknown` for those.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
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
    /// A choice of `[calculation]` differs. Not in `movements`.
    PolicyChanged,
    /// A demand that did not have the license before took the seat.
    Outscored,
    /// A demand that had the license before does not have it any more. Not in `movements`.
    SeatFreed,
    /// An extract differs whose rows stand in no table of both runs. Not in `movements`.
    InputChanged,
    Unknown,
}

impl Cause {
    /// The stable code that tables show.
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
            Cause::PolicyChanged => "policy_changed",
            Cause::Outscored => "outscored",
            Cause::SeatFreed => "seat_freed",
            Cause::InputChanged => "input_changed",
            Cause::Unknown => "unknown",
        }
    }

    /// The cause as `movements` has it (contract §6.3: a closed list).
    pub fn of_contract(self) -> Self {
        match self {
            Cause::PolicyChanged | Cause::SeatFreed | Cause::InputChanged => Cause::Unknown,
            other => other,
        }
    }
}

/// Why a demand is covered otherwise, and what that is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Because {
    pub cause: Cause,
    /// The license that the cause is about, if it is about one.
    pub license: Option<String>,
    /// For changed attributes: which, of the license or, where none is named, of the demand.
    pub fields: Vec<String>,
    /// Where other demands took a seat or left one: why these did.
    pub origin: Option<Origin>,
}

/// What set others in motion, at the end of the chain of those who took a seat from each other.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Origin {
    pub cause: Box<Because>,
    /// Whether it is that of all of them, and not of most.
    pub of_all: bool,
}

impl Because {
    /// A cause that is about no license.
    pub fn plain(cause: Cause) -> Self {
        Self { cause, license: None, fields: Vec::new(), origin: None }
    }

    /// A cause that is about a license.
    pub fn of(cause: Cause, license: &str) -> Self {
        Self { cause, license: Some(license.to_owned()), fields: Vec::new(), origin: None }
    }
}

/// How a demand stands in one run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Held {
    /// As in `demands`.
    pub outcome: String,
    /// The license first drawn from; none where the demand is not covered.
    pub license: Option<String>,
    /// The score of that grant; none where it has none.
    pub score: Option<i64>,
    /// Why it is not covered.
    pub reason: Option<String>,
}

impl Held {
    /// Whether the demand is covered.
    pub fn covered(&self) -> bool {
        self.outcome != "deficit"
    }
}

/// A demand that is covered otherwise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CoverChange {
    pub product_id: String,
    pub demand_id: String,
    pub change: Change,
    /// None where that run has no such demand.
    pub before: Option<Held>,
    pub after: Option<Held>,
    pub because: Because,
}

/// A demand that keeps its license, with another score.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rescored {
    pub product_id: String,
    pub demand_id: String,
    pub license: String,
    /// None where the grant has no score.
    pub before: Option<i64>,
    pub after: Option<i64>,
}

/// Demands of one run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    pub demands: u64,
    pub covered: u64,
}

/// The cover of all demands, or of those of one product.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cover {
    pub before: Totals,
    pub after: Totals,
    /// By (product, demand).
    pub changes: Vec<CoverChange>,
    /// How many demands keep their license with another score.
    pub rescored: u64,
    /// Of these the greatest differences, as many as were asked for.
    pub most_rescored: Vec<Rescored>,
}

/// One value of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    Null,
    Integer(i64),
    /// Texts, and everything else as it is written: dates, money, lists with `;` between their elements.
    Text(String),
}

/// A field with both of its values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldChange {
    pub field: String,
    pub before: Cell,
    pub after: Cell,
}

/// Whether something is in both runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presence {
    Both,
    New,
    Gone,
}

impl Presence {
    /// The stable code that tables show.
    pub fn code(self) -> &'static str {
        match self {
            Presence::Both => "changed",
            Presence::New => "new",
            Presence::Gone => "gone",
        }
    }
}

/// A product that stands otherwise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PositionChange {
    pub product_id: String,
    pub name: Option<String>,
    pub presence: Presence,
    /// Of its costs, as it is now.
    pub currency: Option<String>,
    /// How much more is outstanding than before.
    pub worse_by: i64,
    /// What differs, in the order of the table. Of a product that one run lacks every field, null on that side.
    pub fields: Vec<FieldChange>,
}

/// A license that is otherwise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LicenseChange {
    pub license_id: String,
    pub product_id: String,
    pub presence: Presence,
    /// What differs, in the order of the table; `status` is that at as_of (contract §3), `booked_status` the extract's. Of a
    /// license that one run lacks nothing but its seats.
    pub fields: Vec<FieldChange>,
}

/// What the tables of two runs differ in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TableChanges {
    /// The worst first: by how much more is outstanding, then by product.
    pub positions: Vec<PositionChange>,
    pub cover: Cover,
    /// By license.
    pub licenses: Vec<LicenseChange>,
}

/// One of the two runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RunFacts {
    /// None for a trial, which is not published.
    pub run_id: Option<String>,
    pub job: String,
    pub as_of: Date,
}

/// A file of an extract that differs. Of a file that one run did not read the values of that run are none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileChange {
    pub path: String,
    pub before: Option<FileFacts>,
    pub after: Option<FileFacts>,
}

/// What a manifest says of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileFacts {
    pub rows: u64,
    pub sha256: String,
}

/// An extract of which files differ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExtractChange {
    pub extract: String,
    /// Rows of all its files; none where the job has no such extract.
    pub rows_before: Option<u64>,
    pub rows_after: Option<u64>,
    /// How many files it has now.
    pub files_now: u64,
    pub files: Vec<FileChange>,
}

/// A rule in force, as text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleText {
    pub text: String,
    /// Of an affinity rule.
    pub points: Option<i64>,
}

/// A rule that differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleChange {
    /// requirement, affinity, set or entitle.
    pub kind: &'static str,
    pub name: String,
    pub before: Option<RuleText>,
    pub after: Option<RuleText>,
}

/// What went into two runs, as far as it differs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct InputChanges {
    /// Both dates, where they differ.
    pub as_of: Option<(Date, Date)>,
    /// In the order of contract §2.
    pub extracts: Vec<ExtractChange>,
    pub rules: Vec<RuleChange>,
    /// Whether the rules are the same in another order, which decides which failure a pair shows.
    pub rules_reordered: bool,
    /// The choices of `[calculation]` and `[attributes]`.
    pub policies: Vec<FieldChange>,
    /// Whether the job differs in nothing that the manifests name.
    pub job_otherwise: bool,
    /// Both versions of the program, where they differ.
    pub program: Option<(String, String)>,
}

impl InputChanges {
    /// Whether nothing at all differs.
    pub fn none(&self) -> bool {
        *self == Self::default()
    }
}

/// Two runs compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comparison {
    pub before: RunFacts,
    pub after: RunFacts,
    /// The licenses of which a trial sets fields.
    pub licenses_set: Vec<String>,
    /// What was asked for in a trial, as it was typed; empty between published runs.
    pub settings: Vec<String>,
    /// In a trial, whether the job's file is another than that of the published run: what comes out then comes of that, too.
    pub job_edited: bool,
    pub inputs: InputChanges,
    pub tables: TableChanges,
}

impl Comparison {
    /// Whether the results are equal.
    pub fn same_results(&self) -> bool {
        self.tables
            == TableChanges {
                cover: Cover { before: self.tables.cover.before, after: self.tables.cover.after, ..Cover::default() },
                ..TableChanges::default()
            }
    }
}
