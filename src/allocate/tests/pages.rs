//! Pages of pairs say the same however they are asked for: in full or the first ranks alone, in the order of the log or of the
//! table, on one thread or several; and the same as the grants.

use super::little::Little;
use crate::allocate::replay::{Replay, Turned};
use crate::model::words::Phase;
use crate::trace::by_demand::ByDemand;
use crate::trace::pairs::{DemandPairs, Depth, PageKey, PairPage, TOP_RANKS, Verdict};

/// One demand of a page, with verdicts as text.
#[derive(Clone, PartialEq, Debug)]
struct Shown {
    key: PageKey,
    demand: u32,
    turn: u32,
    /// (license, rank, verdict).
    rows: Vec<(u32, u32, String)>,
    failures: String,
}

fn shown(key: PageKey, page: &PairPage, pairs: &DemandPairs<'_>) -> Shown {
    let verdict = |place: u32| match page.verdicts.get(place) {
        Verdict::Eligible { score, matched } => format!("{score} {:?}", page.verdicts.set(matched)),
        failed => format!("{failed:?}"),
    };
    let rows = pairs.rows.iter().map(|row| (row.license, row.rank, verdict(row.verdict))).collect();
    let failures = pairs.failures.iter().map(|(failed, count)| format!("{:?}: {count}\n", Verdict::Failed(*failed))).collect();
    Shown { key, demand: pairs.demand, turn: pairs.turn, rows, failures }
}

fn in_log_order(little: &Little, depth: Depth, threads: usize) -> Vec<Shown> {
    let Little { built, calculation, .. } = little;
    let decisions = ByDemand::new(&calculation.trace, built.estate.demands.len());
    let replay = Replay::new(built, &calculation.markets, &calculation.trace, &decisions);
    let make = |(): (), key: PageKey, page: &PairPage| page.each().map(|pairs| shown(key, page, &pairs)).collect::<Vec<_>>();
    let mut all: Vec<Shown> = Vec::new();
    let mut settled = 0;
    let visit = |turned: Turned<Vec<Shown>>| -> Result<(), String> {
        let estate = turned.key.phase != Phase::Bundle;
        let late = turned.made.iter().find(|one| estate && one.demand < settled);
        settled = turned.settled;
        all.extend(turned.made.iter().cloned());
        late.map_or(Ok(()), |late| Err(format!("demand {} was settled before", late.demand)))
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
    let result = pool.install(|| replay.in_log_order(|_| depth, || (), make, visit));
    assert_eq!(result, Ok(()));
    all
}

fn by_demand(little: &Little) -> Vec<Shown> {
    let Little { built, calculation, .. } = little;
    let decisions = ByDemand::new(&calculation.trace, built.estate.demands.len());
    let replay = Replay::new(built, &calculation.markets, &calculation.trace, &decisions);
    let make = |pages: &[(Phase, PairPage)]| -> Vec<Shown> {
        let of_page = |(phase, page): &(Phase, PairPage)| -> Vec<Shown> {
            page.each().map(|pairs| shown(PageKey { product: 0, phase: *phase }, page, &pairs)).collect()
        };
        pages.iter().flat_map(of_page).collect()
    };
    let mut all = Vec::new();
    let visit = |made: Vec<Shown>| -> Result<(), ()> {
        all.extend(made);
        Ok(())
    };
    assert_eq!(replay.by_demand(make, visit), Ok(()));
    all
}

/// Whether all pages of an estate agree; panics with the first that does not.
pub fn hold_together(little: &Little) {
    let full = in_log_order(little, Depth::Full, 1);
    assert_eq!(full, in_log_order(little, Depth::Full, 3));
    full.iter().for_each(in_order);
    let top = in_log_order(little, Depth::Top, 2);
    assert_eq!(top.len(), full.len());
    for (full, top) in full.iter().zip(&top) {
        let mut wanted: Vec<_> = full.rows.iter().filter(|row| kept(little, full, row.0, row.1)).cloned().collect();
        let mut found = top.rows.clone();
        wanted.sort();
        found.sort();
        assert_eq!(found, wanted);
        assert_eq!((top.key, top.demand, top.turn, &top.failures), (full.key, full.demand, full.turn, &full.failures));
    }
    let bare = in_log_order(little, Depth::Demands, 2);
    assert!(bare.iter().map(|one| (one.key, one.demand, one.turn)).eq(full.iter().map(|one| (one.key, one.demand, one.turn))));
    in_the_table(little, &full);
    as_granted(little, &full);
}

/// Candidates by rank, then the ineligible by license; and their failures counted.
fn in_order(one: &Shown) {
    let candidates = one.rows.iter().filter(|row| row.1 > 0).count();
    assert!(one.rows.iter().take(candidates).map(|row| row.1).eq(1..=candidates as u32), "{one:?}");
    assert!(one.rows[candidates..].is_sorted_by_key(|row| row.0), "{one:?}");
    let failed = one.failures.lines().filter_map(|line| line.rsplit(": ").next()?.parse::<usize>().ok()).sum::<usize>();
    assert_eq!(failed, one.rows.len() - candidates, "{one:?}");
}

fn kept(little: &Little, of: &Shown, license: u32, rank: u32) -> bool {
    let mut grants = little.calculation.trace.grants.iter().filter(|_| of.key.phase != Phase::Bundle);
    (1..=TOP_RANKS).contains(&rank) || grants.any(|grant| grant.demand == of.demand && grant.license == license)
}

fn in_the_table(little: &Little, full: &[Shown]) {
    let mut wanted: Vec<_> = full.iter().filter(|one| one.key.phase != Phase::Bundle).cloned().collect();
    wanted.sort_by_key(|one| (one.demand, one.key.phase.code()));
    let mut found = by_demand(little);
    // Within a page stand the demands of phase 2, then those of the chain.
    found.sort_by_key(|one| (one.demand, one.key.phase.code()));
    assert_eq!(found.len(), wanted.len());
    for (found, mut wanted) in found.into_iter().zip(wanted) {
        wanted.rows.sort();
        assert_eq!((found.demand, found.rows, found.failures), (wanted.demand, wanted.rows, wanted.failures));
    }
}

/// What was granted in phase 2 stands at the rank and score that the grant says.
fn as_granted(little: &Little, full: &[Shown]) {
    for grant in little.calculation.trace.grants.iter().filter(|grant| grant.phase == Phase::Affinity) {
        let one = full.iter().find(|one| one.key.phase == Phase::Affinity && one.demand == grant.demand).expect("a demand");
        let row = one.rows.iter().find(|row| row.0 == grant.license).expect("a pair");
        let choice = grant.choice.as_ref().expect("a choice");
        assert_eq!((row.1, row.2.split(' ').next()), (choice.rank, Some(choice.score.to_string().as_str())));
    }
}
