//! seatwise

pub mod model;
pub mod trace;
pub mod rules;
pub mod estate;
pub mod allocate;
