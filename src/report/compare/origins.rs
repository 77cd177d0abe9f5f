//! Who took a seat from whom, followed to its beginning: a demand lost its seat to another, which had to leave a license that
//! expired. To know of the second alone that it was outscored helps nobody; what to look at is the license that expired.

use super::demands::Difference;
use crate::trace::diff::{Because, Cause, Origin};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// How many licenses a chain is followed over. Chains stay within a product, or those that share bundles and versions; where one
/// is longer, what was found so far is told as the most, and not as all.
const FOLLOWED: usize = 200;

/// Adds its origin to every cause that is about seats taken or left by others. Causes and differences have the same places.
pub fn add(found: &[Difference], reasons: &mut [Because]) {
    let steps: Vec<Option<Step>> = reasons.iter().map(step).collect();
    let mut origins: FxHashMap<Step, Option<Origin>> = FxHashMap::default();
    let chains = Chains::new(found, reasons);
    for step in steps.iter().flatten() {
        if !origins.contains_key(step) {
            origins.insert(step.clone(), chains.origin(step));
        }
    }
    for (reason, step) in reasons.iter_mut().zip(steps) {
        reason.origin = step.and_then(|step| origins.get(&step).cloned().flatten());
    }
}

/// The license that a cause leads to, and whether seats of it were taken or left.
type Step = (Cause, String);

fn step(reason: &Because) -> Option<Step> {
    matches!(reason.cause, Cause::Outscored | Cause::SeatFreed).then(|| Some((reason.cause, reason.license.clone()?))).flatten()
}

/// By license: the causes of demands, with how many there are of each.
type ByLicense = FxHashMap<String, BTreeMap<Because, u64>>;

#[derive(Default)]
struct Chains {
    /// Of demands that newly have the license.
    taken: ByLicense,
    /// Of demands that have it no more.
    left: ByLicense,
}

impl Chains {
    fn new(found: &[Difference], reasons: &[Because]) -> Self {
        let mut chains = Self::default();
        for (one, reason) in found.iter().zip(reasons) {
            let (from, to) = (&one.from.license, &one.to.license);
            if from != to {
                for (license, all) in [(to, &mut chains.taken), (from, &mut chains.left)] {
                    if let Some(license) = license {
                        *all.entry(license.clone()).or_default().entry(reason.clone()).or_default() += 1;
                    }
                }
            }
        }
        chains
    }

    /// The most frequent cause among all that a step leads to.
    fn origin(&self, from: &Step) -> Option<Origin> {
        let (mut ways, mut next) = (vec![from.clone()], 0);
        let mut ends: BTreeMap<&Because, u64> = BTreeMap::new();
        let mut all_known = true;
        while let Some((cause, license)) = ways.get(next).cloned() {
            next += 1;
            let causes = if cause == Cause::Outscored { self.taken.get(&license) } else { self.left.get(&license) };
            for (reason, many) in causes.into_iter().flatten() {
                match step(reason) {
                    None => *ends.entry(reason).or_default() += many,
                    Some(further) if ways.contains(&further) => {}
                    Some(_) if ways.len() >= FOLLOWED => all_known = false,
                    Some(further) => ways.push(further),
                }
            }
        }
        let of_all = all_known && ends.len() == 1;
        // Of equals the first in the order of causes.
        let most = ends.into_iter().fold(None, |best: Option<(&Because, u64)>, next| match best {
            Some(best) if best.1 >= next.1 => Some(best),
            _ => Some(next),
        });
        most.map(|(cause, _)| Origin { cause: Box::new(cause.clone()), of_all })
    }
}
