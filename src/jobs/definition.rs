//! The job file as it is written (contract §9): every table, every key, what it holds, its default, a line on it.
//! Data only. What a key means to a run is `job`'s; how a file is read against this is `reader`'s.

use super::notice_tables::{EMAIL, METRICS, NOTIFY, WEBHOOK};
use super::shape::Absent::{self, Boolean, Decimal, Error, Integer, Nothing, Texts};
use super::shape::{Field, Kind, Shape};

/// The bound of an integer that has none of its own: all integers lie within ±10^12 (§2.0).
pub(super) const NO_END: i64 = 1_000_000_000_000;

const COUNT: Kind = Kind::Integer { least: 0, most: NO_END };
const DIMENSIONS: &[&str] = &["department", "location", "cost_center"];
const TYPES: &[&str] = &["text", "integer", "decimal", "boolean", "date", "list"];
const TIE_BREAK: &[&str] = &["unlimited", "in_term", "earliest_end", "lowest_cost"];

pub(super) const fn field(key: &'static str, kind: Kind, absent: Absent, about: &'static str) -> Field {
    Field { key, kind, absent, about }
}

/// The top of the file.
pub static JOB: Shape = Shape {
    header: "",
    about: "A seatwise job: what to read, how to decide, where to write.",
    fields: &[
        field("name", Kind::Text, Error, "The job's name, as manifests and logs show it."),
        field("extracts", Kind::Table(&EXTRACTS), Error, "What to read. consumptions and licenses are required."),
        field("calculation", Kind::Table(&CALCULATION), Nothing, "How to decide where the contract leaves a choice."),
        field("attributes", Kind::ChoiceMap(DIMENSIONS), Nothing, "Attributes that hold nodes of a tree, and of which."),
        field("set", Kind::Tables(&SET), Nothing, "Fields derived from others of the same side. A set may use earlier ones."),
        field("requirement", Kind::Tables(&REQUIREMENT), Nothing, "Hard conditions on a (demand, license) pair."),
        field("affinity", Kind::Tables(&AFFINITY), Nothing, "Points for pairs that match."),
        field("entitle", Kind::Tables(&ENTITLE), Nothing, "Users who need a product because of what they are."),
        field("example", Kind::Tables(&EXAMPLE), Nothing, "Pairs with the result that you expect, for `seatwise rules test`."),
        field("output", Kind::Table(&OUTPUT), Nothing, "Where results go."),
        field("schedule", Kind::Table(&super::schedule::SCHEDULE), Nothing, "When `seatwise schedule` runs the job."),
        field("log", Kind::Table(&LOG), Nothing, "What the batch log holds."),
        field("limits", Kind::Table(&LIMITS), Nothing, "When a run stops, or writes less."),
        field("notify", Kind::Table(&NOTIFY), Nothing, "Who is told how a run ended, or that there was none."),
        field("metrics", Kind::Table(&METRICS), Nothing, "What metrics.prom holds."),
    ],
};

/// `[extracts]`.
pub static EXTRACTS: Shape = Shape {
    header: "[extracts]",
    about: "The extracts, one table each: [extracts.consumptions], [extracts.licenses] and so on.",
    fields: &[
        field("consumptions", Kind::Table(&EXTRACT), Error, "Products in use on assets and by users."),
        field("licenses", Kind::Table(&EXTRACT), Error, "Purchases, one a row."),
        field("products", Kind::Table(&EXTRACT), Nothing, "The catalog."),
        field("assets", Kind::Table(&EXTRACT), Nothing, "Machines, with where they stand."),
        field("users", Kind::Table(&EXTRACT), Nothing, "People, with where they belong."),
        field("trees", Kind::Table(&EXTRACT), Nothing, "Departments, locations and cost centers, each with its parent."),
        field("assignments", Kind::Table(&EXTRACT), Nothing, "Direct links from a license to an asset, user or consumption."),
        field("reservations", Kind::Table(&EXTRACT), Nothing, "Seats that only one group of demands may draw."),
        field("bundles", Kind::Table(&EXTRACT), Nothing, "Products that consist of others."),
        field("preferences", Kind::Table(&EXTRACT), Nothing, "Extra points or a ban for one pair."),
    ],
};

