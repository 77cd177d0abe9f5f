//! A small estate and what was decided about it, by hand: what the tests of sentences and tables read.
//!
//! OFFICE has the licenses L-1 (2 seats, both given), L-2 (5 seats, expiring, nothing given), L-6 (expired, assigned). SERVER has
//! L-3 (16 cores, in grace) and L-4 (incomplete). TEAM has the site license L-5. PC-3 is in deficit, C-6 is exempt.

mod decided;

use crate::model::date::{Date, NULL_DATE};
use crate::model::decimal::{NULL_DECIMAL, ONE};
use crate::model::demand::{Consumptions, Demands};
use crate::model::estate::{Assignment, Estate, Registry, Reservation, SkippedEntitle, Target, UnknownReference};
use crate::model::fields::Field;
use crate::model::license::{Licenses, Products, ScopeBits};
use crate::model::policy::Policy;
use crate::model::text::{Code, Lists, NULL_CODE, TextArena, Texts, TextsBuilder};
use crate::model::tree::{Dimension, Trees};
use crate::model::value::{Column, Frame, NULL_INT, Type};
use crate::model::words::*;
use crate::rules::{Affinity, CompareOp, Expr, FieldInfo, Program, Requirement, Schema, Side};
use crate::trace::Trace;
use decided::trace;

const WORDS: &[&str] = &[
    "Acme",
    "Berlin",
    "Bonn",
    "C-3",
    "EUR",
    "Office",
    "OFFICE",
    "PC-1",
    "PC-2",
    "PC-3",
    "R-1",
    "SERVER",
    "SRV-1",
    "TEAM",
    "L-1",
    "L-2",
    "L-3",
    "L-4",
    "L-5",
    "L-6",
    "lab",
    "named",
    "admins",
    "office",
    "u1",
    "zone-a",
    "device",
    "core",
    "site",
    "in_service",
    "none",
];

pub const AS_OF: &str = "2026-11-22";

pub fn day(text: &str) -> i32 {
    Date::parse_iso(text).map_or(NULL_DATE, |date| date.0)
}

/// The estate, the rules and the decisions.
#[cfg_attr(not(feature = "frames"), expect(dead_code, reason = "the rules are for the tests of tables"))]
pub struct Case {
    pub estate: Estate,
    pub program: Program,
    pub schema: Schema,
    pub trace: Trace,
}

pub fn case() -> Case {
    let mut builder = TextsBuilder::new();
    for word in WORDS {
        builder.intern(word);
    }
    let (texts, _) = builder.freeze();
    let estate = estate(texts);
    let schema = schema();
    Case { trace: trace(&estate), program: program(), schema, estate }
}

fn code(texts: &Texts, word: &str) -> Code {
    if word.is_empty() { NULL_CODE } else { texts.code(word).unwrap_or_else(|| panic!("{word} is not among the words")) }
}

fn codes<const N: usize>(texts: &Texts, words: [&str; N]) -> Vec<Code> {
    words.iter().map(|word| code(texts, word)).collect()
}

fn schema() -> Schema {
    let mut schema = Schema::default();
    for (name, kind) in [("department", Type::Text), ("zone", Type::Text), ("ratio", Type::Decimal), ("outcome", Type::Integer)] {
        schema.push(Side::Consumption, FieldInfo::new(name, kind, None));
    }
    let fields = [
        ("metric", Type::Text),
        ("seats", Type::Integer),
        ("unit_cost", Type::Decimal),
        ("scope", Type::List),
        ("zone", Type::Text),
        ("old", Type::Boolean),
    ];
    for (name, kind) in fields {
        schema.push(Side::License, FieldInfo::new(name, kind, None));
    }
    schema
}

fn program() -> Program {
    let field = |side, slot, kind| Box::new(Expr::Field { side, slot, kind });
    let same = |one, other| Expr::Compare { op: CompareOp::Equal, left: one, right: other };
    let zone = same(field(Side::Consumption, 1, Type::Text), field(Side::License, 4, Type::Text));
    let ratio = same(field(Side::Consumption, 2, Type::Decimal), field(Side::Consumption, 3, Type::Integer));
    let rule = |name: &str, expr, points| Affinity { name: name.to_owned(), expr, text: String::new(), points };
    Program {
        requirements: vec![Requirement { name: "location".to_owned(), expr: zone.clone(), text: String::new() }],
        affinities: vec![rule("zone-exact", zone, 3000), rule("odd", ratio, -5)],
        ..Program::default()
    }
}

