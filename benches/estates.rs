//! Estates in memory for the benchmarks of the kernel: accepted rows of any number, of a shape, the same every time. Consumptions are
//! of machines and carry their own place and size, so that nothing else has to be joined.

use seatwise::estate::accepted::Accepted;
use seatwise::estate::{Built, build};
use seatwise::model::date::Date;
use seatwise::model::policy::Policy;
use seatwise::model::text::NULL_CODE;
use seatwise::model::value::{Column, Frame, Type};
use seatwise::model::words::ExtractKind;
use seatwise::rules::{ParsedRules, RuleSource};
use std::collections::BTreeMap;

/// What demands and licenses are like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Some dozens of departments, locations and cost centers in trees, six sizes of machines; most licenses name some of them.
    Lifelike,
    /// No two demands share what a rule reads of them.
    AllDifferent,
    /// Nothing is known of anybody, so that all licenses score alike.
    EqualScores,
}

impl Shape {
    pub const ALL: [Shape; 3] = [Shape::Lifelike, Shape::AllDifferent, Shape::EqualScores];

    pub fn name(self) -> &'static str {
        match self {
            Shape::Lifelike => "lifelike",
            Shape::AllDifferent => "all-different",
            Shape::EqualScores => "equal-scores",
        }
    }
}

/// How large an estate is.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub shape: Shape,
    pub demands: usize,
    pub licenses: usize,
    pub products: usize,
    /// Of each license.
    pub seats: i64,
}

/// Departments, locations and cost centers: so many of each.
const NODES: u64 = 60;
const SIZES: [i64; 6] = [2, 4, 8, 16, 32, 64];

/// Numbers that look like chance and never change (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// An extract that is being made: a row is what it says of some columns.
struct Sheet<'a> {
    accepted: &'a mut Accepted,
    names: Vec<(&'static str, Type)>,
    columns: Vec<Column>,
}

impl<'a> Sheet<'a> {
    fn new(accepted: &'a mut Accepted, names: &[(&'static str, Type)]) -> Self {
        let columns = names.iter().map(|(_, kind)| Column::with_capacity(*kind, 0)).collect();
        Self { accepted, names: names.to_vec(), columns }
    }

    fn text(&mut self, name: &str, value: Option<String>) {
        let code = value.map_or(NULL_CODE, |value| self.accepted.texts.intern(&value));
        let place = self.names.iter().position(|(known, _)| *known == name).expect("a column");
        match &mut self.columns[place] {
            Column::Text(codes) => codes.push(code),
            other => panic!("{name} is {:?}", other.kind()),
        }
    }

    fn number(&mut self, name: &str, value: i64) {
        let place = self.names.iter().position(|(known, _)| *known == name).expect("a column");
        match &mut self.columns[place] {
            Column::Integer(numbers) => numbers.push(value),
            other => panic!("{name} is {:?}", other.kind()),
        }
    }

    /// The frame; columns that no row said anything of are null.
    fn frame(self, rows: usize) -> Frame {
        let mut frame = Frame::new(rows);
        for ((name, kind), column) in self.names.into_iter().zip(self.columns) {
            frame.push(name, if column.is_empty() { Column::nulls(kind, rows) } else { column });
        }
        frame
    }
}

/// Every field of an extract that is given (contract §2), in its order.
fn fields(extract: ExtractKind) -> Vec<(&'static str, Type)> {
    let all = match extract {
        ExtractKind::Consumptions => {
            "product_id asset_id user_id quantity:i cores:i processors:i department location cost_center started_on:d ended_on:d \
             last_used_on:d exempt_reason"
        }
        ExtractKind::Licenses => {
            "license_id product_id metric seats:i license_type status starts_on:d ends_on:d retired_on:d grace_days:i department location \
             cost_center user_id cores:i scope:l downgrade unit_cost:m currency contract_id vendor responsible renews_on:d"
        }
        _ => "tree node parent",
    };
    let field = |field: &'static str| match field.split_once(':') {
        None => (field, Type::Text),
        Some((name, "i")) => (name, Type::Integer),
        Some((name, "d")) => (name, Type::Date),
        Some((name, "m")) => (name, Type::Decimal),
        Some((name, _)) => (name, Type::List),
    };
    all.split_whitespace().map(field).collect()
}

