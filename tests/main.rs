//! The one integration binary: linking Polars once is slow enough.
//!
//! `cases` runs the case folders of `fixtures/cases`; `agreement` holds the program against `reference`, a slow second
//! implementation of the contract, on the random estates of `estates`.

mod agreement;
mod cases;
mod estates;
mod reference;
mod support;
