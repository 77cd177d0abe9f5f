//! The way back: rows of a published table, found without reading more of it than must be. What a run published is all that
//! `seatwise why` and `seatwise show` know of it.
//!
//! [`Query`] which rows and columns of which table · [`Rows`] what was found, as plain values or as columns of the model · [`Scan`] the
//! same a batch at a time ·
//! `prune` which pages can hold such rows.

mod cells;
mod prune;
mod query;
mod scan;

pub use cells::{Cell, Rows};
pub use query::Query;
pub use scan::{FileColumn, Scan};
