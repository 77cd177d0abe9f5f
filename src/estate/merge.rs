//! From consumptions that belong together to demands: what each is like (contract §4.2).

use super::Built;
use super::group::Grouping;
use super::licenses::as_decimals;
use super::uses::{Holders, Machine, NODES, Person, Use, Uses, texts};
use crate::model::date::NULL_DATE;
use crate::model::days::Days;
use crate::model::demand::{Demands, names};
use crate::model::estate::{Estate, Registry};
use crate::model::fields::{Field, Own};
use crate::model::integers::{Integers, PIECE, Piece};
use crate::model::text::{Code, NULL_CODE};
use crate::model::tree::Dimension;
use crate::model::value::{Column, NULL_INT, Type, Value};
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
    /// For bundles, found when they are first asked for: most estates have none.
    holders: OnceLock<Holders>,
}

/// What demands are merged of.
struct Sources<'a> {
    uses: Uses<'a>,
    holders: &'a Holders,
    /// Whether all consumptions of a demand have its subject.
    by_subject: bool,
}

/// Some demands that stand together, while they are merged: what their consumptions are like, and where else attributes come from.
struct Stretch<'a> {
    all: &'a Demands,
    demands: Range<usize>,
    sources: &'a Sources<'a>,
    /// Of the consumptions of all of them, one behind the other.
    uses: Vec<Use>,
    user_first: Vec<bool>,
    asset: Vec<Code>,
    asset_row: Vec<u32>,
    machines: Vec<Machine>,
    user: Vec<Code>,
    user_row: Vec<u32>,
    /// Only where the user comes first.
    persons: Vec<Person>,
}

/// What demands that stand together measure.
#[derive(Default)]
struct Measures {
    quantity: Vec<i64>,
    devices: Vec<i64>,
    cores: Vec<i64>,
    processors: Vec<i64>,
    started_on: Vec<i32>,
    last_used_on: Vec<i32>,
}

/// How many demands a stretch has: what is known of them is at hand in a processor's own memory.
const STRETCH: usize = 1024;
const _: () = assert!(PIECE.is_multiple_of(STRETCH));

impl<'a> Merger<'a> {
    pub fn new(built: &'a Built) -> Self {
        let read = built.program.fields_read(Side::Consumption);
        Self { estate: &built.estate, schema: &built.schema, program: &built.program, env: built.env(), read, holders: OnceLock::new() }
    }

    /// The demands of a grouping. `quantities` replaces the sum of their consumptions'.
    pub fn merge(&self, grouping: Grouping, quantities: Option<Vec<i64>>) -> Demands {
        let Grouping { product, subject, mut starts, members } = grouping;
        if starts.is_empty() {
            starts.push(0);
        }
        let mut demands = Demands { product, subject, starts, members, ..Demands::default() };
        let own = |demand: usize| demands.subject[demand] == NULL_CODE;
        demands.no_user = (0..demands.len()).into_par_iter().map(|demand| own(demand) && self.user_first(&demands, demand)).collect();
        let plain = self.plain_fields();
        let attributes: Vec<usize> = plain.iter().copied().filter(|slot| self.is_text_attribute(*slot)).collect();
        let of_schema = attributes.iter().map(|slot| self.schema.consumption[*slot].name.as_str());
        // What a bundle demand is merged of has other subjects, too, and there are few of them, often. What is known of assets and users is
        // made before cores take part in what needs it: whoever makes it must not wait for those who wait for it.
        let (estate, by_subject) = (self.estate, quantities.is_none());
        let known = || Holders::new(&estate.assets, &estate.users);
        let once = by_subject.then(known);
        let holders = once.as_ref().unwrap_or_else(|| self.holders.get_or_init(known));
        let uses = match by_subject {
            true => Uses::all(&estate.consumptions, &estate.products, estate.policy.as_of.0),
            false => Uses::few(&estate.consumptions),
        };
        let texts = self.inherit(&mut demands, &of_schema.collect::<Vec<_>>(), &Sources { uses, holders, by_subject });
        drop(once);
        demands.names = names(&demands, &estate.texts, &estate.consumptions.id);
        if let Some(quantities) = quantities {
            demands.quantity = quantities.into();
        }
        demands.fields = vec![None; self.schema.consumption.len()];
        attributes.into_iter().zip(texts).for_each(|(slot, codes)| demands.fields[slot] = Some(Field::Column(Column::Text(codes))));
        self.fill_fields(&mut demands, plain);
        demands
    }

