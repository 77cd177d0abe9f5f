//! Benchmarks of the kernel, on estates in memory: what a demand costs in each part of the calculation, at three sizes.
//!
//! `cargo bench --no-default-features` measures; with `-- NAME` some of them, with `-- --test` each once, to see that it runs.
//! What is measured goes through the entry points that a run has too, on estates where one part takes most of the time; so the
//! benchmarks stand while the parts change. Numbers are demands, pairs or rules a second.

#![allow(clippy::expect_used, reason = "a benchmark that cannot begin must not measure anything")]

mod estates;

use criterion::{BatchSize, BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use estates::{Plan, Shape, accepted, built, estate, standard_rules};
use seatwise::allocate::allocate;
use seatwise::allocate::replay::Replay;
use seatwise::allocate::rows::PairFields;
use seatwise::estate::Built;
use seatwise::rules::eval::{Mode, holds};
use seatwise::rules::{AffinitySource, ParsedRules, RequirementSource, RuleSource};
use seatwise::trace::by_demand::ByDemand;
use std::convert::Infallible;
use std::hint::black_box;
use std::time::Duration;

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// Every shape at every size.
fn each(
    criterion: &mut Criterion,
    name: &str,
    plan: impl Fn(Plan) -> Plan,
    bench: impl Fn(&mut criterion::Bencher<'_>, Plan),
    pairs: bool,
) {
    let mut group = criterion.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat);
    for shape in Shape::ALL {
        for demands in SIZES {
            let plan = plan(Plan { shape, demands, licenses: demands / 200, products: 1, seats: 1 });
            let count = if pairs { plan.demands * plan.licenses / plan.products } else { plan.demands };
            group.throughput(Throughput::Elements(count as u64));
            group.bench_with_input(BenchmarkId::new(shape.name(), demands), &plan, |bencher, plan| bench(bencher, *plan));
        }
    }
    group.finish();
}

/// A whole calculation.
fn calculated(bencher: &mut criterion::Bencher<'_>, plan: Plan) {
    let built = estate(plan);
    bencher.iter_with_large_drop(|| allocate(black_box(&built)));
}

/// Accepted rows → texts in their order, licenses with a status, consumptions merged into demands.
fn estate_building(criterion: &mut Criterion) {
    let bench = |bencher: &mut criterion::Bencher<'_>, plan: Plan| {
        bencher.iter_batched(|| accepted(plan), built, BatchSize::LargeInput);
    };
    each(criterion, "estate", |plan| Plan { products: 10, ..plan }, bench, false);
}

/// Demands coded by what the licenses can distinguish: few licenses, none with a seat, so that there is little else to do.
fn coding(criterion: &mut Criterion) {
    each(criterion, "coding", |plan| Plan { licenses: 8, seats: 0, ..plan }, calculated, false);
}

/// The best level of each demand among many licenses, each with a seat for everybody: the first candidate is the last.
fn candidates(criterion: &mut Criterion) {
    each(criterion, "candidates", |plan| Plan { licenses: 500, seats: plan.demands as i64, ..plan }, calculated, false);
}

/// Seats for half of the demands of one product, by ones: whoever comes late goes through many licenses that have nothing left.
fn serving(criterion: &mut Criterion) {
    each(criterion, "serving", |plan| Plan { licenses: 200, seats: (plan.demands / 400) as i64, ..plan }, calculated, false);
}

/// Many products of uneven size, as on most nights.
fn whole(criterion: &mut Criterion) {
    each(criterion, "whole", |plan| Plan { licenses: plan.demands / 50, products: 20, seats: 30, ..plan }, calculated, false);
}

/// Every pair of a product scored and put into pages, as for the affinity table and the log.
fn scoring(criterion: &mut Criterion) {
    let bench = |bencher: &mut criterion::Bencher<'_>, plan: Plan| {
        let built = estate(plan);
        let calculation = allocate(&built);
        let decisions = ByDemand::new(&calculation.trace, built.estate.demands.len());
        let replay = Replay::new(&built, &calculation.markets, &calculation.trace, &decisions);
        bencher.iter(|| {
            let mut rows = 0;
            let Ok(()) = replay.by_demand::<_, Infallible>(
                |pages| pages.iter().map(|(_, page)| page.pairs()).sum::<usize>(),
                |made| {
                    rows += made;
                    Ok(())
                },
            );
            assert_eq!(rows, plan.demands * plan.licenses, "every pair once");
            rows
        });
    };
    each(criterion, "scoring", |plan| Plan { licenses: 40, ..plan }, bench, true);
}

/// Rules from text to trees, and their worth for single pairs.
fn rules(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rules");
    group.throughput(Throughput::Elements(200));
    let source = many_rules();
    group.bench_function("parse-200", |bencher| bencher.iter(|| ParsedRules::parse(black_box(&source)).expect("rules")));
    group.bench_function("parse-standard", |bencher| bencher.iter(standard_rules));
    for shape in Shape::ALL {
        let built = estate(Plan { shape, demands: 1_000, licenses: 100, products: 1, seats: 1 });
        group.throughput(Throughput::Elements(100_000));
        group.bench_function(BenchmarkId::new("evaluate", shape.name()), |bencher| bencher.iter(|| matches(black_box(&built))));
    }
    group.finish();
}

/// How many affinities hold, of all pairs.
fn matches(built: &Built) -> usize {
    let (env, estate) = (built.env(), &built.estate);
    let pairs = (0..estate.demands.len()).flat_map(|demand| (0..estate.licenses.len()).map(move |license| (demand, license)));
    pairs
        .map(|(demand, license)| {
            let fields = PairFields { demands: &estate.demands, demand, licenses: &estate.licenses, license };
            built.program.affinities.iter().filter(|rule| holds(&rule.expr, &fields, &env, Mode::Affinity)).count()
        })
        .sum()
}

/// 200 rules of the kinds that people write.
fn many_rules() -> RuleSource {
    let rule = |place: usize| match place % 4 {
        0 => format!("consumption.department = license.department and consumption.cores >= {place}"),
        1 => format!("consumption.location within license.location or license.vendor in [\"V{place}\", \"W{place}\"]"),
        2 => format!("not (consumption.cost_center = license.cost_center) and license.unit_cost < {place}.5"),
        _ => format!("starts_with(consumption.asset_id, \"A{place}\") and coalesce(license.cores, {place}) > 2"),
    };
    RuleSource {
        requirements: (0..50).map(|place| RequirementSource { name: format!("r{place}"), rule: rule(place) }).collect(),
        affinities: (50..200).map(|place| AffinitySource { name: format!("a{place}"), rule: rule(place), points: place as i64 }).collect(),
        ..RuleSource::default()
    }
}

criterion_group! {
    name = kernel;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    targets = estate_building, coding, candidates, serving, whole, scoring, rules
}
criterion_main!(kernel);
