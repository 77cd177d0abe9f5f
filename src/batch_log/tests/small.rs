//! A small estate with what was decided about it: three products, a bundle, a downgrade, explicit links.

use crate::model::date::Date;
use crate::model::demand::{Consumptions, Demands};
use crate::model::estate::{Assignment, Estate, Registry, Reservation, Target};
use crate::model::license::{Licenses, Products};
use crate::model::policy::Policy;
use crate::model::text::{Code, Lists, NULL_CODE, TextArena, Texts, TextsBuilder};
use crate::model::tree::Trees;
use crate::model::words::{Conflict, DecidedBy, DeficitReason, LicenseStatus, Metric, Outcome, Phase, ReservationDimension};
use crate::trace::grants::Grants;
use crate::trace::matched::{MatchId, MatchPool};
use crate::trace::{BundleTrace, Choice, ConflictNote, Deficit, Grant, RunnerUp, Served, Subject, Trace};

const PRODUCTS: [&str; 3] = ["DRAW", "OFFICE", "SUITE"];
/// (license, product, status), by license.
const LICENSES: [(&str, &str, LicenseStatus); 7] = [
    ("L 5", "OFFICE", LicenseStatus::Active),
    ("L-3", "OFFICE", LicenseStatus::Expiring),
    ("L-4", "OFFICE", LicenseStatus::Expired),
    ("L-7", "OFFICE", LicenseStatus::Active),
    ("L-8", "OFFICE", LicenseStatus::Active),
    ("L-9", "OFFICE", LicenseStatus::Grace),
    ("S-1", "SUITE", LicenseStatus::Active),
];
/// (product, asset), by product and demand_id; an empty asset for a demand of its own.
const DEMANDS: [(&str, &str); 7] =
    [("DRAW", "PC-5"), ("OFFICE", ""), ("OFFICE", "PC 1"), ("OFFICE", "PC-42"), ("OFFICE", "PC-5"), ("OFFICE", "PC-7"), ("SUITE", "PC-7")];

pub struct Small {
    pub estate: Estate,
    pub trace: Trace,
}

pub fn product(small: &Small, id: &str) -> u32 {
    small.estate.products.place(small.code(id)).unwrap() as u32
}

impl Small {
    pub fn new() -> Self {
        let mut builder = TextsBuilder::new();
        let ids = PRODUCTS.into_iter().chain(LICENSES.map(|(id, _, _)| id)).chain(DEMANDS.map(|(_, asset)| asset));
        for id in ids.chain(["L-unknown", "R=1", "HQ"]) {
            builder.intern(id);
        }
        let (texts, _) = builder.freeze();
        let mut small = Self { estate: estate(texts), trace: trace() };
        small.decide();
        small
    }

    pub fn code(&self, text: &str) -> Code {
        self.estate.texts.code(text).unwrap()
    }

    pub fn license(&self, id: &str) -> u32 {
        self.estate.licenses.id.iter().position(|code| *code == self.code(id)).unwrap() as u32
    }

    pub fn demand(&self, product: &str, asset: &str) -> u32 {
        DEMANDS.iter().position(|demand| *demand == (product, asset)).unwrap() as u32
    }

    fn grant(&self, demand: (&str, &str), license: &str, phase: Phase, units: i64) -> Grant {
        let (demand, license) = (self.demand(demand.0, demand.1), self.license(license));
        Grant {
            demand,
            license,
            phase,
            units,
            covered: units,
            turn: 1.into(),
            choice: None,
            reservation: None.into(),
            assignment: None.into(),
        }
    }

    fn choice(&self, score: i64, rank: u32, runner_up: Option<(&str, i64)>) -> Option<Choice> {
        let runner_up = runner_up.map(|(id, score)| RunnerUp { license: self.license(id), score });
        Some(Choice {
            score,
            rank,
            candidates: 3,
            passed_over: 0,
            runner_up: runner_up.into(),
            decided_by: DecidedBy::Score,
            matched: MatchId(0),
        })
    }

    fn decide(&mut self) {
        let reserved = Grant {
            choice: self.choice(400, 2, None),
            reservation: 0.into(),
            ..self.grant(("OFFICE", "PC-42"), "L-7", Phase::Affinity, 1)
        };
        let best = Grant { choice: self.choice(4895, 1, Some(("L-8", 0))), ..self.grant(("OFFICE", "PC-42"), "L-9", Phase::Affinity, 2) };
        let part = |demand, units| Grant { choice: self.choice(0, 1, None), ..self.grant(demand, "S-1", Phase::Bundle, units) };
        let downgraded = Grant { choice: self.choice(0, 1, None), ..self.grant(("OFFICE", "PC-7"), "S-1", Phase::Downgrade, 1) };
        let linked = Grant { assignment: 0.into(), ..self.grant(("SUITE", "PC-7"), "S-1", Phase::Direct, 1) };
        let rider = Grant { turn: None.into(), ..self.grant(("OFFICE", "PC-7"), "S-1", Phase::Bundle, 0) };
        let mut grants = vec![part(("DRAW", "PC-5"), 1), reserved, best, part(("OFFICE", "PC-5"), 0), rider, downgraded, linked];
        grants.sort_by_key(|grant| (grant.demand, grant.license));
        self.trace.deficits = vec![
            Deficit { best: None.into(), ..deficit(self.demand("OFFICE", "PC 1"), DeficitReason::RequirementFailed, Some(0)) },
            Deficit {
                candidates: 3,
                free_units: Some(1).into(),
                best: Some(RunnerUp { license: self.license("L-9"), score: 4895 }).into(),
                cut_off_score: Some(5000).into(),
                ..deficit(self.demand("OFFICE", "PC-42"), DeficitReason::PartlyCovered, None)
            },
        ];
        self.trace.outcomes = vec![Outcome::CoveredAffinity; self.estate.demands.len()];
        self.trace.deficits.iter().for_each(|deficit| self.trace.outcomes[deficit.demand as usize] = Outcome::Deficit);
        let linked = self.demand("SUITE", "PC-7");
        let of_product = |suite: bool| if suite { vec![linked] } else { Vec::new() };
        let suite = product(self, "SUITE");
        self.trace.served.direct = (0..self.estate.products.len() as u32).map(|product| of_product(product == suite)).collect();
        let mut demands = Demands { product: vec![product(self, "SUITE")], subject: vec![self.code("PC-5")], ..Demands::default() };
        demands.starts = vec![0, 0];
        let parts = vec![vec![self.demand("DRAW", "PC-5"), self.demand("OFFICE", "PC-5")]];
        let bundle = BundleTrace { product: product(self, "SUITE"), demands, parts, turns: vec![1], ..BundleTrace::default() };
        self.trace.bundles = vec![bundle];
        self.trace.conflicts = self.conflicts();
        self.trace.grants = grants.into_iter().collect();
    }

