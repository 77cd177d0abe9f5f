//! What a run notes about itself on the way, and what it tells at its end.

use super::Night;
use super::inputs::Inputs;
use super::refusal::Refusal;
use super::results::Results;
use crate::allocate::Calculation;
use crate::allocate::totals::Total;
use crate::batch_log::Event;
use crate::estate::Built;
use crate::explain::alerts::RejectCount;
use crate::jobs::Job;
use crate::model::decimal::format_short;
use crate::model::policy::Policy;
use crate::model::words::{ExtractKind, Outcome as DemandOutcome};
use crate::rules::{Program, Side};
use crate::run::listing::total;
use crate::run::manifest::{AffinityText, CalculationInForce, EntitleText, RequirementText, RulesInForce, SetText};
use crate::run::{Published, memory};
use std::time::Duration;

/// A run that is published.
pub struct Finished {
    pub job: String,
    pub published: Published,
    pub results: Results,
    pub rejects: Vec<RejectCount>,
    /// Consumptions and licenses, where they had no row.
    pub missed: Vec<ExtractKind>,
    pub took: Duration,
    /// The most memory that it took, where the system tells.
    pub peak_bytes: Option<u64>,
}

impl Finished {
    pub fn new(job: &Job, published: Published, results: Results, inputs: &Inputs, took: Duration) -> Self {
        Self {
            job: job.name.clone(),
            published,
            results,
            rejects: inputs.counts.clone(),
            missed: inputs.missed.clone(),
            took,
            peak_bytes: memory::peak_of_run(),
        }
    }
}

impl Night<'_> {
    /// Notes the rules in force, and what points nowhere.
    pub fn note_estate(&mut self, built: &Built) {
        self.manifest.rules = rules_in_force(&built.program, self.job);
        self.manifest.calculation = Some(calculation_in_force(&built.estate.policy));
        self.manifest.attributes = self.job.attributes.iter().map(|(name, tree)| (name.clone(), tree.word().to_owned())).collect();
        for unknown in &built.estate.unknown_references {
            self.log.event(&Event::ReferencesUnknown(unknown));
        }
        for skipped in &built.estate.skipped_entitles {
            self.log.event(&Event::EntitleSkipped(skipped));
        }
        let baseline = self.manifest.baseline.clone();
        self.log.event(&Event::BaselineChosen { run_id: baseline.as_deref() });
    }

    /// Notes the control totals, and refuses the run if one does not hold (§6.1).
    pub fn note_totals(&mut self, totals: &[Total]) -> Result<(), Refusal> {
        for total in totals {
            self.manifest.totals.insert(total.name.to_owned(), total.left);
        }
        let broken: Vec<String> = totals
            .iter()
            .filter(|total| !total.holds())
            .map(|total| format!("control total does not hold: {}: {} against {}", total.name, total.left, total.right))
            .collect();
        if broken.is_empty() {
            Ok(())
        } else {
            Err(Refusal::internal(format!("{}\nnothing was published; please report this", broken.join("\n"))))
        }
    }

    /// Notes what the run came to, beside the control totals: what `seatwise history` shows.
    pub fn note_results(&mut self, calculation: &Calculation) {
        let trace = &calculation.trace;
        let covered = trace.outcomes.iter().filter(|outcome| **outcome != DemandOutcome::Deficit).count();
        let results = [
            (total::DEMANDS, trace.outcomes.len() as i64),
            (total::COVERED, covered as i64),
            (total::DEFICITS, trace.deficits.len() as i64),
            (total::OUTSTANDING, trace.positions.iter().map(|position| position.outstanding).sum()),
        ];
        self.manifest.totals.extend(results.map(|(name, number)| (name.to_owned(), number)));
    }

    /// The trailer of the log.
    pub fn log_end(&mut self, results: &Results, inputs: &Inputs) {
        self.log.event(&Event::RunCompleted {
            products: results.products,
            demands: results.demands,
            grants: results.grants,
            deficits: results.deficits,
            outstanding: results.outstanding,
            alerts: results.alerts.len() as u64,
            rejected: inputs.rejects.len() as u64,
        });
    }
}

/// The rules as text, for the manifest.
fn rules_in_force(program: &Program, job: &Job) -> RulesInForce {
    let set = |set: &crate::rules::SetField| {
        let field = format!("{}.{}", set.side.word(), set.name);
        let value = job.rules.sets.iter().find(|source| source.field == field).map(|source| source.value.clone());
        SetText { field, value: value.unwrap_or_default() }
    };
    let entitle = |entitle: &crate::rules::EntitleSource| EntitleText {
        name: entitle.name.clone(),
        product: entitle.product.clone(),
        when: entitle.when.clone(),
    };
    let words = Side::ALL.map(Side::word);
    RulesInForce {
        requirements: program
            .requirements
            .iter()
            .map(|rule| RequirementText { name: rule.name.clone(), rule: rule.text.clone() })
            .collect(),
        affinities: program
            .affinities
            .iter()
            .map(|rule| AffinityText { name: rule.name.clone(), rule: rule.text.clone(), points: rule.points })
            .collect(),
        sets: program.sets.iter().map(set).collect(),
        entitles: job.rules.entitles.iter().map(entitle).collect(),
        scope: format!(
            "for each dimension D that a license's scope names, after the requirements above: {}.D within {}.D, named scope-D",
            words[0], words[1]
        ),
    }
}

/// The choices of the calculation, for the manifest.
fn calculation_in_force(policy: &Policy) -> CalculationInForce {
    CalculationInForce {
        expiring_within_days: policy.expiring_within_days,
        grace_days: policy.grace_days,
        inactive_after_days: policy.inactive_after_days,
        over_licensed_ratio: format_short(policy.over_licensed_ratio),
        partial_cover: policy.partial_cover,
        split_across_licenses: policy.split_across_licenses,
        downgrades: policy.downgrades,
        tie_break: policy.tie_break.iter().map(|key| key.code().to_owned()).collect(),
    }
}
