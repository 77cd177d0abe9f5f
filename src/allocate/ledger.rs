//! Seats: what each license of a market still has, unreserved and in each reservation (contract §4.6). Seats never come back
//! within a run, and are never exceeded.

use crate::model::demand::Demands;
use crate::model::estate::{Estate, Reservation};
use crate::model::numbered::Numbered;
use crate::model::text::{Code, NULL_CODE};
use crate::model::tree::Dimension;
use crate::model::words::ReservationDimension;
use std::ops::Range;

/// Reservations of the estate by license, after cutting.
#[derive(Debug, Default)]
pub struct Reserved {
    /// By license: its effective reservations as places in `Estate::reservations`, by `reservation_id`.
    places: Numbered,
    /// Seats that each reservation holds after cutting.
    pub seats: Vec<i64>,
    /// Seats cut from each.
    pub cut: Vec<i64>,
    /// Whether it counts at all: not on a license that is unknown, `site` or without seats (§10).
    pub effective: Vec<bool>,
}

impl Reserved {
    /// Cuts what goes beyond a license's seats, the last `reservation_id` first.
    pub fn new(estate: &Estate) -> Self {
        let count = estate.reservations.len();
        if count == 0 {
            return Self::default();
        }
        let mut reserved = Self { places: Numbered::default(), seats: vec![0; count], cut: vec![0; count], effective: vec![false; count] };
        // `reservations` is sorted by id, so that what is left over when a license's seats run out is the last.
        let mut left: Vec<Option<i64>> = (0..estate.licenses.len()).map(|license| estate.licenses.counted_seats(license)).collect();
        for (place, reservation) in estate.reservations.iter().enumerate() {
            let Some(seats) = left.get_mut(reservation.license as usize) else { continue };
            let Some(free) = seats.as_mut() else { continue };
            let kept = reservation.seats.min(*free);
            *free -= kept;
            reserved.seats[place] = kept;
            reserved.cut[place] = reservation.seats - kept;
            reserved.effective[place] = true;
        }
        let effective = estate.reservations.iter().zip(0..).filter(|(_, place)| reserved.effective[*place as usize]);
        let places = Numbered::new(estate.licenses.len(), effective.map(|(reservation, place)| (reservation.license, place)));
        Self { places, ..reserved }
    }

    /// Seats set aside in a license, after cutting.
    pub fn total(&self, license: usize) -> i64 {
        self.of_license(license).iter().map(|place| self.seats[*place as usize]).sum()
    }

    /// Places in `Estate::reservations` of a license's effective reservations, by `reservation_id`.
    pub fn of_license(&self, license: usize) -> &[u32] {
        self.places.of(license)
    }
}

/// Where those of one stand, by where those of each begin and the last end; nowhere if there are none at all.
fn range(starts: &[u32], of: usize) -> Range<usize> {
    if starts.is_empty() { 0..0 } else { starts[of] as usize..starts[of + 1] as usize }
}

/// Whether a demand falls under a reservation: at or below its node, or its user has the group or role.
pub fn falls_under(estate: &Estate, demands: &Demands, demand: usize, reservation: &Reservation) -> bool {
    let within = |dimension: Dimension, node: Code| node != NULL_CODE && estate.trees.of(dimension).within(node, reservation.value);
    match reservation.dimension {
        ReservationDimension::Department => within(Dimension::Department, demands.department[demand]),
        ReservationDimension::Location => within(Dimension::Location, demands.location[demand]),
        ReservationDimension::CostCenter => within(Dimension::CostCenter, demands.cost_center[demand]),
        ReservationDimension::Group => user_has(estate, demands.user[demand], "groups", reservation.value),
        ReservationDimension::Role => user_has(estate, demands.user[demand], "roles", reservation.value),
    }
}

/// Whether a user's list holds a value.
pub fn user_has(estate: &Estate, user: Code, list: &str, value: Code) -> bool {
    let Some(row) = estate.users.row(user) else { return false };
    let lists = estate.users.frame.column(list).map_or(&[][..], |column| column.lists());
    lists.get(row).is_some_and(|id| estate.lists.get(*id).contains(&value))
}

/// The seats of one market's licenses.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Unreserved free seats, by place in the market.
    unreserved: Vec<i64>,
    /// By place in the market: where the reservations of a license begin in `reserved`, and where the last end; empty where there are
    /// none at all.
    starts: Vec<u32>,
    /// Free seats of each reservation: (place in `Estate::reservations`, seats).
    reserved: Vec<(u32, i64)>,
}

