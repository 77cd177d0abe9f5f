//! What is asked for, and the sizes that follow where nothing was said.

use super::error::GenerateError;
use super::shape::Shape;

/// How the extracts are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Parquet,
    Csv,
}

impl Format {
    /// The end of the files' names.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Parquet => "parquet",
            Format::Csv => "csv",
        }
    }
}

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    pub consumptions: u64,
    /// The others follow from the consumptions and the shape where they are not given.
    pub licenses: Option<u64>,
    pub products: Option<u64>,
    pub assets: Option<u64>,
    pub users: Option<u64>,
    pub seed: u64,
    pub format: Format,
    /// How many rows of a million are spoiled, in consumptions, licenses, assets and users.
    pub dirty: u32,
    pub shape: Shape,
}

/// Rows of each extract.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Sizes {
    pub consumptions: u64,
    pub licenses: u64,
    pub products: u64,
    pub assets: u64,
    pub users: u64,
}

/// The most rows of an extract.
pub const MOST_ROWS: u64 = 1_000_000_000;
/// The most dirty rows of a million: beyond that two could stand side by side, and one be a copy of the other.
pub const MOST_DIRTY: u32 = 500_000;

impl Plan {
    /// The sizes; an error if one is out of range.
    pub(super) fn sizes(&self) -> Result<Sizes, GenerateError> {
        let all = self.consumptions;
        let assets = self.assets.unwrap_or(if self.shape.own_assets() { all } else { all / 9 });
        let products = if self.shape.one_product() { 1 } else { (all.isqrt() / 5).max(5) };
        let licenses = match self.shape {
            Shape::OwnMachine => all,
            Shape::EqualScores => all / 2,
            Shape::OneProduct => all / 100,
            // Enough for a product to have some that are for anybody.
            _ => (all / 225).max(4 * products),
        };
        let sizes = Sizes {
            consumptions: all,
            licenses: self.licenses.unwrap_or(licenses.max(1)),
            products: self.products.unwrap_or(products),
            assets: assets.max(1),
            users: self.users.unwrap_or(if self.shape.own_assets() { assets } else { assets * 9 / 10 }).max(1),
        };
        let named = [
            ("consumptions", sizes.consumptions),
            ("licenses", sizes.licenses),
            ("products", sizes.products),
            ("assets", sizes.assets),
            ("users", sizes.users),
        ];
        if let Some((name, rows)) = named.iter().find(|(_, rows)| !(1..=MOST_ROWS).contains(rows)) {
            return Err(GenerateError::Sizes(format!("{rows} {name} cannot be made; from 1 to {MOST_ROWS} can")));
        }
        if self.dirty > MOST_DIRTY {
            return Err(GenerateError::Sizes("more than half of the rows cannot be dirty".to_owned()));
        }
        Ok(sizes)
    }
}
