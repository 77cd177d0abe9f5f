//! `manifest.json` (contract §6): what a run was, read and made, in a stable order of keys. Written last; whoever finds one has a
//! whole run before them. What stands in it is for the caller to fill in, but for what only publishing knows: the outputs, the
//! status, and the link of the chain.

use super::memory;
use crate::model::date::Date;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// The version of the manifest's form. Readers of version 1 read later ones as long as only keys are added.
pub const FORMAT_VERSION: u32 = 1;

/// Whether a run came to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Complete,
    Failed,
}

/// The job that was run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct JobMark {
    pub name: String,
    /// SHA-256 of the job as it was run, in lower-case hexadecimal digits.
    pub digest: String,
}

/// How long one stage took, by a clock that only goes forward.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StageTime {
    pub stage: String,
    pub seconds: f64,
    /// The most that was resident in memory meanwhile; none where the system does not tell.
    #[serde(default)]
    pub peak_bytes: Option<u64>,
}

impl StageTime {
    /// Rounded to milliseconds: more would only be noise.
    pub fn new(stage: impl Into<String>, took: Duration) -> Self {
        Self { stage: stage.into(), seconds: took.as_millis() as f64 / 1000.0, peak_bytes: None }
    }
}

/// What a run took of memory.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MemoryUse {
    /// The most that was resident.
    pub peak_bytes: u64,
    /// What it was not to pass: `limits.memory` of the job, else most of what was free when it began.
    pub limit_bytes: u64,
}

impl MemoryUse {
    /// Of the run that this process is at; none where nothing is watched, or the system does not tell.
    pub fn of_run() -> Option<Self> {
        Some(Self { peak_bytes: memory::peak_of_run()?, limit_bytes: memory::bound()?.bytes })
    }
}

/// A requirement in force, as text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RequirementText {
    pub name: String,
    pub rule: String,
}

/// An affinity rule in force, as text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AffinityText {
    pub name: String,
    pub rule: String,
    pub points: i64,
}

/// A derived field, as text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SetText {
    pub field: String,
    pub value: String,
}

/// A role rule, as text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EntitleText {
    pub name: String,
    pub product: String,
    pub when: String,
}

/// The rules in force (contract §5.3), in rule order. With the tables `demands` and `licenses` they give every score again.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct RulesInForce {
    pub requirements: Vec<RequirementText>,
    pub affinities: Vec<AffinityText>,
    pub sets: Vec<SetText>,
    pub entitles: Vec<EntitleText>,
    /// How the licenses' scopes bind (contract §5.4), in words.
    pub scope: String,
}

/// The choices of `[calculation]` (contract §9), with the defaults filled in. With the tables they give every decision again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CalculationInForce {
    pub expiring_within_days: i64,
    pub grace_days: i64,
    pub inactive_after_days: i64,
    /// A decimal as text, so that nothing is rounded.
    pub over_licensed_ratio: String,
    pub partial_cover: bool,
    pub split_across_licenses: bool,
    pub downgrades: bool,
    pub tie_break: Vec<String>,
}

/// A file that was read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InputFile {
    pub extract: String,
    pub path: String,
    pub bytes: u64,
    pub rows: u64,
    pub sha256: String,
}

/// A file of the run's folder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OutputFile {
    pub name: String,
    /// Rows of a table, lines of a log.
    pub rows: Option<u64>,
    pub bytes: u64,
    pub sha256: String,
}

/// What was rejected of one extract (contract §2.1).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RejectCount {
    pub extract: String,
    pub rows: u64,
    pub rejected: u64,
}

/// What the job expects of an extract (contract §9), and what was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InputCheck {
    pub extract: String,
    /// `fresh_within`, `min_rows` or `max_change`.
    pub check: String,
    /// What the job allows.
    pub bound: String,
    /// A phrase.
    pub found: String,
    /// `passed`, `failed`, `accepted` (by `--accept-change`) or `skipped`.
    pub verdict: String,
}

/// Why a failed run failed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Failure {
    pub exit_code: i32,
    pub message: String,
}

