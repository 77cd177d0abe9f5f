//! From consumptions that belong together to demands: what each is like (contract §4.2).

use super::Built;
use super::group::Grouping;
use super::licenses::as_decimals;
use super::people::UserOf;
use crate::model::date::NULL_DATE;
use crate::model::days::Days;
use crate::model::demand::{Demands, names};
use crate::model::estate::Estate;
use crate::model::fields::{Field, Own};
use crate::model::integers::{Integers, PIECE, Piece};
use crate::model::text::{Code, NULL_CODE};
use crate::model::tree::Dimension;
use crate::model::value::{Column, Frame, NULL_INT, Type, Value};
use crate::model::words::Family;
use crate::rules::eval::{Env, Fields, Mode, evaluate};
use crate::rules::expr::Side;
use crate::rules::program::Program;
use crate::rules::schema::Schema;
use rayon::prelude::*;
use std::ops::Range;
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

/// Where the attributes of some demands that stand together come from, after their consumptions.
struct Sources {
    demands: Range<usize>,
    asset_row: Vec<u32>,
    user_row: Vec<u32>,
    user_first: Vec<bool>,
}

/// Every demand has these; they are nodes of trees.
const NODES: [&str; 3] = ["department", "location", "cost_center"];

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
        let no_user = |demand: usize, _: &[u32]| demands.subject[demand] == NULL_CODE && self.user_first(&demands, demand);
        demands.no_user = self.each(&demands, no_user);
        self.measure(&mut demands, by_subject);
        if let Some(quantities) = quantities {
            demands.quantity = quantities.into();
        }
        let plain = self.plain_fields();
        let attributes: Vec<usize> = plain.iter().copied().filter(|slot| self.is_text_attribute(*slot)).collect();
        let of_schema = attributes.iter().map(|slot| self.schema.consumption[*slot].name.as_str());
        let mut texts = self.inherit(&mut demands, &NODES.into_iter().chain(of_schema).collect::<Vec<_>>()).into_iter();
        demands.department = texts.next().unwrap_or_default();
        demands.location = texts.next().unwrap_or_default();
        demands.cost_center = texts.next().unwrap_or_default();
        demands.fields = vec![None; self.schema.consumption.len()];
        attributes.into_iter().zip(texts).for_each(|(slot, codes)| demands.fields[slot] = Some(Field::Column(Column::Text(codes))));
        self.fill_fields(&mut demands, plain);
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

    fn asset_row(&self, demands: &Demands, demand: usize) -> u32 {
        self.estate.assets.row(demands.asset[demand]).map_or(NULL_CODE, |row| row as u32)
    }

    fn user_row(&self, demands: &Demands, demand: usize) -> u32 {
        self.estate.users.row(demands.user[demand]).map_or(NULL_CODE, |row| row as u32)
    }

    fn sources(&self, demands: &Demands, some: Range<usize>) -> Sources {
        Sources {
            asset_row: some.clone().map(|demand| self.asset_row(demands, demand)).collect(),
            user_row: some.clone().map(|demand| self.user_row(demands, demand)).collect(),
            user_first: some.clone().map(|demand| self.user_first(demands, demand)).collect(),
            demands: some,
        }
    }

    /// What consumptions alone say: quantities, devices, since when.
    fn measure(&self, demands: &mut Demands, by_subject: bool) {
        let frame = &self.estate.consumptions.frame;
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
        let started_on = dates(frame, "started_on");
        let first = |members: &[u32]| members.iter().filter_map(|row| known(started_on, *row)).min();
        demands.started_on = Days::of(demands.len(), |demand| first(demands.members(demand)).unwrap_or(NULL_DATE));
    }

    /// What assets and users say, too: last use, cores, and the texts of these names. Demands are taken by the stretch, so that the rows of
    /// their assets and users are at hand for all columns, and nowhere else.
    fn inherit(&self, demands: &mut Demands, names: &[&str]) -> Vec<Vec<Code>> {
        let count = demands.len();
        // Zeroes, which the system gives without being touched: all cores take part in that.
        let mut texts: Vec<Vec<Code>> = names.iter().map(|_| vec![0; count]).collect();
        let mut of_stretches: Vec<Vec<&mut [Code]>> = (0..count).step_by(PIECE).map(|_| Vec::with_capacity(names.len())).collect();
        for column in &mut texts {
            of_stretches.iter_mut().zip(column.chunks_mut(PIECE)).for_each(|(columns, stretch)| columns.push(stretch));
        }
        let whole: &Demands = demands;
        let stretch = |(place, texts): (usize, Vec<&mut [Code]>)| {
            let sources = self.sources(whole, place * PIECE..count.min((place + 1) * PIECE));
            names.iter().zip(texts).for_each(|(name, out)| self.merge_texts(whole, &sources, name, out));
            let greatest = |name: &str| self.greatest(whole, &sources, name);
            (self.last_used(whole, &sources), (greatest("cores"), greatest("processors")))
        };
        let (last_used_on, (cores, processors)): (_, (_, _)) = of_stretches.into_par_iter().enumerate().map(stretch).unzip();
        demands.last_used_on = Days::in_pieces(count, last_used_on);
        demands.cores = Integers::in_pieces(count, cores);
        demands.processors = Integers::in_pieces(count, processors);
        texts
    }

    /// The latest of the consumptions' days; in the user family else the user's last login.
    fn last_used(&self, demands: &Demands, sources: &Sources) -> Piece {
        let last_used_on = dates(&self.estate.consumptions.frame, "last_used_on");
        let login = dates(&self.estate.users.frame, "last_login_on");
        let last = |(place, demand): (usize, usize)| {
            let last = demands.members(demand).iter().filter_map(|row| known(last_used_on, *row)).max();
            let login = || if sources.user_first[place] { known(login, sources.user_row[place]) } else { None };
            last.or_else(login).unwrap_or(NULL_DATE)
        };
        sources.demands.clone().enumerate().map(last).collect()
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
    fn greatest(&self, demands: &Demands, sources: &Sources, name: &str) -> Piece {
        let integers = |frame: &'a Frame| frame.column(name).map_or(&[][..], Column::integers);
        let (own, asset) = (integers(&self.estate.consumptions.frame), integers(&self.estate.assets.frame));
        let of = |(demand, asset_row): (usize, &u32)| {
            // Null is the smallest integer.
            let of_own = || demands.members(demand).iter().map(|row| own[*row as usize]).max();
            match if own.is_empty() { NULL_INT } else { of_own().unwrap_or(NULL_INT) } {
                NULL_INT => asset.get(*asset_row as usize).copied().unwrap_or(NULL_INT),
                known => known,
            }
        };
        Piece::of(&sources.demands.clone().zip(&sources.asset_row).map(of).collect::<Vec<_>>())
    }

    /// The first text that there is: of the consumptions, then of the asset and the user (the user and the asset, in the user family).
    fn merge_texts(&self, demands: &Demands, sources: &Sources, name: &str, out: &mut [Code]) {
        let estate = self.estate;
        let texts = |frame: &'a Frame| match frame.column(name) {
            Some(Column::Text(codes)) => codes.as_slice(),
            _ => &[],
        };
        let (own, asset, user) = (texts(&estate.consumptions.frame), texts(&estate.assets.frame), texts(&estate.users.frame));
        let at = |codes: &[Code], row: u32| codes.get(row as usize).copied().unwrap_or(NULL_CODE);
        for (place, (demand, out)) in sources.demands.clone().zip(out).enumerate() {
            let of_own = || demands.members(demand).iter().map(|row| own[*row as usize]).find(|code| *code != NULL_CODE);
            let of_own = if own.is_empty() { None } else { of_own() };
            *out = of_own.unwrap_or_else(|| {
                let (asset, user) = (|| at(asset, sources.asset_row[place]), || at(user, sources.user_row[place]));
                match if sources.user_first[place] { user() } else { asset() } {
                    NULL_CODE if sources.user_first[place] => asset(),
                    NULL_CODE => user(),
                    code => code,
                }
            });
        }
    }

    /// The same for an attribute of another type.
    fn first_known(&self, demands: &Demands, name: &str, kind: Type) -> Column {
        let estate = self.estate;
        let own = estate.consumptions.frame.column(name);
        let (asset, user) = (estate.assets.frame.column(name), estate.users.frame.column(name));
        let at = |column: Option<&Column>, row: u32| match column {
            Some(column) if row != NULL_CODE => column.get(row as usize),
            _ => Value::Null,
        };
        let mut out = Column::with_capacity(kind, demands.len());
        for demand in 0..demands.len() {
            let of_own =
                own.and_then(|own| demands.members(demand).iter().map(|row| own.get(*row as usize)).find(|value| !value.is_null()));
            let value = of_own.unwrap_or_else(|| {
                let (asset, user) = (at(asset, self.asset_row(demands, demand)), at(user, self.user_row(demands, demand)));
                let (first, second) = if self.user_first(demands, demand) { (user, asset) } else { (asset, user) };
                if first.is_null() { second } else { first }
            });
            out.push(value);
        }
        out
    }

    /// The slots of the fields that rules and scopes read, without those that are only set.
    fn plain_fields(&self) -> Vec<usize> {
        let set = |slot: &usize| self.program.sets_of(Side::Consumption).any(|set| set.slot == *slot);
        let mut plain: Vec<usize> = self.read.iter().copied().filter(|slot| !set(slot)).collect();
        // Scopes read these, whether a rule does or not.
        let scoped = Dimension::ALL.iter().filter_map(|dimension| self.schema.slot(Side::Consumption, dimension.word()));
        scoped.for_each(|slot| {
            if !plain.contains(&slot) {
                plain.push(slot)
            }
        });
        plain
    }

    /// Whether a field is inherited as texts are, and no column that every demand has.
    fn is_text_attribute(&self, slot: usize) -> bool {
        let field = &self.schema.consumption[slot];
        let name = field.name.as_str();
        field.kind == Type::Text && Own::named(name).is_none() && !["consumption_id", "product_id"].contains(&name)
    }

    /// The plain fields that are not there yet, and then the set fields, in order.
    fn fill_fields(&self, demands: &mut Demands, mut plain: Vec<usize>) {
        plain.retain(|slot| demands.fields[*slot].is_none());
        let filled: Vec<Field> = plain.par_iter().map(|slot| self.field(demands, *slot)).collect();
        plain.into_iter().zip(filled).for_each(|(slot, field)| demands.fields[slot] = Some(field));
        for set in self.program.sets_of(Side::Consumption) {
            let mut column = Column::with_capacity(set.kind, demands.len());
            for demand in 0..demands.len() {
                column.push(evaluate(&set.expr, &Row { demands, demand }, &self.env, Mode::Affinity));
            }
            demands.fields[set.slot] = Some(Field::Column(column));
        }
    }

    fn field(&self, demands: &Demands, slot: usize) -> Field {
        let field = &self.schema.consumption[slot];
        let products = || demands.product.iter().map(|product| self.estate.products.id[*product as usize]).collect();
        match (field.name.as_str(), Own::named(&field.name)) {
            (_, Some(own)) => Field::Own(own),
            ("consumption_id", _) => Field::Column(Column::Text(self.first_ids(demands))),
            ("product_id", _) => Field::Column(Column::Text(products())),
            (name, None) => {
                let column = self.first_known(demands, name, field.kind);
                Field::Column(if field.kind == Type::Decimal { as_decimals(column) } else { column })
            }
        }
    }

    /// The code of each demand's first `consumption_id`; they are interned where a rule reads them.
    fn first_ids(&self, demands: &Demands) -> Vec<Code> {
        let id = |demand: usize| self.estate.consumptions.id.get(demands.members(demand)[0] as usize);
        (0..demands.len()).into_par_iter().map(|demand| self.estate.texts.code(id(demand)).unwrap_or(NULL_CODE)).collect()
    }
}

/// The days of a column; none if there is no such column.
fn dates<'a>(frame: &'a Frame, name: &str) -> &'a [i32] {
    frame.column(name).map_or(&[], Column::dates)
}

/// The day of a row; none if it is null, and for no row.
fn known(dates: &[i32], row: u32) -> Option<i32> {
    dates.get(row as usize).copied().filter(|day| *day != NULL_DATE)
}

/// The demand under evaluation while set fields are added.
struct Row<'a> {
    demands: &'a Demands,
    demand: usize,
}

impl Fields for Row<'_> {
    fn field(&self, _: Side, slot: usize) -> Value {
        self.demands.field(slot, self.demand)
    }
}
