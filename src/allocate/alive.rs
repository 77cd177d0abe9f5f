//! The licenses of a market that have a seat left for anyone. Seats never come back, so whoever walks along an order of licenses may begin
//! behind those that are used up; a look at all of them for each demand would cost demands × licenses.

use super::keys::Members;
use super::ledger::Ledger;
use super::market::Market;
use super::sets::has;
use std::sync::atomic::{AtomicU32, Ordering};

/// Who has a seat left.
pub struct Alive {
    pub members: Members,
    /// No license before this place has a seat left.
    first: u32,
    /// By order (`touched`): so many at its head have no seat left. Only a help: it need not be all of them.
    heads: Vec<AtomicU32>,
}

impl Alive {
    pub fn new(market: &Market, ledger: &Ledger) -> Self {
        let mut members = Members::none(market.at.len());
        for (place, _) in market.at.iter().enumerate().filter(|(_, local)| ledger.any_free(**local)) {
            members.insert(place as u32);
        }
        let orders = market.touched.as_ref().map_or(0, super::touched::Kinds::orders);
        Self { members, first: 0, heads: (0..orders).map(|_| AtomicU32::new(0)).collect() }
    }

    pub fn has(&self, place: u32) -> bool {
        has(&self.members.bits, place)
    }

    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// No license before this place has a seat left.
    pub fn first(&self) -> u32 {
        self.first
    }

    /// The last seat of a license was taken.
    pub fn remove(&mut self, place: u32) {
        self.members.remove(place);
        let dead = self.members.bits[self.first as usize / 64..].iter().take_while(|word| **word == 0).count();
        self.first += 64 * dead as u32;
    }

    /// How many at the head of an order have no seat left; `place_at` tells whose turn it is in it.
    pub fn head(&self, order: usize, place_at: impl Fn(usize) -> Option<u32>) -> usize {
        let known = self.heads.get(order).map_or(0, |head| head.load(Ordering::Relaxed) as usize);
        let mut head = known;
        while place_at(head).is_some_and(|place| !self.has(place)) {
            head += 1;
        }
        if let Some(known) = self.heads.get(order).filter(|_| head != known) {
            known.store(head as u32, Ordering::Relaxed);
        }
        head
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_used_up_is_passed_by() {
        let mut members = Members::none(200);
        [3, 70, 130, 199].into_iter().for_each(|place| members.insert(place));
        let mut alive = Alive { members, first: 0, heads: vec![AtomicU32::new(0)] };
        let order = [199, 3, 130, 70];
        let head = |alive: &Alive| alive.head(0, |at| order.get(at).copied());
        assert_eq!((head(&alive), alive.first()), (0, 0));
        alive.remove(3);
        assert_eq!((head(&alive), alive.first(), alive.has(3)), (0, 64, false));
        alive.remove(199);
        assert_eq!((head(&alive), alive.first()), (2, 64));
        alive.remove(70);
        alive.remove(130);
        assert_eq!((head(&alive), alive.is_empty()), (4, true));
        // An order that is not known of has a head all the same.
        assert_eq!(alive.head(9, |at| order.get(at).copied()), 4);
    }
}