    fn conflicts(&self) -> Vec<ConflictNote> {
        let note = |conflict, subject, license: &str, product| ConflictNote {
            conflict,
            subject,
            license_id: self.code(license),
            license: None,
            product,
            units: None,
            requirement: None,
        };
        let (office, suite) = (Some(product(self, "OFFICE")), Some(product(self, "SUITE")));
        vec![
            note(Conflict::UnknownLicense, Subject::Assignment(1), "L-unknown", None),
            ConflictNote { units: Some(3), ..note(Conflict::OverReserved, Subject::Reservation(0), "L-7", office) },
            ConflictNote { requirement: Some(0), ..note(Conflict::AssignmentOverridesRequirement, Subject::Demand(6), "S-1", suite) },
            ConflictNote { units: Some(2), ..note(Conflict::OverlappingReservations, Subject::License, "L-7", office) },
        ]
    }
}

fn deficit(demand: u32, reason: DeficitReason, requirement: Option<u16>) -> Deficit {
    let (turn, best) = (None.into(), None.into());
    Deficit { demand, units: 1, reason, requirement, candidates: 0, free_units: Some(0).into(), turn, best, cut_off_score: None.into() }
}

fn estate(texts: Texts) -> Estate {
    let code = |text: &str| texts.code(text).unwrap();
    let place = |id: &str| PRODUCTS.iter().position(|other| *other == id).unwrap() as u32;
    let products = Products { id: PRODUCTS.map(code).to_vec(), metric: vec![Metric::Device; PRODUCTS.len()], ..Products::default() };
    let mut starts = vec![0];
    starts.extend(PRODUCTS.map(|id| LICENSES.iter().filter(|(_, product, _)| *product <= id).count() as u32));
    let licenses = Licenses {
        id: LICENSES.map(|(id, _, _)| code(id)).to_vec(),
        product: LICENSES.map(|(_, product, _)| place(product)).to_vec(),
        status: LICENSES.map(|(_, _, status)| status).to_vec(),
        starts,
        by_product: (0..LICENSES.len() as u32).collect(),
        ..Licenses::default()
    };
    let mut id = TextArena::default();
    id.push("row,7");
    let demands = Demands {
        product: DEMANDS.map(|(product, _)| place(product)).to_vec(),
        subject: DEMANDS.map(|(_, asset)| if asset.is_empty() { NULL_CODE } else { code(asset) }).to_vec(),
        starts: vec![0, 0, 1, 1, 1, 1, 1, 1],
        members: vec![0],
        ..Demands::default()
    };
    let assigned_on = Date::parse_iso("2026-01-31").unwrap().0;
    let assignment = |license: &str, asset: &str| Assignment {
        license_id: code(license),
        license: NULL_CODE,
        target: Target::Asset(code(asset)),
        assigned_on,
        reason: NULL_CODE,
    };
    let reservation = Reservation {
        id: code("R=1"),
        license_id: code("L-7"),
        license: 3,
        dimension: ReservationDimension::Location,
        value: code("HQ"),
        seats: 5,
        responsible: NULL_CODE,
    };
    let assignments = vec![assignment("S-1", "PC-7"), assignment("L-unknown", "PC-42")];
    Estate {
        policy: Policy::at(Date(20_000)),
        texts,
        lists: Lists::default(),
        trees: Trees::default(),
        products,
        licenses,
        consumptions: Consumptions { id, ..Consumptions::default() },
        assets: Registry::default(),
        users: Registry::default(),
        demands,
        assignments,
        reservations: vec![reservation],
        bundles: Vec::new(),
        preferences: Vec::new(),
        unknown_references: Vec::new(),
        skipped_entitles: Vec::new(),
    }
}

fn trace() -> Trace {
    Trace {
        grants: Grants::default(),
        deficits: Vec::new(),
        outcomes: Vec::new(),
        needs: Vec::new().into(),
        served: Served::default(),
        bundles: Vec::new(),
        uses: Vec::new(),
        positions: Vec::new(),
        reservations: Vec::new(),
        conflicts: Vec::new(),
        requirements: vec!["location".to_owned()],
        matches: MatchPool::default(),
        pairs: 10,
    }
}
