//! What a demand fails where: how many licenses of its market show each failure first (contract §4.9). Counted by sets of licenses, and
//! once for all demands that the tables, and lookups that match many, cannot tell apart; what other lookups, preferences and assignments
//! change is mended one by one.

use super::market::Market;
use super::score::{NONE, NOT_ASSIGNED, OUT_OF_REACH, Scores};
use super::sets::{Partition, Set, count, has, words};
use crate::model::words::Metric;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How many licenses show each failure, by failure code ascending.
type Counts = Vec<(u16, u32)>;
/// A lookup that matches many licenses of a demand, by its place; and the demand's row.
type Wide = Vec<(usize, u32)>;
/// What demands have in common that fail alike, exceptions and what else lookups match aside: their rows, and what they fail at each metric.
type Alike = (Vec<u32>, Wide, [u16; Metric::ALL.len()]);

/// Counts are kept for so many kinds of demands; there is no use in keeping those of demands that are all different.
const KEPT: usize = 4096;
/// Up to so many licenses that lookups match are mended.
const MENDED: usize = if cfg!(test) { 2 } else { 64 };

/// The counts of demands that fail alike.
#[derive(Default)]
pub struct CommonFailures(Mutex<FxHashMap<Alike, Arc<Counts>>>);

/// How many licenses of the market show each failure to a scored demand.
pub fn failures(market: &Market, scores: &Scores) -> Counts {
    if !market.links.is_empty() {
        return exact(market, scores);
    }
    let (odd, wide) = odd_places(market, scores);
    let common = common(market, scores, &wide);
    if odd.is_empty() {
        return common.to_vec();
    }
    let mut counts = common.to_vec();
    for place in odd {
        let local = market.at[place as usize];
        let actual = scores.exception_of(local).map_or_else(|| scores.plain_fail(market, place), |exception| exception.fail);
        change(&mut counts, unmatched(market, scores, &wide, place), -1);
        change(&mut counts, actual, 1);
    }
    counts.retain(|(_, licenses)| *licenses > 0);
    counts
}

/// The licenses that count otherwise than if nobody was preferred and only the wide lookups matched; and which are wide.
fn odd_places(market: &Market, scores: &Scores) -> (Vec<u32>, Wide) {
    let mut odd: Vec<u32> = scores.exceptions.iter().map(|exception| exception.place).collect();
    let mut wide = Wide::new();
    for (at, (lookup, row)) in market.lookups.iter().zip(&scores.lookup_rows).enumerate().filter(|(_, (lookup, _))| lookup.fail != NONE) {
        match lookup.matching(*row) {
            Set::Few(matching) if odd.len() + matching.len() <= MENDED => odd.extend_from_slice(matching),
            _ => wide.push((at, *row)),
        }
    }
    odd.sort_unstable();
    odd.dedup();
    (odd, wide)
}

fn change(counts: &mut Counts, fail: u16, by: i32) {
    if fail == NONE || fail == OUT_OF_REACH {
        return;
    }
    match counts.binary_search_by_key(&fail, |(code, _)| *code) {
        Ok(at) => counts[at].1 = counts[at].1.saturating_add_signed(by),
        Err(at) => counts.insert(at, (fail, u32::from(by > 0))),
    }
}

/// What a license fails if only wide lookups match.
fn unmatched(market: &Market, scores: &Scores, wide: &Wide, place: u32) -> u16 {
    let tables = market.tables.iter().zip(&scores.rows).map(|(table, row)| table.fail(*row, place));
    let lookups = market.lookups.iter().enumerate().map(|(at, lookup)| {
        let row = wide.iter().find(|(wide, _)| *wide == at).map(|(_, row)| *row);
        row.map_or(if has(lookup.free(), place) { NONE } else { lookup.fail }, |row| lookup.fail(row, place))
    });
    let metric = market.metric_of[place as usize];
    let unassigned = if metric == Metric::NamedUser as u8 { NOT_ASSIGNED } else { NONE };
    tables.chain(lookups).fold(scores.own[metric as usize].min(unassigned), u16::min)
}

