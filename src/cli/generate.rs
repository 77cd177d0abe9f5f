//! `seatwise generate`.

use super::args::{FileFormat, GenerateArgs};
use super::exit::Exit;
use super::summary::count;
use super::terminal::{say, say_error};
use crate::generate::{self, Format, GenerateError, JOB_FILE, Made, Plan};
use std::fmt::Write;

/// Makes an estate, and says how to run it.
pub fn generate(args: &GenerateArgs) -> Exit {
    let plan = Plan {
        consumptions: args.consumptions,
        licenses: args.licenses,
        products: args.products,
        assets: args.assets,
        users: args.users,
        seed: args.seed,
        format: match args.format {
            FileFormat::Parquet => Format::Parquet,
            FileFormat::Csv => Format::Csv,
        },
        dirty: args.dirty,
        shape: args.shape,
    };
    match generate::generate(&plan, &args.dir) {
        Ok(made) => {
            say(&listing(&made));
            say(&format!("\nRun it:  seatwise run {}", args.dir.join(JOB_FILE).display()));
            Exit::Complete
        }
        Err(error) => {
            say_error(&format!("error: {error}"));
            match error {
                GenerateError::Sizes(_) | GenerateError::NotEmpty(_) => Exit::Usage,
                GenerateError::Io { .. } => Exit::Output,
                GenerateError::Internal { .. } => Exit::Internal,
            }
        }
    }
}

/// The files, with what they hold.
fn listing(made: &[Made]) -> String {
    let mut text = format!("{:22} {:>13} {:>15}\n", "file", "rows", "bytes");
    for file in made {
        let rows = file.rows.map_or_else(String::new, count);
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{:22} {rows:>13} {:>15}", file.name, count(file.bytes));
    }
    text
}
