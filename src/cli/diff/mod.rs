//! `seatwise diff`: two published runs compared. What differs is `pipeline::two_runs`' to find and `explain::diff`'s to say; here
//! it is shown, as a page ([`page`]), as rows ([`flat`]) or as a document ([`json`]).

pub mod args;
mod flat;
mod json;
mod page;

use super::run_name;
use super::which_run::refuse;
use super::{Exit, terminal};
use crate::pipeline::two_runs::{Scope, compare};
use crate::trace::diff::{Change, Comparison};
use args::{DiffArgs, FailOnDiff, Format, ShowArgs};

/// `seatwise diff`.
pub fn diff(args: &DiffArgs) -> Exit {
    compared(args).unwrap_or_else(|exit| exit)
}

fn compared(args: &DiffArgs) -> Result<Exit, Exit> {
    let (before, after) = match (run_name::by_path(&args.before), run_name::by_path(&args.after)) {
        (Some(before), Some(after)) => (before, after),
        _ => {
            let output = args.which.find()?.folder;
            let folder = |name: &str| run_name::folder(&output, name).map_err(|error| refuse(&error));
            (folder(&args.before)?, folder(&args.after)?)
        }
    };
    let comparison = compare(&before, &after, scope(&args.show)).map_err(|error| fail(&error))?;
    Ok(show(&comparison, &args.show))
}

/// What of two runs is to be compared.
pub(super) fn scope(args: &ShowArgs) -> Scope<'_> {
    Scope { product: args.product.as_deref(), rescored: args.limit() }
}

/// A comparison that cannot be made: a product that neither run knows, or a run that cannot be read.
pub(super) fn fail(error: &crate::pipeline::two_runs::NotCompared) -> Exit {
    terminal::say_error(&format!("error: {error}"));
    Exit::from_code(error.exit_code())
}

/// Shows a comparison, and says how to exit.
pub(super) fn show(comparison: &Comparison, args: &ShowArgs) -> Exit {
    let text = match args.format() {
        Format::Table => page::render(comparison, args.limit(), terminal::stdout_has_color()),
        Format::Csv => flat::render(comparison, args.limit()),
        Format::Json => json::render(comparison, args.limit()),
    };
    terminal::say(&text);
    let lost = || comparison.tables.cover.changes.iter().any(|one| one.change == Change::Lost);
    match args.fail_on {
        Some(FailOnDiff::Change) if !comparison.same_results() => Exit::FailOn,
        Some(FailOnDiff::Loss) if lost() => Exit::FailOn,
        _ => Exit::Complete,
    }
}
