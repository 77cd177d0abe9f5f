//! What holds for every estate, on random tiny ones. `PROPTEST_CASES` and `PROPTEST_RNG_SEED` try more and others.

use super::brute::{agrees, pairs};
use super::little::{Little, estate, little};
use super::pages::hold_together;
use crate::allocate::allocate;
use crate::model::words::{Conflict, DeficitReason, Outcome, Phase};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};
use std::collections::{BTreeMap, BTreeSet};

const METRICS: [&str; 8] = ["device", "core", "processor", "instance", "concurrent", "user", "named_user", "site"];

fn config() -> ProptestConfig {
    let mut config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 100;
    }
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        config.rng_seed = RngSeed::Fixed(20_261_122);
    }
    config
}

/// A field with one of a few values, or none.
fn field(name: &str, prefix: &str, value: u8) -> String {
    if value == 0 { String::new() } else { format!(" {name}={prefix}{value}") }
}

/// What is drawn of a license: product, metric, seats, department, location, end, cost, scope, right to older versions.
type License = (u8, usize, u8, u8, u8, u8, u8, u8, u8);

fn license(place: usize, (product, metric, seats, department, location, end, cost, scope, downgrade): License) -> String {
    let end = ["", "", " ends_on=2026-11-01 grace_days=30", " ends_on=2026-12-01", " ends_on=2020-01-01"][end as usize];
    let scope = ["", "", " scope=department", " scope=department+location"][scope as usize];
    let downgrade = ["none", "one", "any"][downgrade as usize];
    let (department, location, cost) =
        (field("department", "d", department), field("location", "x", location), field("unit_cost", "", cost));
    let metric = METRICS[metric];
    format!("license L{place} P{product} {metric} {seats} downgrade={downgrade}{department}{location}{cost}{end}{scope}")
}

fn licenses() -> impl Strategy<Value = Vec<String>> {
    let one = (0..3u8, 0..8usize, 0..7u8, 0..4u8, 0..3u8, 0..5u8, 0..3u8, 0..4u8, 0..3u8);
    prop::collection::vec(one, 0..8).prop_map(|all| all.into_iter().enumerate().map(|(place, one)| license(place, one)).collect())
}

/// What is drawn of a consumption: product, asset, user, cores, quantity, department, location, start.
type Use = (u8, u8, u8, u8, u8, u8, u8, u8);

fn uses() -> impl Strategy<Value = Vec<String>> {
    let one = (0..3u8, 0..5u8, 0..4u8, 0..4u8, 1..4u8, 0..4u8, 0..3u8, 0..3u8);
    let text = |(place, (product, asset, user, cores, quantity, department, location, start)): (usize, Use)| {
        let asset = if asset == 0 && user > 0 { String::new() } else { format!("a{asset}") };
        let user = if user == 0 { String::new() } else { format!("@u{user}") };
        let (cores, start) = (field("cores", "", cores), field("started_on", "2026-01-0", start));
        let (department, location) = (field("department", "d", department), field("location", "x", location));
        format!("use c{place} P{product} {asset}{user} quantity={quantity}{cores}{department}{location}{start}")
    };
    prop::collection::vec(one, 0..14).prop_map(move |all| all.into_iter().enumerate().map(text).collect())
}

/// A target of a few kinds.
fn target(kind: u8, place: u8) -> String {
    match kind {
        0 => format!("a{place}"),
        1 => format!("@u{place}"),
        _ => format!("#c{place}"),
    }
}

/// Preferences and bans, one a pair.
fn preferences() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec((0..8u8, 0..3u8, 0..5u8, -2..4i64), 0..5).prop_map(|all| {
        let by_pair: BTreeMap<(u8, u8, u8), i64> =
            all.into_iter().map(|(license, kind, place, points)| ((license, kind, place), points)).collect();
        let text = |((license, kind, place), points): ((u8, u8, u8), i64)| match points {
            -2 => format!("forbid L{license} {}", target(kind, place)),
            points => format!("prefer L{license} {} {}", target(kind, place), points * 1000),
        };
        by_pair.into_iter().map(text).collect()
    })
}