    /// Whether a demand is of the user family.
    fn user_first(&self, demands: &Demands, demand: usize) -> bool {
        self.estate.products.family(demands.product[demand] as usize) == Family::User
    }

    /// What consumptions, assets and users say; the texts of attributes of these names are left, those of the columns that all demands have
    /// are put there. Demands are taken by the stretch: what is read of their consumptions, and the rows of their assets and users,
    /// are at hand for all columns, and nowhere else.
    fn inherit(&self, demands: &mut Demands, names: &[&str], sources: &Sources<'_>) -> std::vec::IntoIter<Vec<Code>> {
        let count = demands.len();
        // Zeroes, which the system gives without being touched: all cores take part in that.
        let mut texts: Vec<Vec<Code>> = (0..names.len() + 5).map(|_| vec![0; count]).collect();
        let mut of_stretches: Vec<Vec<&mut [Code]>> = (0..count).step_by(STRETCH).map(|_| Vec::with_capacity(texts.len())).collect();
        for column in &mut texts {
            of_stretches.iter_mut().zip(column.chunks_mut(STRETCH)).for_each(|(columns, stretch)| columns.push(stretch));
        }
        let whole: &Demands = demands;
        let piece = |(piece, of_stretches): (usize, &mut [Vec<&mut [Code]>])| {
            let mut measures = Measures::default();
            for (place, texts) in of_stretches.iter_mut().enumerate() {
                let first = piece * PIECE + place * STRETCH;
                let stretch = self.stretch(whole, first..count.min(first + STRETCH), sources);
                self.merge_texts(&stretch, names, texts);
                self.measure(&stretch, &mut measures);
            }
            let Measures { quantity, devices, cores, processors, started_on, last_used_on } = measures;
            let days = [started_on, last_used_on].map(|days| days.into_iter().collect());
            ([quantity, devices, cores, processors].map(|integers| Piece::of(&integers)), days)
        };
        let pieces: Vec<([Piece; 4], [Piece; 2])> = of_stretches.par_chunks_mut(PIECE / STRETCH).enumerate().map(piece).collect();
        let (integers, days): (Vec<[Piece; 4]>, Vec<[Piece; 2]>) = pieces.into_iter().unzip();
        let columns = [&mut demands.quantity, &mut demands.devices, &mut demands.cores, &mut demands.processors];
        columns.into_iter().zip(transposed(integers)).for_each(|(column, pieces)| *column = Integers::in_pieces(count, pieces));
        let columns = [&mut demands.started_on, &mut demands.last_used_on];
        columns.into_iter().zip(transposed(days)).for_each(|(column, pieces)| *column = Days::in_pieces(count, pieces));
        let mut texts = texts.into_iter();
        let columns = [&mut demands.asset, &mut demands.user, &mut demands.department, &mut demands.location, &mut demands.cost_center];
        columns.into_iter().zip(&mut texts).for_each(|(column, codes)| *column = codes);
        texts
    }