/// The accepted rows of an estate.
pub fn accepted(plan: Plan) -> Accepted {
    let mut accepted = Accepted::default();
    let mut chance = Chance(plan.demands as u64);
    accepted.frames = ExtractKind::ALL.iter().map(|_| None).collect();
    let consumptions = consumptions(&mut accepted, plan, &mut chance);
    accepted.frames[ExtractKind::Consumptions as usize] = Some(consumptions);
    let licenses = licenses(&mut accepted, plan, &mut chance);
    accepted.frames[ExtractKind::Licenses as usize] = Some(licenses);
    let trees = trees(&mut accepted);
    accepted.frames[ExtractKind::Trees as usize] = Some(trees);
    accepted
}

fn consumptions(accepted: &mut Accepted, plan: Plan, chance: &mut Chance) -> Frame {
    (0..plan.demands).for_each(|row| accepted.consumption_ids.push(&format!("C{row:08}")));
    let mut sheet = Sheet::new(accepted, &fields(ExtractKind::Consumptions));
    for row in 0..plan.demands {
        sheet.text("product_id", Some(format!("P{:04}", chance.below(plan.products as u64))));
        sheet.text("asset_id", Some(format!("A{row:08}")));
        match plan.shape {
            Shape::Lifelike => {
                for tree in ["department", "location", "cost_center"] {
                    sheet.text(tree, Some(format!("{tree}-{}", chance.below(NODES))));
                }
                sheet.number("cores", SIZES[chance.below(6) as usize]);
            }
            Shape::AllDifferent => {
                sheet.text("user_id", Some(format!("U{row:08}")));
                sheet.text("department", Some(format!("department-{}", chance.below(NODES))));
                sheet.text("location", Some(format!("location-{}", chance.below(NODES))));
                sheet.text("cost_center", Some(format!("K{row:08}")));
                sheet.number("cores", 1 + row as i64);
            }
            Shape::EqualScores => {}
        }
    }
    sheet.frame(plan.demands)
}

fn licenses(accepted: &mut Accepted, plan: Plan, chance: &mut Chance) -> Frame {
    let mut sheet = Sheet::new(accepted, &fields(ExtractKind::Licenses));
    for row in 0..plan.licenses {
        sheet.text("license_id", Some(format!("L{row:08}")));
        sheet.text("product_id", Some(format!("P{:04}", row % plan.products)));
        sheet.text("metric", Some("device".to_owned()));
        sheet.number("seats", plan.seats);
        if plan.shape != Shape::EqualScores {
            for (tree, percent) in [("department", 60), ("location", 40), ("cost_center", 40)] {
                let node = chance.below(NODES);
                sheet.text(tree, (chance.below(100) < percent).then(|| format!("{tree}-{node}")));
            }
            sheet.text("user_id", (plan.shape == Shape::AllDifferent).then(|| format!("U{:08}", chance.below(plan.demands as u64))));
        }
    }
    sheet.frame(plan.licenses)
}

/// Each node hangs on the one of a third of its number; the first three are roots.
fn trees(accepted: &mut Accepted) -> Frame {
    let mut sheet = Sheet::new(accepted, &fields(ExtractKind::Trees));
    for tree in ["department", "location", "cost_center"] {
        for node in 0..NODES {
            sheet.text("tree", Some(tree.to_owned()));
            sheet.text("node", Some(format!("{tree}-{node}")));
            sheet.text("parent", (node >= 3).then(|| format!("{tree}-{}", node / 3)));
        }
    }
    sheet.frame(3 * NODES as usize)
}

/// The standard rules, parsed.
pub fn standard_rules() -> ParsedRules {
    ParsedRules::parse(&RuleSource { standard: true, ..RuleSource::default() }).expect("the standard rules")
}

/// The estate of these rows, by the standard rules.
pub fn built(accepted: Accepted) -> Built {
    let policy = Policy::at(Date::from_ymd(2026, 11, 22).expect("a date"));
    build(accepted, standard_rules(), &BTreeMap::new(), policy).unwrap_or_else(|error| panic!("{error:?}"))
}

/// An estate of a plan.
pub fn estate(plan: Plan) -> Built {
    built(accepted(plan))
}
