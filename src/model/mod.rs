//! The vocabulary: texts, dates, decimals, trees, the closed lists of the contract, and the estate that a run is about.
//! Plain data and plain questions to it; no I/O, no clock, no Polars.

mod arena;
pub mod codes;
pub mod date;
pub mod days;
pub mod decimal;
pub mod demand;
pub mod estate;
pub mod fields;
pub mod in_order;
pub mod integers;
mod interning;
pub mod license;
pub mod near_texts;
pub mod numbered;
pub mod opt;
pub mod policy;
pub mod text;
pub mod tree;
pub mod value;
pub mod words;
