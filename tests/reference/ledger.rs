//! The seats of licenses and their reservations (§4.6).

use super::demands::Demand;
use super::estate::{Estate, License};
use super::schema::DIMENSIONS;
use super::values::{self, Record};
use std::collections::BTreeMap;

/// A reservation of a license with seats.
#[derive(Clone, Debug)]
pub struct Share {
    pub reservation: String,
    pub kept: i64,
    pub free: i64,
    pub cut: i64,
}

/// The account of one license with seats.
#[derive(Clone, Debug)]
pub struct Account {
    pub unreserved: i64,
    /// By `reservation_id`.
    pub shares: Vec<Share>,
}

#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Licenses with seats; site licenses have none.
    pub accounts: BTreeMap<String, Account>,
}

/// Reserved seats up to the license's seats; the last reservations are cut (§4.6).
pub fn open(estate: &Estate) -> Ledger {
    let mut ledger = Ledger::default();
    for license in estate.licenses.values() {
        let Some(mut unreserved) = license.seats else {
            continue;
        };
        let mut shares = Vec::new();
        for (id, seats) in reservations_of(estate, license).map(|(id, record)| (id, values::int(record, "seats"))) {
            let seats = seats.expect("required");
            let kept = seats.min(unreserved);
            unreserved -= kept;
            shares.push(Share { reservation: id.clone(), kept, free: kept, cut: seats - kept });
        }
        ledger.accounts.insert(license.id.clone(), Account { unreserved, shares });
    }
    ledger
}

/// By `reservation_id`.
pub fn reservations_of<'a>(estate: &'a Estate, license: &'a License) -> impl Iterator<Item = (&'a String, &'a Record)> {
    estate.reservations.iter().filter(|(_, record)| values::text(record, "license_id") == Some(&license.id))
}

/// §4.6: at or below the tree node, or the user has the group or role.
pub fn falls_under(estate: &Estate, demand: &Demand, reservation: &Record) -> bool {
    let dimension = values::text(reservation, "dimension").expect("required");
    let value = values::text(reservation, "value").expect("required");
    if DIMENSIONS.contains(&dimension) {
        return values::text(&demand.record, dimension).is_some_and(|node| estate.within(dimension, node, value));
    }
    let user = values::text(&demand.record, "user_id").and_then(|id| estate.users.get(id));
    let field = if dimension == "group" { "groups" } else { "roles" };
    user.is_some_and(|user| values::list(user, field).iter().any(|one| one == value))
}

impl Ledger {
    /// The seats of a license that are free for a demand; none for a site license, which has no limit.
    pub fn free_for(&self, estate: &Estate, demand: &Demand, license: &str) -> Option<i64> {
        let account = self.accounts.get(license)?;
        let reserved = account.shares.iter().filter(|share| falls_under(estate, demand, &estate.reservations[&share.reservation]));
        Some(account.unreserved + reserved.map(|share| share.free).sum::<i64>())
    }

    /// Takes units, reserved seats first; gives the first reservation drawn from.
    pub fn draw(&mut self, estate: &Estate, demand: &Demand, license: &str, units: i64) -> Option<String> {
        let account = self.accounts.get_mut(license)?;
        let (mut open, mut first) = (units, None);
        for share in &mut account.shares {
            let taken = share.free.min(open);
            if taken > 0 && falls_under(estate, demand, &estate.reservations[&share.reservation]) {
                share.free -= taken;
                open -= taken;
                first = first.or(Some(share.reservation.clone()));
            }
        }
        account.unreserved -= open;
        assert!(account.unreserved >= 0, "seats of {license} exceeded");
        first
    }
}
