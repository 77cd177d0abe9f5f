//! Parse, run, exit code; nothing else.

use seatwise::cli::{self, Exit};

fn main() -> Exit {
    cli::start(&cli::once::once)
}
