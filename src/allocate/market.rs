//! A market: the demands and the licenses that meet in one phase of one product, of one chain, or of one bundle.
//!
//! `tables` holds, for each code of a demand, what a group of rules says of each part of the licenses that it can tell apart;
//! `lookups` the rules that have nearly as many parts as licenses. Nothing here is demands × licenses.

use super::coding::Kinds;
use super::ctx::{Ctx, DemandSet};
use super::failures::CommonFailures;
use super::keys::{KeyTables, Members};
use super::packed::{Column, Packed};
use super::sets::{count, has, insert, members, words};
use super::sparse::{Lookup, find_lookups};
use super::tables::Table;
use super::tie_order::tie_order;
use super::touched;
use crate::model::estate::Estate;
use crate::model::value::NULL_INT;
use crate::model::words::{Downgrade, Metric};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Demands, ascending.
enum Own {
    /// In most markets they are a range.
    Together(Range<u32>),
    Apart(Vec<u32>),
}

impl Own {
    fn new(demands: &[u32]) -> Self {
        match (demands.first(), demands.last()) {
            (Some(first), Some(last)) if (last - first) as usize == demands.len() - 1 => Own::Together(*first..last + 1),
            _ => Own::Apart(demands.to_vec()),
        }
    }

    fn len(&self) -> usize {
        match self {
            Own::Together(range) => range.len(),
            Own::Apart(demands) => demands.len(),
        }
    }
}

/// The demands and licenses that meet.
pub struct Market {
    /// Usable licenses, ascending by `license_id`.
    pub licenses: Vec<u32>,
    /// The place of each license in the order of the tie break. Sets of licenses are sets of these.
    pub tie_rank: Vec<u32>,
    /// The license (as a place in `licenses`) at each place of the tie break.
    pub at: Vec<u32>,
    /// By place: the number of its metric.
    pub metric_of: Vec<u8>,
    /// The metrics of the licenses, and which have each.
    pub metrics: Vec<(Metric, Members)>,
    /// Who may be a candidate of anyone: all but named-user licenses, which need an assignment.
    pub open: Vec<u64>,
    /// By operand: the codes of the demands.
    pub kinds: Vec<Kinds>,
    pub tables: Vec<Table>,
    pub lookups: Vec<Lookup>,
    /// Where licenses are many: by place, the metric, the parts of the tables, and the values of the lookups.
    packed: Option<Packed>,
    /// For small markets.
    pub keys: Option<KeyTables>,
    /// For large markets that lookups tell apart.
    pub touched: Option<touched::Kinds>,
    /// Looked-up requirements that most demands match few licenses of, by their places: as many as leave few licenses unbound.
    pub narrow: Vec<usize>,
    /// The licenses that none of these binds, if they are few: a candidate is one of them, or matches one.
    pub unbound: Option<Vec<u32>>,
    /// Failures that many demands have in common.
    pub common_failures: CommonFailures,
    /// The demands: a demand's place among them is its place in `tables` and `lookups`.
    demands: Own,
    /// How many versions lie between, by (demand's product, license's product); empty outside phase downgrade.
    pub links: FxHashMap<(u32, u32), u32>,
    /// By demand's product: which licenses reach down to it, and over how many versions, ascending (§4.7). As `links`.
    pub reach: FxHashMap<u32, Vec<(u32, Vec<u64>)>>,
}

