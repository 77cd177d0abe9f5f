//! From consumptions to demands: which belong together, and what their demand is like (contract §4.2).

use super::Built;
use super::entitle::asset_user;
use super::licenses::as_decimals;
use crate::model::date::NULL_DATE;
use crate::model::demand::{Consumptions, Demands, names, own_name_before};
use crate::model::estate::{Estate, Registry};
use crate::model::license::Products;
use crate::model::text::{Code, NULL_CODE, Texts};
use crate::model::value::{Column, Frame, NULL_INT, Type, Value};
use crate::model::words::Family;
use crate::rules::eval::{Env, Fields, Mode, evaluate};
use crate::rules::expr::Side;
use crate::rules::program::{Program, SetField};
use crate::rules::schema::Schema;
use rayon::prelude::*;

/// Which consumptions make which demand, in the order of the demands.
#[derive(Default, Debug)]
pub struct Grouping {
    pub product: Vec<u32>,
    /// The asset or user; null for a demand of its own.
    pub subject: Vec<Code>,
    /// `members[starts[d]..starts[d + 1]]`; empty while there is no demand.
    pub starts: Vec<u32>,
    pub members: Vec<u32>,
}

impl Grouping {
    /// Appends a demand; its consumptions ascend.
    pub fn push(&mut self, product: u32, subject: Code, members: &[u32]) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        self.product.push(product);
        self.subject.push(subject);
        self.members.extend_from_slice(members);
        self.starts.push(self.members.len() as u32);
    }
}

/// Groups the consumptions that need a license, by product and then `demand_id`, and notes the demand of each.
pub fn group(consumptions: &mut Consumptions, products: &Products, assets: &Registry, texts: &Texts) -> Grouping {
    let mut keys: Vec<(u64, u32)> = (0..consumptions.len())
        .into_par_iter()
        .filter(|row| consumptions.outcome[*row].is_none())
        .map(|row| {
            let product = consumptions.product[row];
            let subject = subject(consumptions, products, assets, row);
            (u64::from(product) << 32 | u64::from(subject), row as u32)
        })
        .collect();
    keys.par_sort_unstable();
    let mut grouping = Grouping::default();
    let mut members: Vec<u32> = Vec::new();
    for of_product in keys.chunk_by(|a, b| a.0 >> 32 == b.0 >> 32) {
        let product = (of_product[0].0 >> 32) as u32;
        // Null is the greatest code, so that demands of their own stand last, by `consumption_id`.
        let own = of_product.partition_point(|(key, _)| *key as u32 != NULL_CODE);
        let (merged, own) = of_product.split_at(own);
        let mut own = own.iter().map(|(_, row)| *row).peekable();
        for rows in merged.chunk_by(|a, b| a.0 == b.0) {
            let subject = rows[0].0 as u32;
            while let Some(row) = own.next_if(|row| own_name_before(consumptions.id.get(*row as usize), texts.get(subject))) {
                grouping.push(product, NULL_CODE, &[row]);
            }
            members.clear();
            members.extend(rows.iter().map(|(_, row)| *row));
            grouping.push(product, subject, &members);
        }
        for row in own {
            grouping.push(product, NULL_CODE, &[row]);
        }
    }
    for (demand, span) in grouping.starts.windows(2).enumerate() {
        for row in &grouping.members[span[0] as usize..span[1] as usize] {
            consumptions.demand[*row as usize] = demand as u32;
        }
    }
    grouping
}

/// What a consumption is merged by: its asset; in the user family its user, else its asset's.
fn subject(consumptions: &Consumptions, products: &Products, assets: &Registry, row: usize) -> Code {
    match products.family(consumptions.product[row] as usize) {
        Family::Device => consumptions.asset[row],
        Family::User if consumptions.user[row] != NULL_CODE => consumptions.user[row],
        Family::User => asset_user(assets, consumptions.asset[row]),
    }
}