fn assignments() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec((0..9u8, 0..3u8, 0..5u8, 0..3u8), 0..6).prop_map(|all| {
        let text = |(license, kind, place, day)| {
            let day = if day == 0 { "-".to_owned() } else { format!("2026-02-0{day}") };
            format!("assign L{license} {} {day}", target(kind, place))
        };
        all.into_iter().map(text).collect::<BTreeSet<String>>().into_iter().collect()
    })
}

fn reservations() -> impl Strategy<Value = Vec<String>> {
    let text = |(place, (license, dimension, value, seats)): (usize, (u8, usize, u8, u8))| {
        let (dimension, prefix) = [("department", "d"), ("location", "x"), ("group", "g"), ("role", "r")][dimension];
        format!("reserve R{place} L{license} {dimension} {prefix}{value} {seats}")
    };
    prop::collection::vec((0..8u8, 0..4usize, 1..4u8, 1..5u8), 0..5).prop_map(move |all| all.into_iter().enumerate().map(text).collect())
}

/// People, trees, the policy, and what is said of the products; `linked` lets them be a chain and a bundle.
fn surroundings(linked: bool) -> impl Strategy<Value = Vec<String>> {
    let drawn = (prop::collection::vec(0..9usize, 3), 0..3u8, any::<[bool; 5]>());
    drawn.prop_map(move |(metrics, per_user, [partial, split, chain, bundle, min_units])| {
        let mut lines: Vec<String> = vec![
            "tree department d2 d1; tree department d1; tree department d3 d1; tree location x1".to_owned(),
            "user u1 groups=g1+g2 roles=r1 department=d2; user u2 groups=g2 location=x2; user u3 active=false".to_owned(),
            "asset a1 user_id=u1 cores=2; asset a2 department=d3; asset a3 location=x1 processors=2; asset a4 status=disposed".to_owned(),
            format!("policy split_across_licenses={split}"),
        ];
        lines.extend((linked && partial).then(|| "policy partial_cover=true".to_owned()));
        lines.extend((linked && bundle).then(|| "bundle P2 P0 P1".to_owned()));
        for (product, metric) in metrics.into_iter().enumerate() {
            let metric = METRICS.get(metric).map_or(String::new(), |metric| format!(" metric={metric}"));
            let previous = if linked && chain && product > 0 { format!(" previous_product_id=P{}", product - 1) } else { String::new() };
            let least = if min_units { " min_units=2" } else { "" };
            lines.push(format!("product P{product}{metric}{previous}{least}{}", field("devices_per_user", "", per_user)));
        }
        lines
    })
}

/// Estates of everything that there is.
fn estates() -> impl Strategy<Value = Vec<String>> {
    let parts = (licenses(), uses(), preferences(), assignments(), reservations(), surroundings(true));
    parts.prop_map(|(a, b, c, d, e, f)| [f, a, b, c, d, e].concat())
}

/// Estates for the plain loop: phase 2 alone.
fn plain_estates() -> impl Strategy<Value = Vec<String>> {
    (licenses(), uses(), preferences(), surroundings(false)).prop_map(|(a, b, c, d)| [d, a, b, c].concat())
}

fn of(lines: &[String]) -> Little {
    little(&lines.join("\n"))
}