fn estate(texts: Texts) -> Estate {
    let mut lists = Lists::default();
    let admins = lists.intern(&codes(&texts, ["admins", "lab", "admins"]));
    let mut frame = Frame::new(1);
    frame.push("groups", Column::List(vec![admins]));
    let u1 = code(&texts, "u1");
    let link = |license: &str, row: u32, target: &str, on: &str| Assignment {
        license_id: code(&texts, license),
        license: row,
        target: Target::Asset(code(&texts, target)),
        assigned_on: day(on),
        reason: NULL_CODE,
    };
    Estate {
        policy: Policy::at(Date(day(AS_OF))),
        products: products(&texts),
        licenses: licenses(&texts, &mut lists),
        consumptions: consumptions(&texts),
        assets: Registry::default(),
        users: Registry { given: true, id: vec![u1], frame, row_of: [u1].into_iter().collect() },
        demands: demands(&texts),
        assignments: vec![
            Assignment { reason: code(&texts, "named"), ..link("L-1", 0, "PC-1", "2026-01-05") },
            link("L-6", 5, "PC-2", ""),
            Assignment { target: Target::Consumption { id: code(&texts, "C-3"), row: 2 }, ..link("L-6", 5, "PC-2", "") },
        ],
        reservations: vec![Reservation {
            id: code(&texts, "R-1"),
            license_id: code(&texts, "L-1"),
            license: 0,
            dimension: ReservationDimension::Department,
            value: code(&texts, "lab"),
            seats: 3,
            responsible: NULL_CODE,
        }],
        bundles: Vec::new(),
        preferences: Vec::new(),
        unknown_references: vec![UnknownReference {
            extract: ExtractKind::Consumptions,
            field: "asset_id".to_owned(),
            rows: 2,
            examples: vec!["X-1".to_owned(), "X-2".to_owned()],
        }],
        skipped_entitles: vec![SkippedEntitle {
            rule: "observers".to_owned(),
            product: "OBSERVE".to_owned(),
            why: "the product is unknown",
        }],
        trees: Trees::default(),
        lists,
        texts,
    }
}

fn products(texts: &Texts) -> Products {
    Products {
        id: codes(texts, ["OFFICE", "SERVER", "TEAM"]),
        in_catalog: vec![true, false, true],
        name: codes(texts, ["Office", "", ""]),
        publisher: codes(texts, ["Acme", "", ""]),
        stated_metric: vec![Some(Metric::Device), None, None],
        metric: vec![Metric::Device, Metric::Core, Metric::User],
        min_units: vec![NULL_INT; 3],
        devices_per_user: vec![NULL_INT; 3],
        free: vec![false; 3],
        previous: vec![NULL_CODE; 3],
        unit_price: vec![100 * ONE + ONE / 2, NULL_DECIMAL, NULL_DECIMAL],
        currency: codes(texts, ["EUR", "", ""]),
    }
}