/// `[extracts.NAME]`, the same for each.
pub static EXTRACT: Shape = Shape {
    header: "[extracts.NAME]",
    about: "Where an extract is and how it is to be read.",
    fields: &[
        field(
            "path",
            Kind::TextOrTexts,
            Error,
            "A file, a list of files, a folder or a glob, relative to the job file's folder; {as_of} stands for the date.",
        ),
        field("columns", Kind::Texts, Nothing, "Renamed columns: our field = their column."),
        field("join", Kind::TextLists, Nothing, "Fields made of several columns: our field = their columns, with / between their texts."),
        field("values", Kind::TextMaps, Nothing, "What values stand for: our field = { their value = ours }."),
        field("csv", Kind::Table(&CSV), Nothing, "How CSV files are written."),
        field("types", Kind::ChoiceMap(TYPES), Nothing, "Types of attributes: columns that the contract does not name."),
        field(
            "fresh_within",
            Kind::Text,
            Nothing,
            "How long ago its files may have been written, such as 26h; if any is older, the run stops.",
        ),
        field("min_rows", COUNT, Nothing, "A run stops if it has fewer rows."),
        field(
            "max_change",
            Kind::Decimal { most: None },
            Nothing,
            "A run stops if its rows are more or fewer than in the run before by more than this share; `run --accept-change` lets it pass.",
        ),
    ],
};

/// `csv` of an extract.
pub static CSV: Shape = Shape {
    header: "csv",
    about: "How CSV files are written.",
    fields: &[
        field("separator", Kind::Character, Absent::Text(","), "What stands between two fields."),
        field("date_format", Kind::Text, Nothing, "How dates are written, such as %d/%m/%Y; YYYY-MM-DD if not given."),
        field("null_values", Kind::AnyTexts, Nothing, "Texts that stand for no value."),
    ],
};

/// `[calculation]`.
pub static CALCULATION: Shape = Shape {
    header: "[calculation]",
    about: "How to decide where the contract leaves a choice.",
    fields: &[
        field("as_of", Kind::Date { word: "today" }, Absent::Text("today"), "The date that a run answers for."),
        field("time_zone", Kind::Text, Absent::Text("UTC"), "Whose today it is: a name of the IANA database, such as Europe/London."),
        field("rules", Kind::Choice(&["standard", "none"]), Absent::Text("standard"), "The rules that stand before the job's own."),
        field("expiring_within_days", COUNT, Integer(30), "A license that ends within so many days is expiring."),
        field("grace_days", COUNT, Integer(0), "Days after its end that a license may still be drawn from, if it states none."),
        field("inactive_after_days", COUNT, Integer(90), "What was last used longer ago is inactive."),
        field(
            "over_licensed_ratio",
            Kind::Decimal { most: None },
            Decimal("0.10"),
            "More left over than this share of what is required is over-licensed.",
        ),
        field("partial_cover", Kind::Boolean, Boolean(false), "Whether a demand may be covered in part."),
        field("split_across_licenses", Kind::Boolean, Boolean(true), "Whether one demand may draw on several licenses."),
        field("downgrades", Kind::Boolean, Boolean(true), "Whether newer licenses may cover older versions."),
        field("tie_break", Kind::Choices(TIE_BREAK), Texts(TIE_BREAK), "What orders licenses of equal score, before their license_id."),
    ],
};

/// `[[set]]`.
pub static SET: Shape = Shape {
    header: "[[set]]",
    about: "A field derived from others of the same side.",
    fields: &[
        field("field", Kind::Text, Error, "The new field: consumption.NAME or license.NAME."),
        field("value", Kind::Text, Error, "An expression over fields of that side."),
    ],
};

/// `[[requirement]]`.
pub static REQUIREMENT: Shape = Shape {
    header: "[[requirement]]",
    about: "A hard condition on a (demand, license) pair; a pair that fails one is ineligible.",
    fields: &[
        field("name", Kind::Text, Error, "Its name in reports. The name of a standard requirement takes that one's place."),
        field("rule", Kind::Text, Error, "A condition over consumption.FIELD and license.FIELD; true removes a standard one."),
    ],
};

/// `[[affinity]]`.
pub static AFFINITY: Shape = Shape {
    header: "[[affinity]]",
    about: "Points for every eligible pair that matches.",
    fields: &[
        field("name", Kind::Text, Error, "Its name in reports. The name of a standard affinity takes that one's place."),
        field("rule", Kind::Text, Error, "A condition over consumption.FIELD and license.FIELD."),
        field(
            "points",
            Kind::Integer { least: -NO_END, most: NO_END },
            Error,
            "How many it adds; may be negative, and 0 removes a standard one.",
        ),
    ],
};