/// The whole manifest.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format_version: u32,
    pub program_version: String,
    pub run_id: String,
    pub job: JobMark,
    #[serde(with = "date_text")]
    pub as_of: Date,
    pub status: Status,
    pub started_at: Timestamp,
    pub ended_at: Timestamp,
    pub stages: Vec<StageTime>,
    /// None in a run of a version that did not write it, in one that was ended where it stood, and where the system does not tell.
    #[serde(default)]
    pub memory: Option<MemoryUse>,
    /// The slot of a schedule that it was run for.
    pub slot: Option<String>,
    pub rules: RulesInForce,
    /// None in a run of a version that did not write it.
    #[serde(default)]
    pub calculation: Option<CalculationInForce>,
    /// The attributes that hold nodes of a tree, and which (contract §9, `[attributes]`).
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// `full`, `top` or `off`: what the affinity table holds.
    pub affinity: String,
    /// `pairs`, `top` or `off`: what the batch log holds.
    pub log: String,
    /// The run that `movements` compares with.
    pub baseline: Option<String>,
    pub inputs: Vec<InputFile>,
    pub rejects: Vec<RejectCount>,
    #[serde(default)]
    pub input_checks: Vec<InputCheck>,
    pub outputs: Vec<OutputFile>,
    /// The control totals (contract §6.1) by name.
    pub totals: BTreeMap<String, i64>,
    /// Of the complete run that was published before it in this OUTPUT; none for the first, and for a failed run.
    pub previous_manifest_sha256: Option<String>,
    /// None for a complete run.
    pub error: Option<Failure>,
}

impl Manifest {
    /// The choices of the calculation as texts, by their keys in the job file, so that two runs can be compared by what they were
    /// told; empty where the manifest does not tell.
    pub fn choices(&self) -> BTreeMap<String, String> {
        let Some(calculation) = &self.calculation else { return BTreeMap::new() };
        let choices = [
            ("calculation.expiring_within_days", calculation.expiring_within_days.to_string()),
            ("calculation.grace_days", calculation.grace_days.to_string()),
            ("calculation.inactive_after_days", calculation.inactive_after_days.to_string()),
            ("calculation.over_licensed_ratio", calculation.over_licensed_ratio.clone()),
            ("calculation.partial_cover", calculation.partial_cover.to_string()),
            ("calculation.split_across_licenses", calculation.split_across_licenses.to_string()),
            ("calculation.downgrades", calculation.downgrades.to_string()),
            ("calculation.tie_break", calculation.tie_break.join(", ")),
        ];
        let attributes = self.attributes.iter().map(|(name, tree)| (format!("attributes.{name}"), tree.clone()));
        choices.into_iter().map(|(key, value)| (key.to_owned(), value)).chain(attributes).collect()
    }

    /// A manifest with what is known when a run begins.
    pub fn begin(run_id: &str, job: JobMark, as_of: Date, started_at: Timestamp) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            program_version: env!("CARGO_PKG_VERSION").to_owned(),
            run_id: run_id.to_owned(),
            job,
            as_of,
            status: Status::Failed,
            started_at,
            ended_at: started_at,
            stages: Vec::new(),
            memory: None,
            slot: None,
            rules: RulesInForce::default(),
            calculation: None,
            attributes: BTreeMap::new(),
            affinity: "off".to_owned(),
            log: "off".to_owned(),
            baseline: None,
            inputs: Vec::new(),
            rejects: Vec::new(),
            input_checks: Vec::new(),
            outputs: Vec::new(),
            totals: BTreeMap::new(),
            previous_manifest_sha256: None,
            error: None,
        }
    }

    /// The bytes of `manifest.json`.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads a manifest back. Keys that this version does not know are passed over.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

/// Dates as `YYYY-MM-DD`.
pub(super) mod date_text {
    use crate::model::date::Date;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(date: &Date, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(date)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Date, D::Error> {
        let text = String::deserialize(input)?;
        Date::parse_iso(&text).ok_or_else(|| D::Error::custom(format_args!("`{text}` is no date of the form YYYY-MM-DD")))
    }
}