/// The laws would hold for empty estates as well.
#[test]
fn the_estates_have_something_of_everything() {
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..300 {
        let little = of(&estates().new_tree(&mut runner).expect("an estate").current());
        let trace = &little.calculation.trace;
        let phases = trace.grants.iter().map(|grant| grant.phase.code());
        let reasons = trace.deficits.iter().map(|deficit| deficit.reason.code());
        let conflicts = trace.conflicts.iter().map(|note| note.conflict.code());
        for code in phases.chain(reasons).chain(conflicts) {
            *seen.entry(code).or_default() += 1;
        }
    }
    let codes = Phase::ALL.iter().map(|phase| phase.code());
    let codes =
        codes.chain(DeficitReason::ALL.iter().map(|reason| reason.code())).chain(Conflict::ALL.iter().map(|conflict| conflict.code()));
    let missing: Vec<&str> = codes.filter(|code| !seen.contains_key(code)).collect();
    assert!(missing.is_empty(), "no estate has {missing:?}; seen: {seen:?}");
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_license_gives_more_than_it_has(lines in estates()) {
        let little = of(&lines);
        let (estate, trace) = (&little.built.estate, &little.calculation.trace);
        for license in 0..estate.licenses.len() {
            let given: i64 = trace.grants.iter().filter(|grant| grant.license as usize == license).map(|grant| grant.units).sum();
            prop_assert_eq!(given, trace.uses[license].allocated());
            prop_assert!(given == 0 || estate.licenses.usable(license));
            prop_assert!(estate.licenses.counted_seats(license).is_none_or(|seats| given <= seats));
        }
        for (reservation, used) in estate.reservations.iter().zip(&trace.reservations) {
            if let Some(used) = used {
                prop_assert_eq!(used.used + used.remaining + used.cut, reservation.seats);
                prop_assert!(used.used >= 0 && used.remaining >= 0 && used.cut >= 0);
            }
        }
    }

    #[test]
    fn nothing_is_lost(lines in estates()) {
        let little = of(&lines);
        let (estate, trace) = (&little.built.estate, &little.calculation.trace);
        for demand in 0..estate.demands.len() {
            let granted = trace.grants.iter().any(|grant| grant.demand as usize == demand);
            let deficit = trace.deficits.iter().find(|deficit| deficit.demand as usize == demand);
            let partly = deficit.is_some_and(|deficit| deficit.reason == DeficitReason::PartlyCovered);
            prop_assert_eq!(granted, deficit.is_none() || partly, "{}", little.demand(demand as u32));
            prop_assert_eq!(trace.outcomes[demand] == Outcome::Deficit, deficit.is_some());
        }
        for (product, position) in trace.positions.iter().enumerate() {
            let own = |demand: u32| estate.demands.product[demand as usize] as usize == product;
            let covered: i64 = trace.grants.iter().filter(|grant| own(grant.demand)).map(|grant| grant.covered).sum();
            let missing: i64 = trace.deficits.iter().filter(|deficit| own(deficit.demand)).map(|deficit| deficit.units).sum();
            prop_assert_eq!((position.allocated(), position.outstanding), (covered, missing));
            prop_assert_eq!(position.required, covered + missing);
        }
        let (lent, borrowed) = trace.positions.iter().fold((0, 0), |(lent, borrowed), position| (lent + position.lent, borrowed + position.borrowed));
        prop_assert_eq!(lent, borrowed);
    }

    #[test]
    fn who_is_covered_by_affinity_is_eligible(lines in estates()) {
        let little = of(&lines);
        let assigned = |demand: u32, license: u32| little.calculation.markets.links.iter().any(|link| link.demand == demand && link.license == license);
        for grant in little.calculation.trace.grants.iter().filter(|grant| grant.phase == Phase::Affinity) {
            let (_, worth) = pairs(&little.built, grant.demand as usize).into_iter().find(|(license, _)| *license == grant.license).expect("a usable license of its product");
            let named = worth == Err("not_assigned".to_owned()) && assigned(grant.demand, grant.license);
            let score = grant.choice.as_ref().map(|choice| choice.score);
            prop_assert!(named || worth.clone().ok() == score, "{} <- {}: {worth:?}, {score:?}", little.demand(grant.demand), little.license(grant.license));
        }
    }

    #[test]
    fn threads_decide_nothing(lines in estates()) {
        let text = lines.join("\n");
        let traces: Vec<String> = [1, 2].into_iter().map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| {
                let trace = allocate(&estate(&text)).trace;
                let sets: Vec<_> = (0..trace.matches.len()).map(|id| trace.matches.get(crate::trace::matched::MatchId(id as u32)).clone()).collect();
                format!("{:?}", (&trace.grants, &trace.deficits, &trace.outcomes, &trace.served, &trace.bundles, &trace.uses, &trace.positions, &trace.reservations, &trace.conflicts, sets))
            })
        }).collect();
        prop_assert_eq!(&traces[0], &traces[1]);
    }

    #[test]
    fn the_order_of_rows_decides_nothing(lines in estates()) {
        let mut turned: Vec<String> = lines.join(";").split(';').map(str::to_owned).collect();
        turned.reverse();
        prop_assert_eq!(of(&lines).outcome(), of(&turned).outcome());
    }

    #[test]
    fn phase_2_is_what_a_plain_loop_does(lines in plain_estates()) {
        prop_assert_eq!(agrees(&of(&lines)), Ok(()));
    }

    #[test]
    fn pages_of_pairs_hold_together(lines in estates()) {
        hold_together(&of(&lines));
    }
}