    /// Some demands with what is known of their consumptions, their assets and users. One thing at a time: each lies somewhere else, and the
    /// processor waits for many at once where nothing is decided between.
    fn stretch<'b>(&self, all: &'b Demands, demands: Range<usize>, sources: &'b Sources<'b>) -> Stretch<'b> {
        let (estate, holders) = (self.estate, sources.holders);
        let user_first = demands.clone().map(|demand| self.user_first(all, demand)).collect();
        let subject = &all.subject[demands.clone()];
        let uses = sources.uses.of(&all.members[all.starts[demands.start] as usize..all.starts[demands.end] as usize]);
        let (asset, asset_row, machines) = Default::default();
        let (user, user_row, persons) = Default::default();
        let mut stretch = Stretch { all, demands, sources, uses, user_first, asset, asset_row, machines, user, user_row, persons };
        let places = 0..subject.len();
        let asset = |place: usize| match stretch.merged_by_asset(place) {
            true => subject[place],
            false => first(stretch.uses(place), |one| one.asset),
        };
        stretch.asset = places.clone().map(asset).collect();
        stretch.asset_row = stretch.asset.iter().map(|asset| row_of(&estate.assets, *asset)).collect();
        stretch.machines = stretch.asset_row.iter().map(|row| holders.machine(*row)).collect();
        let user = |place: usize| match stretch.user_first[place] {
            true => subject[place],
            false => match first(stretch.uses(place), |one| one.user) {
                NULL_CODE => stretch.machines[place].user,
                user => user,
            },
        };
        stretch.user = places.map(user).collect();
        stretch.user_row = stretch.user.iter().map(|user| row_of(&estate.users, *user)).collect();
        let wanted = |(row, user_first): (&u32, &bool)| holders.person(if *user_first { *row } else { NULL_CODE });
        stretch.persons = stretch.user_row.iter().zip(&stretch.user_first).map(wanted).collect();
        stretch
    }

    /// Quantity, devices, cores, processors, first and last use.
    fn measure(&self, stretch: &Stretch<'_>, out: &mut Measures) {
        let places = || 0..stretch.demands.len();
        let uses = || places().map(|place| stretch.uses(place));
        out.quantity.extend(uses().map(|uses| uses.iter().map(|one| one.quantity).fold(0i64, i64::saturating_add)));
        out.devices.extend(places().map(|place| match stretch.merged_by_asset(place) {
            true => i64::from(stretch.asset[place] != NULL_CODE),
            false => devices(stretch.uses(place)),
        }));
        self.greatest(stretch, "cores", |machine| machine.cores, &mut out.cores);
        self.greatest(stretch, "processors", |machine| machine.processors, &mut out.processors);
        let known = |uses: &[Use]| uses.iter().map(|one| one.started_on).filter(|day| *day != NULL_DATE).min();
        out.started_on.extend(uses().map(|uses| known(uses).unwrap_or(NULL_DATE)));
        let last = |uses: &[Use]| uses.iter().map(|one| one.last_used_on).max().unwrap_or(NULL_DATE);
        out.last_used_on.extend(places().map(|place| match last(stretch.uses(place)) {
            // Null is the first day. In the user family the user's last login is known, of others' users nothing is asked.
            NULL_DATE => stretch.persons[place].last_login_on,
            day => day,
        }));
    }

    /// The greatest of the consumptions' values, else the asset's.
    fn greatest(&self, stretch: &Stretch<'_>, name: &str, asset: impl Fn(&Machine) -> i64, out: &mut Vec<i64>) {
        let own = stretch.gather(self.estate.consumptions.frame.column(name).map_or(&[], Column::integers));
        // Null is the smallest integer.
        out.extend(stretch.machines.iter().enumerate().map(|(place, machine)| match stretch.of(place, &own).iter().max() {
            None | Some(&NULL_INT) => asset(machine),
            Some(known) => *known,
        }));
    }

    /// Asset, user, the nodes, and the other texts of these names.
    fn merge_texts(&self, stretch: &Stretch<'_>, names: &[&str], out: &mut [&mut [Code]]) {
        let estate = self.estate;
        out[0].copy_from_slice(&stretch.asset);
        out[1].copy_from_slice(&stretch.user);
        for (node, name) in NODES.into_iter().enumerate() {
            let user = |place: usize| match stretch.user_first[place] {
                true => stretch.persons[place].nodes[node],
                false => stretch.sources.holders.person(stretch.user_row[place]).nodes[node],
            };
            stretch.merge_text(texts(&estate.consumptions.frame, name), |place| stretch.machines[place].nodes[node], user, out[2 + node]);
        }
        for (name, out) in names.iter().zip(&mut out[5..]) {
            let (asset, user) = (texts(&estate.assets.frame, name), texts(&estate.users.frame, name));
            let at = |codes: &[Code], row: u32| codes.get(row as usize).copied().unwrap_or(NULL_CODE);
            let (asset, user) = (|place: usize| at(asset, stretch.asset_row[place]), |place: usize| at(user, stretch.user_row[place]));
            stretch.merge_text(texts(&estate.consumptions.frame, name), asset, user, out);
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
                let (asset, user) =
                    (at(asset, row_of(&estate.assets, demands.asset[demand])), at(user, row_of(&estate.users, demands.user[demand])));
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

impl Stretch<'_> {
    /// Of what there is for each consumption, that of the demand of a place; nothing if there is nothing.
    #[inline]
    fn of<'b, T>(&self, place: usize, all: &'b [T]) -> &'b [T] {
        let starts = &self.all.starts[self.demands.start..];
        all.get((starts[place] - starts[0]) as usize..(starts[place + 1] - starts[0]) as usize).unwrap_or_default()
    }

    /// Whether the subject of a demand is the asset of all its consumptions, none included.
    fn merged_by_asset(&self, place: usize) -> bool {
        self.sources.by_subject && !self.user_first[place]
    }

    #[inline]
    fn uses(&self, place: usize) -> &[Use] {
        self.of(place, &self.uses)
    }

    /// A column of consumptions, by consumption of these demands; nothing if there is no such column.
    fn gather<T: Copy>(&self, column: &[T]) -> Vec<T> {
        let members = self.all.starts[self.demands.start] as usize..self.all.starts[self.demands.end] as usize;
        if column.is_empty() { Vec::new() } else { self.all.members[members].iter().map(|row| column[*row as usize]).collect() }
    }

    /// The first text that there is: of the consumptions, then of the asset and the user (the user and the asset, in the user family).
    fn merge_text(&self, own: &[Code], asset: impl Fn(usize) -> Code, user: impl Fn(usize) -> Code, out: &mut [Code]) {
        let own = self.gather(own);
        for (place, out) in out.iter_mut().enumerate() {
            let of_own = self.of(place, &own).iter().find(|code| **code != NULL_CODE);
            *out = of_own.copied().unwrap_or_else(|| match if self.user_first[place] { user(place) } else { asset(place) } {
                NULL_CODE if self.user_first[place] => asset(place),
                NULL_CODE => user(place),
                code => code,
            });
        }
    }
}

fn row_of(registry: &Registry, id: Code) -> u32 {
    registry.row(id).map_or(NULL_CODE, |row| row as u32)
}

/// Of rows of columns, the columns.
fn transposed<const N: usize>(rows: Vec<[Piece; N]>) -> [Vec<Piece>; N] {
    let mut columns = [const { Vec::new() }; N];
    rows.into_iter().for_each(|row| columns.iter_mut().zip(row).for_each(|(column, piece)| column.push(piece)));
    columns
}

/// The first code that there is.
fn first(uses: &[Use], code: impl Fn(&Use) -> Code) -> Code {
    uses.iter().map(code).find(|code| *code != NULL_CODE).unwrap_or(NULL_CODE)
}

/// Distinct assets.
fn devices(uses: &[Use]) -> i64 {
    let first = uses.first().map_or(NULL_CODE, |one| one.asset);
    if uses.iter().all(|one| one.asset == first) {
        return i64::from(first != NULL_CODE);
    }
    let mut assets: Vec<Code> = uses.iter().map(|one| one.asset).filter(|code| *code != NULL_CODE).collect();
    assets.sort_unstable();
    assets.dedup();
    assets.len() as i64
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