/// What was drawn from one license.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Drawn {
    pub units: i64,
    /// The first reservation drawn from.
    pub reservation: Option<u32>,
}

impl Ledger {
    /// All seats free. Site licenses have none to count.
    pub fn new(estate: &Estate, licenses: &[u32], reserved: &Reserved) -> Self {
        let unreserved = |license: &u32| {
            let license = *license as usize;
            estate.licenses.counted_seats(license).unwrap_or(0) - reserved.total(license)
        };
        let mut ledger = Self { unreserved: licenses.iter().map(unreserved).collect(), ..Self::default() };
        if !reserved.places.is_empty() {
            let of = |license: &u32| reserved.of_license(*license as usize).iter().map(|place| (*place, reserved.seats[*place as usize]));
            licenses.iter().for_each(|license| ledger.reserve(of(license)));
            ledger.no_more();
        }
        ledger
    }

    /// Adds the reservations of the next license.
    fn reserve(&mut self, reservations: impl Iterator<Item = (u32, i64)>) {
        self.starts.push(self.reserved.len() as u32);
        self.reserved.extend(reservations);
    }

    /// After the last license.
    fn no_more(&mut self) {
        match self.reserved.len() as u32 {
            0 => self.starts = Vec::new(),
            end => self.starts.push(end),
        }
    }

    /// A ledger of some licenses of two others, where `pick` names the ledger and the place of each.
    pub fn gather<'a>(pick: impl Iterator<Item = (&'a Ledger, u32)>) -> Self {
        let mut gathered = Self::default();
        for (ledger, local) in pick {
            gathered.unreserved.push(ledger.unreserved[local as usize]);
            gathered.reserve(ledger.reservations(local).iter().copied());
        }
        gathered.no_more();
        gathered
    }

    /// Takes one license's state over from another ledger.
    pub fn copy_from(&mut self, local: u32, other: &Ledger, other_local: u32) {
        self.unreserved[local as usize] = other.unreserved[other_local as usize];
        self.reserved_mut(local).iter_mut().zip(other.reservations(other_local)).for_each(|(own, other)| *own = *other);
    }

    /// Whether any seat is free for anyone.
    pub fn any_free(&self, local: u32) -> bool {
        self.unreserved[local as usize] > 0 || self.reservations(local).iter().any(|(_, free)| *free > 0)
    }

    /// All free seats, reserved or not.
    pub fn total_free(&self, local: u32) -> i64 {
        self.unreserved[local as usize] + self.reservations(local).iter().map(|(_, free)| free).sum::<i64>()
    }

    /// Whether the license has reservations, so that what is free depends on who asks.
    pub fn has_reservations(&self, local: u32) -> bool {
        !self.reservations(local).is_empty()
    }

    /// Seats that are free for a demand.
    pub fn free_for(&self, local: u32, estate: &Estate, demands: &Demands, demand: usize) -> i64 {
        let under = |place: u32| falls_under(estate, demands, demand, &estate.reservations[place as usize]);
        let reserved = self.reservations(local).iter().filter(|(place, free)| *free > 0 && under(*place));
        self.unreserved[local as usize] + reserved.map(|(_, free)| free).sum::<i64>()
    }

    /// Draws seats for a demand, reserved ones first, by `reservation_id`. At most what is free for it.
    pub fn draw(&mut self, local: u32, units: i64, estate: &Estate, demands: &Demands, demand: usize) -> Drawn {
        let mut open = units;
        let mut first = None;
        for (place, free) in self.reserved_mut(local) {
            if open == 0 {
                break;
            }
            if *free > 0 && falls_under(estate, demands, demand, &estate.reservations[*place as usize]) {
                let taken = open.min(*free);
                *free -= taken;
                open -= taken;
                first = first.or(Some(*place));
            }
        }
        let taken = open.min(self.unreserved[local as usize].max(0));
        self.unreserved[local as usize] -= taken;
        Drawn { units: units - open + taken, reservation: first }
    }

    /// The free seats of each reservation of a license.
    pub fn reservations(&self, local: u32) -> &[(u32, i64)] {
        &self.reserved[range(&self.starts, local as usize)]
    }

    fn reserved_mut(&mut self, local: u32) -> &mut [(u32, i64)] {
        &mut self.reserved[range(&self.starts, local as usize)]
    }
}
