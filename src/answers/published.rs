//! One published run: its folder and its manifest.

use super::error::AnswerError;
use crate::model::decimal;
use crate::model::policy::Policy;
use crate::model::tree::Dimension;
use crate::model::words::TieBreak;
use crate::report::back::{Query, Rows, Scan};
use crate::rules::{AffinitySource, ParsedRules, RequirementSource, RuleSource, SetSource, Side};
use crate::run::Manifest;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A run that anybody can read.
pub struct Published {
    pub folder: PathBuf,
    pub manifest: Manifest,
}

impl Published {
    /// Opens the folder of a run. A link is followed once, so that all that is read is of one run.
    pub fn open(folder: &Path) -> Result<Self, AnswerError> {
        let failed = |error: &dyn std::fmt::Display| {
            AnswerError::unreadable(format!(
                "there is no published run in {}: {error}\n  help: run the job first, or name another folder",
                folder.display()
            ))
        };
        let folder = std::fs::canonicalize(folder).map_err(|error| failed(&error))?;
        let bytes = std::fs::read(folder.join("manifest.json")).map_err(|error| failed(&error))?;
        let manifest =
            Manifest::from_bytes(&bytes).map_err(|error| AnswerError::damaged(&folder, format_args!("manifest.json: {error}")))?;
        Ok(Self { folder, manifest })
    }

    /// Reads rows of one of its tables.
    pub fn read(&self, query: &Query<'_>) -> Result<Rows, AnswerError> {
        Ok(query.read(&self.folder)?)
    }

    /// Reads rows of one of its tables, a batch at a time.
    pub fn scan<'a>(&self, query: Query<'a>) -> Result<Scan<'a>, AnswerError> {
        Ok(query.scan(&self.folder)?)
    }

    /// The choices that the run was calculated with.
    pub fn policy(&self) -> Result<Policy, AnswerError> {
        let Some(calculation) = &self.manifest.calculation else {
            return Err(AnswerError::unreadable(format!(
                "run {} was published by version {}, which did not write down all that an answer needs\n  help: run the job again",
                self.manifest.run_id, self.manifest.program_version
            )));
        };
        Ok(Policy {
            expiring_within_days: calculation.expiring_within_days,
            grace_days: calculation.grace_days,
            inactive_after_days: calculation.inactive_after_days,
            over_licensed_ratio: decimal::parse(&calculation.over_licensed_ratio).unwrap_or(decimal::ONE / 10),
            partial_cover: calculation.partial_cover,
            split_across_licenses: calculation.split_across_licenses,
            downgrades: calculation.downgrades,
            tie_break: calculation.tie_break.iter().filter_map(|key| TieBreak::parse(key)).collect(),
            ..Policy::at(self.manifest.as_of)
        })
    }

    /// The rules in force, parsed. Role rules made consumptions, which are in the tables; they are not needed again.
    pub fn rules(&self) -> Result<ParsedRules, AnswerError> {
        let rules = &self.manifest.rules;
        let about_pairs = |field: &str| !field.starts_with(&format!("{}.", Side::User.word()));
        let source = RuleSource {
            sets: rules
                .sets
                .iter()
                .filter(|set| about_pairs(&set.field))
                .map(|set| SetSource { field: set.field.clone(), value: set.value.clone() })
                .collect(),
            requirements: rules
                .requirements
                .iter()
                .map(|rule| RequirementSource { name: rule.name.clone(), rule: rule.rule.clone() })
                .collect(),
            affinities: rules
                .affinities
                .iter()
                .map(|rule| AffinitySource { name: rule.name.clone(), rule: rule.rule.clone(), points: rule.points })
                .collect(),
            entitles: Vec::new(),
            standard: false,
        };
        ParsedRules::parse(&source).map_err(|_| AnswerError::damaged(&self.folder, "the rules in manifest.json cannot be parsed"))
    }

    /// The attributes that hold nodes of a tree.
    pub fn attributes(&self) -> BTreeMap<String, Dimension> {
        self.manifest.attributes.iter().filter_map(|(name, tree)| Some((name.clone(), Dimension::parse(tree)?))).collect()
    }

    /// The names of the fields that `[[set]]` makes on a side.
    pub fn set_fields(&self, side: Side) -> Vec<&str> {
        let fields = self.manifest.rules.sets.iter().filter_map(|set| set.field.split_once('.'));
        fields.filter(|(word, _)| *word == side.word()).map(|(_, name)| name).collect()
    }
}
