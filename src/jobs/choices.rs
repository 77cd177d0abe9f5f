//! The choices of `[calculation]` and `[attributes]` as texts, by their keys in the job file: what a manifest keeps of them, so
//! that two runs can be compared by what they were told.

use super::job::Job;
use crate::model::decimal;
use std::collections::BTreeMap;

impl Job {
    /// Every choice in force, those by default too. The date stands in the manifest by itself, the rules likewise.
    pub fn choices(&self) -> BTreeMap<String, String> {
        let policy = &self.policy;
        let keys: Vec<&str> = policy.tie_break.iter().map(|key| key.code()).collect();
        let choices = [
            ("calculation.expiring_within_days", policy.expiring_within_days.to_string()),
            ("calculation.grace_days", policy.grace_days.to_string()),
            ("calculation.inactive_after_days", policy.inactive_after_days.to_string()),
            ("calculation.over_licensed_ratio", decimal::format_short(policy.over_licensed_ratio)),
            ("calculation.partial_cover", policy.partial_cover.to_string()),
            ("calculation.split_across_licenses", policy.split_across_licenses.to_string()),
            ("calculation.downgrades", policy.downgrades.to_string()),
            ("calculation.tie_break", keys.join(", ")),
        ];
        let attributes = self.attributes.iter().map(|(name, tree)| (format!("attributes.{name}"), tree.word().to_owned()));
        choices.into_iter().map(|(key, value)| (key.to_owned(), value)).chain(attributes).collect()
    }
}