impl Market {
    /// Sets up what is the same for all demands, and the tables and lookups of these; `demands` ascend.
    pub fn new(ctx: &Ctx<'_>, set: &DemandSet<'_>, demands: &[u32], licenses: Vec<u32>, links: FxHashMap<(u32, u32), u32>) -> Self {
        let estate = ctx.estate;
        let at = tie_order(estate, &licenses);
        let mut tie_rank = vec![0; licenses.len()];
        for (place, local) in at.iter().enumerate() {
            tie_rank[*local as usize] = place as u32;
        }
        // A usable license has a metric (§3).
        let metric = |local: &u32| estate.licenses.metric[licenses[*local as usize] as usize].unwrap_or(Metric::Site);
        let metrics = by_metric(at.iter().map(metric), at.len());
        let mut open = vec![0; words(at.len())];
        for (_, members) in metrics.iter().filter(|(metric, _)| *metric != Metric::NamedUser) {
            open.iter_mut().zip(&members.bits).for_each(|(open, bits)| *open |= bits);
        }
        let kind = |(operand, coded)| Kinds::new(operand, coded, demands, &licenses, estate, &ctx.env);
        let none = licenses.is_empty() || demands.is_empty();
        let kinds: Vec<Kinds> = if none { Vec::new() } else { ctx.plan.operands.par_iter().zip(&set.coded).map(kind).collect() };
        let mut market = Self {
            metric_of: at.iter().map(|local| metric(local) as u8).collect(),
            lookups: find_lookups(ctx, set, &kinds, &licenses, &tie_rank),
            reach: reach(estate, &licenses, &at, &links),
            licenses,
            tie_rank,
            at,
            metrics,
            open,
            kinds,
            tables: Vec::new(),
            packed: None,
            keys: None,
            touched: None,
            narrow: Vec::new(),
            unbound: None,
            common_failures: CommonFailures::default(),
            demands: Own::new(demands),
            links,
        };
        (market.narrow, market.unbound) = narrow(&market);
        if !none {
            let groups = &ctx.plan.groups;
            market.tables = groups.par_iter().filter_map(|group| Table::new(ctx, set, demands, &market, group)).collect();
            let liking = ctx.preferences.most(set.demands, demands);
            if KeyTables::fit(&market.licenses, !market.links.is_empty()) {
                market.keys = KeyTables::new(&market, demands.len(), liking);
            }
            market.packed = packed(&market);
            if market.keys.is_none() && market.unbound.is_none() {
                market.touched = touched::Kinds::new(&market, liking);
            }
            if market.keys.is_none() && market.touched.is_none() {
                let words = words(market.at.len());
                market.tables.par_iter_mut().for_each(|table| table.part_by_points(words));
            }
            market.kinds.iter_mut().for_each(|kinds| kinds.examples = Vec::new());
        }
        market
    }

    /// Whether the next of a demand's candidates is found without putting others in order.
    pub fn unordered(&self) -> bool {
        self.keys.is_some() || self.touched.is_some()
    }

    /// The least and the most that a score can be, where preferences add or take at most `liking`; none if that is no number.
    pub fn scores(&self, liking: i64) -> Option<(i64, i64)> {
        let (mut low, mut high) = (liking.checked_neg()?, liking);
        for table in &self.tables {
            let (least, most) = table.range();
            (low, high) = (low.checked_add(least)?, high.checked_add(most)?);
        }
        for (_, points) in self.lookups.iter().filter_map(|lookup| lookup.affinity) {
            (low, high) = (low.checked_add(points.min(0))?, high.checked_add(points.max(0))?);
        }
        Some((low, high))
    }

    /// Whether what is read of a license stands side by side.
    pub fn is_packed(&self) -> bool {
        self.packed.is_some()
    }

    /// The number of a license's metric, by its place.
    #[inline]
    pub fn metric_at(&self, place: u32) -> u8 {
        match &self.packed {
            None => self.metric_of[place as usize],
            Some(packed) => packed.get(place as usize, 0) as u8,
        }
    }

    /// The part that a table, which is the `at`-th, has a license in, by its place.
    #[inline]
    pub fn part(&self, at: usize, table: &Table, place: u32) -> u32 {
        match &self.packed {
            None => table.part(place),
            Some(packed) => packed.get(place as usize, 1 + at),
        }
    }

    /// The number of the value that a lookup, which is the `at`-th, knows of a license, by its place.
    #[inline]
    pub fn held(&self, at: usize, lookup: &Lookup, place: u32) -> u32 {
        match &self.packed {
            None => lookup.held(place),
            Some(packed) => packed.get(place as usize, 1 + self.tables.len() + at),
        }
    }

    /// How many demands there are.
    pub fn demands(&self) -> usize {
        self.demands.len()
    }

    /// The place of a demand in this market; it must be one of its own.
    pub fn place(&self, demand: u32) -> usize {
        match &self.demands {
            Own::Together(range) => (demand - range.start) as usize,
            Own::Apart(demands) => demands.partition_point(|other| *other < demand),
        }
    }

    /// The license at a place of the tie break.
    pub fn license_at(&self, place: u32) -> u32 {
        self.licenses[self.at[place as usize] as usize]
    }

    /// The number of a license in this market, by `license_id`.
    pub fn local(&self, license: u32) -> Option<u32> {
        self.licenses.binary_search(&license).ok().map(|place| place as u32)
    }

    /// How many versions newer a license (by its place) is than the demand's product, where it may cover it (§4.7); 0 in its own
    /// product.
    pub fn distance(&self, demand_product: u32, license: u32) -> Option<u32> {
        if self.links.is_empty() {
            return Some(0);
        }
        let reach = self.reach.get(&demand_product)?;
        reach.iter().find(|(_, bits)| has(bits, license)).map(|(distance, _)| *distance)
    }
}

