//! `seatwise show` over published runs.
