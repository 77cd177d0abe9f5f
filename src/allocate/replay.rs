//! Every pair again: pages of what each license was worth to each demand, in the order of the log (contract §7) or of the table,
//! made from the markets and the turns. A run never holds all pairs at once: pages are made in parallel, a batch at a time, and taken
//! one by one in their order meanwhile.

use super::Markets;
use super::ctx::{Ctx, DemandSet, Preferences};
use super::pages::{RowOrder, Scratch, Stretch};
use super::sets::{has, insert, words};
use crate::estate::Built;
use crate::model::in_order::{in_order, locked};
use crate::model::words::Phase;
use crate::trace::Trace;
use crate::trace::by_demand::ByDemand;
use crate::trace::pairs::{Depth, PageKey, PairPage};
use rayon::prelude::*;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Mutex;

/// How much work, about as many rows, each thread gets at a time. At the end of a batch threads wait for one another.
const BATCH: usize = 524_288;

/// Makes pages of a calculation.
pub struct Replay<'a> {
    built: &'a Built,
    markets: &'a Markets,
    trace: &'a Trace,
    granted: &'a ByDemand<'a>,
    preferences: Preferences,
}

/// A page that was made, for whoever takes it.
pub struct Turned<T> {
    pub key: PageKey,
    pub made: T,
    /// How many demands stand on it.
    pub demands: usize,
    /// No page from here on has anything to say of a demand of the estate below this one.
    pub settled: u32,
}

impl<'a> Replay<'a> {
    pub fn new(built: &'a Built, markets: &'a Markets, trace: &'a Trace, granted: &'a ByDemand<'a>) -> Self {
        Self { built, markets, trace, granted, preferences: Preferences::new(&built.estate.preferences) }
    }

