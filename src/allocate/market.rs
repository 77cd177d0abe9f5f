//! A market: the demands and the licenses that meet in one phase of one product, of one chain, or of one bundle.
//!
//! Licenses that no rule can tell apart are one [`Class`]; `tables` holds, for each code of a demand, a vector over the
//! classes. Nothing here is demands × licenses.

use super::ctx::{Ctx, DemandSet};
use super::score::{NONE, NOT_ASSIGNED};
use super::sparse::{Lookup, find_lookups};
use super::tables::Table;
use crate::model::license::ScopeBits;
use crate::model::value::{NULL_INT, Value};
use crate::model::words::{Downgrade, LicenseStatus, Metric, TieBreak};
use crate::rules::eval::evaluate;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::cmp::Ordering;

use super::rows::LicenseRow;
use crate::model::date::NULL_DATE;
use crate::model::decimal::NULL_DECIMAL;
use crate::model::estate::Estate;

/// Licenses that are alike to every rule: same metric, product, reach, and equal parts.
#[derive(Debug)]
pub struct Class {
    pub metric: Metric,
    pub product: u32,
    pub downgrade: Downgrade,
    pub scope: ScopeBits,
    /// Places in [`Market::licenses`], in the order of the tie break.
    pub members: Vec<u32>,
    /// The first requirement that is looked up and binds these licenses, whatever the demand; [`super::score::NONE`] if none.
    pub looked_up: u16,
}

/// The demands and licenses that meet.
pub struct Market {
    /// Usable licenses, ascending by `license_id`.
    pub licenses: Vec<u32>,
    /// The place of each license in the order of the tie break.
    pub tie_rank: Vec<u32>,
    pub class_of: Vec<u32>,
    pub classes: Vec<Class>,
    /// By class: its metric's number, and what its plain members fail whatever the demand. Apart from the classes, so that a
    /// demand's scores are made by loops over plain vectors.
    pub metric_of: Vec<u8>,
    pub bound: Vec<u16>,
    /// By class: how many members it has.
    pub sizes: Vec<u32>,
    pub tables: Vec<Table>,
    pub lookups: Vec<Lookup>,
    /// How many versions lie between, by (demand's product, license's product); empty outside phase downgrade.
    pub links: FxHashMap<(u32, u32), u32>,
}

impl Market {
    /// Sets up the classes, and a vector over them for each code that the demands have.
    pub fn new(ctx: &Ctx<'_>, set: &DemandSet<'_>, demands: &[u32], licenses: Vec<u32>, links: FxHashMap<(u32, u32), u32>) -> Self {
        let tie_rank = tie_ranks(ctx.estate, &licenses);
        let lookups = find_lookups(ctx, &licenses);
        let (classes, class_of) = classify(ctx, &licenses, &tie_rank, &lookups);
        let metric_of = classes.iter().map(|class| class.metric as u8).collect();
        // Nobody is assigned a named-user license as a member of a class.
        let unassigned = |class: &Class| if class.metric == Metric::NamedUser { NOT_ASSIGNED } else { NONE };
        let bound = classes.iter().map(|class| unassigned(class).min(class.looked_up)).collect();
        let sizes = classes.iter().map(|class| class.members.len() as u32).collect();
        let mut market = Self { licenses, tie_rank, class_of, classes, metric_of, bound, sizes, tables: Vec::new(), lookups, links };
        if !market.licenses.is_empty() && !demands.is_empty() {
            let groups = &ctx.plan.groups;
            market.tables = groups.par_iter().filter_map(|group| Table::new(ctx, set, demands, &market, group)).collect();
        }
        market
    }

    /// The place of a license in this market.
    pub fn local(&self, license: u32) -> Option<u32> {
        self.licenses.binary_search(&license).ok().map(|place| place as u32)
    }

    /// How many versions newer a class's product is than the demand's, where its licenses may cover it (§4.7); 0 in its own product.
    pub fn distance(&self, demand_product: u32, class: &Class) -> Option<u32> {
        if self.links.is_empty() {
            return Some(0);
        }
        let links = *self.links.get(&(demand_product, class.product))?;
        match class.downgrade {
            Downgrade::Any => Some(links),
            Downgrade::One => (links == 1).then_some(links),
            Downgrade::None => None,
        }
    }
}

/// Orders the licenses by the tie break, then `license_id` (§4.5).
fn tie_ranks(estate: &Estate, licenses: &[u32]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..licenses.len() as u32).collect();
    order.sort_by(|a, b| {
        let (first, second) = (licenses[*a as usize] as usize, licenses[*b as usize] as usize);
        let by_keys = estate.policy.tie_break.iter().map(|key| compare_by(estate, *key, first, second));
        by_keys.fold(Ordering::Equal, Ordering::then).then(first.cmp(&second))
    });
    let mut ranks = vec![0; licenses.len()];
    for (rank, local) in order.iter().enumerate() {
        ranks[*local as usize] = rank as u32;
    }
    ranks
}