fn common(market: &Market, scores: &Scores, wide: &Wide) -> Arc<Counts> {
    let rows = market.tables.iter().zip(&scores.rows).map(|(table, row)| if table.failing.is_empty() { 0 } else { *row });
    let alike: Alike = (rows.collect(), wide.clone(), scores.own);
    let memo = &market.common_failures.0;
    if let Some(known) = memo.lock().unwrap_or_else(PoisonError::into_inner).get(&alike) {
        return Arc::clone(known);
    }
    let counts = Arc::new(count_all(market, scores, everyone(market), |at| wide.iter().any(|(wide, _)| *wide == at)));
    let mut memo = memo.lock().unwrap_or_else(PoisonError::into_inner);
    if memo.len() < KEPT {
        memo.insert(alike, Arc::clone(&counts));
    }
    counts
}

/// All counted for this demand alone.
fn exact(market: &Market, scores: &Scores) -> Counts {
    let mut left = everyone(market);
    scores.without_exceptions(market, &mut left);
    let mut counts = count_all(market, scores, left, |_| true);
    for exception in &scores.exceptions {
        change(&mut counts, exception.fail, 1);
    }
    counts
}

fn everyone(market: &Market) -> Vec<u64> {
    let mut all = vec![u64::MAX; words(market.at.len())];
    let beyond = market.at.len() % 64;
    if let Some(last) = all.last_mut().filter(|_| beyond > 0) {
        *last = (1 << beyond) - 1;
    }
    all
}

/// Counts the failures of the licenses in `left`, with what some lookups match.
fn count_all(market: &Market, scores: &Scores, mut left: Vec<u64>, matched: impl Fn(usize) -> bool) -> Counts {
    let mut counts: Counts = Vec::new();
    let mut add = |fail: u16, licenses: u32| {
        if licenses == 0 {
            return;
        }
        match counts.binary_search_by_key(&fail, |(code, _)| *code) {
            Ok(at) => counts[at].1 += licenses,
            Err(at) => counts.insert(at, (fail, licenses)),
        }
    };
    for (metric, of_metric) in &market.metrics {
        let unassigned = if *metric == Metric::NamedUser { NOT_ASSIGNED } else { NONE };
        let own = scores.own[*metric as usize].min(unassigned);
        if own != NONE {
            add(own, left.iter().zip(&of_metric.bits).map(|(left, of_metric)| (left & of_metric).count_ones()).sum());
            left.iter_mut().zip(&of_metric.bits).for_each(|(left, of_metric)| *left &= !of_metric);
        }
    }
    requirements(market, scores, &mut left, matched, add);
    counts
}

/// Of the licenses in `left`, how many fail each requirement first.
fn requirements(market: &Market, scores: &Scores, left: &mut Vec<u64>, matched: impl Fn(usize) -> bool, mut add: impl FnMut(u16, u32)) {
    let tables = || market.tables.iter().zip(&scores.rows).filter_map(|(table, row)| table.failing.get(*row as usize));
    let lookups = || market.lookups.iter().zip(&scores.lookup_rows).enumerate().filter(|(_, (lookup, _))| lookup.fail != NONE);
    let mut codes: Vec<u16> = tables().flat_map(|failing| failing.sets.iter().map(|(code, _)| *code).chain([failing.rest])).collect();
    codes.extend(lookups().map(|(_, (lookup, _))| lookup.fail));
    codes.sort_unstable();
    codes.dedup();
    let (mut many, mut spare) = (count(left), Vec::new());
    for code in codes.into_iter().filter(|code| *code != NONE) {
        if many == 0 {
            break;
        }
        tables().for_each(|failing| take_away(failing, code, left, &mut spare));
        for (at, (lookup, row)) in lookups().filter(|(_, (lookup, _))| lookup.fail == code) {
            if matched(at) {
                lookup.keep(*row, left, &mut spare);
            } else {
                left.iter_mut().zip(lookup.free()).for_each(|(left, free)| *left &= free);
            }
        }
        let failed = many - count(left);
        add(code, failed);
        many -= failed;
    }
}

/// Takes the licenses away that fail something.
fn take_away(failing: &Partition<u16>, code: u16, left: &mut Vec<u64>, spare: &mut Vec<u64>) {
    if failing.rest != code {
        failing.sets.iter().filter(|(other, _)| *other == code).for_each(|(_, set)| set.remove_from(left));
        return;
    }
    spare.clear();
    spare.resize(left.len(), 0);
    failing.sets.iter().for_each(|(_, set)| set.add_to(spare, left));
    std::mem::swap(left, spare);
}