    fn ctx(&self) -> Ctx<'_> {
        Ctx { estate: &self.built.estate, plan: &self.markets.plan, env: self.built.env(), preferences: &self.preferences }
    }

    /// Makes the pages of every product in the order of the log: its bundles, its phase 2, and downgrades after the last product
    /// of the chain; there is at least one page of phase affinity for each product. `depth` says how much a product's pages hold.
    /// Pages are made some at a time: `begin` is asked once before each time, and what it gives goes to all `make` of it. `make` is
    /// called on any thread, `visit` in order.
    pub fn in_log_order<S: Copy + Send + Sync, T: Send, E: Send>(
        &self,
        depth: impl Fn(u32) -> Depth + Sync,
        begin: impl Fn() -> S,
        make: impl Fn(S, PageKey, &PairPage) -> T + Sync,
        visit: impl FnMut(Turned<T>) -> Result<(), E> + Send,
    ) -> Result<(), E> {
        let ctx = self.ctx();
        let estate = &self.built.estate;
        let products = 0..estate.products.len() as u32;
        let set = DemandSet::settled(&estate.demands, self.markets.special.clone());
        let bundles = self.trace.bundles.iter().zip(&self.markets.bundles);
        let bundles: Vec<_> =
            bundles.map(|(bundle, run)| (bundle, run, DemandSet::settled(&bundle.demands, run.special.clone()))).collect();
        let stretch = |set, market, key, served: Cow<'a, [u32]>, demands: &mut dyn Iterator<Item = u32>| {
            let granted = (key_of_estate(key)).then_some(self.granted);
            let others = without(demands, &served);
            Stretch { key, depth: depth(key.product), row_order: RowOrder::Rank, ctx, set, market, served, others, granted }
        };
        let of_product = |product: u32| {
            let mut stretches = Vec::new();
            for (bundle, run, set) in bundles.iter().filter(|(bundle, ..)| bundle.product == product) {
                let key = PageKey { product, phase: Phase::Bundle };
                let served = Cow::Owned(by_turn(&bundle.turns));
                stretches.push(stretch(set, &run.market, key, served, &mut (0..bundle.demands.len() as u32)));
            }
            let range = estate.demands_of(product as usize);
            let (key, market) = (PageKey { product, phase: Phase::Affinity }, &self.markets.own[product as usize]);
            let served = &self.trace.served.affinity[product as usize];
            stretches.push(stretch(&set, market, key, served.into(), &mut (range.start as u32..range.end as u32)));
            let chains = self.markets.chains.iter().zip(&self.trace.served.downgrade);
            for (run, served) in chains.filter(|(run, _)| run.chain.products.last() == Some(&product)) {
                let key = PageKey { product: run.chain.products[0], phase: Phase::Downgrade };
                stretches.push(stretch(&set, &run.market, key, served.into(), &mut run.demands.iter().copied()));
            }
            stretches
        };
        let stretches: Vec<Vec<Stretch<'_>>> = products.into_par_iter().map(of_product).collect();
        let stretches: Vec<Stretch<'_>> = stretches.into_iter().flatten().collect();
        turn_pages(&stretches, begin, make, visit)
    }

    /// Makes every pair of every demand of the estate, by demand: of phase 2, and of phase downgrade where the demand was tried;
    /// within a demand by license. `make` is called on any thread, `visit` in order.
    pub fn by_demand<T: Send, E: Send>(
        &self,
        make: impl Fn(&[(Phase, PairPage)]) -> T + Sync,
        visit: impl FnMut(T) -> Result<(), E> + Send,
    ) -> Result<(), E> {
        let ctx = self.ctx();
        let estate = &self.built.estate;
        let set = DemandSet::settled(&estate.demands, self.markets.special.clone());
        let stretch = |market, product, phase, others| Stretch {
            key: PageKey { product, phase },
            depth: Depth::Full,
            row_order: RowOrder::License,
            ctx,
            set: &set,
            market,
            served: Cow::default(),
            others,
            granted: Some(self.granted),
        };
        let mut own = Vec::new();
        let mut pages = Vec::new();
        for product in 0..estate.products.len() as u32 {
            let range = estate.demands_of(product as usize);
            let tried = self.markets.chains.iter().find(|run| run.chain.products.contains(&product)).map(|run| {
                let mut tried: Vec<u32> = run.demands.iter().copied().filter(|demand| range.contains(&(*demand as usize))).collect();
                tried.sort_unstable();
                stretch(&run.market, product, Phase::Downgrade, tried)
            });
            let demands = (range.start as u32..range.end as u32).collect();
            let affinity = stretch(&self.markets.own[product as usize], product, Phase::Affinity, demands);
            pages.extend(affinity.pages().map(|places| (product as usize, places)));
            own.push((affinity, tried));
        }
        let make = |(): (), (product, places): &(usize, Range<usize>), scratch: &mut Scratch| {
            let (affinity, tried) = &own[*product];
            let mut made = vec![(Phase::Affinity, affinity.page(places.clone(), scratch))];
            let some = &affinity.others[places.clone()];
            if let (Some(tried), Some(first), Some(last)) = (tried, some.first(), some.last()) {
                let start = tried.others.partition_point(|demand| demand < first);
                let end = tried.others.partition_point(|demand| demand <= last);
                made.push((Phase::Downgrade, tried.page(start..end, scratch)));
            }
            make(&made)
        };
        let work = |(product, places): &(usize, Range<usize>)| places.len() * own[*product].0.market.licenses.len();
        in_batches(&pages, work, || (), make, visit)
    }
}

/// Whether the demands of such a page are those of the estate.
fn key_of_estate(key: PageKey) -> bool {
    key.phase != Phase::Bundle
}

/// The demands that have a turn, by it. Turns count up from 1.
fn by_turn(turns: &[u32]) -> Vec<u32> {
    let mut served = vec![0; turns.iter().filter(|turn| **turn > 0).count()];
    turns.iter().zip(0..).filter(|(turn, _)| **turn > 0).for_each(|(turn, demand)| served[*turn as usize - 1] = demand);
    served
}

