//! What rules can read: the fields of §2 of each side, the attributes that tonight's extracts have, and which hold nodes of a
//! tree (contract §5.1).

use super::ContentError;
use super::accepted::Accepted;
use crate::model::tree::Dimension;
use crate::model::value::Type;
use crate::model::words::ExtractKind;
use crate::rules::expr::Side;
use crate::rules::schema::{FieldInfo, Schema};
use std::collections::BTreeMap;

/// The fields of a demand that come from consumptions.
const CONSUMPTION: &[(&str, Type)] = &[
    ("consumption_id", Type::Text),
    ("product_id", Type::Text),
    ("asset_id", Type::Text),
    ("user_id", Type::Text),
    ("quantity", Type::Integer),
    ("cores", Type::Integer),
    ("processors", Type::Integer),
    ("department", Type::Text),
    ("location", Type::Text),
    ("cost_center", Type::Text),
    ("started_on", Type::Date),
    ("ended_on", Type::Date),
    ("last_used_on", Type::Date),
    ("exempt_reason", Type::Text),
];
/// Those that only assets have.
const ASSET: &[(&str, Type)] = &[("status", Type::Text), ("disposed_on", Type::Date)];
/// Those of users.
const USER: &[(&str, Type)] = &[
    ("user_id", Type::Text),
    ("name", Type::Text),
    ("active", Type::Boolean),
    ("left_on", Type::Date),
    ("last_login_on", Type::Date),
    ("department", Type::Text),
    ("location", Type::Text),
    ("cost_center", Type::Text),
    ("roles", Type::List),
    ("groups", Type::List),
];
/// The fields of a license, in the order of §2.
pub const LICENSE: &[(&str, Type)] = &[
    ("license_id", Type::Text),
    ("product_id", Type::Text),
    ("metric", Type::Text),
    ("seats", Type::Integer),
    ("license_type", Type::Text),
    ("status", Type::Text),
    ("starts_on", Type::Date),
    ("ends_on", Type::Date),
    ("retired_on", Type::Date),
    ("grace_days", Type::Integer),
    ("department", Type::Text),
    ("location", Type::Text),
    ("cost_center", Type::Text),
    ("user_id", Type::Text),
    ("cores", Type::Integer),
    ("scope", Type::List),
    ("downgrade", Type::Text),
    ("unit_cost", Type::Decimal),
    ("currency", Type::Text),
    ("contract_id", Type::Text),
    ("vendor", Type::Text),
    ("responsible", Type::Text),
    ("renews_on", Type::Date),
];

/// The schema of tonight's extracts, without set fields. `Err` if one name has two types among consumptions, assets and users.
pub fn schema(accepted: &Accepted, trees: &BTreeMap<String, Dimension>) -> Result<Schema, Vec<ContentError>> {
    let mut schema = Schema::default();
    let tree = |name: &str| Dimension::parse(name).or_else(|| trees.get(name).copied());
    let mut errors = Vec::new();
    for (name, kind) in CONSUMPTION.iter().chain(ASSET).chain(USER) {
        if schema.slot(Side::Consumption, name).is_none() {
            schema.push(Side::Consumption, FieldInfo::new(*name, *kind, tree(name)));
        }
    }
    for (name, kind) in USER {
        schema.push(Side::User, FieldInfo::new(*name, *kind, tree(name)));
    }
    for (name, kind) in LICENSE {
        schema.push(Side::License, FieldInfo::new(*name, *kind, tree(name)));
    }
    for extract in [ExtractKind::Consumptions, ExtractKind::Assets, ExtractKind::Users] {
        add_attributes(&mut schema, accepted, extract, Side::Consumption, &tree, &mut errors);
    }
    add_attributes(&mut schema, accepted, ExtractKind::Users, Side::User, &tree, &mut errors);
    add_attributes(&mut schema, accepted, ExtractKind::Licenses, Side::License, &tree, &mut errors);
    if errors.is_empty() { Ok(schema) } else { Err(errors) }
}

fn add_attributes(
    schema: &mut Schema,
    accepted: &Accepted,
    extract: ExtractKind,
    side: Side,
    tree: &impl Fn(&str) -> Option<Dimension>,
    errors: &mut Vec<ContentError>,
) {
    let Some(frame) = accepted.frame(extract) else { return };
    for (name, column) in frame.names.iter().zip(&frame.columns) {
        let Some(slot) = schema.slot(side, name) else {
            let tree = if column.kind() == Type::Text { tree(name) } else { None };
            schema.push(side, FieldInfo::new(name.clone(), column.kind(), tree));
            continue;
        };
        let known = schema.side(side)[slot].kind;
        if known == column.kind() || (known.is_number() && column.kind().is_number()) {
            continue;
        }
        let problem = format!(
            "column {name} holds {}, but the field {}.{name} holds {}; rename the column in the job file (columns = …) or declare its type (types = …)",
            column.kind().word(),
            side.word(),
            known.word()
        );
        errors.push(ContentError { extract, problem });
    }
}
