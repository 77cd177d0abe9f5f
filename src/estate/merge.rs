//! From consumptions that belong together to demands: what each is like (contract §4.2).

use super::Built;
use super::group::Grouping;
use super::licenses::as_decimals;
use super::people::UserOf;
use crate::model::date::NULL_DATE;
use crate::model::demand::{Demands, names};
use crate::model::estate::{Estate, Registry};
use crate::model::integers::Integers;
use crate::model::text::{Code, NULL_CODE};
use crate::model::tree::Dimension;
use crate::model::value::{Column, Frame, NULL_INT, Type, Value};
use crate::model::words::Family;
use crate::rules::eval::{Env, Fields, Mode, evaluate};
use crate::rules::expr::Side;
use crate::rules::program::{Program, SetField};
use crate::rules::schema::Schema;
use rayon::prelude::*;
use std::sync::OnceLock;

/// Merges consumptions into demands: those of the estate, and the bundle demands of §4.8.
pub struct Merger<'a> {
    estate: &'a Estate,
    schema: &'a Schema,
    program: &'a Program,
    env: Env<'a>,
    /// The slots that rules read on the consumption side.
    read: Vec<usize>,
    /// Found when it is first asked for: most estates have no bundles, and are merged once.
    users: OnceLock<UserOf>,
}

/// Where a demand's attributes come from, after its consumptions.
struct Sources {
    asset_row: Vec<u32>,
    user_row: Vec<u32>,
    user_first: Vec<bool>,
}

impl<'a> Merger<'a> {
    pub fn new(built: &'a Built) -> Self {
        let read = built.program.fields_read(Side::Consumption);
        Self { estate: &built.estate, schema: &built.schema, program: &built.program, env: built.env(), read, users: OnceLock::new() }
    }

    /// The demands of a grouping. `quantities` replaces the sum of their consumptions'.
    pub fn merge(&self, grouping: Grouping, quantities: Option<Vec<i64>>) -> Demands {
        let Grouping { product, subject, mut starts, members } = grouping;
        if starts.is_empty() {
            starts.push(0);
        }
        let mut demands = Demands { product, subject, starts, members, ..Demands::default() };
        let naming = || names(&demands, &self.estate.texts, &self.estate.consumptions.id);
        // What a bundle demand is merged of has other subjects, too.
        let by_subject = quantities.is_none();
        let (names, (asset, user)) = rayon::join(naming, || self.identify(&demands, by_subject));
        (demands.names, demands.asset, demands.user) = (names, asset, user);
        let sources = self.sources(&demands);
        let no_user = |(user_first, subject): (&bool, &Code)| *user_first && *subject == NULL_CODE;
        demands.no_user = sources.user_first.par_iter().zip(&demands.subject).map(no_user).collect();
        self.measure(&mut demands, &sources, by_subject);
        if let Some(quantities) = quantities {
            demands.quantity = quantities.into();
        }
        let dimensions = ["department", "location", "cost_center"];
        let mut nodes = dimensions.into_par_iter().map(|name| self.merge_texts(&demands, &sources, name)).collect::<Vec<_>>().into_iter();
        demands.department = nodes.next().unwrap_or_default();
        demands.location = nodes.next().unwrap_or_default();
        demands.cost_center = nodes.next().unwrap_or_default();
        self.fill_fields(&mut demands, &sources);
        demands
    }

    /// What is made of each demand's consumptions. One column a pass: consumptions of a demand lie far apart, and a short step lets the
    /// processor wait for those of several demands at once.
    fn each<T: Send>(&self, demands: &Demands, of: impl Fn(usize, &[u32]) -> T + Sync) -> Vec<T> {
        (0..demands.len()).into_par_iter().map(|demand| of(demand, demands.members(demand))).collect()
    }

    /// Asset and user of each demand. `by_subject`: all consumptions of a demand have its subject.
    fn identify(&self, demands: &Demands, by_subject: bool) -> (Vec<Code>, Vec<Code>) {
        let consumptions = &self.estate.consumptions;
        let first = |codes: &[Code], members: &[u32]| match codes {
            [] => NULL_CODE,
            codes => members.iter().map(|row| codes[*row as usize]).find(|code| *code != NULL_CODE).unwrap_or(NULL_CODE),
        };
        let asset = self.each(demands, |demand, members| match self.merged_by_asset(demands, demand, by_subject) {
            true => demands.subject[demand],
            false => first(&consumptions.asset, members),
        });
        let users = self.users.get_or_init(|| UserOf::new(&self.estate.assets));
        let user = |demand: usize, members: &[u32]| match self.user_first(demands, demand) {
            true => demands.subject[demand],
            false => match first(&consumptions.user, members) {
                NULL_CODE => users.asset(asset[demand]),
                user => user,
            },
        };
        let user = self.each(demands, user);
        (asset, user)
    }

    /// Whether a demand is of the user family.
    fn user_first(&self, demands: &Demands, demand: usize) -> bool {
        self.estate.products.family(demands.product[demand] as usize) == Family::User
    }

