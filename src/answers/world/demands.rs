//! Demands from published rows: those of the estate, and the bundle demands of §4.8.

use super::columns::{codes, dates, integers, lists};
use super::{Bundle, World};
use crate::allocate::assignments::Assigned;
use crate::model::days::Days;
use crate::model::demand::Demands;
use crate::model::fields::Field;
use crate::model::integers::Integers;
use crate::model::license::Products;
use crate::model::text::{Code, NULL_CODE, TextArena};
use crate::model::value::{Column, Frame, NULL_INT, Type};
use crate::model::words::Family;
use crate::rules::{FieldInfo, Program, Schema, Side};

/// Columns of `demands` that are no fields of a demand; a field of such a name stands as `consumption.NAME`.
const NOT_FIELDS: [&str; 6] = ["demand_id", "metric", "need", "devices", "consumptions", "outcome"];
const PREFIX: &str = "consumption.";

/// The columns that rules read as fields, under the fields' names, but for set fields: those are no attributes.
pub fn attributes(rows: &Frame, set_fields: &[&str]) -> Frame {
    let mut frame = Frame::new(rows.rows);
    for (name, column) in rows.names.iter().zip(&rows.columns) {
        if NOT_FIELDS.contains(&name.as_str()) {
            continue;
        }
        let name = name.strip_prefix(PREFIX).unwrap_or(name);
        if !set_fields.contains(&name) {
            frame.push(name, column.clone());
        }
    }
    frame
}

/// The demands of published rows, in their order. They have no consumptions yet.
pub fn demands(rows: &Frame, products: &Products, schema: &Schema, program: &Program) -> Demands {
    let place = |code: &Code| products.place(*code).map_or(0, |place| place as u32);
    let product: Vec<u32> = codes(rows, "product_id").iter().map(place).collect();
    let (asset, user) = (codes(rows, "asset_id"), codes(rows, "user_id"));
    let of_user: Vec<bool> = product.iter().map(|product| products.family(*product as usize) == Family::User).collect();
    let subject: Vec<Code> = (0..rows.rows).map(|row| if of_user[row] { user[row] } else { asset[row] }).collect();
    Demands {
        names: TextArena::default(),
        no_user: (0..rows.rows).map(|row| of_user[row] && subject[row] == NULL_CODE).collect(),
        subject,
        department: codes(rows, "department"),
        location: codes(rows, "location"),
        cost_center: codes(rows, "cost_center"),
        quantity: integers(rows, "quantity").into(),
        cores: integers(rows, "cores").into(),
        processors: integers(rows, "processors").into(),
        devices: integers(rows, "devices").into(),
        started_on: dates(rows, "started_on").into(),
        last_used_on: dates(rows, "last_used_on").into(),
        starts: vec![0; rows.rows + 1],
        members: Vec::new(),
        fields: fields(rows, schema, program),
        product,
        asset,
        user,
    }
}

/// The fields that rules and scopes read, by slot: every one that the table has a column for, and nulls where a rule reads another.
fn fields(rows: &Frame, schema: &Schema, program: &Program) -> Vec<Option<Field>> {
    let read = program.fields_read(Side::Consumption);
    let field = |(slot, info): (usize, &FieldInfo)| {
        let column = match NOT_FIELDS.contains(&info.name.as_str()) {
            true => rows.column(&format!("{PREFIX}{}", info.name)),
            false => rows.column(&info.name),
        };
        let column = match column {
            Some(column) => Some(as_kind(column.clone(), info.kind)),
            None => read.contains(&slot).then(|| Column::nulls(info.kind, rows.rows)),
        };
        column.map(Field::Column)
    };
    schema.consumption.iter().enumerate().map(field).collect()
}

/// An integer column as decimals, where the rules have it so.
fn as_kind(column: Column, kind: Type) -> Column {
    if kind == Type::Decimal { crate::estate::licenses::as_decimals(column) } else { column }
}

/// The bundles of published rows.
pub fn bundles(rows: &Frame, world: &World) -> Vec<Bundle> {
    let (estate, built) = (world.estate(), &world.built);
    let all = demands(rows, &estate.products, &built.schema, &built.program);
    let (parts, turns) = (lists(rows, "parts"), integers(rows, "turn"));
    let mut bundles = Vec::new();
    let places: Vec<u32> = (0..rows.rows as u32).collect();
    for of_bundle in places.chunk_by(|one, other| all.product[*one as usize] == all.product[*other as usize]) {
        let part = |code: &Code| estate.products.place(*code).map(|place| place as u32);
        let of = |place: &u32| estate.lists.get(parts[*place as usize]).iter().filter_map(part).collect::<Vec<u32>>();
        let turn = |place: &u32| match turns[*place as usize] {
            NULL_INT => 0,
            turn => u32::try_from(turn).unwrap_or(0),
        };
        bundles.push(Bundle {
            product: all.product[of_bundle[0] as usize],
            demands: pick(&all, of_bundle),
            names: of_bundle.iter().map(|place| world.names.bundles.get(*place as usize).to_owned()).collect(),
            parts: of_bundle.iter().map(of).collect(),
            turns: of_bundle.iter().map(turn).collect(),
            assigned: Assigned::default(),
        });
    }
    bundles
}

fn pick(all: &Demands, places: &[u32]) -> Demands {
    fn at<T: Copy>(values: &[T], places: &[u32]) -> Vec<T> {
        places.iter().map(|place| values[*place as usize]).collect()
    }
    let small = |all: &Integers| Integers::of(places.len(), |at| all.get(places[at] as usize));
    let days = |all: &Days| Days::of(places.len(), |at| all.get(places[at] as usize));
    let picked = |field: &Field| match field {
        Field::Own(own) => Field::Own(*own),
        Field::Column(column) => Field::Column(column.gather(places)),
    };
    Demands {
        product: at(&all.product, places),
        subject: at(&all.subject, places),
        names: TextArena::default(),
        no_user: at(&all.no_user, places),
        asset: at(&all.asset, places),
        user: at(&all.user, places),
        department: at(&all.department, places),
        location: at(&all.location, places),
        cost_center: at(&all.cost_center, places),
        quantity: small(&all.quantity),
        cores: small(&all.cores),
        processors: small(&all.processors),
        devices: small(&all.devices),
        started_on: days(&all.started_on),
        last_used_on: days(&all.last_used_on),
        starts: vec![0; places.len() + 1],
        members: Vec::new(),
        fields: all.fields.iter().map(|field| field.as_ref().map(picked)).collect(),
    }
}
