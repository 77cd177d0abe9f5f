//! The identifiers of demands as columns show them: told in two parts, of which `product_id/` is the same for all demands of a product, and
//! nothing is copied.

use super::columns::Columns;
use super::encode::texts::Text;
use super::schema::Kind;
use crate::model::estate::Estate;
use crate::model::near_texts::NearTexts;
use crate::model::text::{Code, NULL_CODE, TextArena};
use std::ops::Range;

/// The identifiers of an estate's demands.
pub(super) struct DemandIds<'a> {
    estate: &'a Estate,
    /// By product: its identifier and two slashes, of which the second is for demands of their own.
    heads: TextArena,
    texts: NearTexts<'a>,
}

impl<'a> DemandIds<'a> {
    pub fn new(estate: &'a Estate) -> Self {
        let mut heads = TextArena::default();
        for product in &estate.products.id {
            heads.push(&format!("{}//", estate.texts.get(*product)));
        }
        Self { estate, heads, texts: NearTexts::new(&estate.texts, estate.demands.len()) }
    }

    /// The `demand_id` of a demand (contract §4.2).
    pub fn of(&self, demand: usize) -> Text<'_> {
        let demands = &self.estate.demands;
        match demands.names.is_empty() {
            false => Text { head: self.head(demands.product[demand], 1), rest: demands.names.bytes(demand) },
            true => self.of_subject(demands.product[demand], demands.subject[demand], demands.members(demand)[0] as usize),
        }
    }

    /// For the demand of a product that is merged for a subject or, where that is null, holds a consumption alone. Told without a look at
    /// the demand, and by the text of the subject: these are fewer than the names, and so nearer at hand.
    pub fn of_subject(&self, product: u32, subject: Code, consumption: usize) -> Text<'_> {
        match subject {
            NULL_CODE => Text { head: self.head(product, 2), rest: self.estate.consumptions.id.bytes(consumption) },
            subject => Text { head: self.head(product, 1), rest: self.texts.bytes(subject) },
        }
    }

    /// The identifier of a product and so many slashes, one or two.
    fn head(&self, product: u32, slashes: usize) -> &[u8] {
        let both = self.heads.bytes(product as usize);
        &both[..both.len() - 2 + slashes]
    }

    /// The text of a code of a demand, which often is its subject, and then stands beside those of its neighbours.
    pub fn text(&self, demand: usize, code: Code) -> Option<Text<'_>> {
        let text = match code {
            NULL_CODE => return None,
            code if self.is_name(demand, code) => self.estate.demands.names.bytes(demand),
            code => self.texts.bytes(code),
        };
        Some(Text::whole(text))
    }

    fn is_name(&self, demand: usize, code: Code) -> bool {
        let demands = &self.estate.demands;
        code == demands.subject[demand] && !demands.names.is_empty()
    }

    /// Appends a column of texts that demands have by their codes; `demand` tells that of a row.
    pub fn append<'c>(
        &'c self,
        columns: &mut Columns<'c>,
        name: &'static str,
        codes: &'c [Code],
        demand: impl Fn(usize) -> usize + Copy + Sync + 'c,
    ) {
        let elsewhere = move |demand: usize| if self.is_name(demand, codes[demand]) { NULL_CODE } else { codes[demand] };
        let ahead = move |rows: Range<usize>| self.look_ahead(rows.map(|row| elsewhere(demand(row))));
        columns.texts_ahead(name, Kind::Code, ahead, move |row| self.text(demand(row), codes[demand(row)]));
    }

    /// Looks at the texts of codes, which may be null, before they are asked for.
    pub fn look_ahead(&self, codes: impl Iterator<Item = Code>) {
        self.texts.look_ahead(codes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::testing::case;
    use crate::model::demand::names;

    #[test]
    fn both_parts_are_the_identifier_with_names_at_hand_or_without() {
        let mut estate = case().estate;
        for _ in 0..2 {
            let ids = DemandIds::new(&estate);
            for demand in 0..estate.demands.len() {
                let Text { head, rest } = ids.of(demand);
                assert_eq!([head, rest].concat(), estate.demand_id(&estate.demands, demand).as_bytes());
                let text = ids.text(demand, estate.demands.asset[demand]);
                assert_eq!(text.map(|text| text.rest), estate.texts.opt(estate.demands.asset[demand]).map(str::as_bytes));
            }
            estate.demands.names = match estate.demands.names.is_empty() {
                true => names(&estate.demands, &estate.texts, &estate.consumptions.id),
                false => TextArena::default(),
            };
        }
    }
}
