//! The named choices of a calculation, each with the default that the contract documents (§9, `[calculation]`).

use super::date::Date;
use super::decimal::{ONE, Scaled};
use super::words::TieBreak;

/// What a run answers for, and how it decides where the contract leaves a choice to the job.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The date that the run answers for.
    pub as_of: Date,
    /// A license that ends, or renews, within so many days is `expiring` (§3, §6.2).
    pub expiring_within_days: i64,
    /// Days of grace of a license that states none (§3).
    pub grace_days: i64,
    /// A covered demand that was last used longer ago is inactive (§6, usage).
    pub inactive_after_days: i64,
    /// A product with more than this share of its requirement left over is `over_licensed`; times 10^9.
    pub over_licensed_ratio: Scaled,
    /// Whether a demand may be covered in part (§4.6).
    pub partial_cover: bool,
    /// Whether one demand may draw on several licenses (§4.6).
    pub split_across_licenses: bool,
    /// Whether newer licenses may cover older versions (§4.7).
    pub downgrades: bool,
    /// What orders candidates of equal score, before their `license_id` (§4.5).
    pub tie_break: Vec<TieBreak>,
}

impl Policy {
    /// The documented defaults, for a date.
    pub fn at(as_of: Date) -> Self {
        Self {
            as_of,
            expiring_within_days: 30,
            grace_days: 0,
            inactive_after_days: 90,
            over_licensed_ratio: ONE / 10,
            partial_cover: false,
            split_across_licenses: true,
            downgrades: true,
            tie_break: TieBreak::ALL.to_vec(),
        }
    }
}
