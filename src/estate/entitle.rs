//! Role rules: users who get a license by their role, group or department, also without an observed consumption (contract §5.5).

use super::accepted::Accepted;
use super::people::UserOf;
use crate::model::date::{Date, NULL_DATE};
use crate::model::estate::{Registry, SkippedEntitle};
use crate::model::license::Products;
use crate::model::text::{Code, NULL_CODE};
use crate::model::value::{Column, Value};
use crate::model::words::{ExtractKind, Family};
use crate::rules::eval::{Env, Fields, Mode, holds};
use crate::rules::expr::Side;
use crate::rules::program::{Entitle, Program};
use crate::rules::schema::Schema;
use rustc_hash::FxHashSet;

/// A consumption that a role rule adds.
pub struct Added {
    pub id: String,
    pub product: Code,
    pub user: Code,
}

/// What the role rules came to.
#[derive(Default)]
pub struct Entitled {
    /// By `consumption_id`.
    pub added: Vec<Added>,
    pub skipped: Vec<SkippedEntitle>,
}

/// A user as the rules see it: the columns by slot.
struct UserRow<'a> {
    columns: &'a [Option<&'a Column>],
    row: usize,
}

impl Fields for UserRow<'_> {
    fn field(&self, _: Side, slot: usize) -> Value {
        self.columns.get(slot).copied().flatten().map_or(Value::Null, |column| column.get(self.row))
    }
}

/// Applies the role rules, one after the other: each sees what those before it added.
#[expect(clippy::too_many_arguments, reason = "the estate is not yet one thing when role rules are applied")]
pub fn entitle(
    accepted: &Accepted,
    products: &Products,
    assets: &Registry,
    users: &Registry,
    program: &Program,
    schema: &Schema,
    env: &Env<'_>,
    as_of: Date,
) -> Entitled {
    let mut result = Entitled::default();
    if program.entitles.is_empty() {
        return result;
    }
    let columns: Vec<Option<&Column>> = schema.user.iter().map(|field| users.frame.column(&field.name)).collect();
    let mut holders = holders(accepted, assets, as_of);
    for rule in &program.entitles {
        let Some(product) = product_of(rule, products, env, &mut result.skipped) else { continue };
        for (row, user) in users.id.iter().enumerate() {
            let wanted = !super::user_has_left(users, *user, as_of)
                && !holders.contains(&(product, *user))
                && holds(&rule.expr, &UserRow { columns: &columns, row }, env, Mode::Affinity);
            if wanted {
                holders.insert((product, *user));
                let id = format!("rule:{}:{}", rule.name, env.texts.get(*user));
                result.added.push(Added { id, product, user: *user });
            }
        }
    }
    result.added.sort_by(|a, b| a.id.cmp(&b.id));
    result
}

/// The product of a rule, or a note that tonight it is unknown or not of the user family.
fn product_of(rule: &Entitle, products: &Products, env: &Env<'_>, skipped: &mut Vec<SkippedEntitle>) -> Option<Code> {
    let code = env.texts.code(&rule.product);
    let place = code.and_then(|code| products.place(code));
    let why = match place {
        None => "neither the catalog nor a license nor a consumption names its product",
        Some(place) if products.family(place) != Family::User => "its product is not counted by users",
        Some(_) => return code,
    };
    skipped.push(SkippedEntitle { rule: rule.name.clone(), product: rule.product.clone(), why });
    None
}

/// (product, user) of the accepted consumptions but `ended` ones: their own user, or without one that of their asset.
fn holders(accepted: &Accepted, assets: &Registry, as_of: Date) -> FxHashSet<(Code, Code)> {
    let texts = |name: &str| accepted.texts_of(ExtractKind::Consumptions, name);
    let (product, user, asset) = (texts("product_id"), texts("user_id"), texts("asset_id"));
    let ended = accepted.frame(ExtractKind::Consumptions).and_then(|frame| frame.column("ended_on")).map_or(&[][..], Column::dates);
    let users = UserOf::new(assets);
    let mut holders = FxHashSet::default();
    let at = |codes: &[Code], row: usize| codes.get(row).copied().unwrap_or(NULL_CODE);
    for row in 0..product.len() {
        if ended.get(row).is_some_and(|ended| *ended != NULL_DATE && *ended <= as_of.0) {
            continue;
        }
        let user = if at(user, row) == NULL_CODE { users.asset(at(asset, row)) } else { user[row] };
        if user != NULL_CODE {
            holders.insert((product[row], user));
        }
    }
    holders
}
