//! For a thousand pairs and more of random estates, what `why` says of a (demand, license) equals what the second implementation does:
//! score, rank, matched rules, eligibility, what failed, what was given; and so do the outcome and the deficit of each demand.

use super::{Ran, estates};
use seatwise::trace::answer::{DemandAnswer, RuleAnswer};
use std::collections::BTreeMap;

/// What either side says of one pair: eligible or what failed, score, rank, matched rules.
type Verdict = (String, String, String, String);

const PAIRS: usize = 1_000;

fn said(answer: &DemandAnswer) -> BTreeMap<(String, String), Verdict> {
    let mut said = BTreeMap::new();
    let word = |rule: &RuleAnswer| format!("{} {}", rule.name, rule.points);
    for phase in answer.phases.iter().filter(|phase| phase.phase != "bundle") {
        for one in &phase.candidates {
            let rules = one.rules.iter().map(word).collect::<Vec<_>>().join(";");
            let verdict = ("eligible".to_owned(), one.score.to_string(), one.rank.to_string(), rules);
            said.insert((phase.phase.to_owned(), one.license_id.clone()), verdict);
        }
        for one in &phase.ineligible {
            assert!(!one.failed.sentence.is_empty(), "{} fails {} without a word", one.license_id, one.failed.code);
            let verdict = (one.failed.code.clone(), String::new(), String::new(), String::new());
            said.insert((phase.phase.to_owned(), one.license_id.clone()), verdict);
        }
    }
    said
}

fn expected(ran: &Ran, product: &str, demand: &str) -> BTreeMap<(String, String), Verdict> {
    let table = &ran.tables["affinity"];
    let mut expected = BTreeMap::new();
    for row in ran.rows_of("affinity", product, demand) {
        let cell = |column: &str| table.cell(row, column).unwrap_or("").to_owned();
        let verdict = match table.cell(row, "eligible") {
            Some("true") => ("eligible".to_owned(), cell("score"), cell("rank"), cell("matched_rules")),
            _ => (cell("failed"), String::new(), String::new(), String::new()),
        };
        expected.insert((cell("phase"), cell("license_id")), verdict);
    }
    expected
}

/// The licenses with their units, by what was given; and by what candidates, assignments and bundles say that they gave.
fn check_grants(ran: &Ran, product: &str, demand: &str, answer: &DemandAnswer) {
    let table = &ran.tables["allocations"];
    let given: BTreeMap<&str, i64> = answer.grants.iter().map(|grant| (grant.license_id.as_str(), grant.units)).collect();
    let rows = ran.rows_of("allocations", product, demand);
    let units = |row: &usize| table.cell(*row, "units").and_then(|units| units.parse().ok()).expect("units");
    let expected: BTreeMap<&str, i64> = rows.iter().map(|row| (table.cell(*row, "license_id").expect("a license"), units(row))).collect();
    assert_eq!(given, expected, "seed {}, {demand}", ran.seed);
    for grant in answer.grants.iter().filter(|grant| grant.rank.is_some()) {
        let phase = answer.phases.iter().find(|phase| phase.phase == grant.phase).expect("the phase that covered it");
        let one = phase.candidates.iter().find(|one| one.license_id == grant.license_id).expect("the license that covers it");
        let (said, published) = ((phase.turn, Some(one.score), Some(one.rank)), (grant.turn, grant.score, grant.rank));
        assert_eq!(said, published, "seed {}, {demand} in phase {}", ran.seed, grant.phase);
        assert_eq!(Some(phase.candidates.len() as i64), grant.candidates, "seed {}, {demand}", ran.seed);
        // The units of a bundle demand stand with its first part; all of its parts are told them.
        let gave = one.units.unwrap_or_default();
        assert!(if grant.phase == "bundle" { gave >= grant.units } else { gave == grant.units }, "seed {}, {demand}", ran.seed);
        assert!(one.free.is_none_or(|free| free >= gave), "seed {}, {demand}: {one:?}", ran.seed);
    }
}

#[test]
fn every_pair_is_told_as_the_reference_judges_it() {
    let (mut pairs, mut demands) = (0, 0);
    for ran in estates(0) {
        if !ran.raw.job.contains("affinity = \"full\"") {
            continue;
        }
        for (product, demand, outcome) in ran.demands() {
            let answer = ran.told(&product, &demand);
            let wanted = expected(&ran, &product, &demand);
            assert_eq!(said(answer), wanted, "seed {}, {demand}", ran.seed);
            assert_eq!(answer.outcome, outcome, "seed {}, {demand}", ran.seed);
            check_grants(&ran, &product, &demand, answer);
            let deficit = ran.rows_of("deficits", &product, &demand).first().map(|row| {
                let cell = |column: &str| ran.tables["deficits"].cell(*row, column).map(str::to_owned);
                (cell("reason"), cell("requirement"), cell("units"), cell("turn"))
            });
            let told = answer.deficit.as_ref().map(|deficit| {
                let number = |number: i64| Some(number.to_string());
                (Some(deficit.reason.to_owned()), deficit.requirement.clone(), number(deficit.units), deficit.turn.and_then(number))
            });
            assert_eq!(told, deficit, "seed {}, {demand}", ran.seed);
            pairs += wanted.len();
            demands += 1;
        }
        if pairs >= PAIRS && demands >= 500 {
            break;
        }
    }
    assert!(pairs >= PAIRS, "{pairs}");
}

/// What is read for one demand is enough: the answer is the one that is given when all demands are read.
#[test]
fn a_demand_alone_is_told_as_among_all() {
    let mut asked = 0;
    for ran in estates(100).take(12) {
        for (product, demand, _) in ran.demands().into_iter().step_by(5) {
            assert_eq!(&ran.ask(&product, &demand), ran.told(&product, &demand), "seed {}, {demand}", ran.seed);
            asked += 1;
        }
    }
    assert!(asked > 20, "{asked}");
}
