//! seatwise
