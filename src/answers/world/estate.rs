//! Products, licenses and rules from published tables. Licenses are judged by the code that judged them first, and rules are checked
//! by the code that checked them; demands are what was published of them.

use super::super::error::AnswerError;
use super::super::published::Published;
use super::columns::{booleans, codes, decimals, integers};
use super::raw::Raw;
use super::{Given, PublishedRows, World, demands, links};
use crate::allocate::assignments::Assigned;
use crate::allocate::ctx::Preferences;
use crate::allocate::ledger::Reserved;
use crate::allocate::plan::ScorePlan;
use crate::estate::accepted::{Accepted, parse_codes};
use crate::estate::{Built, build_trees, fields, licenses};
use crate::model::demand::Consumptions;
use crate::model::estate::{Estate, Registry};
use crate::model::license::Products;
use crate::model::policy::Policy;
use crate::model::text::Texts;
use crate::model::value::{Frame, NULL_INT};
use crate::model::words::{ExtractKind, Metric, Phase, ProductClass};
use crate::rules::Side;
use crate::rules::eval::Env;
use crate::rules::lower::LowerTable;

/// Rebuilds the world.
pub fn world(run: &Published, mut raw: Raw, policy: Policy) -> Result<World, AnswerError> {
    let refused = |what: &str| AnswerError::damaged(&run.folder, what);
    let rules = run.rules()?;
    let lower_needed = rules.uses_lower();
    let texts = raw.freeze(&rules);
    let lower = if lower_needed { LowerTable::build(&texts) } else { LowerTable::none() };
    let demand_rows = raw.frame("demands");
    let mut accepted = Accepted { frames: ExtractKind::ALL.iter().map(|_| None).collect(), ..Accepted::default() };
    accepted.lists = std::mem::take(&mut raw.lists);
    accepted.frames[ExtractKind::Licenses as usize] = Some(without(raw.frame("licenses"), &run.set_fields(Side::License)));
    accepted.frames[ExtractKind::Consumptions as usize] = Some(demands::attributes(&demand_rows, &run.set_fields(Side::Consumption)));

    let mut schema = fields::schema(&accepted, &run.attributes()).map_err(|_| refused("the types of demands.parquet clash"))?;
    let checked = rules.check(&mut schema, &texts);
    let program = checked.map_err(|_| refused("the rules in manifest.json do not fit the columns of demands and licenses"))?;
    let trees = build_trees(Some(&raw.frame("trees")), &texts).map_err(|_| refused("trees.parquet holds no tree"))?;
    let products = products(&raw.frame("products"), &texts);
    let mut licenses = licenses::licenses(&mut accepted, &products, &texts, &policy);
    let mut lists = std::mem::take(&mut accepted.lists);
    let env = Env { texts: &texts, lists: &lists, trees: &trees, lower: &lower, as_of: policy.as_of.0 };
    licenses::fill_fields(&mut licenses, &schema, &program, &env);
    let users = links::users(&raw.frame("reservation_users"), &texts, &mut lists);
    let demands = demands::demands(&demand_rows, &products, &schema, &program);
    let plan = ScorePlan::new(&program, &schema);
    let estate = Estate {
        policy,
        lists,
        trees,
        products,
        licenses,
        consumptions: Consumptions::default(),
        assets: Registry::default(),
        users,
        demands,
        assignments: Vec::new(),
        reservations: Vec::new(),
        bundles: Vec::new(),
        preferences: Vec::new(),
        unknown_references: Vec::new(),
        skipped_entitles: Vec::new(),
        texts,
    };
    let mut world = World {
        built: Built { estate, schema, program, lower },
        plan,
        preferences: Preferences::default(),
        reserved: Reserved::default(),
        links: Vec::new(),
        assigned: Assigned::default(),
        names: std::mem::take(&mut raw.names),
        given: Given::default(),
        bundles: Vec::new(),
        rows: PublishedRows {
            demands: demand_rows,
            grants: raw.frame("grants"),
            deficits: raw.frame("deficits"),
            tries: raw.frame("tries"),
            assignments: raw.frame("assignments"),
        },
    };
    world.given = given(&raw.frame("allocations"), world.estate());
    world.bundles = demands::bundles(&raw.frame("bundle_demands"), &world);
    links::fill(&mut world, &raw.frame("preferences"), &raw.frame("reservations"));
    Ok(world)
}

/// The frame without some of its columns: set fields are made again.
fn without(mut frame: Frame, names: &[&str]) -> Frame {
    for name in names {
        if let Some(place) = frame.place(name) {
            frame.names.remove(place);
            frame.columns.remove(place);
        }
    }
    frame
}

fn products(frame: &Frame, texts: &Texts) -> Products {
    let metric = parse_codes(&codes(frame, "metric"), texts, Metric::parse);
    let class = parse_codes(&codes(frame, "class"), texts, ProductClass::parse);
    Products {
        id: codes(frame, "product_id"),
        in_catalog: booleans(frame, "in_catalog").into_iter().map(|known| known == Some(true)).collect(),
        name: codes(frame, "name"),
        publisher: codes(frame, "publisher"),
        stated_metric: parse_codes(&codes(frame, "stated_metric"), texts, Metric::parse),
        metric: metric.into_iter().map(|metric| metric.unwrap_or(Metric::Device)).collect(),
        min_units: integers(frame, "min_units"),
        devices_per_user: integers(frame, "devices_per_user"),
        free: class.into_iter().map(|class| class == Some(ProductClass::Free)).collect(),
        previous: codes(frame, "previous_product_id"),
        unit_price: decimals(frame, "unit_price"),
        currency: codes(frame, "currency"),
    }
}

/// The grants of the licenses that are here.
fn given(frame: &Frame, estate: &Estate) -> Given {
    let place = |code: &u32| estate.products.place(*code).map_or(u32::MAX, |place| place as u32);
    let license = |code: &u32| estate.licenses.id.binary_search(code).map_or(u32::MAX, |place| place as u32);
    let phases = parse_codes(&codes(frame, "phase"), &estate.texts, Phase::parse);
    let turn = |turn: i64| if turn == NULL_INT { 0 } else { u32::try_from(turn).unwrap_or(0) };
    let mut given = Given {
        product: codes(frame, "product_id").iter().map(place).collect(),
        license: codes(frame, "license_id").iter().map(license).collect(),
        phase: phases.into_iter().map(|phase| phase.unwrap_or(Phase::Direct)).collect(),
        units: integers(frame, "units"),
        turn: integers(frame, "turn").into_iter().map(turn).collect(),
        score: integers(frame, "score").into_iter().map(|score| (score != NULL_INT).then_some(score)).collect(),
        best: integers(frame, "rank").into_iter().map(|rank| rank == 1).collect(),
        ..Given::default()
    };
    given.index(estate.licenses.len());
    given
}
