//! Assets and users: their fields with defaults filled in, where each identifier stands, and whose each asset is.

use super::accepted::Accepted;
use crate::model::estate::Registry;
use crate::model::text::{Code, NULL_CODE, Texts};
use crate::model::value::{Column, Frame};
use crate::model::words::{AssetStatus, ExtractKind};
use rayon::prelude::*;

/// The assets, by `asset_id`.
pub fn assets(accepted: &mut Accepted, texts: &Texts) -> Registry {
    let mut registry = registry(accepted, ExtractKind::Assets, "asset_id");
    let in_service = texts.code(AssetStatus::InService.code()).unwrap_or(NULL_CODE);
    if let Some(place) = registry.frame.place("status")
        && let Column::Text(values) = &mut registry.frame.columns[place]
    {
        values.iter_mut().filter(|value| **value == NULL_CODE).for_each(|value| *value = in_service);
    }
    registry
}

/// The users, by `user_id`.
pub fn users(accepted: &mut Accepted) -> Registry {
    let mut registry = registry(accepted, ExtractKind::Users, "user_id");
    if let Some(place) = registry.frame.place("active")
        && let Column::Boolean(values) = &mut registry.frame.columns[place]
    {
        values.iter_mut().filter(|value| value.is_none()).for_each(|value| *value = Some(true));
    }
    registry
}

fn registry(accepted: &mut Accepted, kind: ExtractKind, key: &str) -> Registry {
    let given = accepted.frame(kind).is_some();
    let frame = accepted.take(kind).unwrap_or_default();
    let ids = |frame: &Frame| frame.column(key).map_or(&[][..], Column::texts).to_vec();
    let mut id = ids(&frame);
    let mut frame = frame;
    if !id.is_sorted() {
        let mut order: Vec<u32> = (0..frame.rows as u32).collect();
        order.par_sort_unstable_by_key(|row| id[*row as usize]);
        frame = frame.gather(&order);
        id = ids(&frame);
    }
    let row_of = id.iter().copied().collect();
    Registry { given, id, frame, row_of }
}

/// The users of assets.
pub struct UserOf<'a> {
    assets: &'a Registry,
    users: &'a [Code],
}

impl<'a> UserOf<'a> {
    pub fn new(assets: &'a Registry) -> Self {
        Self { assets, users: assets.frame.column("user_id").map_or(&[], Column::texts) }
    }

    /// The user of an asset; null if there is none.
    #[inline]
    pub fn asset(&self, asset: Code) -> Code {
        self.assets.row(asset).and_then(|row| self.users.get(row)).copied().unwrap_or(NULL_CODE)
    }
}