fn licenses(texts: &Texts, lists: &mut Lists) -> Licenses {
    let scope = lists.intern(&codes(texts, ["office"]));
    let ends_on: Vec<i32> = ["", "2026-12-02", "2026-11-20", "", "", "2026-10-01"].map(day).to_vec();
    let mut seats = vec![2, 5, 16, NULL_INT, NULL_INT, 4];
    let unit_cost = vec![10 * ONE + ONE / 4, ONE / 3, NULL_DECIMAL, ONE, ONE, ONE];
    let metric = [Metric::Device, Metric::Device, Metric::Core, Metric::Core, Metric::Site, Metric::Device];
    let words = codes(texts, ["device", "device", "core", "core", "site", "device"]);
    let fields = vec![
        Column::Text(words),
        Column::Integer(seats.clone()),
        Column::Decimal(unit_cost.clone()),
        Column::List(vec![NULL_CODE, scope, NULL_CODE, NULL_CODE, NULL_CODE, NULL_CODE]),
        Column::Text(codes(texts, ["zone-a", "", "", "", "", ""])),
        Column::Boolean(vec![None; 6]),
    ];
    seats[4] = NULL_INT;
    Licenses {
        id: codes(texts, ["L-1", "L-2", "L-3", "L-4", "L-5", "L-6"]),
        product: vec![0, 0, 1, 1, 2, 0],
        metric: metric.map(Some).to_vec(),
        seats,
        kind: vec![LicenseType::Perpetual; 6],
        status: vec![
            LicenseStatus::Active,
            LicenseStatus::Expiring,
            LicenseStatus::Grace,
            LicenseStatus::Incomplete,
            LicenseStatus::Active,
            LicenseStatus::Expired,
        ],
        starts_on: vec![NULL_DATE; 6],
        grace_ends_on: ends_on.iter().map(|day| if *day == NULL_DATE { NULL_DATE } else { day + 30 }).collect(),
        ends_on,
        downgrade: vec![Downgrade::None; 6],
        scope: vec![
            ScopeBits::default(),
            ScopeBits::default().with(Dimension::Location),
            Default::default(),
            Default::default(),
            Default::default(),
            Default::default(),
        ],
        department: vec![NULL_CODE; 6],
        location: vec![NULL_CODE; 6],
        cost_center: vec![NULL_CODE; 6],
        unit_cost,
        currency: codes(texts, ["EUR", "", "", "", "", ""]),
        contract_id: vec![NULL_CODE; 6],
        vendor: vec![NULL_CODE; 6],
        responsible: vec![NULL_CODE; 6],
        renews_on: ["", "", "", "", "2026-11-22", ""].map(day).to_vec(),
        field_names: Vec::new(),
        fields,
        starts: vec![0, 3, 5, 6],
        by_product: vec![0, 1, 5, 2, 3, 4],
    }
}

fn consumptions(texts: &Texts) -> Consumptions {
    let mut id = TextArena::default();
    for name in ["C-1", "C-2", "C-3", "C-4", "C-5", "C-6"] {
        id.push(name);
    }
    let mut exempt_reasons = vec![NULL_CODE; 6];
    exempt_reasons[5] = code(texts, "lab");
    Consumptions {
        id,
        product: vec![0, 0, 0, 1, 2, 0],
        asset: codes(texts, ["PC-1", "PC-2", "PC-3", "SRV-1", "", "PC-3"]),
        user: codes(texts, ["", "", "", "", "u1", ""]),
        exempt_reason: exempt_reasons,
        outcome: vec![None, None, None, None, None, Some(Outcome::Exempt)],
        demand: vec![0, 1, 2, 3, 4, NULL_CODE],
        frame: Frame::new(6),
    }
}

fn demands(texts: &Texts) -> Demands {
    Demands {
        product: vec![0, 0, 0, 1, 2],
        subject: codes(texts, ["PC-1", "PC-2", "PC-3", "SRV-1", "u1"]),
        names: TextArena::default(),
        no_user: vec![false; 5],
        asset: codes(texts, ["PC-1", "PC-2", "PC-3", "SRV-1", ""]),
        user: codes(texts, ["u1", "", "", "", "u1"]),
        department: codes(texts, ["lab", "office", "lab", "", ""]),
        location: codes(texts, ["Berlin", "Berlin", "Bonn", "", ""]),
        cost_center: vec![NULL_CODE; 5],
        quantity: vec![1; 5].into(),
        cores: vec![NULL_INT, NULL_INT, NULL_INT, 8, NULL_INT].into(),
        processors: vec![NULL_INT; 5].into(),
        devices: vec![1, 1, 1, 1, 0].into(),
        started_on: vec![NULL_DATE; 5].into(),
        last_used_on: ["2026-11-20", "2026-08-01", "", "", ""].map(day).to_vec().into(),
        starts: vec![0, 1, 2, 3, 4, 5],
        members: vec![0, 1, 2, 3, 4],
        fields: vec![
            None,
            Some(Field::Column(Column::Text(codes(texts, ["zone-a", "", "zone-a", "", ""])))),
            Some(Field::Column(Column::Decimal(vec![ONE / 3, NULL_DECIMAL, ONE, ONE, ONE]))),
            Some(Field::Column(Column::Integer(vec![7; 5]))),
        ],
    }
}
