//! An explanation suffices: an estate with nothing but what it cites, the demand and the licenses with the seats that they had free,
//! is decided in the same way by the second implementation.

use super::{Ran, estates};
use crate::reference::{RawEstate, RawTable, Tables, solve};
use seatwise::trace::answer::{DemandAnswer, PhaseAnswer};
use std::collections::BTreeSet;

const DECISIONS: usize = 200;

/// Whether the estate's rules and the demand let phase 2 be run alone: seats are read by no rule, nobody is assigned, and the demand
/// comes from the extract.
fn can_stand_alone(ran: &Ran, answer: &DemandAnswer) -> bool {
    let own = answer.consumptions.iter().all(|id| !id.starts_with("rule:"));
    let covered = matches!(answer.outcome, "covered_affinity" | "deficit");
    let early = answer.phases.iter().all(|phase| phase.phase != "bundle" && phase.phase != "downgrade");
    own && covered && early && answer.assignments.is_empty() && !ran.raw.job.contains("license.seats")
}

/// The estate with only what the explanation cites.
fn reduced(ran: &Ran, answer: &DemandAnswer, phase: &PhaseAnswer) -> RawEstate {
    let mut raw = ran.raw.clone();
    raw.job = without_roles(&raw.job);
    for name in ["assignments", "reservations", "bundles"] {
        if let Some(table) = raw.extracts.get_mut(name) {
            table.rows.clear();
        }
    }
    // Other consumptions stay as rows, so that the types of columns stay, and need no license.
    let members: BTreeSet<&str> = answer.consumptions.iter().map(String::as_str).collect();
    let consumptions = raw.extracts.get_mut("consumptions").expect("consumptions");
    let (id, exempt) = (place(consumptions, "consumption_id"), place(consumptions, "exempt_reason"));
    for row in &mut consumptions.rows {
        if row.len() > id.max(exempt) && !members.contains(row[id].trim()) {
            row[exempt] = "not cited".to_owned();
        }
    }
    let licenses = raw.extracts.get_mut("licenses").expect("licenses");
    let (id, seats) = (place(licenses, "license_id"), place(licenses, "seats"));
    for row in &mut licenses.rows {
        let cited = phase.candidates.iter().find(|one| row.get(id).is_some_and(|own| own.trim() == one.license_id));
        if let Some(free) = cited.and_then(|one| one.free) {
            row[seats] = free.to_string();
        }
    }
    raw
}

fn place(table: &RawTable, column: &str) -> usize {
    table.columns.iter().position(|name| name == column).unwrap_or_else(|| panic!("no column {column}"))
}

/// The job without role rules, which would add demands, and without downgrades, which come after phase 2.
fn without_roles(job: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for line in job.lines() {
        if line.starts_with('[') {
            inside = line == "[[entitle]]";
        }
        if !inside && !line.starts_with("downgrades") {
            text += line;
            text += "\n";
        }
        if line == "[calculation]" {
            text += "downgrades = false\n";
        }
    }
    text
}

/// What was decided: the licenses with units, score, rank and runner-up; or the reason of the deficit.
fn decision(tables: &Tables, product: &str, demand: &str) -> Vec<Vec<Option<String>>> {
    let mut decision = Vec::new();
    let columns =
        ["license_id", "units", "score", "rank", "candidates", "passed_over", "runner_up_license_id", "decided_by", "matched_rules"];
    for (name, columns) in
        [("allocations", &columns[..]), ("deficits", &["reason", "requirement", "units", "best_license_id", "best_score"])]
    {
        let table = &tables[name];
        for row in 0..table.rows.len() {
            if table.cell(row, "product_id") == Some(product) && table.cell(row, "demand_id") == Some(demand) {
                decision.push(columns.iter().map(|column| table.cell(row, column).map(str::to_owned)).collect());
            }
        }
    }
    decision
}

#[test]
fn what_is_cited_decides_the_same() {
    let (mut covered, mut scarce) = (0, 0);
    for ran in estates(0) {
        for (product, demand, outcome) in ran.demands() {
            if outcome != "covered_affinity" && outcome != "deficit" {
                continue;
            }
            let answer = ran.told(&product, &demand);
            let phase = answer.phases.iter().find(|phase| phase.phase == "affinity").expect("phase 2");
            if !can_stand_alone(&ran, answer) {
                continue;
            }
            let raw = reduced(&ran, answer, phase);
            let again = solve(&raw).unwrap_or_else(|refusal| panic!("seed {}, {demand}: {}", ran.seed, refusal.text));
            assert_eq!(decision(&again, &product, &demand), decision(&ran.tables, &product, &demand), "seed {}, {demand}", ran.seed);
            covered += usize::from(outcome == "covered_affinity");
            scarce += usize::from(outcome == "deficit" && !phase.candidates.is_empty());
        }
        if covered >= DECISIONS && scarce >= DECISIONS / 4 {
            break;
        }
    }
}
