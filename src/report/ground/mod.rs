//! What the calculation stood on, beyond the tables of the contract: with these, the manifest and the contract's own tables, every
//! eligibility, score and free seat of a run follows again from what it published. `seatwise why` reads them.
//!
//! They are small beside the contract's: none has a row for every consumption or every demand.

pub mod assignments;
pub mod bundle_demands;
pub mod bundles;
pub mod further_consumptions;
pub mod preferences;
pub mod products;
pub mod reservation_users;
pub mod trees;
pub mod tries;