/// The demands that are not among those that were served, by `demand_id`. All are of one market, and few are left where there are many.
fn without(demands: &mut dyn Iterator<Item = u32>, served: &[u32]) -> Vec<u32> {
    let all: Vec<u32> = demands.collect();
    if all.len() == served.len() {
        return Vec::new();
    }
    // They lie close together.
    let (least, most) = all.iter().fold((u32::MAX, 0), |(least, most), demand| (least.min(*demand), most.max(*demand)));
    let mut marks = vec![0; words((most - least) as usize + 1)];
    served.iter().for_each(|demand| insert(&mut marks, demand - least));
    let mut others: Vec<u32> = all.into_iter().filter(|demand| !has(&marks, demand - least)).collect();
    others.sort_unstable();
    others
}

/// Makes the pages of stretches, in their order.
fn turn_pages<S: Copy + Send + Sync, T: Send, E: Send>(
    stretches: &[Stretch<'_>],
    begin: impl Fn() -> S,
    make: impl Fn(S, PageKey, &PairPage) -> T + Sync,
    visit: impl FnMut(Turned<T>) -> Result<(), E> + Send,
) -> Result<(), E> {
    // From the end: the smallest demand that is still to come after each stretch.
    let mut to_come = u32::MAX;
    let mut settled = vec![u32::MAX; stretches.len()];
    for (place, stretch) in stretches.iter().enumerate().rev() {
        settled[place] = to_come;
        if key_of_estate(stretch.key) {
            to_come = stretch.served.iter().chain(&stretch.others).copied().min().unwrap_or(u32::MAX).min(to_come);
        }
    }
    let mut pages: Vec<(usize, Range<usize>, u32)> = Vec::new();
    let mut before = to_come;
    for (place, stretch) in stretches.iter().enumerate() {
        pages.extend(stretch.pages().map(|places| (place, places, before)));
        // Only with its last page is a stretch done.
        if let Some((_, _, last)) = pages.last_mut() {
            *last = settled[place];
        }
        before = settled[place];
    }
    let make = |begun: S, (place, places, settled): &(usize, Range<usize>, u32), scratch: &mut Scratch| {
        let stretch = &stretches[*place];
        let made = make(begun, stretch.key, &stretch.page(places.clone(), scratch));
        Turned { key: stretch.key, made, demands: places.len(), settled: *settled }
    };
    let work = |(place, places, _): &(usize, Range<usize>, u32)| match stretches[*place].depth {
        Depth::Demands => places.len() * 8,
        // A dozen rows, and a look at all licenses, which is far less work than a row of each.
        Depth::Top => places.len() * (stretches[*place].market.licenses.len() / 8 + 8),
        Depth::Full => places.len() * (stretches[*place].market.licenses.len() + 8),
    };
    in_batches(&pages, work, begin, make, visit)
}

/// Makes all pieces in parallel, and visits what was made in order. How much may wait for what comes before it is the size of a batch.
fn in_batches<P: Sync, S: Copy + Send + Sync, T: Send, E: Send>(
    pieces: &[P],
    work: impl Fn(&P) -> usize,
    begin: impl Fn() -> S,
    make: impl Fn(S, &P, &mut Scratch) -> T + Sync,
    mut visit: impl FnMut(T) -> Result<(), E> + Send,
) -> Result<(), E> {
    let enough = BATCH * rayon::current_num_threads();
    let mut rest = pieces;
    let spare: Mutex<Vec<Scratch>> = Mutex::default();
    let make = |begun: S, piece: &P| {
        let mut scratch = locked(&spare).pop().unwrap_or_default();
        let made = make(begun, piece, &mut scratch);
        locked(&spare).push(scratch);
        made
    };
    while !rest.is_empty() {
        let mut sum = 0;
        let count = rest.iter().take_while(|piece| {
            let before = sum;
            sum += work(piece) + 64;
            before < enough
        });
        let (batch, after) = rest.split_at(count.count());
        let begun = begin();
        in_order(batch, |piece| Ok(make(begun, piece)), &mut visit)?;
        rest = after;
    }
    Ok(())
}