/// From how many licenses on what is read of one stands side by side.
const PACKED: usize = if cfg!(test) { 8 } else { 4096 };

fn packed(market: &Market) -> Option<Packed> {
    if market.keys.is_some() || market.at.len() < PACKED {
        return None;
    }
    let lookups = market.lookups.iter().map(|lookup| Column::Codes(lookup.values()));
    let columns: Vec<Column<'_>> =
        [Column::Bytes(&market.metric_of)].into_iter().chain(market.tables.iter().map(Table::column)).chain(lookups).collect();
    Some(Packed::new(market.at.len(), &columns))
}

/// With more than so many, the licenses that no narrow lookup binds are no short list.
const FEW_UNBOUND: usize = 32;

/// Takes looked-up requirements, the narrowest first, until few licenses are left that none of them binds.
fn narrow(market: &Market) -> (Vec<usize>, Option<Vec<u32>>) {
    let requirements = market.lookups.iter().enumerate().filter(|(_, lookup)| lookup.affinity.is_none());
    let mut by_width: Vec<(usize, usize)> = requirements.map(|(place, lookup)| (lookup.width(market), place)).collect();
    by_width.sort_unstable();
    let mut bits = market.open.clone();
    let mut taken = Vec::new();
    for (_, place) in by_width {
        taken.push(place);
        bits.iter_mut().zip(market.lookups[place].free()).for_each(|(bits, free)| *bits &= free);
        if count(&bits) as usize <= FEW_UNBOUND {
            return (taken, Some(members(&bits).collect()));
        }
    }
    (Vec::new(), None)
}

fn by_metric(each: impl Iterator<Item = Metric>, licenses: usize) -> Vec<(Metric, Members)> {
    let mut metrics: Vec<(Metric, Members)> = Vec::new();
    for (place, metric) in each.enumerate() {
        let known = metrics.iter().position(|(other, _)| *other == metric).unwrap_or_else(|| {
            metrics.push((metric, Members::none(licenses)));
            metrics.len() - 1
        });
        metrics[known].1.insert(place as u32);
    }
    metrics.sort_unstable_by_key(|(metric, _)| *metric);
    metrics
}

/// Which licenses reach down to each product of a chain, by distance.
fn reach(estate: &Estate, licenses: &[u32], at: &[u32], links: &FxHashMap<(u32, u32), u32>) -> FxHashMap<u32, Vec<(u32, Vec<u64>)>> {
    let mut pairs: Vec<(u32, u32, u32)> = links.iter().map(|((older, newer), links)| (*older, *links, *newer)).collect();
    pairs.sort_unstable();
    let mut reach: FxHashMap<u32, Vec<(u32, Vec<u64>)>> = FxHashMap::default();
    for (older, links, newer) in pairs {
        let mut bits = vec![0; words(licenses.len())];
        for (place, local) in at.iter().enumerate() {
            let license = licenses[*local as usize] as usize;
            let reaches = match estate.licenses.downgrade[license] {
                Downgrade::Any => true,
                Downgrade::One => links == 1,
                Downgrade::None => false,
            };
            if reaches && estate.licenses.product[license] == newer {
                insert(&mut bits, place as u32);
            }
        }
        let levels = reach.entry(older).or_default();
        match levels.last_mut().filter(|(distance, _)| *distance == links) {
            Some((_, known)) => known.iter_mut().zip(&bits).for_each(|(known, bits)| *known |= bits),
            None => levels.push((links, bits)),
        }
    }
    reach
}

/// The need of a demand under a metric (§4.3), in that metric; `None` where its units are unknown. A site license needs none.
pub fn need(estate: &Estate, demands: &crate::model::demand::Demands, demand: usize, metric: Metric) -> Option<i64> {
    let product = demands.product[demand] as usize;
    let least = estate.products.min_units[product];
    let counted = |units: i64| (units != NULL_INT).then(|| if least == NULL_INT { units } else { units.max(least) });
    match metric {
        Metric::Device => Some(1),
        Metric::Core => counted(demands.cores.get(demand)),
        Metric::Processor => counted(demands.processors.get(demand)),
        Metric::Instance | Metric::Concurrent => Some(demands.quantity.get(demand)),
        Metric::User | Metric::NamedUser => match estate.products.devices_per_user[product] {
            NULL_INT => Some(1),
            per_user => Some(((demands.devices.get(demand) + per_user - 1) / per_user).max(1)),
        },
        Metric::Site => Some(0),
    }
}