    /// Whether the subject of a demand is the asset of all its consumptions, none included.
    fn merged_by_asset(&self, demands: &Demands, demand: usize, by_subject: bool) -> bool {
        by_subject && !self.user_first(demands, demand)
    }

    fn sources(&self, demands: &Demands) -> Sources {
        let row = |registry: &Registry, code: Code| registry.row(code).map_or(NULL_CODE, |row| row as u32);
        Sources {
            asset_row: demands.asset.par_iter().map(|asset| row(&self.estate.assets, *asset)).collect(),
            user_row: demands.user.par_iter().map(|user| row(&self.estate.users, *user)).collect(),
            user_first: self.each(demands, |demand, _| self.user_first(demands, demand)),
        }
    }

    /// Quantities, cores, devices and dates.
    fn measure(&self, demands: &mut Demands, sources: &Sources, by_subject: bool) {
        let frame = &self.estate.consumptions.frame;
        let dates = |name: &str| frame.column(name).map_or(&[][..], Column::dates);
        let known = |dates: &[i32], row: usize| dates.get(row).copied().filter(|day| *day != NULL_DATE);
        let quantity = frame.column("quantity").map_or(&[][..], Column::integers);
        // As in most estates; they need not be looked up then, far apart as they are.
        let all_one = quantity.par_iter().all(|quantity| *quantity == 1);
        let of = |demand: usize| match demands.members(demand) {
            members if all_one => members.len() as i64,
            members => members.iter().map(|row| quantity[*row as usize]).fold(0i64, i64::saturating_add),
        };
        demands.quantity = Integers::of(demands.len(), of);
        demands.devices = Integers::of(demands.len(), |demand| match self.merged_by_asset(demands, demand, by_subject) {
            true => i64::from(demands.subject[demand] != NULL_CODE),
            false => self.devices(demands.members(demand)),
        });
        let started_on = dates("started_on");
        let first = |members: &[u32]| members.iter().filter_map(|row| known(started_on, *row as usize)).min();
        demands.started_on = self.each(demands, |_, members| first(members).unwrap_or(NULL_DATE));
        let last_used_on = dates("last_used_on");
        let login = self.estate.users.frame.column("last_login_on").map_or(&[][..], Column::dates);
        let last = |demand: usize, members: &[u32]| {
            let last = members.iter().filter_map(|row| known(last_used_on, *row as usize)).max();
            let has_login = sources.user_first[demand] && sources.user_row[demand] != NULL_CODE;
            let login = || if has_login { known(login, sources.user_row[demand] as usize) } else { None };
            last.or_else(login).unwrap_or(NULL_DATE)
        };
        demands.last_used_on = self.each(demands, last);
        demands.cores = self.greatest(demands, sources, "cores");
        demands.processors = self.greatest(demands, sources, "processors");
    }

    /// Distinct assets.
    fn devices(&self, members: &[u32]) -> i64 {
        let of = |row: &u32| self.estate.consumptions.asset(*row as usize);
        let first = members.first().map_or(NULL_CODE, of);
        if members.iter().all(|row| of(row) == first) {
            return i64::from(first != NULL_CODE);
        }
        let mut assets: Vec<Code> = members.iter().map(of).filter(|code| *code != NULL_CODE).collect();
        assets.sort_unstable();
        assets.dedup();
        assets.len() as i64
    }

    /// The greatest of the consumptions' values, else the asset's.
    fn greatest(&self, demands: &Demands, sources: &Sources, name: &str) -> Integers {
        let integers = |frame: &'a crate::model::value::Frame| frame.column(name).map_or(&[][..], Column::integers);
        let (own, asset) = (integers(&self.estate.consumptions.frame), integers(&self.estate.assets.frame));
        let of = |demand: usize| {
            let of_own = || demands.members(demand).iter().map(|row| own[*row as usize]).max();
            let greatest = if own.is_empty() { NULL_INT } else { of_own().unwrap_or(NULL_INT) };
            match (greatest, sources.asset_row[demand]) {
                // Null is the smallest integer.
                (NULL_INT, NULL_CODE) => NULL_INT,
                (NULL_INT, row) => asset.get(row as usize).copied().unwrap_or(NULL_INT),
                (known, _) => known,
            }
        };
        Integers::of(demands.len(), of)
    }

