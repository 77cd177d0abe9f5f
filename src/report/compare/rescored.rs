//! The demands that keep their license with another score: how many, and the greatest differences of them. After a change of
//! one rule that may be all demands there are, so only as many are kept as will be shown.

use crate::trace::diff::Rescored;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Counts all, keeps the greatest.
pub struct Most {
    pub count: u64,
    keep: usize,
    /// The least of those kept on top.
    heap: BinaryHeap<Kept>,
}

/// Ordered so that what is dropped first is the greatest: a small difference, then a later place.
struct Kept {
    by: u64,
    place: u64,
    one: Rescored,
}

impl Most {
    pub fn new(keep: usize) -> Self {
        Self { count: 0, keep, heap: BinaryHeap::new() }
    }

    /// Takes one more, in the order of the table. It is made only if it is kept.
    pub fn add(&mut self, before: Option<i64>, after: Option<i64>, make: impl FnOnce() -> Rescored) {
        self.count += 1;
        let by = before.unwrap_or(0).abs_diff(after.unwrap_or(0));
        let full = self.heap.len() >= self.keep;
        if full && self.heap.peek().is_none_or(|least| by <= least.by) {
            return;
        }
        if full {
            self.heap.pop();
        }
        self.heap.push(Kept { by, place: self.count, one: make() });
    }

    /// The greatest first, of equals the first of the table.
    pub fn into_sorted(self) -> Vec<Rescored> {
        self.heap.into_sorted_vec().into_iter().map(|kept| kept.one).collect()
    }
}

impl Ord for Kept {
    fn cmp(&self, other: &Self) -> Ordering {
        other.by.cmp(&self.by).then(self.place.cmp(&other.place))
    }
}

impl PartialOrd for Kept {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Kept {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_differences_stay() {
        let mut most = Most::new(3);
        for (place, (before, after)) in [(0, 1), (5, 1), (0, 2), (0, 9), (1, 3), (2, 0)].into_iter().enumerate() {
            let demand_id = format!("D-{place}");
            let one =
                || Rescored { product_id: String::new(), demand_id, license: String::new(), before: Some(before), after: Some(after) };
            most.add(Some(before), Some(after), one);
        }
        assert_eq!(most.count, 6);
        assert_eq!(most.into_sorted().iter().map(|one| one.demand_id.as_str()).collect::<Vec<_>>(), ["D-3", "D-1", "D-2"]);
    }

    #[test]
    fn none_are_kept_where_none_are_asked_for() {
        let mut most = Most::new(0);
        most.add(None, Some(7), || unreachable!("nobody asked for it"));
        assert_eq!((most.count, most.into_sorted().len()), (1, 0));
    }
}