/// Merges consumptions into demands: those of the estate, and the bundle demands of §4.8.
pub struct Merger<'a> {
    estate: &'a Estate,
    schema: &'a Schema,
    program: &'a Program,
    env: Env<'a>,
    /// The slots that rules read on the consumption side.
    read: Vec<usize>,
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
        Self { estate: &built.estate, schema: &built.schema, program: &built.program, env: built.env(), read }
    }

    /// The demands of a grouping. `quantities` replaces the sum of their consumptions'.
    pub fn merge(&self, grouping: Grouping, quantities: Option<Vec<i64>>) -> Demands {
        let Grouping { product, subject, mut starts, members } = grouping;
        if starts.is_empty() {
            starts.push(0);
        }
        let mut demands = Demands { product, subject, starts, members, ..Demands::default() };
        demands.names = names(&demands, &self.estate.texts, &self.estate.consumptions.id);
        self.identify(&mut demands);
        let sources = self.sources(&demands);
        self.measure(&mut demands, &sources);
        if let Some(quantities) = quantities {
            demands.quantity = quantities;
        }
        let dimensions = ["department", "location", "cost_center"];
        let mut nodes = dimensions.into_par_iter().map(|name| self.merge_texts(&demands, &sources, name)).collect::<Vec<_>>().into_iter();
        demands.department = nodes.next().unwrap_or_default();
        demands.location = nodes.next().unwrap_or_default();
        demands.cost_center = nodes.next().unwrap_or_default();
        self.fill_fields(&mut demands, &sources);
        demands
    }

    /// Asset and user of each demand.
    fn identify(&self, demands: &mut Demands) {
        let consumptions = &self.estate.consumptions;
        let of = |demand: usize| {
            let members = demands.members(demand);
            let first =
                |codes: &[Code]| members.iter().map(|row| codes[*row as usize]).find(|code| *code != NULL_CODE).unwrap_or(NULL_CODE);
            let asset = first(&consumptions.asset);
            let user_family = self.estate.products.family(demands.product[demand] as usize) == Family::User;
            let user = match (user_family, first(&consumptions.user)) {
                (true, _) => demands.subject[demand],
                (false, NULL_CODE) => asset_user(&self.estate.assets, asset),
                (false, user) => user,
            };
            ((asset, user), user_family && demands.subject[demand] == NULL_CODE)
        };
        let ((asset, user), no_user) = (0..demands.len()).into_par_iter().map(of).unzip::<_, _, (Vec<_>, Vec<_>), _>();
        (demands.asset, demands.user, demands.no_user) = (asset, user, no_user);
    }

    fn sources(&self, demands: &Demands) -> Sources {
        let row = |registry: &Registry, code: Code| registry.row(code).map_or(NULL_CODE, |row| row as u32);
        Sources {
            asset_row: demands.asset.par_iter().map(|asset| row(&self.estate.assets, *asset)).collect(),
            user_row: demands.user.par_iter().map(|user| row(&self.estate.users, *user)).collect(),
            user_first: demands.product.iter().map(|product| self.estate.products.family(*product as usize) == Family::User).collect(),
        }
    }

    /// Quantities, cores, devices and dates.
    fn measure(&self, demands: &mut Demands, sources: &Sources) {
        let frame = &self.estate.consumptions.frame;
        let integers = |name: &str| frame.column(name).map_or(&[][..], Column::integers);
        let dates = |name: &str| frame.column(name).map_or(&[][..], Column::dates);
        let (quantity, started_on, last_used_on) = (integers("quantity"), dates("started_on"), dates("last_used_on"));
        let login = self.estate.users.frame.column("last_login_on").map_or(&[][..], Column::dates);
        let of = |demand: usize| {
            let members = || demands.members(demand).iter().map(|row| *row as usize);
            let known = |dates: &[i32], row: usize| (dates[row] != NULL_DATE).then(|| dates[row]);
            let last = members().filter_map(|row| known(last_used_on, row)).max();
            let login_row =
                (sources.user_first[demand] && sources.user_row[demand] != NULL_CODE).then(|| sources.user_row[demand] as usize);
            let last = last.or_else(|| login_row.and_then(|row| known(login, row)));
            let quantity = members().map(|row| quantity[row]).fold(0i64, i64::saturating_add);
            let started = members().filter_map(|row| known(started_on, row)).min().unwrap_or(NULL_DATE);
            ((quantity, self.devices(demands.members(demand))), (started, last.unwrap_or(NULL_DATE)))
        };
        let found = (0..demands.len()).into_par_iter().map(of);
        type Two<T> = (Vec<T>, Vec<T>);
        let (numbers, days): (Two<i64>, Two<i32>) = found.unzip();
        (demands.quantity, demands.devices) = numbers;
        (demands.started_on, demands.last_used_on) = days;
        demands.cores = self.greatest(demands, sources, "cores");
        demands.processors = self.greatest(demands, sources, "processors");
    }

    /// Distinct assets.
    fn devices(&self, members: &[u32]) -> i64 {
        let asset = &self.estate.consumptions.asset;
        if let [only] = members {
            return i64::from(asset[*only as usize] != NULL_CODE);
        }
        let mut assets: Vec<Code> = members.iter().map(|row| asset[*row as usize]).filter(|code| *code != NULL_CODE).collect();
        assets.sort_unstable();
        assets.dedup();
        assets.len() as i64
    }

    /// The greatest of the consumptions' values, else the asset's.
    fn greatest(&self, demands: &Demands, sources: &Sources, name: &str) -> Vec<i64> {
        let integers = |frame: &'a crate::model::value::Frame| frame.column(name).map_or(&[][..], Column::integers);
        let (own, asset) = (integers(&self.estate.consumptions.frame), integers(&self.estate.assets.frame));
        let of = |demand: usize| {
            let greatest = demands.members(demand).iter().map(|row| own[*row as usize]).max().unwrap_or(NULL_INT);
            match (greatest, sources.asset_row[demand]) {
                // Null is the smallest integer.
                (NULL_INT, NULL_CODE) => NULL_INT,
                (NULL_INT, row) => asset.get(row as usize).copied().unwrap_or(NULL_INT),
                (known, _) => known,
            }
        };
        (0..demands.len()).into_par_iter().map(of).collect()
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
            let of_own = demands.members(demand).iter().map(|row| at(own, *row)).find(|code| *code != NULL_CODE);
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
        let plain: Vec<usize> = self.read.iter().copied().filter(|slot| sets.iter().all(|set| set.slot != *slot)).collect();
        let filled: Vec<Column> = plain.par_iter().map(|slot| self.field(demands, sources, *slot)).collect();
        let mut fields: Vec<Option<Column>> = vec![None; self.schema.consumption.len()];
        for (slot, column) in plain.into_iter().zip(filled) {
            fields[slot] = Some(column);
        }
        for dimension in crate::model::tree::Dimension::ALL {
            // Scopes read these, whether a rule does or not.
            if let Some(slot) = self.schema.slot(Side::Consumption, dimension.word())
                && fields[slot].is_none()
            {
                fields[slot] = Some(self.field(demands, sources, slot));
            }
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
            "quantity" => Column::Integer(demands.quantity.clone()),
            "cores" => Column::Integer(demands.cores.clone()),
            "processors" => Column::Integer(demands.processors.clone()),
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
