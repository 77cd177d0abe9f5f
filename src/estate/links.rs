//! Assignments, reservations, bundles and preferences, with their licenses and targets found.

use super::accepted::Accepted;
use crate::model::demand::Consumptions;
use crate::model::estate::{Assignment, Preference, Reservation, Target};
use crate::model::license::Licenses;
use crate::model::text::{Code, NULL_CODE, Texts};
use crate::model::value::{Column, Frame, NULL_INT};
use crate::model::words::{ExtractKind, ReservationDimension};

/// The explicit links of a run.
#[derive(Default)]
pub struct Links {
    pub assignments: Vec<Assignment>,
    /// By `reservation_id`.
    pub reservations: Vec<Reservation>,
    /// Sorted.
    pub bundles: Vec<(Code, Code)>,
    /// Those of known licenses and, for consumptions, of accepted ones: the others hit no pair.
    pub preferences: Vec<Preference>,
}

/// Finds licenses and targets. The order of rows decides nothing.
pub fn links(accepted: &Accepted, licenses: &Licenses, consumptions: &Consumptions, texts: &Texts) -> Links {
    let mut links = Links::default();
    let license = |id: Code| licenses.id.binary_search(&id).map_or(NULL_CODE, |place| place as u32);
    if let Some(frame) = accepted.frame(ExtractKind::Assignments) {
        let targets = Targets::new(frame, consumptions, texts);
        let (license_id, reason, assigned_on) = (codes(frame, "license_id"), codes(frame, "reason"), dates(frame, "assigned_on"));
        for row in 0..frame.rows {
            let Some(target) = targets.of(row) else { continue };
            let id = license_id[row];
            links.assignments.push(Assignment {
                license_id: id,
                license: license(id),
                target,
                assigned_on: assigned_on[row],
                reason: reason[row],
            });
        }
        links.assignments.sort_unstable_by_key(|link| (link.license_id, link.target, link.assigned_on, link.reason));
    }
    if let Some(frame) = accepted.frame(ExtractKind::Preferences) {
        let targets = Targets::new(frame, consumptions, texts);
        let (license_id, points) = (codes(frame, "license_id"), frame.column("points").map_or(&[][..], Column::integers));
        for row in 0..frame.rows {
            let (Some(target), license) = (targets.of(row), license(license_id[row])) else { continue };
            let known = license != NULL_CODE && !matches!(target, Target::Consumption { row: NULL_CODE, .. });
            if known {
                let points = (points[row] != NULL_INT).then(|| points[row]);
                links.preferences.push(Preference { license, target, points });
            }
        }
    }
    if let Some(frame) = accepted.frame(ExtractKind::Reservations) {
        links.reservations = reservations(frame, license, texts);
    }
    if let Some(frame) = accepted.frame(ExtractKind::Bundles) {
        let (bundle, component) = (codes(frame, "bundle_product_id"), codes(frame, "component_product_id"));
        links.bundles = bundle.iter().copied().zip(component.iter().copied()).collect();
        links.bundles.sort_unstable();
        links.bundles.dedup();
    }
    links
}

fn reservations(frame: &Frame, license: impl Fn(Code) -> u32, texts: &Texts) -> Vec<Reservation> {
    let seats = frame.column("seats").map_or(&[][..], Column::integers);
    let (id, license_id, value) = (codes(frame, "reservation_id"), codes(frame, "license_id"), codes(frame, "value"));
    let (dimension, responsible) = (codes(frame, "dimension"), codes(frame, "responsible"));
    let reservation = |row: usize| {
        Some(Reservation {
            id: id[row],
            license_id: license_id[row],
            license: license(license_id[row]),
            dimension: texts.opt(dimension[row]).and_then(ReservationDimension::parse)?,
            value: value[row],
            seats: if seats[row] == NULL_INT { 0 } else { seats[row] },
            responsible: responsible[row],
        })
    };
    let mut all: Vec<Reservation> = (0..frame.rows).filter_map(reservation).collect();
    all.sort_unstable_by_key(|reservation| reservation.id);
    all
}

fn codes<'a>(frame: &'a Frame, name: &str) -> &'a [Code] {
    frame.column(name).map_or(&[], Column::texts)
}

fn dates<'a>(frame: &'a Frame, name: &str) -> &'a [i32] {
    frame.column(name).map_or(&[], Column::dates)
}

/// The target columns of a frame.
struct Targets<'a> {
    asset: &'a [Code],
    user: &'a [Code],
    consumption: &'a [Code],
    consumptions: &'a Consumptions,
    texts: &'a Texts,
}

impl<'a> Targets<'a> {
    fn new(frame: &'a Frame, consumptions: &'a Consumptions, texts: &'a Texts) -> Self {
        Self {
            asset: codes(frame, "asset_id"),
            user: codes(frame, "user_id"),
            consumption: codes(frame, "consumption_id"),
            consumptions,
            texts,
        }
    }

    /// The target of an accepted row, which has exactly one.
    fn of(&self, row: usize) -> Option<Target> {
        let given = |codes: &[Code]| (codes[row] != NULL_CODE).then(|| codes[row]);
        if let Some(asset) = given(self.asset) {
            return Some(Target::Asset(asset));
        }
        if let Some(user) = given(self.user) {
            return Some(Target::User(user));
        }
        let id = given(self.consumption)?;
        let row = self.consumptions.id.search_sorted(self.texts.get(id)).map_or(NULL_CODE, |row| row as u32);
        Some(Target::Consumption { id, row })
    }
}
