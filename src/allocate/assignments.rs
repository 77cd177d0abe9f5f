//! Which assignments are valid, and which demand each names (contract §4.4). What is not valid becomes a conflict.

use crate::model::codes::CodeSet;
use crate::model::date::NULL_DATE;
use crate::model::estate::{Assignment, Estate, Target};
use crate::model::text::{Code, NULL_CODE};
use crate::model::value::Column;
use crate::model::words::{Conflict, Metric};
use crate::trace::{ConflictNote, Subject};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// A valid explicit link between a demand and a license.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    pub demand: u32,
    pub license: u32,
    pub assigned_on: i32,
    /// The place in `Estate::assignments`.
    pub assignment: u32,
}

/// Judges every assignment. The links are sorted by demand, then in the order in which a demand draws on them.
pub fn judge(estate: &Estate) -> (Vec<Link>, Vec<ConflictNote>) {
    let known = KnownTargets::new(estate);
    let resolved: Vec<_> = estate.assignments.par_iter().map(|assignment| resolve(estate, &known, assignment)).collect();
    let mut links: Vec<Link> = Vec::new();
    let mut conflicts = Vec::new();
    for ((place, assignment), resolved) in estate.assignments.iter().enumerate().zip(resolved) {
        match resolved {
            Ok(demand) => {
                links.push(Link { demand, license: assignment.license, assigned_on: assignment.assigned_on, assignment: place as u32 })
            }
            Err(conflict) => conflicts.push(note(estate, conflict, place, assignment)),
        }
    }
    links.sort_by(|a, b| (a.demand, a.license).cmp(&(b.demand, b.license)).then_with(|| precedence(estate, a, b)));
    let mut valid: Vec<Link> = Vec::with_capacity(links.len());
    for link in links {
        match valid.last() {
            Some(first) if (first.demand, first.license) == (link.demand, link.license) => {
                let place = link.assignment as usize;
                conflicts.push(note(estate, Conflict::DuplicateAssignment, place, &estate.assignments[place]));
            }
            _ => valid.push(link),
        }
    }
    valid.sort_by_key(|link| (link.demand, link.assigned_on == NULL_DATE, link.assigned_on, link.license));
    (valid, conflicts)
}

fn note(estate: &Estate, conflict: Conflict, place: usize, assignment: &Assignment) -> ConflictNote {
    let license = (assignment.license != NULL_CODE).then_some(assignment.license);
    ConflictNote {
        conflict,
        subject: Subject::Assignment(place as u32),
        license_id: assignment.license_id,
        license,
        product: license.map(|license| estate.licenses.product[license as usize]),
        units: None,
        requirement: None,
    }
}

/// Of several links of one license and demand the first is valid: by date, nulls last, then asset before user before
/// consumption, then target, then reason, nulls last (§4.4, §10).
fn precedence(estate: &Estate, first: &Link, second: &Link) -> std::cmp::Ordering {
    let key = |link: &Link| {
        let assignment = &estate.assignments[link.assignment as usize];
        // The derived order of `Target` is asset, user, consumption; then by bytes, since codes follow the bytes.
        (link.assigned_on == NULL_DATE, link.assigned_on, assignment.target, assignment.reason)
    };
    key(first).cmp(&key(second)).then(first.assignment.cmp(&second.assignment))
}

/// The demand that an assignment names, or the first thing that is wrong with it.
fn resolve(estate: &Estate, known: &KnownTargets, assignment: &Assignment) -> Result<u32, Conflict> {
    if assignment.license == NULL_CODE {
        return Err(Conflict::UnknownLicense);
    }
    let license = assignment.license as usize;
    let product = estate.licenses.product[license] as usize;
    let demand = target_demand(estate, known, product, assignment.target)?;
    if !estate.licenses.usable(license) {
        return Err(Conflict::LicenseNotUsable);
    }
    let family = estate.products.family(product);
    match estate.licenses.metric[license] {
        Some(Metric::Site) => Ok(demand),
        Some(metric) if metric.family() == family => Ok(demand),
        _ => Err(Conflict::MetricMismatch),
    }
}

/// The demand of a product that a target names.
fn target_demand(estate: &Estate, known: &KnownTargets, product: usize, target: Target) -> Result<u32, Conflict> {
    match target {
        Target::Asset(asset) if !known.assets.contains(asset) => return Err(Conflict::UnknownTarget),
        Target::User(user) if !known.users.contains(user) => return Err(Conflict::UnknownTarget),
        Target::Consumption { row: NULL_CODE, .. } => return Err(Conflict::UnknownTarget),
        Target::Consumption { row, .. } if estate.consumptions.product[row as usize] as usize != product => {
            return Err(Conflict::WrongProduct);
        }
        _ => {}
    }
    estate.target_demand(product, target).ok_or(Conflict::NoDemand)
}