/// One key of the tie break: which of two licenses comes first by it.
pub fn compare_by(estate: &Estate, key: TieBreak, first: usize, second: usize) -> Ordering {
    let licenses = &estate.licenses;
    match key {
        TieBreak::Unlimited => {
            let counted = |license: usize| licenses.metric[license] != Some(Metric::Site);
            counted(first).cmp(&counted(second))
        }
        TieBreak::InTerm => {
            let grace = |license: usize| licenses.status[license] == LicenseStatus::Grace;
            grace(first).cmp(&grace(second))
        }
        TieBreak::EarliestEnd => nulls_last(licenses.ends_on[first], licenses.ends_on[second], NULL_DATE),
        TieBreak::LowestCost => nulls_last(licenses.unit_cost[first], licenses.unit_cost[second], NULL_DECIMAL),
    }
}

/// Orders two values of a column, nulls last.
pub fn nulls_last<T: Ord + Copy>(first: T, second: T, null: T) -> Ordering {
    (first == null).cmp(&(second == null)).then(first.cmp(&second))
}

/// Puts licenses that no rule can tell apart into one class. Classes stand in the order of their first license.
fn classify(ctx: &Ctx<'_>, licenses: &[u32], tie_rank: &[u32], lookups: &[Lookup]) -> (Vec<Class>, Vec<u32>) {
    let estate = ctx.estate;
    let looked_up = |term: usize| lookups.iter().any(|lookup| lookup.term == term);
    let parts: Vec<_> = ctx.plan.license_parts.iter().filter(|part| !part.terms.iter().all(|term| looked_up(*term))).collect();
    let mut known: FxHashMap<Vec<Value>, u32> = FxHashMap::default();
    let mut classes: Vec<Class> = Vec::new();
    let mut class_of = Vec::with_capacity(licenses.len());
    for (local, license) in licenses.iter().enumerate() {
        let row = *license as usize;
        let fields = LicenseRow { licenses: &estate.licenses, license: row };
        let Some(metric) = estate.licenses.metric[row] else {
            // A usable license has a metric (§3); one that has none would be no member of anything.
            class_of.push(u32::MAX);
            continue;
        };
        let bound = lookups.iter().filter(|lookup| lookup.binds(local)).map(|lookup| lookup.fail).min().unwrap_or(NONE);
        let scope = estate.licenses.scope[row];
        let mut key: Vec<Value> = parts.iter().map(|part| evaluate(&part.expr, &fields, &ctx.env, part.mode)).collect();
        key.extend([
            Value::Integer(metric as i64),
            Value::Integer(i64::from(estate.licenses.product[row])),
            Value::Integer(estate.licenses.downgrade[row] as i64),
            Value::Integer(i64::from(bound)),
        ]);
        key.extend(scope_key(estate, row, scope));
        let next = classes.len() as u32;
        let class = *known.entry(key).or_insert(next);
        if class == next {
            let (product, downgrade) = (estate.licenses.product[row], estate.licenses.downgrade[row]);
            classes.push(Class { metric, product, downgrade, scope, members: Vec::new(), looked_up: bound });
        }
        classes[class as usize].members.push(local as u32);
        class_of.push(class);
    }
    for class in &mut classes {
        class.members.sort_unstable_by_key(|local| tie_rank[*local as usize]);
    }
    (classes, class_of)
}

/// The node of each dimension in the scope: the scope's own rules are no license parts where a license is not scoped.
fn scope_key(estate: &Estate, license: usize, scope: ScopeBits) -> impl Iterator<Item = Value> + '_ {
    crate::model::tree::Dimension::ALL.into_iter().map(move |dimension| match scope.has(dimension) {
        true => Value::Text(estate.licenses.node(license, dimension)),
        false => Value::Null,
    })
}

/// The need of a demand under a metric (§4.3), in that metric; `None` where its units are unknown. A site license needs none.
pub fn need(estate: &Estate, demands: &crate::model::demand::Demands, demand: usize, metric: Metric) -> Option<i64> {
    let product = demands.product[demand] as usize;
    let least = estate.products.min_units[product];
    let counted = |units: i64| (units != NULL_INT).then(|| if least == NULL_INT { units } else { units.max(least) });
    match metric {
        Metric::Device => Some(1),
        Metric::Core => counted(demands.cores[demand]),
        Metric::Processor => counted(demands.processors[demand]),
        Metric::Instance | Metric::Concurrent => Some(demands.quantity[demand]),
        Metric::User | Metric::NamedUser => match estate.products.devices_per_user[product] {
            NULL_INT => Some(1),
            per_user => Some(((demands.devices[demand] + per_user - 1) / per_user).max(1)),
        },
        Metric::Site => Some(0),
    }
}