    fn merge_texts(&self, demands: &Demands, sources: &Sources, name: &str) -> Vec<Code> {
        let estate = self.estate;
        let texts = |frame: &'a Frame| match frame.column(name) {
            Some(Column::Text(codes)) => codes.as_slice(),
            _ => &[],
        };
        let (own, asset, user) = (texts(&estate.consumptions.frame), texts(&estate.assets.frame), texts(&estate.users.frame));
        let at = |codes: &[Code], row: u32| codes.get(row as usize).copied().unwrap_or(NULL_CODE);
        let first = |demand: usize| {
            let of_own = || demands.members(demand).iter().map(|row| own[*row as usize]).find(|code| *code != NULL_CODE);
            let of_own = if own.is_empty() { None } else { of_own() };
            of_own.unwrap_or_else(|| {
                let (asset, user) = (|| at(asset, sources.asset_row[demand]), || at(user, sources.user_row[demand]));
                match if sources.user_first[demand] { user() } else { asset() } {
                    NULL_CODE if sources.user_first[demand] => asset(),
                    NULL_CODE => user(),
                    code => code,
                }
            })
        };
        (0..demands.len()).into_par_iter().map(first).collect()
    }

    /// The first value that is not null: of the consumptions, then of the asset and the user (the user and the asset, in the
    /// user family).
    fn first_known(&self, demands: &Demands, sources: &Sources, name: &str, kind: Type) -> Column {
        let estate = self.estate;
        let own = estate.consumptions.frame.column(name);
        let (asset, user) = (estate.assets.frame.column(name), estate.users.frame.column(name));
        let at = |column: Option<&Column>, row: u32| match column {
            Some(column) if row != NULL_CODE => column.get(row as usize),
            _ => Value::Null,
        };
        if kind == Type::Text {
            return Column::Text(self.merge_texts(demands, sources, name));
        }
        let mut out = Column::with_capacity(kind, demands.len());
        for demand in 0..demands.len() {
            let of_own =
                own.and_then(|own| demands.members(demand).iter().map(|row| own.get(*row as usize)).find(|value| !value.is_null()));
            let value = of_own.unwrap_or_else(|| {
                let (asset, user) = (at(asset, sources.asset_row[demand]), at(user, sources.user_row[demand]));
                let (first, second) = if sources.user_first[demand] { (user, asset) } else { (asset, user) };
                if first.is_null() { second } else { first }
            });
            out.push(value);
        }
        out
    }

    /// The fields that rules read, and then the set fields, in order.
    fn fill_fields(&self, demands: &mut Demands, sources: &Sources) {
        let sets: Vec<&SetField> = self.program.sets_of(Side::Consumption).collect();
        let set = |slot: &usize| sets.iter().any(|set| set.slot == *slot);
        let mut plain: Vec<usize> = self.read.iter().copied().filter(|slot| !set(slot)).collect();
        // Scopes read these, whether a rule does or not.
        let scoped = Dimension::ALL.iter().filter_map(|dimension| self.schema.slot(Side::Consumption, dimension.word()));
        scoped.for_each(|slot| {
            if !plain.contains(&slot) {
                plain.push(slot)
            }
        });
        let filled: Vec<Column> = plain.par_iter().map(|slot| self.field(demands, sources, *slot)).collect();
        let mut fields: Vec<Option<Column>> = vec![None; self.schema.consumption.len()];
        for (slot, column) in plain.into_iter().zip(filled) {
            fields[slot] = Some(column);
        }
        for set in sets {
            let mut column = Column::with_capacity(set.kind, demands.len());
            for demand in 0..demands.len() {
                column.push(evaluate(&set.expr, &Row { fields: &fields, demand }, &self.env, Mode::Affinity));
            }
            fields[set.slot] = Some(column);
        }
        demands.fields = fields;
    }

    fn field(&self, demands: &Demands, sources: &Sources, slot: usize) -> Column {
        let field = &self.schema.consumption[slot];
        let products = || demands.product.iter().map(|product| self.estate.products.id[*product as usize]).collect();
        match field.name.as_str() {
            "consumption_id" => Column::Text(self.first_ids(demands)),
            "product_id" => Column::Text(products()),
            "asset_id" => Column::Text(demands.asset.clone()),
            "user_id" => Column::Text(demands.user.clone()),
            "department" => Column::Text(demands.department.clone()),
            "location" => Column::Text(demands.location.clone()),
            "cost_center" => Column::Text(demands.cost_center.clone()),
            "quantity" => Column::Integer(demands.quantity.to_vec()),
            "cores" => Column::Integer(demands.cores.to_vec()),
            "processors" => Column::Integer(demands.processors.to_vec()),
            "started_on" => Column::Date(demands.started_on.clone()),
            "last_used_on" => Column::Date(demands.last_used_on.clone()),
            name => {
                let column = self.first_known(demands, sources, name, field.kind);
                if field.kind == Type::Decimal { as_decimals(column) } else { column }
            }
        }
    }

    /// The code of each demand's first `consumption_id`; they are interned where a rule reads them.
    fn first_ids(&self, demands: &Demands) -> Vec<Code> {
        let id = |demand: usize| self.estate.consumptions.id.get(demands.members(demand)[0] as usize);
        (0..demands.len()).into_par_iter().map(|demand| self.estate.texts.code(id(demand)).unwrap_or(NULL_CODE)).collect()
    }
}

/// The demand under evaluation while set fields are added.
struct Row<'a> {
    fields: &'a [Option<Column>],
    demand: usize,
}

impl Fields for Row<'_> {
    fn field(&self, _: Side, slot: usize) -> Value {
        self.fields.get(slot).and_then(Option::as_ref).map_or(Value::Null, |column| column.get(self.demand))
    }
}