/// The demand that an assignment's target is, whatever the license's status (§6.2, `expired_assigned`).
pub fn named_demands(estate: &Estate, license: u32) -> FxHashSet<u32> {
    let known = KnownTargets::new(estate);
    let product = estate.licenses.product[license as usize] as usize;
    let of = estate.assignments.iter().filter(|assignment| assignment.license == license);
    of.filter_map(|assignment| target_demand(estate, &known, product, assignment.target).ok()).collect()
}

/// What an assignment may point at: what its own extract names, or an accepted consumption, or, for a user, an asset.
struct KnownTargets {
    assets: CodeSet,
    users: CodeSet,
}

impl KnownTargets {
    fn new(estate: &Estate) -> Self {
        if estate.assignments.is_empty() {
            return Self { assets: CodeSet::default(), users: CodeSet::default() };
        }
        let some = |codes: &[&[Code]]| codes.iter().copied().flatten().copied().collect::<CodeSet>();
        let of_assets = estate.assets.frame.column("user_id").map_or(&[][..], Column::texts);
        let (assets, users) = rayon::join(
            || some(&[&estate.assets.id, &estate.consumptions.asset]),
            || some(&[&estate.users.id, &estate.consumptions.user, of_assets]),
        );
        Self { assets, users }
    }
}

/// Licenses that demands are assigned to: of few demands as a rule, but there may be some for each. Several ask at a time: they share
/// one list.
#[derive(Clone, Default, Debug)]
pub struct Assigned(Arc<Pairs>);

/// Pairs of a demand and a license, ascending.
#[derive(Default, Debug)]
struct Pairs {
    demands: Vec<u32>,
    licenses: Vec<u32>,
    /// By stretch of demands: where its pairs begin; and where the last end.
    starts: Vec<u32>,
}

/// How many demands share a stretch of pairs.
const STRETCH: usize = 64;

impl Assigned {
    /// Those of valid links.
    pub fn by(links: &[Link]) -> Self {
        links.iter().map(|link| (link.demand, link.license)).collect()
    }

    /// The licenses of a demand, ascending.
    pub fn of(&self, demand: u32) -> &[u32] {
        let Pairs { demands, licenses, starts } = &*self.0;
        let stretch = demand as usize / STRETCH;
        let (Some(start), Some(end)) = (starts.get(stretch), starts.get(stretch + 1)) else { return &[] };
        let (start, end) = (*start as usize, *end as usize);
        let first = start + demands[start..end].partition_point(|other| *other < demand);
        let last = first + demands[first..end].partition_point(|other| *other == demand);
        &licenses[first..last]
    }

    pub fn is_empty(&self) -> bool {
        self.0.licenses.is_empty()
    }

    /// The demands that have some, ascending, once for each license.
    pub fn demands(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.demands.iter().copied()
    }
}

/// From (demand, license).
impl FromIterator<(u32, u32)> for Assigned {
    fn from_iter<T: IntoIterator<Item = (u32, u32)>>(pairs: T) -> Self {
        let mut pairs: Vec<(u32, u32)> = pairs.into_iter().collect();
        pairs.sort_unstable();
        let stretches = pairs.last().map_or(0, |(demand, _)| *demand as usize / STRETCH + 1);
        let mut starts = vec![0; stretches + 1];
        pairs.iter().for_each(|(demand, _)| starts[*demand as usize / STRETCH + 1] += 1);
        (1..starts.len()).for_each(|stretch| starts[stretch] += starts[stretch - 1]);
        let (demands, licenses) = pairs.into_iter().unzip();
        Self(Arc::new(Pairs { demands, licenses, starts }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demands_have_the_licenses_that_they_are_assigned_to() {
        let assigned: Assigned = [(4, 7), (1, 9), (4, 2), (1, 9)].into_iter().collect();
        assert_eq!((0..7).map(|demand| assigned.of(demand)).collect::<Vec<_>>(), [&[][..], &[9, 9], &[], &[], &[2, 7], &[], &[]]);
        assert_eq!(assigned.demands().collect::<Vec<_>>(), [1, 1, 4, 4]);
        let far: Assigned = [(200, 3), (63, 1), (64, 2), (200, 1)].into_iter().collect();
        assert_eq!(
            [63, 64, 65, 199, 200, 201, 400].map(|demand| far.of(demand).to_vec()),
            [vec![1], vec![2], vec![], vec![], vec![1, 3], vec![], vec![]]
        );
        assert!(!assigned.is_empty() && Assigned::default().is_empty() && Assigned::by(&[]).of(0).is_empty());
    }
}