/// `[[entitle]]`.
pub static ENTITLE: Shape = Shape {
    header: "[[entitle]]",
    about: "Gives every active user for whom it holds, and who has none, a consumption of a product.",
    fields: &[
        field("name", Kind::Text, Error, "Its name; consumptions made by it are called rule:NAME:USER."),
        field("product", Kind::Text, Error, "The product_id."),
        field("when", Kind::Text, Error, "A condition over user.FIELD."),
    ],
};

/// `[[example]]`.
pub static EXAMPLE: Shape = Shape {
    header: "[[example]]",
    about: "A pair with the result that you expect. Exactly one of points and fails.",
    fields: &[
        field("name", Kind::Text, Error, "What the example shows."),
        field("consumption", Kind::Values, Nothing, "The demand's fields; those not given have their default, else are null."),
        field("license", Kind::Values, Nothing, "The license's fields; those not given have their default, else are null."),
        field("points", Kind::Integer { least: -NO_END, most: NO_END }, Nothing, "The affinity of the pair, which is eligible."),
        field("fails", Kind::Text, Nothing, "The requirement that the pair fails first."),
    ],
};

/// `[output]`.
pub static OUTPUT: Shape = Shape {
    header: "[output]",
    about: "Where results go.",
    fields: &[
        field(
            "path",
            Kind::Text,
            Nothing,
            "The folder of all runs of this job, relative to the job file's folder. `run --output` stands in for it.",
        ),
        field(
            "affinity",
            Kind::Choice(&["full", "top", "off"]),
            Nothing,
            "How much of the affinity table is written; by default by its size.",
        ),
        field("report", Kind::Boolean, Boolean(true), "Whether report.html, the run to look at, is written beside the tables."),
        field("keep", Kind::Table(&super::keep::KEEP), Nothing, "What `seatwise prune` leaves; without it nothing is removed."),
        field("mode", Kind::Text, Nothing, "The mode of files that are written, such as 0640; by default as the umask says."),
    ],
};

/// `[log]`.
pub static LOG: Shape = Shape {
    header: "[log]",
    about: "What the batch log holds.",
    fields: &[
        field("affinity", Kind::Choice(&["pairs", "top", "off"]), Absent::Text("pairs"), "A line a pair, the best ten a demand, or none."),
        field("format", Kind::Choice(&["text", "json"]), Absent::Text("text"), "Lines of text, or of JSON."),
        field("compress", Kind::Boolean, Nothing, "Whether it is written as batch.log.zst; by default from 1,000,000 pair lines on."),
    ],
};

/// `[limits]`.
pub static LIMITS: Shape = Shape {
    header: "[limits]",
    about: "When a run stops, or writes less.",
    fields: &[
        field(
            "max_reject_ratio",
            Kind::Decimal { most: Some(1) },
            Decimal("0.05"),
            "A run stops if more of an extract's rows are rejected.",
        ),
        field("max_pairs", COUNT, Integer(50_000_000), "Above so many pair lines the log takes the largest products as top."),
        field("max_table_pairs", COUNT, Integer(10_000_000), "Above so many pairs the affinity table is written as top."),
        field(
            "memory",
            Kind::Bytes,
            Nothing,
            "A run that would take more memory stops, such as \"8 GiB\"; by default 85 % of what was free.",
        ),
        field("max_file_bytes", COUNT, Integer(8 << 30), "Bytes of an input file, both as it lies on the disk and as it unpacks."),
        field("max_unpack_ratio", COUNT, Integer(100), "How many times its own size an input file may unpack to, beyond 256 MiB."),
        field("max_rows", COUNT, Integer(1_000_000_000), "Rows of an extract."),
        field("max_columns", COUNT, Integer(2_000), "Columns of an input file."),
        field("max_field_bytes", COUNT, Integer(1 << 20), "Bytes of a value."),
        field(
            "roots",
            Kind::TextOrTexts,
            Nothing,
            "The folders that input files must lie in once links are followed; anywhere if not given.",
        ),
    ],
};

/// Every table, for what is asked of all of them.
pub static ALL: &[&Shape] = &[
    &JOB,
    &EXTRACTS,
    &EXTRACT,
    &CSV,
    &CALCULATION,
    &SET,
    &REQUIREMENT,
    &AFFINITY,
    &ENTITLE,
    &EXAMPLE,
    &OUTPUT,
    &super::keep::KEEP,
    &super::schedule::SCHEDULE,
    &LOG,
    &LIMITS,
    &NOTIFY,
    &WEBHOOK,
    &EMAIL,
    &METRICS,
];
